"""How a recording is played: at its own pace, a multiple of it, all at once, or step by step.

Gives the bytes in the order and at the times they came; whoever plays sends them on. Steps may be asked for from any
thread. Knows no HTTP.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Callable
from functools import cached_property
from typing import Final

from services.recording.records import Read, Recording

Pace = float | None
"""Times the original one; None for step by step."""
PACES: Final[tuple[float, ...]] = (0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
UNKNOWN_GAP_S: Final = 0.033
"""Between two events of a recording that has no times: the article's delay."""
_EVENT_END: Final = re.compile(rb"(?>\r\n|\n|\r){2,}")
"""A blank line, or several. Atomic, since the two bytes of one line's end would make a blank line too."""


class Playback:
    """One playing of a recording. For one request only."""

    def __init__(self, recording: Recording, pace: Pace = 1.0) -> None:
        self.recording = recording
        self.pace = pace
        self._allowed = 0
        self._lets_all = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()

    @property
    def is_stepped(self) -> bool:
        """Whether it waits for steps."""
        return self.pace is None and not self._lets_all

    @property
    def steps(self) -> tuple[int, int]:
        """How many steps have been asked for, and how many there are."""
        return min(self._allowed, len(self._reads)), len(self._reads)

    def step(self) -> None:
        """Let one more event through."""
        self._allowed += 1
        self._tell()

    def let_all(self) -> None:
        """No more steps: let the rest through."""
        self._lets_all = True
        self._tell()

    async def head(self) -> None:
        """Wait until the head is due."""
        recording = self.recording
        if self.pace is not None and recording.head is not None and recording.has_times:
            await asyncio.sleep(recording.head.at / self.pace)

    async def parts(self, clock: Callable[[], float] = time.monotonic) -> AsyncGenerator[bytes, None]:
        """The body's bytes, each part when it is due."""
        self._loop = asyncio.get_running_loop()
        recording, sent = self.recording, 0
        began_at = clock() - (recording.head.at if recording.head and self.pace else 0.0) / (self.pace or 1.0)
        for number, read in enumerate(self._reads):
            await self._until(number, read.at, began_at, clock)
            yield recording.body[sent : read.end]
            sent = read.end
        if self.pace is not None:
            await self._sleep_until(recording.ended_at, began_at, clock)

    @cached_property
    def _reads(self) -> tuple[Read, ...]:
        recording = self.recording
        if self.pace is not None and recording.has_times:
            return recording.reads
        ends = [match.end() for match in _EVENT_END.finditer(recording.body)]
        if recording.body and (not ends or ends[-1] < len(recording.body)):
            ends.append(len(recording.body))
        return tuple(Read(number * UNKNOWN_GAP_S, end) for number, end in enumerate(ends))

    async def _until(self, number: int, at: float, began_at: float, clock: Callable[[], float]) -> None:
        if self.pace is not None:
            await self._sleep_until(at, began_at, clock)
            return
        while number >= self._allowed and not self._lets_all:
            self._wake.clear()
            await self._wake.wait()

    async def _sleep_until(self, at: float, began_at: float, clock: Callable[[], float]) -> None:
        await asyncio.sleep(max(0.0, began_at + at / (self.pace or 1.0) - clock()))

    def _tell(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)
