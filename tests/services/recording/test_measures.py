"""The figures of a recording."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.recording.measures import bursts_of, measure, percentile
from services.recording.records import Recording
from services.recording.wire import read_wire
from tests.services.recording.samples import ARTICLE_BODY, recording_of


def _stream(*times: float) -> Recording:
    events = [f'data: {{"choices":[{{"delta":{{"content":"望{n}"}}}}]}}\n\n'.encode() for n in range(len(times))]
    made = recording_of(*events)
    reads = tuple(replace(read, at=at) for read, at in zip(made.reads, times, strict=True))
    return replace(made, reads=reads, ended_at=times[-1] + 0.5)


def test_the_times_of_a_stream() -> None:
    recording = _stream(0.2, 0.3, 0.4, 0.9)
    found = measure(recording, read_wire(recording))
    assert (found.head_s, found.first_token_s, found.last_token_s) == (0.05, 0.2, 0.9)
    assert found.total_s == pytest.approx(1.4)
    assert found.median_gap_s == pytest.approx(0.1)
    assert found.p95_gap_s == pytest.approx(0.5)
    assert found.tokens_per_s == pytest.approx(3 / 0.7)
    assert found.text_bytes == 4 * len("望1".encode())
    assert found.bytes_per_text_byte == pytest.approx(len(recording.body) / found.text_bytes)


def test_fragments_that_come_together_are_one_burst() -> None:
    assert bursts_of([0.1, 0.101, 0.102, 0.2, 0.204, 0.3]) == (0, 0, 0, 1, 1, 2)
    recording = _stream(0.1, 0.101, 0.5, 0.501)
    assert measure(recording, read_wire(recording)).bursts == 2


def test_a_stall_is_long_and_much_longer_than_usual() -> None:
    recording = _stream(0.1, 0.2, 0.3, 0.4, 2.0, 2.1)
    assert measure(recording, read_wire(recording)).stalls == ((0.4, 2.0),)
    slow = _stream(1.0, 2.0, 3.0, 4.0)
    assert measure(slow, read_wire(slow)).stalls == ()


def test_without_times_nothing_is_said_of_time() -> None:
    recording = recording_of(ARTICLE_BODY, has_times=False)
    found = measure(recording, read_wire(recording))
    assert (found.first_token_s, found.total_s, found.median_gap_s) == (None, None, None)
    assert (found.tokens, found.events) == (2, 5)


def test_reasoning_tokens_are_no_text() -> None:
    usage = b'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":70,'
    usage += b'"completion_tokens_details":{"reasoning_tokens":64}}}\n\n'
    recording = recording_of(ARTICLE_BODY.removesuffix(b"data: [DONE]\n\n"), usage)
    assert measure(recording, read_wire(recording)).tokens == 6


def test_the_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.95) == 3.0
    assert percentile([1.0], 0.95) == 1.0
