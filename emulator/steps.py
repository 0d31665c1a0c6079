"""What a response does, as data: send these bytes, wait that long, hang until the client leaves.

A normal answer and a fault are both a sequence of steps; `playing` alone carries them out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Send:
    """Write these bytes to the client at once."""

    body: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Let time pass on the emulator's clock."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hang:
    """Send nothing more until the client closes the connection."""


Step = Send | Pause | Hang

EVENT_STREAM: Final = "text/event-stream; charset=utf-8"
JSON_BODY: Final = "application/json"
HTML_BODY: Final = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A whole response: its head, what comes before the head, and its steps.

    What the gateway says itself carries no `x-request-id`.
    """

    steps: Iterable[Step]
    status: int = 200
    content_type: str = EVENT_STREAM
    headers: dict[str, str] = field(default_factory=dict)
    before_head: Pause | Hang | None = None
    from_gateway: bool = False
