"""Runs ASGI applications and the emulator on real sockets, in threads of the test's own process."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from emulator.ledger import Record
from emulator.server import Emulator
from services.deployments import Deployment, Endpoint, plain_deployment

KEY = "canary-key-0123456789"


@contextmanager
def serving(application: ASGIApp) -> Iterator[str]:
    """The address of `application`, served until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_level="warning", server_header=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.force_exit = server.should_exit = True
        thread.join(10)
        listening.close()


@dataclass(frozen=True)
class Running:
    """An emulator on a socket."""

    address: str
    emulator: Emulator

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(name="test", kind="azure", url=self.address, api_key=KEY)

    def deployment(self, name: str) -> Deployment:
        deployment = plain_deployment(name, self.endpoint)
        if name == "demo-reasoning":
            return Deployment(name=name, endpoint=self.endpoint, reasoning=True, token_limit="max_completion_tokens")
        return deployment

    def last(self) -> Record:
        return self.emulator.ledger._records[-1]


@contextmanager
def running_emulator(*, speed: float = 1000.0, requests_a_minute: int = 100_000) -> Iterator[Running]:
    emulator = Emulator.new(key=KEY, speed=speed, requests_a_minute=requests_a_minute, tokens_a_minute=1_000_000_000)
    with serving(emulator.application()) as address:
        yield Running(address, emulator)
