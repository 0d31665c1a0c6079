"""Files and pastes from elsewhere: recordings or a clear error, and never a key."""

from __future__ import annotations

import base64
import json
import tracemalloc
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import RecordingNotReadable
from services.recording.opening import MOST_BYTES, open_recordings
from services.recording.records import Recording
from services.recording.sse_file import write_sse
from services.recording.wire import MOST_EVENTS, read_wire
from tests.costing import cpu_seconds
from tests.services.recording.samples import ARTICLE_BODY, BODIES, recordings

SECRET = "canary-key-0123456789"


def _har(text: str = ARTICLE_BODY.decode(), **content: Any) -> dict[str, Any]:
    return {
        "log": {
            "entries": [
                {
                    "startedDateTime": "2026-11-21T10:00:00.000Z",
                    "timings": {"blocked": 1, "dns": -1, "connect": -1, "send": 2, "wait": 97, "receive": 900},
                    "request": {
                        "method": "POST",
                        "url": f"https://x/openai/chat/completions?api-version=1&key={SECRET}",
                        "httpVersion": "HTTP/2",
                        "headers": [{"name": "api-key", "value": SECRET}, {"name": "accept", "value": "*/*"}],
                        "postData": {"mimeType": "application/json", "text": f'{{"x": "{SECRET}"}}'},
                    },
                    "response": {
                        "status": 200,
                        "statusText": "OK",
                        "httpVersion": "HTTP/2",
                        "headers": [{"name": "set-cookie", "value": "session=1"}],
                        "content": {"mimeType": "text/event-stream", "text": text, **content},
                    },
                },
                {
                    "request": {"method": "GET", "url": "https://x/logo.png", "headers": []},
                    "response": {"status": 200, "headers": [], "content": {"mimeType": "image/png", "text": ""}},
                },
            ]
        }
    }  # fmt: skip


def _open(value: Any) -> list[Recording]:
    return open_recordings("log.har", json.dumps(value).encode())


@given(recordings())
@settings(deadline=None, max_examples=60)
def test_what_was_saved_here_is_opened_with_an_id_of_its_own(recording: Recording) -> None:
    (opened,) = open_recordings("kept.sse", write_sse(recording))
    assert opened.body == recording.body
    assert opened.id != recording.id
    assert opened.name == (recording.name or "kept")


def test_a_paste_has_no_times_and_all_its_events() -> None:
    (opened,) = open_recordings("Pasted", ARTICLE_BODY)
    assert not opened.has_times
    assert [event.text for event in read_wire(opened) if event.kind == "content"] == ["Hello", " there"]


def test_a_paste_that_begins_with_a_line_without_its_prefix_is_a_paste_too() -> None:
    (opened,) = open_recordings("Pasted", b'{"choices":[]}\n\n' + ARTICLE_BODY)
    assert read_wire(opened)[0].remark == "no data prefix"


@pytest.mark.parametrize("is_packed", [False, True])
def test_the_streams_of_a_har_are_opened_and_nothing_else(is_packed: bool) -> None:  # noqa: FBT001 - a case of the test
    packed = {"text": base64.b64encode(ARTICLE_BODY).decode(), "encoding": "base64"} if is_packed else {}
    (opened,) = _open(_har(**packed)) if is_packed else _open(_har())
    assert opened.body == ARTICLE_BODY
    assert opened.head is not None
    assert (opened.head.status, opened.head.at, opened.ended_at) == (200, 0.1, 1.0)
    assert not opened.has_times
    assert opened.name == "log"


def test_no_key_of_a_har_comes_in() -> None:
    (opened,) = _open(_har(ARTICLE_BODY.decode() + f": you sent {SECRET}\n\n"))
    assert SECRET not in repr(opened)
    assert b"you sent *****" in opened.body


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"hello", "unknown_format"),
        (b"\x89PNG\r\n\x1a\n", "unknown_format"),
        (b"{", "not_json"),
        (b'{"a": "\xff"}', "not_json"),
        (b'{"a": 1}', "missing"),
        (b'{"log": 5}', "not_valid"),
        (b'{"log": {"entries": [5]}}', "not_valid"),
        (b'{"log": {"entries": [{"request": {}}]}}', "missing"),
        (b'{"log": {"entries": []}}', "empty"),
        (b'{"a":' * 100_000, "not_valid"),
        (b"data: x\n" * (MOST_BYTES // 8 + 1), "too_large"),
    ],
)
def test_what_is_no_recording_says_why(content: bytes, problem: str) -> None:
    with pytest.raises(RecordingNotReadable) as raised:
        open_recordings("some.file", content)
    assert raised.value.problem == problem


def test_a_har_without_streams_says_what_was_looked_for() -> None:
    har = _har()
    del har["log"]["entries"][0]
    with pytest.raises(RecordingNotReadable) as raised:
        _open(har)
    assert "text/event-stream" in raised.value.place


def test_a_damaged_place_of_a_har_is_named() -> None:
    har = _har(encoding="base64")
    with pytest.raises(RecordingNotReadable) as raised:
        _open(har)
    assert raised.value.place == "$.log.entries[0].response.content.text"


@given(st.binary(max_size=400) | BODIES)
@settings(deadline=None, max_examples=400)
def test_any_bytes_give_recordings_or_a_clear_error(content: bytes) -> None:
    with suppress(RecordingNotReadable):
        for opened in open_recordings("any", content):
            read_wire(opened)
            write_sse(opened)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_a_har_with_anything_in_any_place_gives_recordings_or_a_clear_error(data: st.DataObject) -> None:
    har: Any = _har()
    place: Any = har["log"]["entries"][0]
    path = data.draw(
        st.sampled_from(["request", "response", "timings", "startedDateTime", "content", "postData", "headers"])
    )
    for parent in (place, place["request"], place["response"]):
        if path in parent:
            parent[path] = data.draw(_JSON)
            break
    with suppress(RecordingNotReadable):
        for opened in _open(har):
            read_wire(opened)
            write_sse(opened)


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_a_field_of_a_har_may_be_anything(data: st.DataObject) -> None:
    har: Any = _har()
    entry = har["log"]["entries"][0]
    inside = data.draw(
        st.sampled_from([entry["request"], entry["response"], entry["response"]["content"], entry["timings"]])
    )
    inside[data.draw(st.sampled_from(sorted(inside)))] = data.draw(_JSON)
    with suppress(RecordingNotReadable):
        for opened in _open(har):
            read_wire(opened)
            write_sse(opened)


@pytest.mark.parametrize(
    "flood",
    [
        b"\n",
        b"\r",
        b":\n",
        b"x\n",
        b"data:\n\n",
        b"data: 1\n\n",
        b"data: x\n",
        b": seseragi read 0 1\nx",
        b": seseragi line \n",
    ],
)
@pytest.mark.parametrize("first", [b"data: 1\n\n", b": seseragi recording 1\n"])
def test_a_flood_of_the_smallest_lines_takes_bounded_memory(first: bytes, flood: bytes) -> None:
    content = first + flood * (400_000 // len(flood))
    tracemalloc.start()
    with suppress(RecordingNotReadable):
        for opened in open_recordings("flood", content):
            assert len(read_wire(opened)) <= MOST_EVENTS + 1
            write_sse(opened)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000


def test_opening_costs_in_proportion_to_the_file() -> None:
    def seconds(events: int) -> float:
        content = b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n' * events
        return cpu_seconds(lambda: [read_wire(opened) for opened in open_recordings("many", content)])

    seconds(500)
    assert seconds(12_000) < 9 * max(seconds(3_000), 0.01)
