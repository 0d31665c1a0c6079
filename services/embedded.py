"""Starts the emulator as a process of its own on a private loopback port, for a demo without a key.

It ends with this process, however that ends: the emulator watches its standard input. Knows its name
and its command line, and imports nothing of it.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Final

from services.deployments import Deployment, Endpoint
from services.errors import EndpointUnreachable

CLOSE_S = 5.0
ROOT: Final = Path(__file__).resolve().parent.parent
REAL_ENDPOINTS: Final = ("AZURE_OPENAI_ENDPOINT", "OPENAI_BASE_URL")
NAMES: Final = ("demo-token-by-token", "demo-azure-bursts", "demo-reasoning", "demo-async-filter")


class EmbeddedEndpoint:
    """A running emulator. Close it to end it."""

    def __init__(self, *, speed: float = 1.0) -> None:
        key = secrets.token_urlsafe(24)
        environment = {k: v for k, v in os.environ.items() if k not in REAL_ENDPOINTS}
        command = [sys.executable, "-m", "emulator", "--port", "0", "--until-stdin-closes", "--speed", str(speed)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            cwd=ROOT,
            env={**environment, "EMULATOR_KEY": key},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.endpoint = Endpoint(name="embedded", kind="azure", url=self._address(), api_key=key, is_embedded=True)

    def deployments(self, extra: tuple[str, ...] = ()) -> tuple[Deployment, ...]:
        """What it offers to people, and `extra` ones by name (faults, measured paces)."""
        return tuple(_deployment(name, self.endpoint) for name in (*NAMES, *extra))

    def close(self) -> None:
        """End it and wait for its end."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=CLOSE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def is_ended(self) -> bool:
        """Whether its process is gone."""
        return self._process.poll() is not None

    def _address(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self.close()
            raise EndpointUnreachable("the embedded endpoint did not start")
        return str(json.loads(line)["address"])


def _deployment(name: str, endpoint: Endpoint) -> Deployment:
    reasoning = "reasoning" in name
    return Deployment(
        name=name,
        endpoint=endpoint,
        reasoning=reasoning,
        context_tokens=272_000 if reasoning else 128_000,
        token_limit="max_completion_tokens" if reasoning else "max_tokens",
    )
