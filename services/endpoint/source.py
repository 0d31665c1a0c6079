"""Streams an answer from an endpoint through the official SDK, as our events.

The SDK sends, authorizes, retries and raises; the body is read by our own reader of Server-Sent Events
(docs/adr/0007). Nothing of openai's types passes this seam. A stream counts only with the right content type;
deadlines and completeness are judged by `services/streaming`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, suppress
from contextvars import ContextVar
from typing import Any, Final

import httpx2
import openai
from anyio import move_on_after
from openai import AsyncAPIResponse

from services.endpoint.clients import Clients, Credential, EntraCredential, Hooks
from services.endpoint.fields import OPTIONAL, Refusals, request_fields
from services.endpoint.replaying import playing
from services.endpoint.sse import EventReader
from services.endpoint.taping import Reel, reel
from services.endpoint.translation import read_request_ids, translate, translate_event
from services.errors import NotAStream, RequestIds
from services.recording.tape import MOST_BYTES
from services.streaming.chunks import read_chunk, read_completion
from services.streaming.events import (
    AttemptFailed,
    ChatEvent,
    RequestSent,
    ResponseStarted,
    TapeBegun,
)
from services.streaming.request import ChatRequest

CLOSE_S: Final = 5.0
DRAIN_S: Final = 0.2
_EVENT_STREAM: Final = "text/event-stream"
_JSON: Final = "application/json"
_DONE: Final = "[DONE]"

_Response = AsyncAPIResponse[Any]
_Sink = asyncio.Queue[ChatEvent | None]
_attempts: ContextVar[_Sink] = ContextVar("attempts")


class EndpointSource:
    """The source of every real answer. Must be used on one loop only."""

    def __init__(
        self,
        *,
        max_retries: int = 2,
        most_bytes: int = 256_000_000,
        most_recorded_bytes: int = MOST_BYTES,
        new_credential: Callable[[], Credential] = EntraCredential,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._most_recorded_bytes = most_recorded_bytes
        self._refusals = Refusals()
        self._clients = Clients(
            hooks=Hooks(request=self._note_request, response=self._note_response),
            max_retries=max_retries,
            most_bytes=most_bytes,
            new_credential=new_credential,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._clients.close()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """The events of one answer; raises `ReplyError`."""
        deployment, fields = request.deployment, request_fields(request)
        reel.set(self._reel(request))
        playing.set(request.playback)
        for _ in range(1 + len(OPTIONAL)):
            sent = self._refusals.apply(deployment.id, fields)
            opening = _Opening(self._clients, request, sent)
            try:
                async with aclosing(opening.events()) as attempts:
                    async for event in attempts:
                        yield event
                async with aclosing(self._read(opening.response(), request)) as events:
                    async for event in events:
                        yield event
            except openai.BadRequestError as error:
                dropped = self._refusals.learn(deployment.id, sent, error.body)
                if dropped is None:
                    raise translate(error, is_streaming=False) from error
                yield dropped
            except Exception as error:
                raise translate(error, is_streaming=False) from error
            else:
                return

    async def _read(self, response: _Response, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        ids = read_request_ids(response.headers)
        parts = aiter(response.iter_bytes())
        try:
            yield ResponseStarted(status=response.status_code, request_ids=ids, at=self._clock())
            _check_content_type(response.headers.get("content-type", ""), ids, is_streamed=request.is_streamed)
            reading = self._events if request.is_streamed else self._whole
            async with aclosing(reading(parts, ids)) as events:
                async for event in events:
                    yield event
        except Exception as error:
            raise translate(error, is_streaming=True, request_ids=ids) from error
        finally:
            with move_on_after(CLOSE_S, shield=True):
                await response.close()

    async def _events(self, parts: AsyncIterator[bytes], ids: RequestIds) -> AsyncGenerator[ChatEvent, None]:
        """What the body says, up to its `[DONE]` or its end."""
        reader = EventReader()
        async for part in parts:
            for data in reader.feed(part):
                if data.startswith(_DONE):
                    await _drain(parts)
                    return
                for event in _read_data(data, self._clock(), ids):
                    yield event

    async def _whole(self, parts: AsyncIterator[bytes], ids: RequestIds) -> AsyncGenerator[ChatEvent, None]:
        """What a body says that comes at once."""
        value = json.loads(b"".join([part async for part in parts]))
        if isinstance(value, Mapping) and value.get("error"):
            raise translate_event(value["error"], ids)
        for event in read_completion(value, self._clock()):
            yield event

    def _reel(self, request: ChatRequest) -> Reel | None:
        """Who is given the tapes of a request: those who follow its attempts."""
        if not self._most_recorded_bytes:
            return None
        return Reel(
            take=lambda tape: self._note(TapeBegun(tape=tape)),
            deployment=request.deployment.id,
            origin="recorded" if request.playback is None else "replayed",
            most_bytes=self._most_recorded_bytes,
        )

    async def _note_request(self, request: httpx2.Request) -> None:
        attempt = int(request.headers.get("x-stainless-retry-count", "0")) + 1
        self._note(RequestSent(attempt=attempt, at=self._clock()))

    async def _note_response(self, response: httpx2.Response) -> None:
        if response.status_code >= 400:
            self._note(AttemptFailed(status=response.status_code))

    def _note(self, event: RequestSent | AttemptFailed | TapeBegun) -> None:
        sink = _attempts.get(None)
        if sink is not None:
            sink.put_nowait(event)


def _check_content_type(content_type: str, ids: RequestIds, *, is_streamed: bool) -> None:
    """The SDK doesn't: a JSON or HTML body with status 200 gives it an empty stream and no error."""
    wanted = _EVENT_STREAM if is_streamed else _JSON
    if content_type.partition(";")[0].strip().lower() != wanted:
        raise NotAStream(content_type[:100], request_ids=ids)


async def _drain(parts: AsyncIterator[bytes]) -> None:
    """Take the end of the body, which is on its way, so that the connection can serve again."""
    with move_on_after(DRAIN_S), suppress(httpx2.HTTPError):
        async for _ in parts:
            pass


def _read_data(data: str, at: float, ids: RequestIds) -> Iterator[ChatEvent]:
    """The events in the data of one event of the stream; raises the error that it tells of."""
    chunk = json.loads(data)
    if isinstance(chunk, Mapping) and chunk.get("error"):
        raise translate_event(chunk["error"], ids)
    yield from read_chunk(chunk, at)


class _Opening:
    """A request under way: tells of its attempts as they happen, then gives the response."""

    def __init__(self, clients: Clients, request: ChatRequest, fields: dict[str, Any]) -> None:
        self._clients = clients
        self._request = request
        self._fields = fields
        self._response: _Response | None = None

    def response(self) -> _Response:
        """The response, once `events` has come to its end."""
        if self._response is None:
            msg = "the response has not begun yet"
            raise RuntimeError(msg)
        return self._response

    async def events(self) -> AsyncGenerator[ChatEvent, None]:
        """The attempts; ends when the head of a good response is there, raises what the SDK raises."""
        sink: _Sink = asyncio.Queue()
        _attempts.set(sink)
        creating = asyncio.ensure_future(self._create())
        creating.add_done_callback(lambda _done: sink.put_nowait(None))
        try:
            while (event := await sink.get()) is not None:
                yield event
            self._response = await creating
        finally:
            await self._clear_up(creating)

    async def _clear_up(self, creating: asyncio.Future[_Response]) -> None:
        """Also closes a response that came in the moment of a Stop. Shielded: anyio cancels again and again."""
        creating.cancel()
        with move_on_after(CLOSE_S, shield=True):
            (made,) = await asyncio.gather(creating, return_exceptions=True)
            if self._response is None and isinstance(made, AsyncAPIResponse):
                await made.close()

    async def _create(self) -> _Response:
        client = self._clients.of(self._request.deployment.endpoint)
        entering = client.chat.completions.with_streaming_response.create(**self._fields)
        response: _Response = await entering.__aenter__()
        return response
