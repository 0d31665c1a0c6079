"""A tap on the wire: passes bytes on between a client and the emulator, and keeps what the endpoint sent."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h11


@dataclass
class Tap:
    """What came from the endpoint on each connection."""

    address: str = ""
    came: list[bytearray] = field(default_factory=list)

    def body(self) -> bytes:
        """The last body that the endpoint has sent, freed of its chunks."""
        reading, parts = h11.Connection(h11.CLIENT), list[bytes]()
        _ask(reading)
        if self.came[-1]:
            reading.receive_data(bytes(self.came[-1]))
        while (event := reading.next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.Response):
                parts = []
            elif isinstance(event, h11.Data):
                parts.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                if not reading.trailing_data[0]:
                    break
                reading.start_next_cycle()
                _ask(reading)
        return b"".join(parts)


def _ask(reading: h11.Connection) -> None:
    reading.send(h11.Request(method="POST", target="/", headers=[("host", "tap")]))
    reading.send(h11.EndOfMessage())


@contextmanager
def tapped(address: str) -> Iterator[Tap]:
    """A tap in front of `address`."""
    tap, target = Tap(), urlsplit(address)
    listening = socket.create_server(("127.0.0.1", 0))
    tap.address = f"http://127.0.0.1:{listening.getsockname()[1]}"

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came = bytearray()
        tap.came.append(came)
        from_endpoint, to_endpoint = await asyncio.open_connection(target.hostname, target.port)
        passing = {
            asyncio.create_task(_pass_on(reader, to_endpoint)),
            asyncio.create_task(_pass_on(from_endpoint, writer, came)),
        }
        await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)
        writer.close()
        to_endpoint.close()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(connect, sock=listening), loop).result()
    try:
        yield tap
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: bytearray | None = None) -> None:
    with suppress(OSError):
        while part := await reader.read(65_536):
            if kept is not None:
                kept += part
            writer.write(part)
            await writer.drain()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
