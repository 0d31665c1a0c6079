"""The server is killed amid answers; what the browser had shown is in the database but for the last half second."""

from __future__ import annotations

import os
import random
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from services.history.database import DatabaseHistory
from services.history.opening import open_database
from services.history.records import LOCAL_OWNER
from tests.browser.chat import LONG, SOON
from tests.browser.conftest import OpenChat
from tests.browser.serving import Server, starting_server
from tests.postgres import Postgres
from tests.running import KEY, Running
from tests.waiting import until

ROUNDS, TABS = 5, 4
"""Twenty answers in all."""
PACE_MS = 20
CHARACTERS_IN_HALF_A_SECOND = 500 // PACE_MS * 6
"""A token of these answers has at most six characters on average over so many."""


@contextmanager
def _server(emulator: Running, url: str, log: Path, tokens: int = 500) -> Iterator[Server]:
    environment = {
        "AZURE_OPENAI_ENDPOINT": emulator.address,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_DEPLOYMENTS": f"paced-{tokens}x{PACE_MS}",
        "DATABASE_URL": url,
    }
    with starting_server(log, **environment) as server:
        yield server


def _letters(text: str) -> str:
    """Without what Markdown adds or takes away."""
    return re.sub(r"[\W_]+", "", text)


def test_killed_at_random_moments_it_loses_at_most_half_a_second(
    lifelike: Running, open_chat: OpenChat, tmp_path: Path
) -> None:
    url, chance = f"sqlite:///{tmp_path}/history.db", random.Random(20261120)
    lost: list[int] = []
    for number in range(ROUNDS):
        with _server(lifelike, url, tmp_path / "log") as server:
            chats = [open_chat(address=server.address) for _ in range(TABS)]
            for chat in chats:
                chat.ask("Tell me.")
            for chat in chats:
                chat.wait_for_text(20)
                chat.page.wait_for_url(re.compile("c="), timeout=SOON)
            chats[0].page.wait_for_timeout(chance.uniform(0, 3_000))
            os.kill(server.pid, signal.SIGKILL)
            shown = {chat.page.url.partition("c=")[2]: _letters(chat.text()) for chat in chats}
            for chat in chats:
                chat.page.close()
                chat.console_errors.clear()  # the lost connection is what was asked for
        with _server(lifelike, url, tmp_path / "log") as server:
            store = DatabaseHistory(open_database(url))
            for conversation_id, seen in shown.items():
                (_, answer) = store.whole(LOCAL_OWNER, conversation_id).messages
                kept = _letters(answer.text)
                assert answer.answer is not None
                assert answer.answer.status == "interrupted"
                assert kept.startswith(seen) or seen.startswith(kept), (number, seen[-40:], kept[-40:])
                lost.append(len(seen) - len(kept))
            store.close()
            _continue(open_chat, server, next(iter(shown)))
    assert len(lost) == ROUNDS * TABS
    assert max(lost) <= CHARACTERS_IN_HALF_A_SECOND


def _continue(open_chat: OpenChat, server: Server, conversation_id: str) -> None:
    """What was kept is shown after the restart, and goes on to its end."""
    chat = open_chat(address=server.address, path=f"/?c={conversation_id}")
    expect(chat.page.get_by_text("The server ended while this was being written.")).to_be_visible(timeout=LONG)
    kept = _letters(chat.text())
    chat.page.get_by_role("button", name="Continue").click()
    chat.wait_until_done()
    assert _letters(chat.text()).startswith(kept[:-40])
    assert len(_letters(chat.text())) > len(kept)
    chat.page.close()


@pytest.fixture
def pair(lifelike: Running, postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two servers on one PostgreSQL, and answers that last long enough for a second page to be opened."""
    url = postgres.new_database()
    with _server(lifelike, url, tmp_path / "one", 1_000) as one, _server(lifelike, url, tmp_path / "two", 1_000) as two:
        yield one, two


def test_a_page_on_another_server_shows_the_growing_text_and_stops_it(
    pair: tuple[Server, Server], open_chat: OpenChat
) -> None:
    one, two = pair
    writing = open_chat(address=one.address)
    writing.ask("Tell me.")
    writing.wait_for_text(50)
    reading = open_chat(address=two.address, path=writing.page.url.removeprefix(one.address))
    reading.wait_for_text(50)
    lengths: list[int] = []
    for _ in range(20):
        lengths.append(len(reading.text()))
        reading.page.wait_for_timeout(100)
    assert len(set(lengths)) > 3, "it grows"
    reading.stop()
    expect(reading.answer.get_by_text("Stopped here.")).to_be_visible(timeout=SOON)
    expect(writing.answer.get_by_text("Stopped here.")).to_be_visible(timeout=SOON)
    until(lambda: _letters(reading.text()) == _letters(writing.text()))


def test_a_server_that_dies_leaves_its_answer_to_be_continued_on_the_other(
    pair: tuple[Server, Server], open_chat: OpenChat
) -> None:
    one, two = pair
    writing = open_chat(address=one.address)
    writing.ask("Tell me.")
    writing.wait_for_text(50)
    reading = open_chat(address=two.address, path=writing.page.url.removeprefix(one.address))
    reading.wait_for_text(50)
    own = open_chat(address=two.address)
    own.ask("My own.")
    own.wait_for_text(20)
    os.kill(one.pid, signal.SIGKILL)
    writing.page.close()
    writing.console_errors.clear()
    expect(reading.page.get_by_text("The server ended while this was being written.")).to_be_visible(timeout=LONG)
    own.wait_until_done()
    reading.page.get_by_role("button", name="Continue").click()
    reading.wait_until_done()
