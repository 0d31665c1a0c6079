"""What recording costs: server CPU and first text with it on and off, in turns; and how well a replay keeps time.

Both servers talk to the same emulator, each answer on a freshly loaded page. Prints medians and ratios.
`python -m benchmarks.recording [--rounds 9] [--case 1000x10] [--replays 5]`.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from benchmarks.answers import Bench, Measured
from services.deployments import Deployment, Endpoint
from services.endpoint.source import EndpointSource
from services.recording.measures import percentile
from services.recording.playback import Playback
from services.recording.records import Recording
from services.streaming.replies import Replies
from services.streaming.request import ChatRequest, Message
from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.serving import Server, starting_server
from tests.running import KEY, Running, running_emulator

WARM_UP: Final = 1
BAR: Final = 1.05
ROWS: Final[tuple[tuple[str, str, Callable[[Measured], float]], ...]] = (
    ("server CPU s", "{:.3f}", lambda m: m.server_cpu_s),
    ("first text ms", "{:.1f}", lambda m: m.first_text),
    ("server MB", "{:.0f}", lambda m: m.server_mb),
)
PLAYER: Final = Deployment(
    name="kept", endpoint=Endpoint(name="recordings", kind="recording", url="http://recordings.invalid")
)


def _measure_cost(case: str, rounds: int) -> None:
    deployment = f"paced-{case}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        emulator = stack.enter_context(running_emulator(speed=1.0))
        azure = {
            "AZURE_OPENAI_ENDPOINT": emulator.address,
            "AZURE_OPENAI_API_KEY": KEY,
            "AZURE_OPENAI_DEPLOYMENTS": deployment,
            "SESERAGI_TITLES": "false",
        }
        servers: dict[str, Server] = {}
        for switch in ("true", "false"):
            own = {"SESERAGI_RECORD": switch, "DATABASE_URL": f"sqlite:///{folder}/{switch}.db"}
            servers[switch] = stack.enter_context(starting_server(folder / switch, **azure, **own))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        bench = Bench(emulator=emulator, browser=browser, throttle=1)
        measured: dict[str, list[Measured]] = {switch: [] for switch in servers}
        for number in range(WARM_UP + rounds):
            # The second of a pair finds the machine warmer: each is the second as often as the other.
            order = list(servers.items()) if number % 2 else list(servers.items())[::-1]
            for switch, server in order:
                one = bench.measure(server, deployment, "Hello")
                if number >= WARM_UP:
                    measured[switch].append(one)
        browser.close()
    _print_cost(deployment, measured["true"], measured["false"])


def _print_cost(name: str, on: list[Measured], off: list[Measured]) -> None:
    print(f"### {name}, {len(on)} rounds (bar: at most {BAR})\n")
    print("| | recording | not recording | ratio of the medians | median of the ratios |\n|---|---:|---:|---:|---:|")
    for title, form, value in ROWS:
        mine, other = list(map(value, on)), list(map(value, off))
        medians = statistics.median(mine), statistics.median(other)
        pairs = statistics.median(a / b for a, b in zip(mine, other, strict=True))
        said = " | ".join(form.format(one) for one in medians)
        print(f"| {title} | {said} | {medians[0] / medians[1]:.3f} | {pairs:.3f} |", flush=True)


def _measure_replays(count: int) -> None:
    replies = Replies(EndpointSource())
    with running_emulator(speed=1.0) as emulator:
        print("\n### A replay's gaps beside the recorded ones, milliseconds (bar: within 5)\n")
        print("| | reads | median | p95 | most |\n|---|---:|---:|---:|---:|")
        for name in ("demo-token-by-token", "demo-azure-bursts"):
            _print_replay(replies, emulator, name, count)
    replies.close()


def _print_replay(replies: Replies, emulator: Running, name: str, count: int) -> None:
    recording = _record(replies, emulator.deployment(name))
    off: list[float] = []
    for _ in range(count):
        again = _record(replies, PLAYER, Playback(recording))
        pairs = [(one.at, other.at) for one, other in zip(recording.reads, again.reads, strict=True)]
        off += [1000 * abs((b[0] - a[0]) - (b[1] - a[1])) for a, b in itertools.pairwise(pairs)]
    print(
        f"| {name}, {count} times | {len(recording.reads)} | {statistics.median(off):.2f} "
        f"| {percentile(off, 0.95):.2f} | {max(off):.2f} |",
        flush=True,
    )


def _record(replies: Replies, deployment: Deployment, playback: Playback | None = None) -> Recording:
    messages = (Message(role="user", content="Briefly, please."),)
    reply = replies.start(ChatRequest(deployment=deployment, messages=messages, playback=playback))
    while reply.is_live:
        reply.wait_for_end(1)
    return reply.tapes[-1].recording()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--case", default="1000x10")
    parser.add_argument("--replays", type=int, default=5)
    given = parser.parse_args()
    _measure_cost(given.case, given.rounds)
    _measure_replays(given.replays)


if __name__ == "__main__":
    main()
