"""The line in which replies wait while as many as the process may write are being written. First come, first served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Line:
    """Lets at most `most` in at once. Entered on one loop; looked at from any thread."""

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._waiting: dict[str, None] = {}

    @property
    def is_full(self) -> bool:
        """Whether the next one would have to wait."""
        return self._free.locked()

    def place_of(self, name: str) -> int | None:
        """How many turns until `name` is let in, from 1; None where it doesn't wait."""
        return next((place for place, one in enumerate(tuple(self._waiting), start=1) if one == name), None)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for a place and hold it."""
        self._waiting[name] = None
        try:
            await self._free.acquire()
        finally:
            del self._waiting[name]
        try:
            yield
        finally:
            self._free.release()
