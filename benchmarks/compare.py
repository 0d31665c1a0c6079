"""Eight columns in one page: how far each lags behind the endpoint, and what they weigh beside one in the chat.

A real browser follows both, in turns, on the same endpoint, which runs in a process of its own. The lag is that of
every token: from the moment it was sent to the moment it stood on the page. `python -m benchmarks.compare
[--columns 8] [--case 1000x10] [--rounds 3]`.
"""

from __future__ import annotations

import argparse
import bisect
import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import httpx2
import psutil
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.crowd import BEFORE_TEXT, KEY, endpoint
from emulator.tokens import split_into_tokens
from services.comparison.links import write_link
from services.comparison.variants import Setup, Variant
from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.serving import Server, starting_server

QUIET_S: Final = 2.0
COLUMN: Final = '[class*="st-key-answer-0-"]'
MESSAGE: Final = "[data-testid=stChatMessage]"
WATCH: Final = """() => {
  const seen = window.seen = { frames: 0, bytes: 0, last: 0, sights: {} }
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
  const bare = (text) => text.replace(/[\\s#*]/g, "").length
  const look = () => {
    const columns = window.columns ? [...document.querySelectorAll(window.columns)].slice(window.before) : []
    columns.forEach((column, place) => {
      let length = 0
      for (const block of column.querySelectorAll("[data-testid=stMarkdown]")) length += bare(block.textContent)
      const sights = (seen.sights[place] ??= [])
      if (sights.length && sights[sights.length - 1][1] >= length) return
      seen.last = performance.timeOrigin + performance.now()
      sights.push([seen.last / 1000, length])
    })
  }
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run. Lags in seconds: the p95 of each column."""

    kilobytes: float
    frames: float
    lags: list[float]
    first_texts: list[float]
    is_whole: bool
    server_cpu_s: float
    browser_s: float


def measure(browser: Browser, server: Server, where: str, options: argparse.Namespace, columns: int) -> Measured:
    """`columns` answers on the compare page, or with one column the chat's."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(f"({WATCH})()")
    try:
        page.goto(server.address + (f"/compare?setup={_link(options.deployment, columns)}" if columns > 1 else ""))
        box = page.get_by_test_id("stChatInputTextArea")
        box.wait_for()
        page.wait_for_timeout(2_000)
        session = context.new_cdp_session(page)
        session.send("Performance.enable")
        return _ask(page, session, server, where, options, columns)
    finally:
        context.close()


def _link(deployment: str, columns: int) -> str:
    variants = tuple(
        Variant(name=f"Column {n}", deployment=f"azure/{deployment}", system_message=f"Column {n}")
        for n in range(columns)
    )
    return write_link(Setup(variants=variants))


def _where(columns: int) -> list[Any]:
    """The selector of the columns, and how many of what it finds stand before them: in the chat, the question."""
    return [COLUMN, 0] if columns > 1 else [MESSAGE, 1]


def _ask(
    page: Page, session: CDPSession, server: Server, where: str, options: argparse.Namespace, columns: int
) -> Measured:
    process, question = psutil.Process(server.pid), f"Hello {time.monotonic()}"
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    page.evaluate("([columns, before]) => Object.assign(window, { columns, before })", _where(columns))
    before, cpu, work = page.evaluate("() => ({ ...window.seen })"), _cpu(process), _work(session)
    box.press("Enter")
    records = _wait(page, where, question, columns)
    seen = page.evaluate("() => ({ ...window.seen })")
    offset = time.time() - time.monotonic()
    weights = list(accumulate(len(_bare(token)) for token in split_into_tokens(options.text)))
    ordered = sorted(records, key=lambda one: str(one["body"]["messages"][0]["content"]))
    measured = [_lags(seen["sights"].get(str(place), []), one, weights, offset) for place, one in enumerate(ordered)]
    return Measured(
        kilobytes=(seen["bytes"] - before["bytes"]) / 1000,
        frames=seen["frames"] - before["frames"],
        lags=[_p95(lags) for lags, _, _ in measured],
        first_texts=[first for _, first, _ in measured],
        is_whole=all(is_whole for _, _, is_whole in measured),
        server_cpu_s=_cpu(process) - cpu,
        browser_s=_work(session) - work,
    )


def _wait(page: Page, where: str, question: str, columns: int) -> list[dict[str, Any]]:
    """Until the endpoint has ended all answers and nothing has grown for a while."""
    while True:
        page.wait_for_timeout(500)
        last = page.evaluate("() => window.seen.last") / 1000
        if not last or time.time() - last < QUIET_S:
            continue
        found = httpx2.get(f"{where}/emulator/requests", headers={"api-key": KEY}, timeout=60).json()
        listed = found["requests"] if isinstance(found, dict) else found
        mine = [one for one in listed if one["body"] and one["body"]["messages"][-1]["content"] == question]
        if len(mine) == columns and all(one["ended_at"] for one in mine):
            return mine


def _lags(
    sights: list[list[float]], record: dict[str, Any], weights: list[int], offset: float
) -> tuple[list[float], float, bool]:
    """Of every token, the first one's time since the request came, and whether all were seen."""
    sent_at, lags = record["sent_at"][BEFORE_TEXT:], list[float]()
    for at, characters in sights:
        shown = bisect.bisect_right(weights, characters)
        lags += [at - offset - sent_at[number] for number in range(len(lags), min(shown, len(sent_at)))]
    first = sights[0][0] - offset - record["received_at"] if sights else float("inf")
    return lags or [float("inf")], first, bool(sights) and sights[-1][1] >= weights[-1] * 0.99


def _bare(text: str) -> str:
    return "".join(text.replace("#", "").replace("*", "").split())


def _p95(values: list[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _work(session: CDPSession) -> float:
    metrics: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


def _text(where: str, deployment: str) -> str:
    body = {"messages": [{"role": "user", "content": "Hello"}]}
    url = f"{where}/openai/deployments/{deployment.partition('x')[0]}x0/chat/completions?api-version=2024-10-21"
    answer = httpx2.post(url, headers={"api-key": KEY}, json=body, timeout=60).json()
    return str(answer["choices"][0]["message"]["content"])


def _print(name: str, rounds: list[Measured]) -> None:
    median = statistics.median
    worst = median(max(one.lags) for one in rounds)
    lags = " ".join(f"{median(one.lags[place] for one in rounds):.2f}" for place in range(len(rounds[0].lags)))
    first = median(max(one.first_texts) for one in rounds)
    weights = f"{median(one.kilobytes for one in rounds):.1f} | {median(one.frames for one in rounds):.0f}"
    work = f"{median(one.server_cpu_s for one in rounds):.2f} | {median(one.browser_s for one in rounds):.2f}"
    whole = f"{sum(one.is_whole for one in rounds)} of {len(rounds)}"
    print(f"| {name} | {worst:.2f} | {lags} | {first:.2f} | {weights} | {work} | {whole} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--case", default="1000x10")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    options.deployment = f"paced-{options.case}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        where = stack.enter_context(endpoint())
        options.text = _text(where, options.deployment)
        environment = {
            "AZURE_OPENAI_ENDPOINT": where,
            "AZURE_OPENAI_API_KEY": KEY,
            "AZURE_OPENAI_DEPLOYMENTS": options.deployment,
            "SESERAGI_TITLES": "false",
            "DATABASE_URL": f"sqlite:///{folder}/compare.db",
        }
        server = stack.enter_context(starting_server(folder / "log", **environment))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=find_chromium(), args=list(FLAGS)
        )
        measured: dict[int, list[Measured]] = {1: [], options.columns: []}
        for number in range(options.rounds + 1):  # the first one warms up
            for columns, rounds in measured.items():
                one = measure(browser, server, where, options, columns)
                if number:
                    rounds.append(one)
        browser.close()
    print(
        f"{options.columns} columns of {options.case}, {options.rounds} rounds, medians; lags are p95 of each column\n"
    )
    print("| | worst lag s | lags s | last first text s | kB | frames | server CPU s | browser s | whole |")
    print("|---|---:|---|---:|---:|---:|---:|---:|---:|")
    _print("chat", measured[1])
    _print(f"{options.columns} columns", measured[options.columns])
    ratio = statistics.median(
        many.kilobytes / one.kilobytes for many, one in zip(measured[options.columns], measured[1], strict=True)
    )
    print(f"\nbytes: {ratio:.2f} times one column's in the chat")


if __name__ == "__main__":
    main()
