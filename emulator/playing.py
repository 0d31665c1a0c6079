"""Carries out a `Play` over ASGI and notes in the ledger what happened.

Watches for the client's leaving from the first moment, before the head too. Socket-level faults (resets,
broken chunks) are out of an ASGI server's reach; they get a server of their own beside this one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.types import Message, Receive, Scope, Send

from emulator.clock import Clock
from emulator.ledger import Record
from emulator.steps import Hang, Pause, Play, Step
from emulator.steps import Send as SendStep

_HANG_S = 3600.0


class Playing:
    """An ASGI response that plays `play`; `headers` come before the play's own."""

    def __init__(self, play: Play, headers: Mapping[str, str], record: Record, clock: Clock) -> None:
        self._play = play
        self._headers = {"content-type": play.content_type, **headers, **play.headers}
        self._record = record
        self._clock = clock

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Play until the end or until the client leaves, whichever is first."""
        playing = asyncio.create_task(self._run(send))
        watching = asyncio.create_task(self._watch(receive))
        try:
            await asyncio.wait({playing, watching}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (playing, watching):
                task.cancel()
            await asyncio.gather(playing, watching, return_exceptions=True)

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        if self._record.ended_at is None:
            self._record.client_closed_at = self._clock.now()

    async def _run(self, send: Send) -> None:
        await self._take(self._play.before_head, send)
        await send(self._head())
        self._record.status = self._play.status
        self._record.head_sent_at = self._clock.now()
        for step in self._play.steps:
            await self._take(step, send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        self._record.ended_at = self._clock.now()

    def _head(self) -> Message:
        pairs = [(name.encode(), value.encode()) for name, value in self._headers.items()]
        return {"type": "http.response.start", "status": self._play.status, "headers": pairs}

    async def _take(self, step: Step | None, send: Send) -> None:
        match step:
            case None:
                return
            case Pause(seconds):
                await self._clock.sleep(seconds)
            case Hang():
                await asyncio.sleep(_HANG_S)
            case SendStep(body):
                await send({"type": "http.response.body", "body": body, "more_body": True})
                self._record.note_sending(len(body), self._clock.now())
                await asyncio.sleep(0)  # an endless play must not keep the client's leaving from being seen
