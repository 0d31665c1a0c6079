"""How many follow replies on this process at the moment: the more there are, the fewer frames each of them gets."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self


class Crowd:
    """Counts those who have entered and not yet left."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """One more."""
        with self._lock:
            self.count += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """One less."""
        with self._lock:
            self.count -= 1
