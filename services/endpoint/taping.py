"""Watches every response: counts its bytes against the caps and puts them on tape.

From two hooks of the HTTP client instead of a transport, so that the proxies of the environment keep working. The
tapes of one request go to whoever has opened a `Reel` around it. What may not be kept is left out here, before
anything is written down (docs/adr/0011).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import httpx2

from services.endpoint.caps import Cap
from services.recording.records import End, Origin, Sent
from services.recording.secrecy import secrets_in, shown_address, shown_headers
from services.recording.tape import Tape

_EXTENSION: Final = "seseragi.tape"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reel:
    """Who gets the tapes of a request, and what they say of it."""

    take: Callable[[Tape], object]
    deployment: str
    origin: Origin
    most_bytes: int


reel: ContextVar[Reel | None] = ContextVar("reel", default=None)
"""Of the request under way in this context; None where nothing is recorded."""


async def begin_tape(request: httpx2.Request) -> None:
    """A request is about to leave."""
    wanted = reel.get()
    if wanted is None:
        return
    headers = list(request.headers.items())
    sent = Sent(
        method=request.method,
        url=shown_address(str(request.url)),
        headers=shown_headers(headers),
        body=request.content.decode(errors="replace"),
    )
    tape = Tape(
        sent,
        secrets_in(headers),
        deployment=wanted.deployment,
        origin=wanted.origin,
        most_bytes=wanted.most_bytes,
    )
    request.extensions = {**request.extensions, _EXTENSION: tape}
    wanted.take(tape)


def watch(response: httpx2.Response, cap: Cap) -> None:
    """A head has come: its body will be counted, and go through the tape where there is one."""
    if not isinstance(response.stream, httpx2.AsyncByteStream):
        return
    tape = response.request.extensions.get(_EXTENSION)
    if not isinstance(tape, Tape):
        response.stream = _Watched(response.stream, cap, None)
        return
    pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
    tape.note_head(response.status_code, response.reason_phrase, response.http_version, pairs)
    response.stream = _Watched(response.stream, cap, tape)


class _Watched(httpx2.AsyncByteStream):
    """A body that is watched as it passes. One step for cap and tape: each more costs 14 µs for every token."""

    def __init__(self, body: httpx2.AsyncByteStream, cap: Cap, tape: Tape | None) -> None:
        self._body = body
        self._cap = cap
        self._tape = tape

    async def __aiter__(self) -> AsyncIterator[bytes]:
        check, note = self._cap.check, self._tape.note_read if self._tape else _nowhere
        try:
            async for part in self._body:
                check(part)
                note(part)
                yield part
        except httpx2.HTTPError:
            self._end("broken")
            raise
        self._end("whole")

    async def aclose(self) -> None:
        self._end("closed")
        await self._body.aclose()

    def _end(self, end: End) -> None:
        if self._tape is not None:
            self._tape.note_end(end)


def _nowhere(_part: bytes) -> None:
    """Nothing is recorded."""
