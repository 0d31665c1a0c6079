"""A comparison as one HTML page that needs nothing else: opens from disk, prints well, fetches nothing.

Answers are Markdown drawn without raw HTML and without pictures, under a content security policy that lets no script
run. Knows no page of ours.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

from services.comparing import WholeComparison
from services.comparison.figures import ROWS, Figures, best_of, proportion
from services.comparison.saying import row_names, word_figure
from services.comparison.variants import Variant, name_of
from services.exchange.comparison_rows import AnswerRow, turn_rows
from services.languages import Language, load_catalogue

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE: Final = Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def write_report(whole: WholeComparison, language: Language) -> str:
    """The page."""
    title = escape(" ".join(whole.record.title.split()) or "…")
    begun_at = datetime.fromtimestamp(whole.record.created_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    turns = "".join(_turn(rows, language) for rows in turn_rows(whole) if rows)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f'<p class="quiet">{begun_at} · Seseragi</p>\n{_variants(whole, language)}{_tally(whole, language)}{turns}'
        "</body>\n</html>\n"
    )


def _variants(whole: WholeComparison, language: Language) -> str:
    """The set-up, which a blind turn does not give away: it says nothing of the places."""
    _ = load_catalogue(language).gettext
    setup = whole.record.setup
    cards = "".join(_variant(variant, name_of(setup.variants, variant.id)) for variant in setup.variants)
    title = escape(_("Variants"))
    return f'<h2>{title}</h2>\n<div class="columns">{cards}</div>\n'


def _variant(variant: Variant, name: str) -> str:
    prompt = f'<p class="prompt">{escape(variant.system_message)}</p>' if variant.system_message.strip() else ""
    return (
        f'<section class="card"><h3>{escape(name)}</h3><span class="quiet">{escape(variant.deployment)}</span>'
        f"{prompt}</section>"
    )


def _tally(whole: WholeComparison, language: Language) -> str:
    _ = load_catalogue(language).gettext
    if not whole.tally.votes:
        return ""
    said = _("{best} of {votes}")
    interval = _("{low}–{high} %")
    rows = "".join(
        f"<tr><th>{escape(one.variant.name or '…')}</th><td>{escape(said.format(best=one.best, votes=one.votes))}</td>"
        f"<td>{escape(interval.format(low=round(100 * one.low), high=round(100 * one.high)))}</td></tr>"
        for one in whole.tally.standings
    )
    title = escape(_("Votes so far"))
    return f'<h2>{title}</h2>\n<table class="tally">{rows}</table>\n'


def _turn(rows: list[AnswerRow], language: Language) -> str:
    figures = [row.figures for row in rows]
    cards = "".join(_card(row, figures, place, language) for place, row in enumerate(rows))
    note = f'<p class="quiet">{escape(rows[0].note)}</p>' if rows[0].note else ""
    return (
        f'<h2>{rows[0].turn}</h2>\n<p class="question">{escape(rows[0].input)}</p>\n{note}'
        f'<div class="columns">{cards}</div>\n'
    )


def _card(row: AnswerRow, figures: list[Figures], place: int, language: Language) -> str:
    _ = load_catalogue(language).gettext
    words = {"best": _("best"), "worst": _("worst"), "tie": _("Tie"), "both bad": _("All bad")}
    badge = f' <span class="badge">{escape(words[row.vote])}</span>' if row.vote else ""
    again = f" ({row.repetition})" if row.repetition > 1 else ""
    ends = {
        "streaming": _("still being written"),
        "stopped": _("stopped"),
        "failed": _("failed"),
        "filtered": _("cut by the content filter"),
        "interrupted": _("interrupted"),
        "complete": "",
    }
    end = ends[row.answer.status]
    status = f'<p class="quiet">{escape(end)}</p>' if end else ""
    deployment = "" if row.variant is None else f'<span class="quiet">{escape(row.variant.deployment)}</span>'
    table = "" if row.variant is None else _figures(figures, place, language)
    return (
        f'<section class="card{" best" if row.vote == "best" else ""}"><h3>{escape(row.name)}{again}{badge}</h3>'
        f'{deployment}<div class="text">{_MARKDOWN.render(row.text)}</div>{status}{table}</section>'
    )


def _figures(figures: list[Figures], place: int, language: Language) -> str:
    names = row_names(language)
    rows = "".join(
        f"<tr{' class=best' if place in best_of(row, figures) else ''}><th>{escape(names[row])}</th>"
        f"<td>{escape(word_figure(row, figures[place], language))}</td>"
        f'<td><i style="width: {round(100 * proportion(row, place, figures))}%"></i></td></tr>'
        for row in ROWS
    )
    return f'<table class="figures">{rows}</table>'
