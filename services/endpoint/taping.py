"""Puts every response on tape: from two hooks of the HTTP client, as `caps` does, so that proxies keep working.

The tapes of one request go to whoever has opened a `Reel` around it. What may not be kept is left out here, before
anything is written down (docs/adr/0011).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import httpx2

from services.recording.records import Origin, Sent
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
    headers = [(name, value) for name, value in request.headers.items()]
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


async def tape_response(response: httpx2.Response) -> None:
    """A head has come: its body will go through the tape."""
    tape = response.request.extensions.get(_EXTENSION)
    if not isinstance(tape, Tape) or not isinstance(response.stream, httpx2.AsyncByteStream):
        return
    pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
    tape.note_head(response.status_code, response.reason_phrase, response.http_version, pairs)
    response.stream = _Taped(response.stream, tape)


class _Taped(httpx2.AsyncByteStream):
    """A body that is written down as it passes."""

    def __init__(self, body: httpx2.AsyncByteStream, tape: Tape) -> None:
        self._body = body
        self._tape = tape

    async def __aiter__(self) -> AsyncIterator[bytes]:
        note = self._tape.note_read
        try:
            async for part in self._body:
                note(part)
                yield part
        except httpx2.HTTPError:
            self._tape.note_end("broken")
            raise
        self._tape.note_end("whole")

    async def aclose(self) -> None:
        self._tape.note_end("closed")
        await self._body.aclose()
