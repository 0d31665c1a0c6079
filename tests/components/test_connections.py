"""A browser that takes nothing for a while."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from starlette.types import Receive, Scope, Send

from components import connections
from components.connections import HEADER, Connections
from components.following import Following
from components.visit import View
from services.streaming.crowd import Crowd
from services.streaming.events import ContentDelta
from services.streaming.pacing import Pace
from services.streaming.reply import Reply
from tests.running import serving
from tests.services.fakes import request
from tests.waiting import until

CLOSE_FRAME = b"\x88\x02\x03\xe8"


class Sender:
    """An application that sends without end, and knows under which names it was called."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.is_over = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.names += [value.decode() for key, value in scope["headers"] if key == HEADER.encode()]
        await receive()
        await send({"type": "websocket.accept"})
        while not self.is_over:
            await send({"type": "websocket.send", "bytes": b"x" * 100_000})
            await asyncio.sleep(0.001)
        await send({"type": "websocket.close"})


@pytest.fixture
def sender() -> Iterator[tuple[str, Sender]]:
    application = Sender()
    with serving(Connections(application)) as address:
        yield address.removeprefix("http://"), application
        application.is_over = True


def _is_behind(name: str) -> bool:
    since = connections._sending_since.get(name)
    return since is not None and time.monotonic() - since > connections.BEHIND_S


def _open(where: str, header: str = "x-other: 1") -> socket.socket:
    """A WebSocket that nobody reads from."""
    host, port = where.split(":")
    opened = socket.create_connection((host, int(port)))
    head = [
        "GET / HTTP/1.1",
        f"Host: {where}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        header,
    ]
    opened.sendall("\r\n".join([*head, "", ""]).encode())
    return opened


def test_a_browser_that_takes_nothing_is_behind_until_it_has_taken_all(sender: tuple[str, Sender]) -> None:
    where, application = sender
    with _open(where) as browser:
        until(lambda: application.names and _is_behind(application.names[0]))
        application.is_over = True
        while not browser.recv(1_000_000).endswith(CLOSE_FRAME):
            pass
        assert not _is_behind(application.names[0])


def test_a_browser_cannot_choose_the_name_of_its_connection(sender: tuple[str, Sender]) -> None:
    where, application = sender
    with _open(where, f"{HEADER}: another's"):
        until(lambda: application.names)
    assert len(application.names) == 1
    assert application.names != ["another's"]


def test_whoever_is_behind_gets_fewer_and_fuller_frames() -> None:
    reply, is_behind = Reply(request()), threading.Event()
    following = Following(
        view=View(reply),
        pace=Pace(delay_s=0),
        crowd=Crowd(),
        meanwhile=lambda: None,
        on_end=lambda: None,
        is_behind=is_behind.is_set,
    )

    def say(*texts: str) -> None:
        for text in texts:
            reply.add(ContentDelta(text=text, at=0.0))

    texts = following.texts(lambda: 0, lambda: None)
    say("a")
    assert next(texts) == "a"
    is_behind.set()
    say("b", "c", "d")
    threading.Timer(0.3, is_behind.clear).start()
    assert next(texts) == "bcd"
    assert following.crowd.count == 1
    reply.end("complete")
    assert list(texts) == []
    assert following.crowd.count == 0
