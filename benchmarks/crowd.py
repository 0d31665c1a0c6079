"""A hundred people who read answers at once and three hundred who only have the page open, on one process.

They speak Streamlit's WebSocket protocol (`benchmarks/visitor.py`); endpoint, server and visitors are processes of
their own. Beside it the ten-line script, under the same load. `python -m benchmarks.crowd [--within 2]`.
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import httpx2
import psutil

from benchmarks.visitor import Visitor, bare
from emulator.tokens import split_into_tokens
from tests.browser.serving import ROOT, Server, starting_server

KEY = "crowd-key"
BEFORE_TEXT = 2
"""Events that the endpoint sends before the first token: the prompt's filter results and the role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a crowd met. Times in seconds."""

    lost: int
    first_texts: list[float]
    lags: list[float]
    tails: list[float]
    server_cpu_s: float
    server_mb: float
    kilobytes: float
    frames: float


@contextmanager
def endpoint() -> Iterator[str]:
    """The emulator as a process of its own."""
    command = [sys.executable, "-m", "emulator", "--port", "0", "--speed", "1"]
    command += ["--requests-a-minute", "100000", "--tokens-a-minute", "1000000000"]
    environment = {**os.environ, "EMULATOR_KEY": KEY}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield json.loads(process.stdout.readline() if process.stdout else "{}")["address"]
        finally:
            process.terminate()


async def visit(address: str, idle: int, readers: int) -> tuple[list[Visitor], list[Visitor]]:
    """So many pages, opened a few at a time as people do."""
    made: list[Visitor] = []
    while len(made) < idle + readers:
        made += await asyncio.gather(*(Visitor.open(address) for _ in range(min(10, idle + readers - len(made)))))
    return made[:idle], made[idle:]


async def crowd(server: Server, where: str, options: argparse.Namespace) -> Outcome:
    """All readers ask, at the same moment or one after the other, and read to the end."""
    idle, readers = await visit(server.address, options.idle, options.readers)
    resting = [asyncio.create_task(one.rest()) for one in idle]
    process = psutil.Process(server.pid)
    before = process.cpu_times()
    kilobytes, frames = sum(one.kilobytes for one in readers), sum(one.frames for one in readers)
    await asyncio.gather(*(_ask(one, number, options) for number, one in enumerate(readers)))
    after = process.cpu_times()
    for task in resting:
        task.cancel()
    lost_idle = sum(task.done() and not task.cancelled() for task in resting)
    records = _records(where)
    measured = [_measure(one, records[f"Hello {number}"], options.text) for number, one in enumerate(readers)]
    outcome = Outcome(
        lost=lost_idle + sum(one.is_lost for one in readers) + sum(not is_whole for _, _, _, is_whole in measured),
        first_texts=[first for first, _, _, _ in measured],
        lags=[lag for _, lags, _, _ in measured for lag in lags],
        tails=[tail for _, _, tail, _ in measured],
        server_cpu_s=after.user + after.system - before.user - before.system,
        server_mb=process.memory_info().rss / 1e6,
        kilobytes=(sum(one.kilobytes for one in readers) - kilobytes) / len(readers),
        frames=(sum(one.frames for one in readers) - frames) / len(readers),
    )
    for one in [*idle, *readers]:
        await one.socket.close()
    return outcome


async def _ask(one: Visitor, number: int, options: argparse.Namespace) -> None:
    await asyncio.sleep(options.within * number / options.readers)
    await one.ask(f"Hello {number}")


def _records(where: str) -> dict[str, dict[str, Any]]:
    """What the endpoint noted, by question."""
    found = httpx2.get(f"{where}/emulator/requests", headers={"api-key": KEY}, timeout=60).json()
    records = found["requests"] if isinstance(found, dict) else found
    return {record["body"]["messages"][-1]["content"]: record for record in records if record["body"]}


def _measure(one: Visitor, record: dict[str, Any], text: str) -> tuple[float, list[float], float, bool]:
    """First text, the lag of every token behind its sending, the tail, and whether all of it came."""
    weights = list(accumulate(len(bare(token)) for token in split_into_tokens(text)))
    ended, sent_at = record["ended_at"] or time.monotonic(), record["sent_at"][BEFORE_TEXT:]
    lags: list[float] = []
    for sight in one.sights:
        shown = bisect.bisect_right(weights, sight.characters)
        lags += [sight.at - sent_at[number] for number in range(len(lags), shown)]
    if not one.sights:
        return float("inf"), [float("inf")], float("inf"), False
    last = max(one.sights, key=lambda sight: (sight.characters, -sight.at))
    return one.sights[0].at - one.asked_at, lags, last.at - ended, last.characters >= weights[-1] * 0.99


def _p95(values: list[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]


def _text(where: str, deployment: str) -> str:
    body = {"messages": [{"role": "user", "content": "Hello"}]}
    url = f"{where}/openai/deployments/{deployment.partition('x')[0]}x0/chat/completions?api-version=2024-10-21"
    answer = httpx2.post(url, headers={"api-key": KEY}, json=body, timeout=60).json()
    return str(answer["choices"][0]["message"]["content"])


def _print(name: str, one: Outcome) -> None:
    times = [(statistics.median(values), _p95(values)) for values in (one.first_texts, one.lags, one.tails)]
    cells = " | ".join(f"{median:.2f} / {p95:.2f}" for median, p95 in times)
    cost = f"{one.server_cpu_s:.1f} | {one.server_mb:.0f} | {one.kilobytes:.0f} | {one.frames:.0f}"
    print(f"| {name} | {one.lost} | {cells} | {cost} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--idle", type=int, default=300)
    parser.add_argument("--case", default="500x20")
    parser.add_argument("--within", type=float, default=0, help="seconds within which all have asked")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help="without the ten-line script")
    options = parser.parse_args()
    deployment = f"paced-{options.case}"
    within = f"within {options.within:g} s" if options.within else "in the same moment"
    print(f"{options.readers} readers of {options.case} tokens who ask {within}, {options.idle} idle")
    print("Seconds as median / p95\n")
    print("| | lost | first text | lag | tail | server CPU s | server MB | kB each | frames each |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    scripts = {"Seseragi": "server.py"} | ({} if options.alone else {"ten-line script": "benchmarks/ten_lines.py"})
    for number in range(options.rounds):
        for name, script in scripts.items():
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                where = stack.enter_context(endpoint())
                options.text = _text(where, deployment)
                environment = {
                    "AZURE_OPENAI_ENDPOINT": where,
                    "AZURE_OPENAI_API_KEY": KEY,
                    "AZURE_OPENAI_DEPLOYMENTS": deployment,
                    "BENCH_DEPLOYMENT": deployment,
                    "SESERAGI_TITLES": "false",
                    "DATABASE_URL": f"sqlite:///{folder}/crowd.db",
                }
                server = stack.enter_context(starting_server(folder / "log", script, **environment))
                _print(f"{name}, round {number + 1}", asyncio.run(crowd(server, where, options)))


if __name__ == "__main__":
    main()
