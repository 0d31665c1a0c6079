"""Our file of a recording: read back byte for byte, readable by anybody, and never a crash."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.endpoint.sse import EventReader
from services.errors import RecordingNotReadable
from services.recording.records import Read, Recording
from services.recording.sse_file import is_ours, read_sse, write_sse
from tests.costing import cpu_seconds
from tests.services.recording.samples import ARTICLE_BODY, BODIES, recording_of, recordings


@given(recordings())
@settings(deadline=None, max_examples=300)
def test_what_is_written_is_read_back_byte_for_byte_with_its_times(recording: Recording) -> None:
    read = read_sse(write_sse(recording))
    assert read.body == recording.body
    assert read.reads == recording.reads
    assert read.head == recording.head
    assert read.sent == recording.sent


def test_everything_known_of_a_recording_comes_back() -> None:
    recording = recording_of(
        *ARTICLE_BODY.splitlines(keepends=True),
        name="望月の歌",
        note="for the demo",
        deployment="azure/gpt",
        origin="replayed",
        end="broken",
        total_bytes=9999,
    )
    assert replace(read_sse(write_sse(recording)), id=recording.id) == recording


def test_any_reader_of_events_reads_the_file_as_the_stream_itself() -> None:
    recording = recording_of(*(ARTICLE_BODY[n : n + 37] for n in range(0, len(ARTICLE_BODY), 37)))
    assert EventReader().feed(write_sse(recording)) == EventReader().feed(ARTICLE_BODY)


@pytest.mark.parametrize("ends", [b"\r\n", b"\r"])
def test_times_survive_an_editor_that_changes_line_ends(ends: bytes) -> None:
    events = [event + b"\n\n" for event in ARTICLE_BODY.split(b"\n\n") if event]
    changed = write_sse(recording_of(*events)).replace(b"\n", ends)
    read = read_sse(changed)
    assert [one.at for one in read.reads] == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert [one.end for one in read.reads][-1] == len(read.body)
    assert read.has_times


def test_a_line_of_the_stream_that_looks_like_ours_stays_one_of_the_stream() -> None:
    body = b": seseragi end 1 whole 5\ndata: x\n\n"
    assert read_sse(write_sse(recording_of(body))).body == body


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b": seseragi read soon 5\n", "not_valid"),
        (b": seseragi read nan 5\n", "not_valid"),
        (b": seseragi read 1e99 5\n", "not_valid"),
        (b": seseragi end 1 somehow 5\n", "not_valid"),
        (b": seseragi response 0 HTTP/1.1\n", "not_valid"),
        (b": seseragi response 0 HTTP/1.1 99999 X\n", "not_valid"),
        (b": seseragi created 99999\n", "not_valid"),
        (b": seseragi request-body {\n", "not_valid"),
    ],
)
def test_a_damaged_line_is_told_with_its_place(line: bytes, problem: str) -> None:
    with pytest.raises(RecordingNotReadable) as raised:
        read_sse(b": seseragi recording 1\n" + line)
    assert (raised.value.problem, raised.value.place) == (problem, "line 2")


def test_a_file_of_a_later_version_says_so() -> None:
    with pytest.raises(RecordingNotReadable) as raised:
        read_sse(b": seseragi recording 2\n")
    assert raised.value.problem == "later_version"


def test_comments_that_a_later_version_may_add_are_passed_over() -> None:
    assert read_sse(b": seseragi recording 1\n: seseragi colour blue\ndata: x\n\n").body == b"data: x\n\n"


@given(BODIES | st.binary(max_size=400))
@settings(deadline=None, max_examples=300)
def test_any_bytes_behind_our_first_line_give_a_recording_or_a_clear_error(content: bytes) -> None:
    content = b": seseragi recording 1\n" + content
    assert is_ours(content)
    with suppress(RecordingNotReadable):
        read = read_sse(content)
        assert all(one.end <= len(read.body) for one in read.reads)
        assert list(read.reads) == sorted(read.reads, key=lambda one: (one.at, one.end))


def test_writing_costs_in_proportion_to_the_body_however_it_was_read() -> None:
    def seconds(count: int) -> float:
        body = b"x" * count
        recording = replace(recording_of(body), reads=tuple(Read(0.0, end) for end in range(1, count + 1)))
        return cpu_seconds(lambda: write_sse(recording))

    seconds(2_000)
    assert seconds(80_000) < 9 * max(seconds(20_000), 0.005)


def test_reading_costs_in_proportion_to_the_file() -> None:
    def seconds(lines: int) -> float:
        content = b": seseragi recording 1\n" + b": seseragi read 0.5 1\nx" * lines
        return cpu_seconds(lambda: read_sse(content))

    seconds(2_000)
    assert seconds(40_000) < 9 * max(seconds(10_000), 0.005)
