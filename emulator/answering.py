"""Turns a call into the steps of a normal answer, at the deployment's cadence and with its filter.

Gets the text from `answers` and the shapes from `wire`; knows nothing of HTTP.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from emulator.answers import write_answer
from emulator.calls import Call
from emulator.steps import JSON_BODY, Pause, Play, Send, Step
from emulator.tokens import split_into_tokens
from emulator.wire import DONE, Shapes, Usage, severity_results, to_json

REASONING_TOKENS: Final = {"minimal": 0, "low": 64, "medium": 192, "high": 640}
_ANNOTATED_CHARACTERS: Final = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is going to be answered: the pieces, why they end, and what all of it weighs."""

    pieces: tuple[str, ...]
    reason: str
    usage: Usage


def shapes_for(call: Call) -> Shapes:
    """Fresh shapes for `call`."""
    return Shapes.new(
        model=call.deployment.model,
        created=int(time.time()),
        include_usage=call.include_usage,
        obfuscate=call.obfuscate,
        source=random.Random(),  # noqa: S311 - padding and ids, nothing secret
    )


def write_script(call: Call) -> Script:
    """The answer to `call`, cut to its token limit; reasoning spends the limit first."""
    pieces = _pieces(call)
    effort = str(call.parameters.get("reasoning_effort") or "medium")
    reasoning = REASONING_TOKENS[effort] if call.deployment.reasoning else 0
    left = len(pieces) if call.most_tokens is None else max(0, call.most_tokens - reasoning)
    spent = reasoning if call.most_tokens is None else min(reasoning, call.most_tokens)
    kept = pieces[:left]
    return Script(
        pieces=tuple(kept),
        reason="stop" if len(kept) == len(pieces) else "length",
        usage=Usage(prompt=call.prompt_tokens, completion=len(kept), reasoning=spent),
    )


def _pieces(call: Call) -> list[str]:
    exact = call.deployment.exact_tokens
    if exact is None:
        return split_into_tokens(write_answer(call))
    text = write_answer(call, at_least_tokens=exact)
    return split_into_tokens(text)[:exact]


def answer(call: Call) -> Play:
    """The whole response to `call`, streamed or not."""
    script, shapes = write_script(call), shapes_for(call)
    if not call.stream:
        return _whole(call, script, shapes)
    return Play(steps=_stream(call, script, shapes))


def _whole(call: Call, script: Script, shapes: Shapes) -> Play:
    seconds = call.deployment.first_token_s + call.deployment.token_s * len(script.pieces)
    body = to_json(shapes.whole("".join(script.pieces), script.usage, script.reason))
    return Play(steps=[Send(body.encode())], content_type=JSON_BODY, before_head=Pause(seconds))


def _stream(call: Call, script: Script, shapes: Shapes) -> Iterator[Step]:
    yield Send(shapes.prompt_filter())
    if call.deployment.reasoning:
        yield from _role_and_wait(call, shapes)
    else:
        yield Pause(call.deployment.first_token_s)
        yield Send(shapes.role())
    if call.deployment.filter == "asynchronous":
        yield from _annotated_later(call, script, shapes)
    else:
        yield from _text(call, script, shapes)
        yield from closing(call, shapes, script)


def _role_and_wait(call: Call, shapes: Shapes) -> Iterator[Step]:
    yield Send(shapes.role())
    yield Pause(call.deployment.first_token_s)


def _text(call: Call, script: Script, shapes: Shapes) -> Iterator[Step]:
    if call.deployment.cadence == "bursts":
        yield from _bursts(call, script, shapes)
    else:
        for piece in script.pieces:
            yield Send(shapes.content(piece))
            yield Pause(call.deployment.token_s)


def _bursts(call: Call, script: Script, shapes: Shapes) -> Iterator[Step]:
    for burst in _in_groups(script.pieces, call.deployment.burst_tokens):
        yield Pause(call.deployment.token_s * len(burst))
        for piece in burst:
            yield Send(shapes.content(piece))


def _annotated_later(call: Call, script: Script, shapes: Shapes) -> Iterator[Step]:
    """The asynchronous filter: text at once, verdicts on stretches of it afterwards, the last after the stop."""
    written = annotated = 0
    for piece in script.pieces:
        yield Send(shapes.unannotated(piece))
        yield Pause(call.deployment.token_s)
        written += len(piece)
        if written - annotated >= _ANNOTATED_CHARACTERS:
            yield Send(shapes.annotation(severity_results(), annotated, written))
            annotated = written
    yield Send(shapes.finish(script.reason))
    yield Send(shapes.annotation(severity_results(), annotated, written))
    yield from farewell(call, shapes, script)


def closing(call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    """The end of a stream: reason, usage, `[DONE]`."""
    yield Send(shapes.finish(script.reason))
    yield from farewell(call, shapes, script)


def farewell(call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    """What comes after the reason: usage where it was asked for, and `[DONE]`."""
    if call.include_usage:
        yield Send(shapes.usage(script.usage))
    yield Send(DONE)


def _in_groups(pieces: tuple[str, ...], size: int) -> Iterator[tuple[str, ...]]:
    rest = iter(pieces)
    while group := tuple(itertools.islice(rest, size)):
        yield group
