"""A transport that answers with a recording: what the SDK gets is what it got then, byte for byte and in time.

No socket is opened. Which recording is played stands in the context of the request.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from contextvars import ContextVar
from typing import Final

import httpx2

from services.recording.playback import Playback

_OF_THE_WIRE: Final = frozenset({"content-length", "transfer-encoding", "content-encoding", "connection"})
_PLAIN: Final = [("content-type", "text/event-stream")]

playing: ContextVar[Playback | None] = ContextVar("playing", default=None)
"""Of the request under way in this context."""


class ReplayTransport(httpx2.AsyncBaseTransport):
    """Plays whatever the context says."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The head when it is due, and a body that comes in its own time."""
        playback = playing.get()
        if playback is None:
            raise httpx2.ConnectError("no recording is being played", request=request)
        await playback.head()
        head = playback.recording.head
        if head is None:
            return httpx2.Response(200, headers=_PLAIN, stream=_Played(playback))
        headers = [(name, value) for name, value in head.headers if name.lower() not in _OF_THE_WIRE]
        return httpx2.Response(
            head.status,
            headers=headers,
            stream=_Played(playback),
            extensions={"reason_phrase": head.reason.encode("ascii", "replace")},
        )


class _Played(httpx2.AsyncByteStream):
    """The body; one that broke then breaks again."""

    def __init__(self, playback: Playback) -> None:
        self._playback = playback

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with aclosing(self._playback.parts()) as parts:
            async for part in parts:
                yield part
        if self._playback.recording.end == "broken":
            raise httpx2.ReadError("the connection broke here when this was recorded")
