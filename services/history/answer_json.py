"""An answer's parts as JSON and back: for the database's columns and for exported files.

What cannot be read, because it is damaged or of a later version, is left out rather than failing: the text
is never in here. Knows no column and no file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, get_args

from services import errors
from services.errors import Phase, ReplyError, RequestIds
from services.filtering import FilterResult
from services.history.records import AskedWith
from services.streaming.events import ParameterDropped, Usage
from services.streaming.folding import Answer, Status, Timings
from services.streaming.request import Parameters

Json = dict[str, Any]
LARGEST: Final = 1_000_000_000
"""No number in here is larger than this, and a browser can still hold it."""

_PLAIN_ERRORS: Final = {kind.__name__: kind for kind in ReplyError.__subclasses__() if "__init__" not in vars(kind)}
"""Those that are made from what every error of a reply carries."""


def write_asked_with(asked: AskedWith) -> Json:
    """As JSON, without what was left to the deployment."""
    tuned = {name: value for name, value in asdict(asked.parameters).items() if value is not None}
    written: Json = {"deployment": asked.deployment, "system_message": asked.system_message, "parameters": tuned}
    return {**written, "sent_latest": asked.sent_latest} if asked.sent_latest else written


def read_asked_with(value: object) -> AskedWith:
    """From JSON."""
    written = _mapping(value)
    tuned = _mapping(written.get("parameters"))
    sent_latest = written.get("sent_latest")
    return AskedWith(
        deployment=_text(written.get("deployment")),
        system_message=_text(written.get("system_message")),
        parameters=Parameters(
            temperature=_within(_number(tuned.get("temperature")), 2.0),
            top_p=_within(_number(tuned.get("top_p")), 1.0),
            most_tokens=_tokens(_count(tuned.get("most_tokens"))),
            reasoning_effort=_one_of(tuned.get("reasoning_effort"), ("minimal", "low", "medium", "high")),
            verbosity=_one_of(tuned.get("verbosity"), ("low", "medium", "high")),
        ),
        sent_latest=sent_latest if isinstance(sent_latest, int) else 0,
    )


def write_answer(answer: Answer) -> Json:
    """Everything of `answer` but its text."""
    written: Json = {
        "status": answer.status,
        "finish_reason": answer.finish_reason,
        "refusal": answer.refusal,
        "usage": _write_usage(answer.usage),
        "prompt_filter": [asdict(result) for result in answer.prompt_filter],
        "completion_filter": [asdict(result) for result in answer.completion_filter],
        "withdrawn": answer.withdrawn,
        "dropped": [{"name": dropped.name, "instead": dropped.instead} for dropped in answer.dropped],
        "attempts": answer.attempts,
        "request_ids": asdict(answer.request_ids),
        "timings": _write_timings(answer.timings),
        "error": None if answer.error is None else write_error(answer.error),
    }
    return {name: part for name, part in written.items() if part not in (None, [], "", False)}


def read_answer(value: object, text: str) -> Answer:
    """From JSON, around `text`."""
    written = _mapping(value)
    return Answer(
        status=_one_of(written.get("status"), get_args(Status)) or "complete",
        text=text,
        refusal=_text(written.get("refusal")),
        finish_reason=_text(written.get("finish_reason")) or None,
        usage=_read_usage(written.get("usage")),
        prompt_filter=_read_filter(written.get("prompt_filter")),
        completion_filter=_read_filter(written.get("completion_filter")),
        withdrawn=written.get("withdrawn") is True,
        dropped=_read_dropped(written.get("dropped")),
        attempts=_count(written.get("attempts")) or 0,
        request_ids=_read_ids(written.get("request_ids")),
        timings=_read_timings(written.get("timings")),
        error=read_error(written.get("error")),
    )


def write_error(error: ReplyError) -> Json:
    """What `read_error` needs to make it again."""
    written: Json = {
        "type": type(error).__name__,
        "detail": error.detail,
        "status": error.status,
        "request_ids": asdict(error.request_ids),
        "retry_after_s": error.retry_after_s,
    }
    match error:
        case errors.PromptFiltered():
            written["results"] = [asdict(result) for result in error.results]
        case errors.InvalidRequest():
            written["parameter"] = error.parameter
        case errors.TimedOut():
            written |= {"phase": error.phase, "seconds": error.seconds}
        case errors.NotAStream():
            written["content_type"] = error.content_type
    return written


def read_error(value: object) -> ReplyError | None:
    """The error again; None where there was none. One of an unknown kind is the endpoint's own failure."""
    if not isinstance(value, Mapping):
        return None
    kind, detail, ids = _text(value.get("type")), _text(value.get("detail")), _read_ids(value.get("request_ids"))
    status = _count(value.get("status"))
    match kind:
        case "PromptFiltered":
            return errors.PromptFiltered(_read_filter(value.get("results")), status=status, request_ids=ids)
        case "InvalidRequest":
            parameter = _text(value.get("parameter")) or None
            return errors.InvalidRequest(detail, status=status, request_ids=ids, parameter=parameter)
        case "TimedOut":
            phase: Phase = _one_of(value.get("phase"), get_args(Phase)) or "total"
            return errors.TimedOut(phase, _number(value.get("seconds")) or 0)
        case "NotAStream":
            return errors.NotAStream(_text(value.get("content_type")), request_ids=ids)
        case _:
            made = _PLAIN_ERRORS.get(kind, errors.EndpointFailed)
            after = _number(value.get("retry_after_s"))
            return made(detail, status=status, request_ids=ids, retry_after_s=after)


def _write_usage(usage: Usage | None) -> Json | None:
    if usage is None:
        return None
    return {name: getattr(usage, name) for name in ("prompt_tokens", "completion_tokens", "reasoning_tokens")}


def _read_usage(value: object) -> Usage | None:
    if not isinstance(value, Mapping):
        return None
    return Usage(
        prompt_tokens=_count(value.get("prompt_tokens")) or 0,
        completion_tokens=_count(value.get("completion_tokens")) or 0,
        reasoning_tokens=_count(value.get("reasoning_tokens")) or 0,
    )


def _write_timings(timings: Timings) -> Json | None:
    """Counted from the request's leaving: the reply's clock means nothing to another process."""
    if timings.asked_at is None:
        return None
    times = {"first_text_at": timings.first_text_at, "last_text_at": timings.last_text_at}
    counted = {name: at - timings.asked_at for name, at in times.items() if at is not None}
    return {**counted, "fragments": timings.fragments}


def _read_timings(value: object) -> Timings:
    if not isinstance(value, Mapping):
        return Timings()
    return Timings(
        asked_at=0.0,
        first_text_at=_number(value.get("first_text_at")),
        last_text_at=_number(value.get("last_text_at")),
        fragments=_count(value.get("fragments")) or 0,
    )


def _read_filter(value: object) -> tuple[FilterResult, ...]:
    return tuple(
        FilterResult(
            category=_text(result.get("category")),
            filtered=result.get("filtered") is True,
            detected=result.get("detected") is True,
            severity=_text(result.get("severity")) or None,
        )
        for result in map(_mapping, _list(value))
    )


def _read_dropped(value: object) -> tuple[ParameterDropped, ...]:
    return tuple(
        ParameterDropped(name=_text(dropped.get("name")), instead=_text(dropped.get("instead")) or None)
        for dropped in map(_mapping, _list(value))
    )


def _read_ids(value: object) -> RequestIds:
    ids = _mapping(value)
    return RequestIds(request=_text(ids.get("request")) or None, gateway=_text(ids.get("gateway")) or None)


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST:
        return None
    return None if math.isnan(value) else float(value)


def _within(value: float | None, most: float) -> float | None:
    """What the page's own fields would take; anything else is left to the deployment."""
    return value if value is not None and 0 <= value <= most else None


def _tokens(value: int | None) -> int | None:
    return value if value is not None and 1 <= value <= LARGEST else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST else None


def _one_of(value: object, known: tuple[Any, ...]) -> Any:
    return value if value in known else None
