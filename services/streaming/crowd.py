"""How many follow replies on this process, and whether many have come at once.

The more there are, the fewer frames each of them gets; in a rush, first words go before everything that can wait.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

RUSH: Final = 8
"""So many who come within `RUSH_S` seconds are a rush."""
RUSH_S: Final = 1.0


class Crowd:
    """Counts those who have entered and not yet left."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.count = 0
        self._clock = clock
        self._lock = threading.Lock()
        self._came = deque[float](maxlen=RUSH)

    @property
    def is_rushed(self) -> bool:
        """Whether many have come in the last moments."""
        came = self._came
        return len(came) == RUSH and self._clock() - came[0] < RUSH_S

    def __enter__(self) -> Self:
        """One more."""
        with self._lock:
            self.count += 1
            self._came.append(self._clock())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """One less."""
        with self._lock:
            self.count -= 1
