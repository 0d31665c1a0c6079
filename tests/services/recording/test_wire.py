"""What the reader says of each event and of each odd line."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.endpoint.sse import EventReader
from services.recording.records import Head, Read
from services.recording.wire import MOST_EVENTS, WireEvent, WireReader, read_wire
from tests.costing import cpu_seconds
from tests.services.recording.samples import ARTICLE_BODY, BODIES, recording_of

ARTICLE = Path(__file__).parents[3] / "services" / "recording" / "collection" / "article.sse"


def _read(*parts: bytes) -> tuple[WireEvent, ...]:
    return read_wire(recording_of(*parts))


def _event(value: Any) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def _choice(**fields: Any) -> bytes:
    return _event({"choices": [{"index": 0, **fields}]})


def test_each_event_has_its_kind_text_time_and_place() -> None:
    parts = [event + b"\n\n" for event in ARTICLE_BODY.split(b"\n\n") if event]
    events = _read(*parts)
    assert [event.kind for event in events] == ["role", "content", "content", "finish", "done"]
    assert [event.text for event in events] == ["assistant", "Hello", " there", "stop", "[DONE]"]
    assert [round(event.at, 3) for event in events] == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert [ARTICLE_BODY[event.start : event.end] for event in events] == parts


SAFE = {"hate": {"filtered": False, "severity": "safe"}}
OFFSETS = {"start_offset": 3, "end_offset": 12, "check_offset": 3}
BAD = {"violence": {"filtered": True, "severity": "medium"}}
KINDS = [
    (_event({"choices": [], "prompt_filter_results": [{"content_filter_results": SAFE}]}), "prompt filter", None),
    (_choice(delta={"refusal": "No."}), "refusal", None),
    (_choice(delta={"tool_calls": [{"index": 0}]}), "tool call", None),
    (_choice(delta={}, finish_reason="content_filter", content_filter_results=BAD), "finish", None),
    (_choice(content_filter_results=SAFE, content_filter_offsets=OFFSETS), "filter", "no delta"),
    (_event({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}), "usage", None),
    (_event({"choices": []}), "other", None),
    (_event({"error": {"message": "Sorry"}}), "error", "error inside"),
    (_event({"error": "boom"}), "error", "error inside"),
    (_event({"statusCode": 500}), "error", "no choices"),
    (b"data: null\n\n", "error", "not an object"),
    (b"data: <html>\n\n", "error", "not json"),
    (b"data:\n\n", "error", "empty data"),
    (b"data: \xff\n\n", "error", "not utf-8"),
    (b": keep-alive\n\n", "comment", "comment"),
    (b"id: 7\n\n", "ignored", "unused field"),
    (b"colour: blue\n\n", "ignored", "unknown field"),
    (b'{"choices":[]}\n\n', "ignored", "no data prefix"),
    (b"data: [DO", "ignored", "unclosed"),
    (b"data: {}", "ignored", "unclosed"),
    (b'data: {"choices":\ndata: []}\n\n', "other", "several lines"),
    (b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n', "content", "surrogate"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "remark"), KINDS)
def test_every_kind_is_told_apart_and_what_is_odd_is_marked(body: bytes, kind: str, remark: str | None) -> None:
    (event,) = _read(body)
    assert (event.kind, event.remark) == (kind, remark)


def test_verdicts_and_their_offsets_are_read() -> None:
    (event,) = _read(_choice(content_filter_results=BAD, content_filter_offsets=OFFSETS))
    assert [(verdict.category, verdict.filtered) for verdict in event.verdicts] == [("violence", True)]
    assert event.offsets == (3, 12)


def test_what_comes_after_done_and_a_byte_order_mark_are_marked() -> None:
    events = _read(b"\xef\xbb\xbfdata: [DONE]\n\ndata: {}\n\n")
    assert [(event.kind, event.remark) for event in events] == [
        ("ignored", "byte order mark"),
        ("done", None),
        ("ignored", "after done"),
    ]


def test_the_articles_line_without_its_prefix_is_found() -> None:
    body = b"".join(
        line for line in ARTICLE.read_bytes().splitlines(keepends=True) if not line.startswith(b": seseragi")
    )
    events = _read(body)
    assert [event.text for event in events if event.kind == "content"] == ["望", "月", "の"]
    assert [(event.number, event.remark) for event in events if event.remark] == [(2, "no data prefix")]


def test_a_body_that_is_no_stream_is_shown_whole() -> None:
    head = Head(status=429, headers=(("content-type", "application/json"),))
    (event,) = read_wire(recording_of(b'{"error":', b'{"code":"429"}}', head=head))
    assert (event.kind, event.raw, event.remark) == ("error", '{"error":{"code":"429"}}', "not a stream")


@given(BODIES, st.sets(st.integers(0, 300), max_size=20))
@settings(deadline=None, max_examples=300)
def test_however_the_bytes_are_split_the_events_are_the_same(body: bytes, cuts: set[int]) -> None:
    places = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    split, whole = WireReader(), WireReader()
    for begin, end in pairwise(places):
        split.feed(body[begin:end], 0.0)
    whole.feed(body, 0.0)
    split.close(0.0)
    whole.close(0.0)
    # Where a line ends in \r\n, its last byte may come with the next read: only the end then differs.
    assert [replace(event, end=0) for event in split.events] == [replace(event, end=0) for event in whole.events]


@given(BODIES)
@settings(deadline=None, max_examples=300)
def test_it_sees_the_same_data_as_the_reader_of_answers(body: bytes) -> None:
    try:
        expected = EventReader().feed(body)
    except UnicodeDecodeError:
        return
    reader = WireReader()
    reader.feed(body, 0.0)
    seen = [
        event.raw for event in reader.events if event.kind not in {"comment", "ignored"} or event.remark == "after done"
    ]
    assert seen == expected


def test_a_flood_of_events_ends_with_a_word_and_costs_no_more() -> None:
    reader = WireReader()
    for _ in range(3):
        reader.feed(b": x\n" * MOST_EVENTS, 1.0)
    reader.close(2.0)
    assert len(reader.events) == MOST_EVENTS + 1
    assert reader.events[-1].remark == "too many"
    assert reader.offset == 3 * 4 * MOST_EVENTS


def test_a_line_that_comes_byte_by_byte_costs_in_proportion() -> None:
    def seconds(count: int) -> float:
        body = b"data: " + b"x" * count
        reads = tuple(Read(0.0, end) for end in range(1, len(body) + 1))
        return cpu_seconds(lambda: read_wire(recording_of(body, reads=reads)))

    seconds(1_000)
    assert seconds(80_000) < 9 * max(seconds(20_000), 0.005)
