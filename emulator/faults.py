"""Everything that can go wrong, by name: `fault-<name>` as deployment or in the `x-emulator-fault` header.

A fault is chosen by whoever runs the emulator, never by the text of a question. Socket-level faults
(resets, broken chunks, no head at all) need a server below ASGI and will stand in a module of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from emulator import errors
from emulator.answering import Script, answer, closing, farewell, shapes_for, write_script
from emulator.calls import Call
from emulator.errors import Refusal
from emulator.steps import HTML_BODY, JSON_BODY, Hang, Pause, Play, Send, Step
from emulator.wire import DONE, Json, Shapes, completion_results, event, severity_results, to_json

PREFIX: Final = "fault-"
_SHOWN_PIECES: Final = 12
_SLOW_S: Final = 75.0

Fault = Callable[[Call, int], Play]
"""Gives the response to a call on its n-th attempt, counted from 0."""

_Steps = Callable[[Call, Shapes, Script], Iterable[Step]]


def _refuse(refusal: Refusal) -> Fault:
    return lambda _call, _attempt: refusal.as_play()


def _refuse_first(refusal: Refusal, times: int) -> Fault:
    return lambda call, attempt: refusal.as_play() if attempt < times else answer(call)


def _streamed(steps: _Steps) -> Fault:
    def play(call: Call, _attempt: int) -> Play:
        return Play(steps=steps(call, shapes_for(call), write_script(call)))

    return play


def _body(body: str, content_type: str) -> Fault:
    return lambda _call, _attempt: Play(steps=[Send(body.encode())] if body else [], content_type=content_type)


def _json_200(call: Call, _attempt: int) -> Play:
    script = write_script(call)
    body = to_json(shapes_for(call).whole("".join(script.pieces), script.usage, script.reason))
    return Play(steps=[Send(body.encode())], content_type=JSON_BODY)


def _opening(shapes: Shapes, script: Script, pieces: int = _SHOWN_PIECES) -> Iterator[Step]:
    yield Send(shapes.prompt_filter())
    yield Send(shapes.role())
    for piece in script.pieces[:pieces]:
        yield Send(shapes.content(piece))
        yield Pause(0.02)


def _after_opening(*then: Step) -> Fault:
    return _streamed(lambda _call, shapes, script: [*_opening(shapes, script), *then])


def _amid(*odd: bytes) -> Fault:
    """A whole normal answer with `odd` bytes after its first fragments."""

    def steps(call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
        yield from _opening(shapes, script)
        yield from map(Send, odd)
        for piece in script.pieces[_SHOWN_PIECES:]:
            yield Send(shapes.content(piece))
        yield from closing(call, shapes, script)

    return _streamed(steps)


def _rewritten(rewrite: Callable[[bytes], Iterable[bytes]]) -> Fault:
    """A whole normal answer whose bytes go through `rewrite`, event by event."""

    def steps(call: Call, _shapes: Shapes, _script: Script) -> Iterator[Step]:
        for step in answer(call).steps:
            yield from map(Send, rewrite(step.body)) if isinstance(step, Send) else [step]

    return _streamed(steps)


def _late_verdict(_call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    written = 0
    yield Send(shapes.prompt_filter())
    yield Send(shapes.role())
    for piece in script.pieces:
        yield Send(shapes.unannotated(piece))
        yield Pause(0.01)
        written += len(piece)
    yield Send(shapes.annotation(severity_results(), 0, written // 2))
    yield Send(shapes.finish("stop"))
    verdict: Json = {"protected_material_text": {"detected": True, "filtered": True}}
    yield Send(shapes.annotation(verdict, written // 2, written, "content_filter"))


def _late_block(call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    yield from _late_verdict(call, shapes, script)
    yield from farewell(call, shapes, script)


def _late_block_and_hang(call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    yield from _late_verdict(call, shapes, script)
    yield Hang()


def _cut_by_filter(_call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    yield from _opening(shapes, script)
    results = {**completion_results(), "violence": {"filtered": True, "severity": "medium"}}
    yield Send(shapes.finish("content_filter", results))
    yield Send(DONE)


def _filter_not_run(call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    error = {"code": "content_filter_error", "message": "The contents are not filtered"}
    yield Send(shapes.prompt_filter())
    yield Send(shapes.role())
    for piece in script.pieces:
        yield Send(shapes.content(piece, {"content_filter_result": {"error": error}}))
    yield from closing(call, shapes, script)


def _refusal(call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    yield Send(shapes.prompt_filter())
    yield Send(shapes.role())
    for piece in ("I'm", " sorry", ", but", " I can't", " help with", " that", "."):
        yield Send(shapes.refusal(piece))
        yield Pause(0.02)
    yield from closing(call, shapes, script)


def _tool_call(_call: Call, shapes: Shapes, _script: Script) -> Iterator[Step]:
    head = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": ""}}
    yield Send(shapes.prompt_filter())
    yield Send(shapes.tool_call({"index": 0, **head}))
    yield Send(shapes.tool_call({"index": 0, "function": {"arguments": "{}"}}))
    yield Send(shapes.finish("tool_calls"))
    yield Send(DONE)


def _cut_by_length(_call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    return iter([*_opening(shapes, script), Send(shapes.finish("length")), Send(DONE)])


def _nothing_left(_call: Call, shapes: Shapes, _script: Script) -> Iterator[Step]:
    return iter([Send(shapes.prompt_filter()), Send(shapes.role()), Send(shapes.finish("length")), Send(DONE)])


def _no_done(_call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    return iter([*_opening(shapes, script), Send(shapes.finish("stop"))])


def _slow_first_token(call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    yield Send(shapes.prompt_filter())
    yield Pause(_SLOW_S)
    for piece in script.pieces:
        yield Send(shapes.content(piece))
    yield from closing(call, shapes, script)


def _only_comments(_call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    yield from _opening(shapes, script)
    while True:
        yield Pause(1.0)
        yield Send(b": keep-alive\n\n")


def _endless(_call: Call, shapes: Shapes, script: Script) -> Iterator[Step]:
    yield from _opening(shapes, script)
    while True:
        yield Send(shapes.content("and on " * 1000))


def _long_line(_call: Call, _shapes: Shapes, _script: Script) -> Iterator[Step]:
    yield Send(b"data: ")
    while True:
        yield Send(b"x" * 65_536)


def _hang_before_head(_call: Call, _attempt: int) -> Play:
    return Play(steps=[], before_head=Hang())


def _midstream(kind: str, code: str | None, message: str) -> Fault:
    inner = {"type": kind, "code": code, "message": message, "param": None}
    return _after_opening(Send(event({"error": inner})))


def _per_byte(body: bytes) -> Iterator[bytes]:
    return (body[index : index + 1] for index in range(len(body)))


def _flood(_call: Call, shapes: Shapes, _script: Script) -> Iterator[Step]:
    half = shapes.content("half an event")
    return iter([Send(shapes.role()), Send(half), Send(half[:40])])


FAULTS: Final[dict[str, Fault]] = {
    # azure-wire §1.5: the content filter refuses the prompt
    "prompt-filtered": _refuse(errors.prompt_filtered()),
    "prompt-filtered-snake": _refuse(errors.prompt_filtered_snake()),
    "prompt-filtered-bare": _refuse(errors.prompt_filtered_bare()),
    # azure-wire §1.6: refusals before the stream
    "context-too-long": _refuse(errors.context_too_long(128_000, 192_041)),
    "context-too-long-requested": _refuse(errors.context_too_long_requested(8192, 8138, 80)),
    "input-too-long": _refuse(errors.input_too_long(272_000, 289_650)),
    "unsupported-parameter": _refuse(errors.unsupported_parameter("max_tokens", "max_completion_tokens")),
    "unsupported-value": _refuse(errors.unsupported_value("temperature", 0.1)),
    "wrong-tenant": _refuse(errors.WRONG_TENANT),
    "wrong-key": _refuse(errors.WRONG_KEY),
    "unauthorized": _refuse(errors.UNAUTHORIZED),
    "wrong-token": _refuse(errors.WRONG_TOKEN),
    "missing-role": _refuse(errors.MISSING_ROLE),
    "no-access": _refuse(errors.NO_ACCESS),
    "virtual-network": _refuse(errors.VIRTUAL_NETWORK),
    "firewall": _refuse(errors.FIREWALL),
    "keys-disabled": _refuse(errors.KEYS_DISABLED),
    "no-deployment": _refuse(errors.NO_DEPLOYMENT),
    "no-resource": _refuse(errors.NO_RESOURCE),
    "wrong-version": _refuse(errors.WRONG_VERSION),
    "429": _refuse(errors.rate_limited(9)),
    "429-precise": _refuse(errors.rate_limited(1, milliseconds=1200)),
    "429-a-day": _refuse(errors.rate_limited(86_400)),
    "429-calls": _refuse(errors.CALL_RATE),
    "429-model": _refuse(errors.MODEL_RATE),
    "429-once": _refuse_first(errors.rate_limited(1), 1),
    "429-twice": _refuse_first(errors.rate_limited(1), 2),
    "no-capacity": _refuse(errors.NO_CAPACITY),
    "500": _refuse(errors.SERVER_ERROR),
    "500-bare": _refuse(errors.SERVER_ERROR_BARE),
    "408": _refuse(errors.TIMEOUT),
    "413": _refuse(errors.from_proxy(413, "Request Entity Too Large")),
    "431": _refuse(errors.from_proxy(431, "Request Header Fields Too Large")),
    "502": _refuse(errors.from_proxy(502, "Bad Gateway")),
    "503": _refuse(Refusal(status=503, body="", from_gateway=True)),
    "504": _refuse(errors.from_proxy(504, "Gateway Time-out")),
    "redirect": _refuse(Refusal(status=307, body="", headers={"location": "http://127.0.0.1:9/elsewhere"})),
    # answers that end otherwise than with "stop"
    "length": _streamed(_cut_by_length),
    "length-empty": _streamed(_nothing_left),
    "cut-by-filter": _streamed(_cut_by_filter),
    "late-block": _streamed(_late_block),
    "late-block-and-hang": _streamed(_late_block_and_hang),
    "filter-not-run": _streamed(_filter_not_run),
    "refusal": _streamed(_refusal),
    "tool-call": _streamed(_tool_call),
    # streams that break
    "midstream-error": _midstream("server_error", None, "The server had an error while processing your request."),
    "midstream-no-capacity": _midstream("too_many_requests", "no_capacity", errors.NO_CAPACITY_MESSAGE),
    "midstream-forbidden": _midstream("forbidden", None, "Forbidden."),
    "midstream-user-error": _midstream("user_error", None, "The request cannot be processed."),
    "midstream-text": _after_opening(Send(event({"error": "boom"}))),
    "midstream-empty-error": _after_opening(Send(event({"error": {}}))),
    "truncated": _after_opening(),
    "truncated-mid-event": _streamed(_flood),
    "done-only": _body("data: [DONE]\n\n", "text/event-stream"),
    "empty": _body("", "text/event-stream"),
    "json-200": _json_200,
    "json-error-200": _body(to_json({"error": {"message": "no", "code": "500"}}), JSON_BODY),
    "html-200": _body("<!doctype html><html><title>Sign in</title><form></form></html>", HTML_BODY),
    "no-done": _streamed(_no_done),
    # time
    "stall": _after_opening(Hang()),
    "stall-with-comments": _streamed(_only_comments),
    "slow-first-token": _streamed(_slow_first_token),
    "no-first-token": _streamed(lambda _call, shapes, _script: [Send(shapes.prompt_filter()), Hang()]),
    "no-head": _hang_before_head,
    # bytes no recording of Azure shows, but proxies and hostile endpoints may send
    "comments": _amid(b": keep-alive\n\n", b"\n\n"),
    "foreign-lines": _amid(b"id: 7\n", b"retry: 3000\n\n"),
    "bad-json": _amid(b'data: {"choices": [\n\n'),
    "html-in-data": _amid(b"data: <html>Bad Gateway</html>\n\n"),
    "empty-data": _amid(b"data:\n\n"),
    "not-an-object": _amid(b"data: null\n\n", b"data: [1]\n\n", b'data: "text"\n\n', b"data: NaN\n\n"),
    "odd-choices": _amid(event({"choices": None}), event({"choices": [None, {"delta": {"content": [1]}}]})),
    "no-prefix": _amid(b'{"choices":[]}\n\n'),
    "lone-surrogate": _amid(b'data: {"choices":[{"index":0,"delta":{"content":"\\ud83d"}}]}\n\n'),
    "control-characters": _amid(event({"choices": [{"index": 0, "delta": {"content": "a\0b\u202ec"}}]})),
    "invalid-utf8": _amid(b'data: {"choices":[{"index":0,"delta":{"content":"\xff"}}]}\n\n'),
    "crlf": _rewritten(lambda body: [body.replace(b"\n", b"\r\n")]),
    "split-bytes": _rewritten(_per_byte),
    "endless": _streamed(_endless),
    "long-line": _streamed(_long_line),
}


def find_fault(deployment: str, header: str | None) -> Fault | None:
    """The fault that the header or, without one, the deployment's name asks for."""
    name = header if header is not None else deployment.removeprefix(PREFIX) if deployment.startswith(PREFIX) else ""
    return FAULTS.get(name)
