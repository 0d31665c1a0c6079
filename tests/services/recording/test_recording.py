"""Recording and replaying with the real SDK over real sockets: byte for byte, in time, and without a key."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from emulator.deployments import CATALOGUE
from emulator.faults import FAULTS
from services.deployments import Deployment, Endpoint
from services.endpoint.source import EndpointSource
from services.recording.playback import Playback
from services.recording.records import Recording
from services.recording.sse_file import read_sse, write_sse
from services.recording.wire import read_wire
from services.streaming.deadlines import Deadlines
from services.streaming.replies import Replies, ReplyLimits
from services.streaming.reply import Reply
from services.streaming.request import ChatRequest, Message
from tests.running import KEY, Running, serving
from tests.tap import Tap, tapped
from tests.waiting import until

QUESTION = (Message(role="user", content="Briefly, please."),)
PLAYER = Deployment(
    name="kept", endpoint=Endpoint(name="recordings", kind="recording", url="http://recordings.invalid")
)
NAMES = (*CATALOGUE, "paced-50x1", *(f"fault-{name}" for name in FAULTS))


@contextmanager
def _replies(patience_s: float = 0.5, **more: Any) -> Iterator[Replies]:
    deadlines = Deadlines(first_token_s=patience_s, silence_s=patience_s, total_s=60)
    limits = ReplyLimits(most_characters=100_000, deadlines=deadlines)
    made = Replies(EndpointSource(**{"max_retries": 0, "most_bytes": 20_000_000, **more}), limits)
    try:
        yield made
    finally:
        made.close()


def _ask(replies: Replies, deployment: Deployment, **more: Any) -> Reply:
    reply = replies.start(ChatRequest(deployment=deployment, **{"messages": QUESTION, **more}))
    until(lambda: not reply.is_live)
    return reply


def _recorded(reply: Reply) -> Recording:
    return reply.tapes[-1].recording()


@pytest.fixture(scope="module")
def tap(fast: Running) -> Iterator[Tap]:
    with tapped(fast.address) as made:
        yield made


def _through(tap: Tap, fast: Running, name: str) -> Deployment:
    deployment = fast.deployment(name)
    return replace(deployment, endpoint=replace(deployment.endpoint, url=tap.address))


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_recorded_is_what_the_endpoint_sent_byte_for_byte(tap: Tap, fast: Running, name: str) -> None:
    """Where the reply ended it (a deadline, an error amid the stream, a late verdict), as far as it was let come."""
    with _replies() as replies:
        reply = _ask(replies, _through(tap, fast, name))
    recording, sent = _recorded(reply), tap.body()
    if recording.end == "closed":
        assert reply.answer().status in {"failed", "filtered"}
        sent = sent[: len(recording.body)]
    assert recording.digest == _digest(sent)
    assert _digest(read_sse(write_sse(recording)).body) == _digest(sent)
    assert recording.reads[-1].end == len(sent) if sent else recording.reads == ()
    assert KEY not in repr(recording)


def test_an_endless_line_is_cut_at_the_cap_and_says_so(fast: Running) -> None:
    with _replies(most_recorded_bytes=1_000_000) as replies:
        recording = _recorded(_ask(replies, fast.deployment("fault-long-line")))
    assert len(recording.body) == 1_000_000
    assert recording.is_cut
    assert recording.end == "closed"


def test_each_try_of_the_sdk_has_a_recording_of_its_own(fast: Running) -> None:
    with _replies(max_retries=2, patience_s=20) as replies:
        reply = _ask(replies, fast.deployment("fault-429-once"))
    assert [tape.recording().status for tape in reply.tapes] == [429, 200]


def test_a_parameter_that_was_refused_shows_in_two_recordings(fast: Running) -> None:
    with _replies() as replies:
        reply = _ask(replies, replace(fast.deployment("demo-reasoning"), reasoning=False), parameters=_warm())
    assert [tape.recording().status for tape in reply.tapes] == [400, 200]
    assert "temperature" not in json.loads(_recorded(reply).sent.body)  # type: ignore[union-attr]  # it was sent


def _warm() -> Any:
    from services.streaming.request import Parameters

    return Parameters(temperature=0.5)


def test_an_endpoint_that_cannot_be_reached_leaves_the_request_and_nothing_else() -> None:
    nowhere = Deployment(name="x", endpoint=Endpoint(name="x", kind="openai", url="http://127.0.0.1:9", api_key=KEY))
    with _replies() as replies:
        recording = _recorded(_ask(replies, nowhere))
    assert (recording.head, recording.body, recording.end) == (None, b"", "broken")
    assert recording.sent is not None


def test_stop_ends_the_recording_where_the_stream_was(lifelike: Running) -> None:
    with _replies(patience_s=20) as replies:
        reply = replies.start(ChatRequest(deployment=lifelike.deployment("demo-token-by-token"), messages=QUESTION))
        until(lambda: len(reply.fragments) > 3)
        assert reply.tapes[-1].recording().end == "open"
        reply.stop()
        until(lambda: not reply.is_live)
        recording = _recorded(reply)
    assert recording.end == "closed"
    assert "done" not in [event.kind for event in read_wire(recording)]


def test_with_recording_switched_off_there_is_no_tape(fast: Running) -> None:
    with _replies(most_recorded_bytes=0) as replies:
        reply = _ask(replies, fast.deployment("echo"))
    assert reply.answer().status == "complete"
    assert reply.tapes == []


@pytest.mark.parametrize("kind", ["azure", "azure-v1", "openai"])
def test_no_key_enters_a_recording_even_where_the_endpoint_repeats_it(kind: Any) -> None:
    async def echo(scope: Scope, _receive: Receive, send: Send) -> None:
        given = b" ".join(value for _name, value in scope["headers"])
        await send({"type": "http.response.start", "status": 401, "headers": [(b"x-echo", given)]})
        await send({"type": "http.response.body", "body": b'{"error":{"message":"wrong: ' + given + b'"}}'})

    with serving(echo) as address, _replies() as replies:
        url = address if kind == "azure" else f"{address}/openai/v1"
        deployment = Deployment(name="x", endpoint=Endpoint(name="x", kind=kind, url=url, api_key=KEY))
        reply = _ask(replies, deployment, messages=(Message(role="user", content=f"my key is {KEY}"),))
    recording = _recorded(reply)
    assert b"wrong: " in recording.body
    assert KEY not in repr(recording)
    assert KEY.encode() not in write_sse(recording)


def test_a_whole_answer_is_recorded_as_json(fast: Running) -> None:
    with _replies() as replies:
        reply = _ask(replies, fast.deployment("demo-token-by-token"), is_streamed=False)
    answer, recording = reply.answer(), _recorded(reply)
    assert (answer.status, answer.finish_reason, answer.timings.fragments) == ("complete", "stop", 1)
    assert answer.usage is not None
    assert json.loads(recording.body)["choices"][0]["message"]["content"] == answer.text
    assert "stream" not in json.loads(recording.sent.body)  # type: ignore[union-attr]  # it was sent


@pytest.mark.parametrize("name", ["fault-json-error-200", "fault-empty", "fault-html-200"])
def test_a_whole_answer_that_is_none_is_an_error(fast: Running, name: str) -> None:
    with _replies() as replies:
        answer = _ask(replies, fast.deployment(name), is_streamed=False).answer()
    assert answer.status == "failed"
    assert answer.error is not None


@pytest.mark.parametrize(
    "name",
    [
        "demo-token-by-token",
        "demo-azure-bursts",
        "demo-async-filter",
        "fault-cut-by-filter",
        "fault-late-block",
        "fault-refusal",
        "fault-429",
        "fault-500",
        "fault-prompt-filtered",
        "fault-truncated",
        "fault-bad-json",
        "fault-no-prefix",
        "fault-split-bytes",
        "fault-html-200",
    ],
)
def test_a_replay_gives_the_same_bytes_events_and_answer(fast: Running, name: str) -> None:
    with _replies() as replies:
        first = _ask(replies, fast.deployment(name))
        recording = read_sse(write_sse(_recorded(first)))
        again = _ask(replies, PLAYER, playback=Playback(recording, 10.0))
    assert _recorded(again).body == recording.body
    assert _recorded(again).origin == "replayed"
    assert [event.raw for event in read_wire(_recorded(again))] == [event.raw for event in read_wire(recording)]
    assert _essence(again) == _essence(first)


def _essence(reply: Reply) -> tuple[object, ...]:
    answer = reply.answer()
    error = None if answer.error is None else (type(answer.error), answer.error.status, answer.error.request_ids)
    return answer.status, answer.text, answer.refusal, answer.finish_reason, answer.usage, error


def test_a_replay_at_its_own_pace_keeps_the_gaps_within_five_milliseconds(lifelike: Running) -> None:
    with _replies(patience_s=20) as replies:
        recording = _recorded(_ask(replies, lifelike.deployment("demo-token-by-token")))
        # One of five: the machine that runs the tests may pause for longer than that by itself.
        assert any(
            _worst_gap(recording, _recorded(_ask(replies, PLAYER, playback=Playback(recording)))) <= 0.005
            for _try in range(5)
        )


def _worst_gap(recorded: Recording, replayed: Recording) -> float:
    pairs = [(read.at, again.at) for read, again in zip(recorded.reads, replayed.reads, strict=True)]
    gaps = [(now - was, then - before) for (was, before), (now, then) in itertools.pairwise(pairs)]
    return max(abs(mine - theirs) for mine, theirs in gaps)


def test_a_connection_that_broke_breaks_again(fast: Running) -> None:
    with _replies() as replies:
        recording = replace(_recorded(_ask(replies, fast.deployment("fault-truncated"))), end="broken")
        answer = _ask(replies, PLAYER, playback=Playback(recording, 10.0)).answer()
    assert type(answer.error).__name__ == "StreamBroken"


def test_a_replay_that_is_stepped_waits_longer_than_any_deadline_until_it_is_let_go(fast: Running) -> None:
    with _replies() as replies:
        recording = _recorded(_ask(replies, fast.deployment("echo")))
        playback = Playback(recording, None)
        reply = replies.start(ChatRequest(deployment=PLAYER, messages=QUESTION, playback=playback))
        reply.wait_for_end(0.8)
        assert reply.is_live
        assert reply.fragments == []
        while not reply.fragments:
            count = len(reply.tapes[-1].recording().reads)
            playback.step()
            until(lambda count=count: len(reply.tapes[-1].recording().reads) > count)  # type: ignore[misc]  # bound at once
        playback.let_all()
        until(lambda: not reply.is_live)
        assert reply.answer().status == "complete"
