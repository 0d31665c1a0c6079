"""`python -m emulator` as a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import httpx2
import pytest

from emulator.__main__ import main


def _start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "emulator", "--port", "0", *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_says_where_it_is_and_ends_with_whoever_started_it() -> None:
    with _start("--until-stdin-closes", EMULATOR_KEY="k") as process:
        assert process.stdout
        assert process.stdin
        address = json.loads(process.stdout.readline())["address"]
        assert httpx2.get(f"{address}/emulator/requests", headers={"api-key": "k"}).json() == []
        process.stdin.close()
        assert process.wait(10) == 0


def test_it_ends_when_interrupted() -> None:
    with _start() as process:
        assert process.stdout
        process.stdout.readline()
        process.terminate()
        assert process.wait(10) in {0, -15}


def test_it_is_refused_beside_a_real_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://real.example")
    with pytest.raises(SystemExit, match="AZURE_OPENAI_ENDPOINT is set"):
        main(["--port", "0"])
