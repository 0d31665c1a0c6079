"""Caps on what a response may weigh, counted on the raw bytes as they come.

The SDK buffers an endless line without limit (azure-wire §2); this ends it. Doesn't know how the bytes come here
(`taping`).
"""

from __future__ import annotations

from services.errors import AnswerTooLarge

MOST_LINE_BYTES = 8_000_000


class Cap:
    """Counts one body."""

    def __init__(self, most_bytes: int, most_line_bytes: int = MOST_LINE_BYTES) -> None:
        self._most_bytes = most_bytes
        self._most_line_bytes = most_line_bytes
        self._total = self._line = 0

    def check(self, part: bytes) -> None:
        """Take note of the next bytes; raises `AnswerTooLarge` instead of letting the body grow without end."""
        self._total += len(part)
        last_break = part.rfind(b"\n")
        self._line = self._line + len(part) if last_break < 0 else len(part) - last_break - 1
        if self._total > self._most_bytes or self._line > self._most_line_bytes:
            raise AnswerTooLarge(f"{self._total} bytes, {self._line} of them in one line")
