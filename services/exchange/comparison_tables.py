"""A comparison as CSV, JSONL and Markdown. Described in docs/compare.md."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import Any, Final

from services.comparing import WholeComparison
from services.comparison.figures import ROWS
from services.comparison.saying import row_names, word_figure
from services.exchange.comparison_rows import AnswerRow, rows_of, turn_rows
from services.languages import Language

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_DEEPEST_HEADING: Final = 3


def write_csv(whole: WholeComparison) -> str:
    """A line for each answer, with a byte order mark so that spreadsheets read it as UTF-8."""
    written = io.StringIO()
    rows = [_flat(row) for row in rows_of(whole)]
    table = csv.DictWriter(written, fieldnames=list(_flat_names()), lineterminator="\r\n")
    table.writeheader()
    table.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return "\ufeff" + written.getvalue()


def write_jsonl(whole: WholeComparison) -> str:
    """A line of JSON for each answer; what is unknown is null."""
    return "".join(json.dumps(_flat(row), ensure_ascii=False) + "\n" for row in rows_of(whole))


def write_comparison_markdown(whole: WholeComparison, language: Language) -> str:
    """For people to read, and for other papers."""
    parts = [f"# {' '.join(whole.record.title.split()) or '…'}"]
    for rows in turn_rows(whole):
        if rows:
            parts += [f"## {rows[0].turn}", _quoted(rows[0].input), _figures(rows, language)]
        for row in rows:
            again = f" ({row.repetition})" if row.repetition > 1 else ""
            parts.append(f"{'#' * _DEEPEST_HEADING} {' '.join(row.name.split())}{again}")
            parts += [_quoted(row.system_message)] if row.system_message else []
            parts.append(row.text or "…")
    return "\n\n".join(parts) + "\n"


def _figures(rows: list[AnswerRow], language: Language) -> str:
    names = row_names(language)
    head = ["", *(_cell(names[name]) for name in ROWS), ""]
    lines = [head, ["---"] * len(head)]
    for row in rows:
        figures = (word_figure(name, row.figures, language) for name in ROWS)
        lines.append([_cell(row.name), *map(_cell, figures), _cell(row.vote)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _flat_names() -> tuple[str, ...]:
    head = ("turn", "place", "input", "variant", "deployment", "system_message", "parameters", "repetition")
    return (*head, "status", "finish_reason", "answer", *ROWS, "vote", "note")


def _flat(row: AnswerRow) -> dict[str, Any]:
    variant = row.variant
    tuned = _tuned(row)
    figures: dict[str, Any] = {name: getattr(row.figures, name) for name in ROWS}
    cost = figures["cost_usd"]
    values = {
        "turn": row.turn,
        "place": row.place,
        "input": row.input,
        "variant": row.name,
        "deployment": "" if variant is None else variant.deployment,
        "system_message": row.system_message,
        "parameters": json.dumps(tuned) if tuned else "",
        "repetition": row.repetition,
        "status": row.answer.status,
        "finish_reason": row.answer.finish_reason or "",
        "answer": row.text,
        **figures,
        "cost_usd": None if cost is None else float(cost),
        "vote": row.vote,
        "note": row.note,
    }
    return {name: values[name] for name in _flat_names()}


def _tuned(row: AnswerRow) -> dict[str, Any]:
    """The parameters that were not left to the deployment."""
    given: dict[str, Any] = {} if row.variant is None else asdict(row.variant.parameters)
    return {name: value for name, value in given.items() if value is not None}


def _harmless(value: Any) -> Any:
    """What a spreadsheet would take for a formula stands behind an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
