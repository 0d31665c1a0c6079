"""Conversations in a real browser: branches, the list, search, import and export, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from services.history.database import DatabaseHistory
from services.history.opening import open_database
from services.history.records import LOCAL_OWNER, ConversationRecord
from services.languages import Language, load_catalogue
from tests.browser.chat import LONG, SOON, Chat
from tests.browser.conftest import OpenChat
from tests.browser.serving import Wire, free_port, running_server
from tests.running import KEY, Running
from tests.services.history.trees import chain

LANGUAGES: list[tuple[Language, str]] = [("en", "en-US"), ("ja", "ja-JP")]


class Visitor(Chat):
    """Somebody who reads one language and presses what is written there."""

    language: Language = "en"

    def word(self, message: str) -> str:
        return load_catalogue(self.language).gettext(message)

    def press(self, message: str) -> None:
        self.page.get_by_role("button", name=self.word(message), exact=True).last.click()

    def pick(self, message: str) -> None:
        self.page.get_by_role("menuitem", name=self.word(message), exact=True).click()

    def more(self, message: str) -> None:
        """Something in the menu under the last answer."""
        self.page.locator(".bar").last.get_by_role("button", name=self.word("More"), exact=True).click()
        self.pick(message)

    def ask_and_wait(self, question: str) -> None:
        self.ask(question)
        expect(self.page.get_by_test_id("stChatMessage").get_by_text(question, exact=True).last).to_be_visible(
            timeout=SOON
        )
        self.wait_until_done()

    @property
    def rows(self) -> Locator:
        return self.page.locator(".row")

    def row(self, title: str) -> Locator:
        return self.rows.filter(has_text=title)

    def open_list(self) -> None:
        self.page.get_by_role("tab", name=self.word("Conversations")).click()
        self.page.locator(".list").wait_for(timeout=SOON)

    def do_with(self, title: str, message: str) -> None:
        """Something in the menu of a conversation in the list."""
        row = self.row(title).first
        row.hover()
        row.locator(".icon").first.click()
        row.get_by_role("menuitem", name=self.word(message), exact=True).click()

    def titles(self) -> list[str]:
        return self.page.locator(".row .title").all_inner_texts()

    def walk(self, what: str, where: str) -> None:
        self.page.get_by_role("button", name=f"{self.word(what)}: {self.word(where)}", exact=True).click()


@pytest.fixture
def library(fast: Running, tmp_path: Path) -> Iterator[str]:
    """A server of its own with an empty history, on an emulator that answers at once."""
    environment = {
        "AZURE_OPENAI_ENDPOINT": fast.address,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_DEPLOYMENTS": "demo-token-by-token,paced-60x10,paced-40x20,fault-length",
        "DATABASE_URL": f"sqlite:///{tmp_path}/history.db",
    }
    with running_server(tmp_path / "log", **environment) as address:
        yield address
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.fixture(params=LANGUAGES, ids=["en", "ja"])
def visitor(request: pytest.FixtureRequest, library: str, open_chat: OpenChat) -> Visitor:
    language, locale = request.param
    opened = open_chat(address=library, locale=locale, timezone_id="Asia/Tokyo")
    made = Visitor(opened.page, opened.address, opened.console_errors)
    made.language = language
    return made


def test_another_answer_stands_beside_the_first_and_can_be_walked_to(visitor: Visitor) -> None:
    visitor.ask_and_wait("Briefly?")
    first = visitor.text()
    visitor.press("Another answer")
    visitor.page.get_by_role("menuitem", name="paced-40x20", exact=True).click()
    expect(visitor.page.get_by_text("2/2")).to_be_visible(timeout=LONG)
    assert visitor.text() != first
    expect(visitor.page.locator(".about").last).to_contain_text("paced-40x20")
    visitor.walk("Answer", "Previous")
    expect(visitor.page.get_by_text("1/2")).to_be_visible(timeout=SOON)
    assert visitor.text() == first
    visitor.page.reload()
    expect(visitor.page.get_by_text("1/2")).to_be_visible(timeout=LONG)
    visitor.walk("Answer", "Next")
    expect(visitor.page.get_by_text("2/2")).to_be_visible(timeout=SOON)


def test_an_edited_question_begins_a_branch_and_the_old_one_stays(visitor: Visitor) -> None:
    visitor.ask_and_wait("First, briefly?")
    visitor.ask_and_wait("Then, briefly?")
    bars = visitor.page.locator(".bar")
    bars.first.get_by_role("button", name=visitor.word("More"), exact=True).click()
    visitor.pick("Edit the question")
    editor = visitor.page.locator(".st-key-editor textarea")
    expect(editor).to_have_value("First, briefly?")
    expect(visitor.page.get_by_text("Then, briefly?", exact=True)).to_have_count(0)
    visitor.press("Leave it")
    expect(visitor.page.get_by_text("Then, briefly?", exact=True)).to_be_visible(timeout=SOON)
    bars.first.get_by_role("button", name=visitor.word("More"), exact=True).click()
    visitor.pick("Edit the question")
    editor.fill("Edited, briefly?")
    visitor.press("Ask this instead")
    expect(visitor.page.get_by_test_id("stChatMessage").get_by_text("Edited, briefly?", exact=True)).to_be_visible(
        timeout=SOON
    )
    expect(visitor.page.get_by_text("2/2")).to_be_visible(timeout=LONG)
    visitor.walk("Question", "Previous")
    expect(visitor.page.get_by_text("Then, briefly?", exact=True)).to_be_visible(timeout=SOON)


def test_a_truncated_answer_is_continued_in_place(visitor: Visitor) -> None:
    visitor.page.get_by_role("tab", name=visitor.word("Settings")).click()
    visitor.page.get_by_text(visitor.word("Parameters"), exact=True).click()
    limit = visitor.page.locator(".st-key-most_tokens input")
    limit.fill("30")
    limit.press("Enter")
    visitor.ask_and_wait("Hello?")
    begun = visitor.text().strip().splitlines()[0]
    visitor.press("Continue")
    expect(visitor.page.get_by_test_id("stChatMessage")).to_have_count(2)
    expect(visitor.answer.get_by_test_id("stMarkdown").first).to_contain_text(begun)
    visitor.wait_until_done()


def test_a_fork_goes_its_own_way_and_deleting_takes_what_follows(visitor: Visitor) -> None:
    visitor.ask_and_wait("First, briefly?")
    before = visitor.page.url
    visitor.more("Go on from here in a new conversation")
    visitor.page.wait_for_url(lambda url: url != before and "c=" in url, timeout=SOON)
    visitor.ask_and_wait("Only here, briefly?")
    visitor.page.goto(before)
    expect(visitor.question("First, briefly?").first).to_be_visible(timeout=LONG)
    expect(visitor.question("Only here, briefly?")).to_have_count(0)
    visitor.page.locator(".bar").last.get_by_role("button", name=visitor.word("More"), exact=True).click()
    visitor.pick("Delete the answer and what follows")
    visitor.pick("Really delete?")
    expect(visitor.page.get_by_text(visitor.word("This question has no answer."))).to_be_visible(timeout=SOON)
    visitor.press("Try again")
    visitor.wait_until_done()


def test_the_list_is_renamed_pinned_filed_deleted_and_undone(visitor: Visitor) -> None:
    for question in ("One, briefly?", "Two, briefly?"):
        visitor.press("New conversation")
        visitor.ask_and_wait(question)
    visitor.open_list()
    assert visitor.titles() == ["Two, briefly?", "One, briefly?"]
    expect(visitor.page.locator(".group")).to_have_text(visitor.word("Today"))

    visitor.do_with("One", "Rename")
    visitor.page.get_by_role("dialog").get_by_role("textbox").fill("望月さんの話")
    visitor.press("Save")
    expect(visitor.row("望月さんの話")).to_have_count(1, timeout=SOON)

    visitor.do_with("望月さんの話", "Pin")
    expect(visitor.page.locator(".group").first).to_have_text(visitor.word("Pinned"), timeout=SOON)
    assert visitor.titles()[0] == "望月さんの話"

    visitor.do_with("Two", "Move to a folder")
    folder = visitor.page.get_by_role("dialog").get_by_role("combobox")
    folder.fill("Work")
    folder.press("Enter")
    visitor.press("Move")
    expect(visitor.row("Two").locator(".small")).to_have_text("Work", timeout=SOON)

    visitor.do_with("Two", "Delete")
    expect(visitor.row("Two")).to_have_count(0, timeout=SOON)
    expect(visitor.page.get_by_text("Two, briefly?", exact=True)).to_have_count(0)
    visitor.press("Undo")
    expect(visitor.row("Two")).to_have_count(1, timeout=SOON)
    expect(visitor.page.get_by_test_id("stChatMessage").first).to_contain_text("Two, briefly?", timeout=SOON)


def test_words_inside_an_old_conversation_are_found_and_it_opens(visitor: Visitor) -> None:
    visitor.ask_and_wait("今朝の望月さんの話を、短くお願いします。")
    visitor.press("New conversation")
    visitor.ask_and_wait("Something else, briefly?")
    visitor.open_list()
    search = visitor.page.locator(".st-key-search input")
    search.fill("望月")
    search.press("Enter")
    expect(visitor.page.locator(".group")).to_have_text(visitor.word("Found"), timeout=SOON)
    expect(visitor.rows).to_have_count(1)
    expect(visitor.rows.locator(".small")).to_contain_text("望月")
    visitor.rows.locator(".open").click()
    expect(visitor.page.get_by_test_id("stChatMessage").first).to_contain_text("今朝の望月さん", timeout=SOON)
    search.fill("nowhere at all")
    search.press("Enter")
    expect(visitor.page.locator(".group")).to_have_text(visitor.word("Nothing found"), timeout=SOON)


def test_what_is_exported_can_be_imported_and_a_bad_file_changes_nothing(visitor: Visitor, tmp_path: Path) -> None:
    visitor.ask_and_wait("Keep this, briefly?")
    visitor.open_list()
    visitor.do_with("Keep this", "Export")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("dialog").get_by_role("button", name="JSON").click()
    exported = tmp_path / "export.json"
    download.value.save_as(exported)
    assert download.value.suggested_filename == "Keep this briefly.json"
    assert json.loads(exported.read_text())["format"] == "seseragi.conversations"
    visitor.page.keyboard.press("Escape")

    visitor.press("Import and export")
    chooser = visitor.page.get_by_role("dialog").locator("input[type=file]")
    bad = tmp_path / "bad.json"
    bad.write_text(exported.read_text().replace('"role": "user"', '"role": "root"'))
    chooser.set_input_files(bad)
    visitor.press("Import")
    place = visitor.page.get_by_role("dialog").get_by_text(re.compile(r"conversations.*messages.*role"))
    expect(place).to_be_visible(timeout=SOON)
    expect(visitor.rows).to_have_count(1)
    chooser.set_input_files(exported)
    expect(visitor.page.get_by_role("dialog").get_by_text("export.json")).to_be_visible(timeout=SOON)
    visitor.press("Import")
    expect(visitor.page.get_by_test_id("stToast")).to_be_visible(timeout=SOON)
    expect(visitor.rows).to_have_count(2, timeout=SOON)
    expect(visitor.page.get_by_test_id("stChatMessage").first).to_contain_text("Keep this, briefly?", timeout=SOON)


def test_a_temporary_conversation_leaves_nothing(visitor: Visitor, tmp_path: Path) -> None:
    visitor.page.get_by_text(visitor.word("Temporary conversation")).click()
    expect(visitor.page.get_by_role("switch").last).to_be_checked(timeout=SOON)
    visitor.ask_and_wait("A secret-needle, briefly?")
    expect(visitor.page.get_by_text(visitor.word("Temporary: nothing of this conversation is kept."))).to_be_visible()
    visitor.ask_and_wait("And more, briefly?")
    assert "c=" not in visitor.page.url
    visitor.open_list()
    expect(visitor.rows).to_have_count(0)
    for file in tmp_path.glob("history.db*"):
        assert b"secret-needle" not in file.read_bytes()
    visitor.press("New conversation")
    expect(visitor.page.get_by_role("switch").last).not_to_be_checked(timeout=SOON)


def test_two_tabs_follow_one_reply_and_a_second_question_is_given_back(open_chat: OpenChat) -> None:
    one = open_chat()
    one.ask_of("paced-300x20")
    one.wait_for_text(50)
    two = open_chat(path=one.page.url.removeprefix(one.address))
    two.wait_for_text(50)
    two.ask("Meanwhile?")
    expect(two.page.get_by_text("An answer is still being written here.")).to_be_visible(timeout=SOON)
    expect(two.box).to_have_value("Meanwhile?")
    one.wait_until_done()
    two.wait_until_done()
    assert one.text() == two.text()
    expect(two.page.get_by_test_id("stChatMessage")).to_have_count(2)


def test_a_tab_left_behind_asks_beside_what_it_has_not_seen(library: str, open_chat: OpenChat) -> None:
    one = open_chat(address=library)
    one.ask("First, briefly?")
    one.wait_until_done()
    two = open_chat(address=library, path=one.page.url.removeprefix(library))
    two.wait_until_done()
    one.ask("Seen by one, briefly?")
    expect(one.question("Seen by one, briefly?").first).to_be_visible(timeout=SOON)
    one.wait_until_done()
    two.ask("Asked by two, briefly?")
    expect(two.page.get_by_text("2/2")).to_be_visible(timeout=LONG)
    two.page.get_by_role("button", name="Question: Previous").click()
    expect(two.page.get_by_text("Seen by one, briefly?", exact=True)).to_be_visible(timeout=SOON)


def test_titles_come_from_the_deployment_a_moment_later(fast: Running, tmp_path: Path, open_chat: OpenChat) -> None:
    environment = {
        "AZURE_OPENAI_ENDPOINT": fast.address,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_DEPLOYMENTS": "demo-token-by-token",
        "DATABASE_URL": f"sqlite:///{tmp_path}/history.db",
        "SESERAGI_TITLES": "true",
    }
    question = "Briefly, please: which of the many ways to receive a streamed answer would you choose today?"
    with running_server(tmp_path / "log", **environment) as address:
        chat = open_chat(address=address)
        chat.ask(question)
        chat.page.get_by_role("tab", name="Conversations").click()
        expect(chat.page.locator(".row .title")).to_have_text("Briefly, please: which of the many ways …", timeout=LONG)


def test_after_a_long_time_offline_a_question_still_joins_its_conversation(
    fast: Running, tmp_path: Path, open_chat: OpenChat
) -> None:
    """Streamlit has forgotten the session by then; the page that is still shown must not ask into an empty history."""
    environment = {
        "AZURE_OPENAI_ENDPOINT": fast.address,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_DEPLOYMENTS": "demo-token-by-token",
        "DATABASE_URL": f"sqlite:///{tmp_path}/history.db",
        "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "1",
    }
    with running_server(tmp_path / "log", **environment) as address:
        port = int(address.rpartition(":")[2])
        with Wire(free_port(), port) as wire:
            chat = open_chat(address=f"http://127.0.0.1:{wire.port}")
            chat.ask("First, briefly?")
            chat.wait_until_done()
            wire.cut()
            chat.page.wait_for_timeout(4_000)
            wire.mend()
            expect(chat.box).to_be_enabled(timeout=LONG)
            chat.page.wait_for_timeout(3_000)
            chat.ask("Second, briefly?")
            expect(chat.question("Second, briefly?").first).to_be_visible(timeout=LONG)
            expect(chat.question("First, briefly?").first).to_be_visible()
            expect(chat.answer).to_contain_text("turn 2", timeout=LONG)
            chat.console_errors.clear()  # the lost connection is what was asked for


def test_a_long_list_is_shown_page_by_page_and_the_way_back_leads_back(
    library: str, open_chat: OpenChat, tmp_path: Path
) -> None:
    store = DatabaseHistory(open_database(f"sqlite:///{tmp_path}/history.db"))
    for n in range(35):
        (question, answer) = chain(2)
        record = ConversationRecord(title=f"Talk {n:02d}", leaf_id=answer.id, created_at=n, updated_at=n)
        store.begin(LOCAL_OWNER, record, [question, answer])
    store.close()
    chat = open_chat(address=library)
    rows = chat.page.locator(".row")
    expect(rows).to_have_count(30, timeout=SOON)
    expect(rows.first).to_contain_text("Talk 34")
    expect(chat.page.locator(".group")).to_have_text("January 1970")
    chat.page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(35, timeout=SOON)
    chat.page.locator(".row", has_text="Talk 03").locator(".open").click()
    expect(chat.page.locator(".row.shown")).to_contain_text("Talk 03", timeout=SOON)
    first = chat.page.url
    chat.page.locator(".row", has_text="Talk 04").locator(".open").click()
    expect(chat.page.locator(".row.shown")).to_contain_text("Talk 04", timeout=SOON)
    chat.page.go_back()
    expect(chat.page.locator(".row.shown")).to_contain_text("Talk 03", timeout=SOON)
    assert chat.page.url == first
    chat.page.go_forward()
    expect(chat.page.locator(".row.shown")).to_contain_text("Talk 04", timeout=SOON)
