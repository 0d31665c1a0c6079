"""All live replies of this process, each a task on one asyncio loop in a thread of its own.

A reply goes on without any page; only Stop, its end or a deadline ends it. What it is made of comes from
a `Source`, so that this module knows no SDK.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import CancelledError
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol

from anyio.from_thread import BlockingPortal, start_blocking_portal

from services.errors import (
    AnswerTooLarge,
    EndpointFailed,
    PromptFiltered,
    ReplyError,
    ServerEnding,
    StreamIncomplete,
)
from services.streaming.deadlines import UNHURRIED, Deadlines, within
from services.streaming.events import ChatEvent
from services.streaming.line import Line
from services.streaming.reply import Reply
from services.streaming.request import ChatRequest

_log = logging.getLogger(__name__)


class Source(Protocol):
    """Whatever turns a request into events. Raises `ReplyError` and nothing else on purpose."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """The events of one answer, in order."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyLimits:
    """What one process and one answer may take."""

    most_live: int = 200
    most_characters: int = 1_000_000
    deadlines: Deadlines = field(default_factory=Deadlines)


class Replies:
    """Starts replies and knows those alive: so many are written, the others wait in line. Close it to end them all."""

    def __init__(
        self, source: Source, limits: ReplyLimits | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._limits = limits or ReplyLimits()
        self._clock = clock
        self._live: set[Reply] = set()
        self._line = Line(self._limits.most_live)
        self._is_closing = False
        self._entered = start_blocking_portal(name="replies")
        self._portal: BlockingPortal = self._entered.__enter__()

    @property
    def live_count(self) -> int:
        """How many replies are alive."""
        return len(self._live)

    @property
    def is_full(self) -> bool:
        """Whether the next reply would have to wait in line."""
        return self._line.is_full

    def start(self, request: ChatRequest) -> Reply:
        """A new reply, its request on the way or in line."""
        reply = self.admit(request)
        self.begin(reply)
        return reply

    def admit(self, request: ChatRequest, reply_id: str | None = None) -> Reply:
        """A reply whose request has yet to leave; raises `ServerEnding` where none can any more."""
        if self._is_closing:
            raise ServerEnding
        reply = Reply(request, reply_id, clock=self._clock, place=self._line.place_of)
        self._live.add(reply)
        return reply

    def begin(self, reply: Reply) -> None:
        """Send the request of a reply that was admitted."""
        task = self._portal.start_task_soon(self._run, reply, name=f"reply {reply.id}")
        task.add_done_callback(lambda _task: self._forget(reply))
        reply.attach(task.cancel)

    def dismiss(self, reply: Reply) -> None:
        """Forget a reply that will not begin."""
        self._live.discard(reply)

    def close(self) -> None:
        """Interrupt every reply, let go of the connections and end the loop's thread. Once is enough."""
        if self._is_closing:
            return
        self._is_closing = True
        for reply in list(self._live):
            reply.interrupt()
        self._portal.call(self._source.close)
        self._entered.__exit__(None, None, None)

    def _forget(self, reply: Reply) -> None:
        """Also ends a reply whose task was cancelled before its first step."""
        self._end_early(reply)
        self._live.discard(reply)

    def _end_early(self, reply: Reply) -> None:
        """By a person's Stop, or because the server ends."""
        reply.end("interrupted" if self._is_closing and not reply.is_stop_asked else "stopped")

    async def _run(self, reply: Reply) -> None:
        try:
            async with self._line.turn(reply.id):
                await self._read(reply)
            _end_by_reason(reply)
        except (asyncio.CancelledError, CancelledError):
            self._end_early(reply)
            raise
        except PromptFiltered as error:
            reply.end("filtered", error)
        except ReplyError as error:
            reply.end("failed", error)
        except Exception:  # noqa: BLE001 - logged whole; a page must not wait for a reply that died
            _log.exception("reply %s ended by a mistake of ours", reply.id)
            reply.end("failed", EndpointFailed("internal"))

    async def _read(self, reply: Reply) -> None:
        """To the end of the stream, or to the verdict that takes the text back: nothing after it is of use."""
        left = self._limits.most_characters
        deadlines = self._limits.deadlines if reply.request.playback is None else UNHURRIED
        events = within(deadlines, self._source.stream(reply.request))
        async with aclosing(events):
            async for event in events:
                reply.add(event)
                if reply.is_withdrawn:
                    return
                if event.type in {"content.delta", "refusal.delta"}:
                    left -= len(event.text)
                    if left < 0:
                        raise AnswerTooLarge(f"{self._limits.most_characters} characters")


def _end_by_reason(reply: Reply) -> None:
    """Complete only with a finish_reason: a stream may end in good order half-way."""
    if reply.finish_reason is None:
        reply.end("failed", StreamIncomplete())
    elif reply.finish_reason == "content_filter":
        reply.end("filtered")
    else:
        reply.end("complete")
