"""Remembers each request and when its client went away, so that a test can say "Stop closed it".

Times are `Clock.now()`: real monotonic seconds. Keys and tokens are never kept.
"""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from emulator.clock import Clock

MOST_RECORDS: Final = 1000
MOST_SENDINGS: Final = 2000


@dataclass(slots=True, kw_only=True)
class Record:
    """One request: what it asked for and what became of it; `sent_at` tells of the first `MOST_SENDINGS` events."""

    deployment: str
    received_at: float
    url: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempt: int = 0
    body: Any = None
    status: int | None = None
    head_sent_at: float | None = None
    first_byte_at: float | None = None
    bytes_sent: int = 0
    sent_at: list[float] = field(default_factory=list)
    ended_at: float | None = None
    client_closed_at: float | None = None

    def note_sending(self, size: int, now: float) -> None:
        """`size` bytes have been sent."""
        self.bytes_sent += size
        if self.first_byte_at is None:
            self.first_byte_at = now
        if len(self.sent_at) < MOST_SENDINGS:
            self.sent_at.append(now)


class Ledger:
    """The latest records, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: deque[Record] = deque(maxlen=MOST_RECORDS)

    def open(self, *, deployment: str, url: str, attempt: int) -> Record:
        """A new record, received now."""
        record = Record(deployment=deployment, url=url, attempt=attempt, received_at=self._clock.now())
        self._records.append(record)
        return record

    def as_json(self) -> list[dict[str, Any]]:
        """All records, for `GET /emulator/requests`."""
        return [asdict(record) for record in self._records]
