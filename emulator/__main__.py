"""`python -m emulator`: serves the endpoint on loopback until interrupted.

Prints one line of JSON with its address when it is ready. With `--until-stdin-closes` it ends with the
program that started it, however that program ends.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import sys
import threading
from typing import Final

import uvicorn

from emulator.server import Emulator

KEY_VARIABLE: Final = "EMULATOR_KEY"
REAL_ENDPOINTS: Final = ("AZURE_OPENAI_ENDPOINT", "OPENAI_BASE_URL")
DEFAULT_KEY: Final = "emulator"


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="0 takes any free port (default: 8080)")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times as fast as life (default: 1)")
    parser.add_argument("--requests-a-minute", type=int, default=6000)
    parser.add_argument("--tokens-a-minute", type=int, default=10_000_000)
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when standard input is closed")
    return parser.parse_args(given)


def _refuse_beside_a_real_endpoint() -> None:
    named = next((name for name in REAL_ENDPOINTS if os.environ.get(name)), None)
    if named is not None:
        sys.exit(
            f"{named} is set: the emulator does not run beside a real endpoint, so that nobody mistakes its "
            f"answers for a model's. Unset {named} to run it."
        )


class _Server(uvicorn.Server):
    """A server that says where it is once it is there."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(json.dumps({"address": self._address}), flush=True)


def _stop_with_stdin(server: uvicorn.Server) -> None:
    def wait() -> None:
        sys.stdin.buffer.read()
        server.force_exit = True
        server.should_exit = True

    threading.Thread(target=wait, name="stdin", daemon=True).start()


def main(given: list[str] | None = None) -> None:
    """Serve until told to stop."""
    arguments = _arguments(given)
    _refuse_beside_a_real_endpoint()
    emulator = Emulator.new(
        key=os.environ.get(KEY_VARIABLE, DEFAULT_KEY),
        speed=arguments.speed,
        requests_a_minute=arguments.requests_a_minute,
        tokens_a_minute=arguments.tokens_a_minute,
    )
    listening = socket.create_server(("127.0.0.1", arguments.port))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(emulator.application(), log_level="warning", server_header=False, lifespan="off")
    server = _Server(config, address)
    if arguments.until_stdin_closes:
        _stop_with_stdin(server)
    asyncio.run(server.serve([listening]))


if __name__ == "__main__":
    main()
