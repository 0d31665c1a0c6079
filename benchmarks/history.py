"""What a long history costs: reruns of a long conversation, list and search among many, keeping an answer.

Everything against the real server in Chromium or the real databases, medians, in one run:
`python -m benchmarks.history [--conversations 10000] [--rounds 15]`.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
from playwright.sync_api import Browser, Page, WebSocket, expect, sync_playwright
from sqlalchemy import text

from services.history.database import DatabaseHistory
from services.history.opening import open_database
from services.history.records import LOCAL_OWNER, AskedWith, ConversationRecord, MessageRecord
from services.streaming.folding import Answer
from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.serving import starting_server
from tests.postgres import running_postgres
from tests.running import KEY, running_emulator

LENGTHS: Final = (10, 100, 1_000, 10_000)
WORDS: Final = [
    "stream",
    "answer",
    "token",
    "fragment",
    "delay",
    "deployment",
    "endpoint",
    "azure",
    "openai",
    "table",
    "code",
    "river",
    "water",
    "stone",
    "meadow",
    "mill",
    "bridge",
    "morning",
    "回答",
    "断片",
    "小川",
    "せせらぎ",
    "水車",
    "朝",
    "望む",
    "月",
    "会議",
    "議事録",
    "要約",
    "東京",
    "京都",
    "駅",
    "手紙",
    "お礼",
]


WATCH: Final = """() => {
  const app = document.querySelector("[data-testid=stApp]")
  window.rerun = new Promise((resolve) => {
    let pressed = 0
    let ran = false
    document.addEventListener("click", () => { pressed = performance.now() }, { capture: true, once: true })
    const watcher = new MutationObserver(() => {
      const state = app.getAttribute("data-test-script-state")
      if (state === "running") ran = true
      if (state === "notRunning" && ran) {
        watcher.disconnect()
        resolve(performance.now() - pressed)
      }
    })
    watcher.observe(app, { attributes: true })
  })
}"""
"""Milliseconds from the press to the end of the run that it asks for."""


def sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))


def branch(length: int, chance: random.Random, words: int = 60) -> list[MessageRecord]:
    """Questions and answers in turn."""
    made: list[MessageRecord] = []
    for n in range(length):
        parent_id = made[-1].id if made else None
        said = sentence(chance, words)
        if n % 2 == 0:
            made.append(MessageRecord(parent_id=parent_id, role="user", text=said))
            continue
        answer = Answer(status="complete", text=said, finish_reason="stop")
        asked = AskedWith(deployment="azure/paced-60x10")
        made.append(MessageRecord(parent_id=parent_id, role="assistant", text=said, asked_with=asked, answer=answer))
    return made


def put(store: DatabaseHistory, messages: list[MessageRecord], title: str, at: float) -> str:
    record = ConversationRecord(title=title, leaf_id=messages[-1].id, created_at=at, updated_at=at)
    store.begin(LOCAL_OWNER, record, messages)
    return record.id


def median_ms(act: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


# Reruns


class Counted:
    """Bytes that came over the page's WebSocket."""

    def __init__(self, page: Page) -> None:
        self.received = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._count)

    def _count(self, payload: str | bytes) -> None:
        self.received += len(payload)


def measure_reruns(browser: Browser, address: str, conversation_id: str, rounds: int) -> tuple[float, float]:
    """Milliseconds and bytes of one rerun: from a press to the end of the run."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    counted = Counted(page)
    page.goto(f"{address}/?c={conversation_id}")
    page.locator(".bar").last.wait_for()
    page.get_by_role("tab", name="Settings").click()
    toggle = page.locator(".st-key-keep_up label")
    took, weighed = [], []
    for _ in range(rounds + 2):
        page.wait_for_timeout(150)
        before = counted.received
        page.evaluate(WATCH)
        toggle.click()
        took.append(float(page.evaluate("() => window.rerun")))
        page.wait_for_timeout(100)
        weighed.append(counted.received - before)
    page.close()
    return statistics.median(took[2:]), statistics.median(weighed[2:])


def reruns(browser: Browser, folder: Path, address: str, url: str, rounds: int) -> None:
    store, chance = DatabaseHistory(open_database(url)), random.Random(1)
    talks = {length: put(store, branch(length, chance), f"{length} messages", time.time()) for length in LENGTHS}
    store.close()
    measured = {length: measure_reruns(browser, address, talk, rounds) for length, talk in talks.items()}
    base = measured[100]
    print(f"\nA rerun ({folder.name}, from the press to the end of the run)\n")
    print("| messages | ms | ratio to 100 | bytes to the browser | ratio |")
    print("|---|---|---|---|---|")
    for length, (took, weighed) in measured.items():
        print(f"| {length:,} | {took:.0f} | {took / base[0]:.2f} | {weighed:,.0f} | {weighed / base[1]:.2f} |")


# List and search


def fill(store: DatabaseHistory, conversations: int) -> None:
    chance, now = random.Random(2), time.time()
    for n in range(conversations):
        messages = branch(4, chance, words=40)
        if n % 1_000 == 7:
            special = MessageRecord(parent_id=messages[-1].id, role="user", text=f"今朝の望月さんの話 rare-needle-{n}")
            messages.append(special)
        put(store, messages, f"{sentence(chance, 4)} {n}", now - n * 60)


def list_and_search(name: str, url: str, conversations: int, rounds: int) -> None:
    store = DatabaseHistory(open_database(url))
    begun = time.perf_counter()
    fill(store, conversations)
    took = time.perf_counter() - begun
    if name == "PostgreSQL":
        with store._engine.connect() as connection:  # noqa: SLF001 - what autovacuum does by itself after a while
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    print(f"\nList and search on {name}: {conversations:,} conversations, 4 messages each (filled in {took:.0f} s)\n")
    print("| what | ms |")
    print("|---|---|")
    last = store.page(LOCAL_OWNER, 30)[-1]
    acts: dict[str, Callable[[], object]] = {
        "first page of the list": lambda: store.page(LOCAL_OWNER, 31),
        "next page": lambda: store.page(LOCAL_OWNER, 31, after=last),
        "folders": lambda: store.folders(LOCAL_OWNER),
        **{
            f"search “{words}” ({len(store.search(LOCAL_OWNER, words, 50))} shown)": _searching(store, words)
            for words in ("望月", "望月さん", "rare-needle", "stream", "駅", "xq", "nowhere at all", "st")
        },
    }
    for label, act in acts.items():
        print(f"| {label} | {median_ms(act, rounds):.1f} |")
    store.close()


def _searching(store: DatabaseHistory, words: str) -> Callable[[], object]:
    return lambda: store.search(LOCAL_OWNER, words, 50)


# Keeping


def measure_keeping(browser: Browser, address: str, pid: int, *, temporary: bool) -> float:
    """Seconds of the server's CPU for one answer of 1,000 tokens at 10 ms."""
    page = browser.new_page()
    page.goto(address)
    page.get_by_test_id("stChatInputTextArea").wait_for()
    if temporary:
        page.locator(".st-key-temporary label").click()
        page.locator(".st-key-temporary input:checked").wait_for(state="attached")
    page.wait_for_timeout(500)
    process = psutil.Process(pid)
    before = sum(process.cpu_times()[:2])
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill("Hello")
    box.press("Enter")
    page.locator(".bar").wait_for(timeout=60_000)
    page.wait_for_timeout(500)
    used = sum(process.cpu_times()[:2]) - before
    page.close()
    return used


def keeping(browser: Browser, address: str, pid: int, rounds: int) -> None:
    """Kept and temporary in turns: the same way of an answer, on disk and not."""
    kept, temporary = [], []
    for _ in range(rounds):
        kept.append(measure_keeping(browser, address, pid, temporary=False))
        temporary.append(measure_keeping(browser, address, pid, temporary=True))
    on_disk, in_memory = statistics.median(kept), statistics.median(temporary)
    print("\nThe server's CPU for one answer of 1,000 tokens at 10 ms\n")
    print("| | seconds |")
    print("|---|---|")
    print(f"| kept in SQLite | {on_disk:.3f} |")
    print(f"| temporary, in memory only | {in_memory:.3f} |")
    print(f"| ratio | {on_disk / in_memory:.3f} |")


@contextmanager
def house(folder: Path) -> Iterator[tuple[str, int, str]]:
    """A server with its own database: address, process id, the database's address."""
    url = f"sqlite:///{folder}/history.db"
    with running_emulator(speed=1.0) as emulator:
        environment = {
            "AZURE_OPENAI_ENDPOINT": emulator.address,
            "AZURE_OPENAI_API_KEY": KEY,
            "AZURE_OPENAI_DEPLOYMENTS": "paced-1000x10",
            "SESERAGI_TITLES": "false",
            "DATABASE_URL": url,
        }
        with starting_server(folder / "log", **environment) as server:
            yield server.address, server.pid, url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keeping-rounds", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        folder = Path(made)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        (folder / "sqlite").mkdir()
        with house(folder / "sqlite") as (address, pid, url):
            reruns(browser, folder / "sqlite", address, url, chosen.rounds)
            keeping(browser, address, pid, chosen.keeping_rounds)
        list_and_search("SQLite", f"sqlite:///{folder}/many.db", chosen.conversations, chosen.rounds)
        with running_postgres(folder / "postgres") as postgres:
            list_and_search("PostgreSQL", postgres.new_database(), chosen.conversations, chosen.rounds)
        browser.close()


if __name__ == "__main__":
    expect.set_options(timeout=30_000)
    main()
