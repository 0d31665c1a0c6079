"""What one answer costs from the endpoint to the eye, beside the ten-line script: bytes, time and work.

Both talk to the same emulator in the same run, in turns, each answer on a freshly loaded page. Prints medians and
ratios. `python -m benchmarks.answers [--cases 1000x10,16000x0] [--languages en,ja] [--rounds 3] [--throttle 6]`.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import psutil
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.serving import Server, starting_server
from tests.running import KEY, Running, running_emulator

CASES: Final = ("200x0", "200x10", "1000x0", "1000x10", "4000x0", "4000x10", "16000x0", "16000x10")
QUESTIONS: Final = {"en": "Hello", "ja": "こんにちは"}
QUIET_S: Final = 1.5
"""An answer that hasn't grown for so long after the endpoint's end is all there will be."""

WATCH: Final = """() => {
  const seen = window.seen = { longest: 0, first: 0, last: 0, asked: 0, frames: 0, bytes: 0 }
  const Native = window.WebSocket
  window.WebSocket = class extends Native {
    constructor(...rest) {
      super(...rest)
      this.addEventListener("message", (event) => {
        seen.frames += 1
        seen.bytes += event.data.byteLength ?? event.data.size ?? event.data.length
      })
    }
  }
  const now = () => performance.timeOrigin + performance.now()
  const look = () => {
    const message = document.querySelectorAll("[data-testid=stChatMessage]")[1]
    if (!message) return
    let length = 0
    for (const block of message.querySelectorAll("[data-testid=stMarkdown]")) length += block.textContent.length
    if (length <= seen.longest) return
    seen.longest = length
    seen.last = now()
    if (!seen.first) seen.first = seen.last
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Enter") seen.asked = now() }, true)
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
}"""
TEXT: Final = """() => [...document.querySelectorAll("[data-testid=stChatMessage]")[1]
  .querySelectorAll("[data-testid=stMarkdown]")].map((block) => block.textContent).join("")"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One answer. Times in milliseconds, work in seconds of a processor."""

    is_whole: bool
    kilobytes: float
    frames: float
    first_text: float
    tail: float
    whole_s: float
    server_cpu_s: float
    browser_s: float
    server_mb: float
    heap_mb: float


COLUMNS: Final[tuple[tuple[str, str, Callable[[Measured], float]], ...]] = (
    ("kB", "{:,.1f}", lambda m: m.kilobytes),
    ("frames", "{:,.0f}", lambda m: m.frames),
    ("first text ms", "{:.0f}", lambda m: m.first_text),
    ("tail ms", "{:.0f}", lambda m: m.tail),
    ("first byte to last word s", "{:.2f}", lambda m: m.whole_s),
    ("server CPU s", "{:.2f}", lambda m: m.server_cpu_s),
    ("browser main thread s", "{:.2f}", lambda m: m.browser_s),
    ("server MB", "{:.0f}", lambda m: m.server_mb),
    ("browser heap MB", "{:.0f}", lambda m: m.heap_mb),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where it is measured."""

    emulator: Running
    browser: Browser
    throttle: float

    def measure(self, server: Server, deployment: str, question: str) -> Measured:
        """One answer on a new page."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.add_init_script(f"({WATCH})()")
        page.goto(server.address)
        box = page.get_by_test_id("stChatInputTextArea")
        box.wait_for()
        page.wait_for_timeout(700)
        session = context.new_cdp_session(page)
        session.send("Performance.enable")
        if self.throttle > 1:
            session.send("Emulation.setCPUThrottlingRate", {"rate": self.throttle})
        try:
            return self._ask(page, session, server, deployment, question)
        finally:
            context.close()

    def _ask(self, page: Page, session: CDPSession, server: Server, deployment: str, question: str) -> Measured:
        process = psutil.Process(server.pid)
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill(question)
        before, cpu_before, work_before = page.evaluate("() => ({ ...window.seen })"), _cpu(process), _work(session)
        box.press("Enter")
        seen = self._wait(page)
        record, offset = self.emulator.last(), time.time() - time.monotonic()
        ended_at, first_byte_at = record.ended_at or record.client_closed_at or 0, record.first_byte_at or 0
        heap = page.evaluate("() => performance.memory.usedJSHeapSize / 1e6")
        return Measured(
            is_whole=_bare(page.evaluate(TEXT)).startswith(_bare(self.expected(deployment, question))),
            kilobytes=(seen["bytes"] - before["bytes"]) / 1000,
            frames=seen["frames"] - before["frames"],
            first_text=seen["first"] - seen["asked"],
            tail=seen["last"] - (ended_at + offset) * 1000,
            whole_s=seen["last"] / 1000 - (first_byte_at + offset),
            server_cpu_s=_cpu(process) - cpu_before,
            browser_s=_work(session) - work_before,
            server_mb=process.memory_info().rss / 1e6,
            heap_mb=heap,
        )

    def _wait(self, page: Page) -> dict[str, float]:
        """Until the endpoint has ended and nothing has grown for a while."""
        while True:
            page.wait_for_timeout(250)
            seen: dict[str, float] = page.evaluate("() => ({ ...window.seen })")
            record = self.emulator.last()
            ended_at = record.ended_at or record.client_closed_at
            has_ended = ended_at is not None and time.monotonic() - ended_at > QUIET_S
            if has_ended and seen["first"] and time.time() - seen["last"] / 1000 > QUIET_S:
                return seen

    def expected(self, deployment: str, question: str) -> str:
        """The text of the answer, asked for at once."""
        body = {"messages": [{"role": "user", "content": question}]}
        at_once = f"{deployment.partition('x')[0]}x0"
        url = f"{self.emulator.address}/openai/deployments/{at_once}/chat/completions"
        answer = httpx2.post(url, params={"api-version": "2024-10-21"}, headers={"api-key": KEY}, json=body, timeout=60)
        return str(answer.json()["choices"][0]["message"]["content"])


def _bare(text: str) -> str:
    """Without spaces and the marks that Markdown takes away."""
    return re.sub(r"[\s#*]", "", text)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _work(session: CDPSession) -> float:
    metrics: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


def _table(name: str, weight: int, ours: list[Measured], theirs: list[Measured]) -> None:
    print(f"\n### {name}: {weight / 1000:.1f} kB of text, {len(ours)} rounds\n")
    print("| | Seseragi | ten-line script | ratio |\n|---|---:|---:|---:|")
    for title, form, value in COLUMNS:
        mine = statistics.median(map(value, ours))
        other = statistics.median(map(value, theirs)) if theirs else None
        ratio = "–" if not other else f"{mine / other:.3f}" if mine / other < 0.1 else f"{mine / other:.2f}"
        print(f"| {title} | {form.format(mine)} | {'–' if other is None else form.format(other)} | {ratio} |")
    wholes = [f"{sum(m.is_whole for m in group)} of {len(group)}" for group in (ours, theirs)]
    print(f"| arrived whole | {wholes[0]} | {wholes[1]} | |", flush=True)


def _deployments(cases: list[str]) -> str:
    return ",".join(f"paced-{case}" for case in cases)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--languages", default="en,ja")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--throttle", type=float, default=1, help="how many times slower the browser's processor is")
    parser.add_argument("--alone", action="store_true", help="without the ten-line script")
    options = parser.parse_args()
    cases = options.cases.split(",")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        emulator = stack.enter_context(running_emulator(speed=1.0))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=find_chromium(), args=list(FLAGS)
        )
        bench = Bench(emulator=emulator, browser=browser, throttle=options.throttle)
        for case in cases:
            _run_case(bench, folder, case, options)
        browser.close()


def _run_case(bench: Bench, folder: Path, case: str, options: argparse.Namespace) -> None:
    azure = {
        "AZURE_OPENAI_ENDPOINT": bench.emulator.address,
        "AZURE_OPENAI_API_KEY": KEY,
        "SESERAGI_TITLES": "false",
        "DATABASE_URL": f"sqlite:///{folder}/{case}.db",
    }
    deployment = f"paced-{case}"
    with ExitStack() as stack:
        ours = stack.enter_context(starting_server(folder / "a", **azure, AZURE_OPENAI_DEPLOYMENTS=deployment))
        ten_lines = stack.enter_context(
            starting_server(folder / "b", "benchmarks/ten_lines.py", **azure, BENCH_DEPLOYMENT=deployment)
        )
        for language in options.languages.split(","):
            question = QUESTIONS[language]
            weight = len(bench.expected(deployment, question).encode())
            measured: dict[str, list[Measured]] = {"ours": [], "theirs": []}
            for number in range(options.rounds + 1):  # the first one warms up
                rows = [("ours", ours), ("theirs", ten_lines)][: 1 if options.alone else 2]
                for name, server in rows:
                    one = bench.measure(server, deployment, question)
                    if number:
                        measured[name].append(one)
            title = f"{case.split('x', maxsplit=1)[0]} tokens at {case.split('x')[1]} ms, {language}"
            _table(title, weight, measured["ours"], measured["theirs"])


if __name__ == "__main__":
    main()
