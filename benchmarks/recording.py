"""What recording costs: server CPU and first text with it on and off, in turns; and how well a replay keeps time.

All servers talk to the same emulator, each answer on a freshly loaded page. A second server without recording is the
control: what it differs by from the first is the machine's own noise. Prints means of the middle half and ratios.
`python -m benchmarks.recording [--rounds 9] [--case 1000x10] [--replays 5]`.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
from collections.abc import Callable, Iterable
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

SERVERS: Final = {"on": "true", "off": "false", "control": "false"}
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
        for name, switch in SERVERS.items():
            own = {"SESERAGI_RECORD": switch, "DATABASE_URL": f"sqlite:///{folder}/{name}.db"}
            servers[name] = stack.enter_context(starting_server(folder / name, **azure, **own))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        bench = Bench(emulator=emulator, browser=browser, throttle=1)
        measured: dict[str, list[Measured]] = {name: [] for name in servers}
        for number in range(WARM_UP + rounds):
            # Whoever comes later finds the machine warmer: each is at each place as often as the others.
            turned = list(servers)[number % len(servers) :] + list(servers)[: number % len(servers)]
            for name in turned:
                one = bench.measure(servers[name], deployment, "Hello")
                if number >= WARM_UP:
                    measured[name].append(one)
        browser.close()
    _print_cost(deployment, measured)


def _print_cost(deployment: str, measured: dict[str, list[Measured]]) -> None:
    print(f"### {deployment}, {len(measured['off'])} rounds (bar: at most {BAR})\n")
    print("| | recording | not recording | control | ratio | ratio of the control |\n|---|---:|---:|---:|---:|---:|")
    for title, form, value in ROWS:
        on, off, control = (statistics.mean(_middle(map(value, measured[name]))) for name in SERVERS)
        said = " | ".join(form.format(one) for one in (on, off, control))
        print(f"| {title} | {said} | {on / off:.3f} | {control / off:.3f} |", flush=True)


def _middle(values: Iterable[float]) -> list[float]:
    """The middle half: times come in two heaps, between which a median jumps."""
    ordered = sorted(values)
    quarter = len(ordered) // 4
    return ordered[quarter : len(ordered) - quarter]


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
