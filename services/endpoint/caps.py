"""Caps on what a response may weigh, counted on the raw bytes as they come.

The SDK buffers an endless line without limit (azure-wire §2); this ends it. Set from a response hook
instead of a transport, so that the proxies of the environment keep working.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

from services.errors import AnswerTooLarge

MOST_LINE_BYTES = 8_000_000


class CappedStream(httpx2.AsyncByteStream):
    """A response body that raises `AnswerTooLarge` instead of growing without end."""

    def __init__(self, body: httpx2.AsyncByteStream, most_bytes: int, most_line_bytes: int = MOST_LINE_BYTES) -> None:
        self._body = body
        self._most_bytes = most_bytes
        self._most_line_bytes = most_line_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The body's bytes, as long as they stay within the caps."""
        total = line = 0
        async for chunk in self._body:
            total += len(chunk)
            last_break = chunk.rfind(b"\n")
            line = line + len(chunk) if last_break < 0 else len(chunk) - last_break - 1
            if total > self._most_bytes or line > self._most_line_bytes:
                raise AnswerTooLarge(f"{total} bytes, {line} of them in one line")
            yield chunk

    async def aclose(self) -> None:
        """Close the body."""
        await self._body.aclose()
