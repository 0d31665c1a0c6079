"""The emulator's only source of time, so that tests can make a minute pass in a moment.

Knows nothing of answers; whoever waits, waits here.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Something that tells the time and lets it pass."""

    def now(self) -> float:
        """Seconds on a clock that never goes back; on one machine comparable between processes."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` of the emulator's time pass."""
        ...


class ScaledClock:
    """The real clock, whose waits are divided by `speed` (2 is twice as fast as life)."""

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            msg = f"speed must be above 0, not {speed!r}"
            raise ValueError(msg)
        self._speed = speed

    def now(self) -> float:
        """Real monotonic seconds, never scaled: what is recorded is when it really happened."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds / speed` real seconds."""
        await asyncio.sleep(seconds / self._speed)
