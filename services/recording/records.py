"""A recording as a value: what was asked, the head that came, and the raw bytes with the time of each read.

Times are seconds since the request left. Knows neither how it is made (`tape`), nor kept, nor what the bytes say
(`wire`). No secret ever stands in one: they are left out where it is made (docs/adr/0011).
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final, Literal

Origin = Literal["recorded", "replayed", "opened", "built-in"]
End = Literal["open", "whole", "broken", "closed"]

ORIGINS: Final[tuple[Origin, ...]] = ("recorded", "replayed", "opened", "built-in")
ENDS: Final[tuple[End, ...]] = ("open", "whole", "broken", "closed")
NAME_CHARACTERS: Final = 200

Header = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The request, without what could open a door."""

    method: str = "POST"
    url: str = ""
    headers: tuple[Header, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Status line and headers, and when they came."""

    status: int
    reason: str = ""
    http_version: str = "HTTP/1.1"
    headers: tuple[Header, ...] = ()
    at: float = 0.0

    def header(self, name: str) -> str:
        """The first value under that name; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True, slots=True)
class Read:
    """One read: when it came, and where in the body its last byte is followed by the next."""

    at: float
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One response. `end` says how its body ended: whole, broken by the other side, closed by us, or not yet.

    `total_bytes` counts what came beyond the cap too; a body from elsewhere may have no times (`has_times`).
    """

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    name: str = ""
    note: str = ""
    origin: Origin = "recorded"
    deployment: str = ""
    created_at: float = field(default_factory=time.time)
    sent: Sent | None = None
    head: Head | None = None
    body: bytes = b""
    reads: tuple[Read, ...] = ()
    end: End = "whole"
    ended_at: float = 0.0
    total_bytes: int = 0
    has_times: bool = True

    @property
    def is_cut(self) -> bool:
        """Whether more came than was kept."""
        return self.total_bytes > len(self.body)

    @property
    def status(self) -> int | None:
        """Of the response, where its head is known."""
        return None if self.head is None else self.head.status

    @property
    def is_stream(self) -> bool:
        """Whether its body is one of Server-Sent Events: said by its head or, without one, assumed."""
        return self.head is None or self.head.header("content-type").lower().startswith("text/event-stream")

    @property
    def question(self) -> str:
        """What was asked, where the request says so."""
        try:
            content = json.loads(self.sent.body)["messages"][-1]["content"] if self.sent else ""
        except (ValueError, LookupError, TypeError, RecursionError):
            return ""
        return content if isinstance(content, str) else ""

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes kept."""
        return hashlib.sha256(self.body).hexdigest()

    def time_of(self, offset: int) -> float:
        """When the byte before `offset` came."""
        place = bisect_left(self.reads, offset, key=lambda read: read.end)
        return self.reads[min(place, len(self.reads) - 1)].at if self.reads else 0.0
