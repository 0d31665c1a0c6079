"""Reads a chunk of the stream, decoded JSON, into events, trusting nothing about it.

A chunk may be None, a list or a string, choices and deltas may be missing, text may hold lone surrogates
(azure-wire §2). Runs for every token, so what says nothing new makes no event. Knows no I/O.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from services.errors import MalformedStream
from services.filtering import read_filter_results, read_objections
from services.streaming.events import (
    ChatEvent,
    CompletionFilterResults,
    ContentDelta,
    Finished,
    PromptFilterResults,
    RefusalDelta,
    RoleNamed,
    Usage,
)

_UNFIT: Final = re.compile("[\0\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_REPLACEMENT: Final = "\ufffd"
_LONGEST_WORD: Final = 64


def clean_text(text: str) -> str:
    """`text` without NUL and bidirectional overrides; lone surrogates become U+FFFD."""
    return _UNFIT.sub(lambda m: _REPLACEMENT if "\ud800" <= m[0] <= "\udfff" else "", text)


def read_chunk(chunk: object, at: float) -> Iterator[ChatEvent]:
    """The events in `chunk`, received at `at`; raises `MalformedStream` where it is no chunk at all."""
    choices = _field(chunk, "choices")
    if not isinstance(choices, list):
        raise MalformedStream(f"a chunk without choices: {type(chunk).__name__}")
    yield from _prompt_filter(_field(chunk, "prompt_filter_results"))
    for choice in choices:
        index = _field(choice, "index")
        if index is None or index == 0:
            yield from _read_choice(choice, at)
    yield from _usage(_field(chunk, "usage"))


def read_completion(value: object, at: float) -> Iterator[ChatEvent]:
    """The events in an answer that came at once; raises `MalformedStream` where it is none."""
    choices = _field(value, "choices")
    if not isinstance(value, dict) or not isinstance(choices, list):
        raise MalformedStream(f"a completion without choices: {type(value).__name__}")
    told = [{**one, "delta": one.get("message") or {}} for one in choices if isinstance(one, dict)]
    yield from read_chunk({**value, "choices": told}, at)


def _field(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _prompt_filter(value: object) -> Iterator[ChatEvent]:
    for item in value if isinstance(value, list) else ():
        results = read_filter_results(_field(item, "content_filter_results"))
        if results:
            yield PromptFilterResults(results=results)


def _read_choice(choice: object, at: float) -> Iterator[ChatEvent]:
    delta = _field(choice, "delta")
    yield from _read_delta(delta, at)
    results = read_objections(_field(choice, "content_filter_results"))
    offsets = _field(choice, "content_filter_offsets")
    if results:
        start, end = _number(offsets, "start_offset"), _number(offsets, "end_offset")
        yield CompletionFilterResults(results=results, start_offset=start, end_offset=end)
    reason = _field(choice, "finish_reason")
    if isinstance(reason, str) and reason:
        yield Finished(reason=clean_text(reason[:_LONGEST_WORD]), late=delta is None, at=at)


def _read_delta(delta: object, at: float) -> Iterator[ChatEvent]:
    role = _field(delta, "role")
    if isinstance(role, str):
        yield RoleNamed(role=clean_text(role[:_LONGEST_WORD]))
    content = _field(delta, "content")
    if isinstance(content, str) and content:
        yield ContentDelta(text=clean_text(content), at=at)
    refusal = _field(delta, "refusal")
    if isinstance(refusal, str) and refusal:
        yield RefusalDelta(text=clean_text(refusal), at=at)


def _usage(value: object) -> Iterator[ChatEvent]:
    prompt, completion = _number(value, "prompt_tokens"), _number(value, "completion_tokens")
    if prompt is None or completion is None:
        return
    reasoning = _number(_field(value, "completion_tokens_details"), "reasoning_tokens") or 0
    yield Usage(prompt_tokens=prompt, completion_tokens=completion, reasoning_tokens=reasoning)


def _number(value: object, name: str) -> int | None:
    number = _field(value, name)
    return number if type(number) is int and number >= 0 else None
