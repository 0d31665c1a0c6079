"""Playing a recording: in time, at a multiple, and step by step."""

from __future__ import annotations

import asyncio
import time

import pytest

from services.recording.playback import UNKNOWN_GAP_S, Playback
from services.recording.records import Recording
from tests.services.recording.samples import ARTICLE_BODY, recording_of
from tests.waiting import finish

PARTS = tuple(event + b"\n\n" for event in ARTICLE_BODY.split(b"\n\n") if event)


async def _times(playback: Playback) -> list[tuple[float, bytes]]:
    began = time.monotonic()
    return [(time.monotonic() - began, part) async for part in playback.parts()]


def _play(recording: Recording, pace: float) -> list[tuple[float, bytes]]:
    return finish(_times(Playback(recording, pace)))


@pytest.mark.parametrize("pace", [1.0, 4.0])
def test_each_part_comes_when_it_is_due_and_never_before(pace: float) -> None:
    played = _play(recording_of(*PARTS), pace)
    assert [part for _at, part in played] == list(PARTS)
    due = [(0.1 * (place + 1) - 0.05) / pace for place in range(len(PARTS))]
    assert all(at >= when - 0.001 for (at, _part), when in zip(played, due, strict=True))


def test_without_times_events_come_at_the_articles_pace() -> None:
    recording = recording_of(ARTICLE_BODY, has_times=False, head=None)
    played = _play(recording, 1.0)
    assert [part for _at, part in played] == list(PARTS)
    assert played[-1][0] >= UNKNOWN_GAP_S * (len(PARTS) - 1) - 0.001


def test_a_stream_that_does_not_end_with_a_blank_line_is_played_to_its_last_byte() -> None:
    body = b"data: a\n\ndata: b"
    played = _play(recording_of(body, has_times=False), 10.0)
    assert b"".join(part for _at, part in played) == body


@pytest.mark.parametrize(
    ("body", "there_are"),
    [
        (b"data: a\n\ndata: b\n\n", 2),
        (b"event: x\r\ndata: a\r\n\r\ndata: b\r\n\r\n", 2),
        (b"data: a\r\rdata: b\r\r", 2),
        (b"data: a\n\n\n\ndata: b\n\n\n", 2),
        (b"data: a\n\ndata: b", 2),
        (b"", 0),
    ],
)
def test_a_step_is_an_event_whatever_its_lines_end_with(body: bytes, there_are: int) -> None:
    assert Playback(recording_of(body), None).steps == (0, there_are)


def test_step_by_step_one_event_comes_for_each_step_and_then_the_rest() -> None:
    async def play() -> list[int]:
        playback = Playback(recording_of(ARTICLE_BODY), None)
        came: list[bytes] = []

        async def take() -> None:
            async for part in playback.parts():
                came.append(part)  # noqa: PERF401 - looked at while it grows

        task = asyncio.create_task(take())
        counts = []
        for _ in range(2):
            await asyncio.sleep(0.02)
            counts.append(len(came))
            await asyncio.to_thread(playback.step)
        await asyncio.sleep(0.02)
        counts.append(len(came))
        assert playback.is_stepped
        await asyncio.to_thread(playback.let_all)
        await task
        assert not playback.is_stepped
        assert playback.steps == (2, 5)
        assert b"".join(came) == ARTICLE_BODY
        return [*counts, len(came)]

    assert finish(play()) == [0, 1, 2, 5]
