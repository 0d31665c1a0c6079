"""What the JSON of one event says: its kind, its text, the filter's verdicts, and what is odd about it.

Trusts nothing: any value is read (`services/streaming/chunks` reads the same for answers). Knows no lines and no times.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.errors import MalformedStream
from services.filtering import FilterResult, read_filter_results
from services.streaming.chunks import read_chunk
from services.streaming.events import ChatEvent, Usage

Kind = Literal[
    "prompt filter", "role", "content", "refusal", "filter", "tool call", "finish", "usage", "done", "error", "body",
    "comment", "ignored", "other",
]  # fmt: skip
Remark = Literal[
    "no data prefix", "unknown field", "unused field", "comment", "empty data", "not json", "not an object",
    "no choices", "not utf-8", "surrogate", "several lines", "unclosed", "after done", "byte order mark",
    "error inside", "no delta", "not a stream", "too many",
]  # fmt: skip

KINDS: Final[tuple[Kind, ...]] = (
    "prompt filter", "role", "content", "refusal", "filter", "tool call", "finish", "usage", "done", "error", "body",
    "comment", "ignored", "other",
)  # fmt: skip
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Seen:
    """What the JSON of one event says."""

    kind: Kind
    text: str = ""
    verdicts: tuple[FilterResult, ...] = ()
    offsets: tuple[int, int] | None = None
    usage: Usage | None = None
    remark: Remark | None = None


def read_value(value: object) -> Seen:
    """What the JSON of an event says, whatever it is."""
    if not isinstance(value, Mapping):
        return Seen("error", str(value), remark="not an object")
    if value.get("error"):
        return Seen("error", _error_text(value["error"]), remark="error inside")
    try:
        events = list(read_chunk(value, 0.0))
    except MalformedStream:
        return Seen("error", json.dumps(value, ensure_ascii=False), remark="no choices")
    choice = next((one for one in value["choices"] if isinstance(one, Mapping)), {})
    seen = _of_events(events, choice)
    seen.verdicts = _verdicts(value, choice)
    seen.offsets = _offsets(choice.get("content_filter_offsets"))
    if seen.remark is None and choice and choice.get("delta") is None:
        seen.remark = "no delta"
    if seen.remark is None and "\\ud" in (text := _content(choice)).encode("unicode_escape").decode():
        seen.remark = "surrogate" if _SURROGATE.search(text) else None
    return seen


def _of_events(events: Iterable[ChatEvent], choice: Mapping[str, Any]) -> Seen:
    """The most telling of them names the kind."""
    by_type = {event.type: event for event in events}
    for name, kind in (("content.delta", "content"), ("refusal.delta", "refusal")):
        event = by_type.get(name)  # type: ignore[call-overload]  # the names are those of the types
        if event is not None:
            return Seen(kind, event.text)  # type: ignore[arg-type]  # as above
    if "finish" in by_type:
        return Seen("finish", str(choice.get("finish_reason")))
    for event in by_type.values():
        if event.type == "usage":
            words = f"prompt_tokens {event.prompt_tokens}, completion_tokens {event.completion_tokens}"
            return Seen("usage", words, usage=event)
    if "prompt.filter" in by_type:
        return Seen("prompt filter")
    if isinstance(choice.get("delta"), Mapping) and choice["delta"].get("tool_calls"):
        return Seen("tool call", json.dumps(choice["delta"]["tool_calls"], ensure_ascii=False))
    for event in by_type.values():
        if event.type == "role":
            return Seen("role", event.role)
    has_verdict = "content_filter_offsets" in choice or bool(choice.get("content_filter_results"))
    return Seen("filter" if has_verdict else "other")


def _content(choice: Mapping[str, Any]) -> str:
    delta = choice.get("delta")
    content = delta.get("content") if isinstance(delta, Mapping) else None
    return content if isinstance(content, str) else ""


def _verdicts(value: Mapping[str, Any], choice: Mapping[str, Any]) -> tuple[FilterResult, ...]:
    prompt = value.get("prompt_filter_results")
    first = prompt[0] if isinstance(prompt, list) and prompt and isinstance(prompt[0], Mapping) else {}
    return read_filter_results(first.get("content_filter_results") or choice.get("content_filter_results"))


def _offsets(value: object) -> tuple[int, int] | None:
    if not isinstance(value, Mapping):
        return None
    start, end = value.get("start_offset"), value.get("end_offset")
    return (start, end) if type(start) is int and type(end) is int else None


def _error_text(error: object) -> str:
    if isinstance(error, Mapping) and isinstance(error.get("message"), str):
        return str(error["message"])
    return json.dumps(error, ensure_ascii=False)
