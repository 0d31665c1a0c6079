"""A source that keeps a state of its own and answers as it is told; it stands in for an endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable

from services.deployments import Deployment, Endpoint
from services.streaming.events import ChatEvent, ContentDelta, Finished, RequestSent
from services.streaming.request import ChatRequest, Message

DEPLOYMENT = Deployment(name="fake", endpoint=Endpoint(name="fake", kind="azure", url="http://127.0.0.1:9"))


def request(question: str = "Hello") -> ChatRequest:
    return ChatRequest(deployment=DEPLOYMENT, messages=(Message(role="user", content=question),))


def said(*texts: str, reason: str | None = "stop") -> list[ChatEvent]:
    """The events of an answer of these fragments, a tenth of a second apart."""
    events: list[ChatEvent] = [RequestSent(attempt=1, at=0.0)]
    events += [ContentDelta(text=text, at=0.1 * (n + 1)) for n, text in enumerate(texts)]
    return events if reason is None else [*events, Finished(reason=reason, at=9.0)]


class ScriptedSource:
    """Gives the events it was made with, then raises what it was given, or waits for ever."""

    def __init__(
        self, events: Iterable[ChatEvent] = (), *, raises: Exception | None = None, hangs: bool = False
    ) -> None:
        self._events = list(events)
        self._raises = raises
        self._hangs = hangs
        self.open = 0
        self.asked: list[ChatRequest] = []
        self.is_closed = False

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        self.asked.append(request)
        self.open += 1
        try:
            for event in self._events:
                yield event
            if self._hangs:
                await asyncio.Event().wait()
            if self._raises is not None:
                raise self._raises
        finally:
            self.open -= 1

    async def close(self) -> None:
        self.is_closed = True
