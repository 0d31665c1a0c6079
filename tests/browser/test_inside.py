"""Inside the stream, in a browser: the inspector live and at rest, recordings kept, opened and played, how it works."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from components.recordings.views import RAW_BYTES
from services.recording.sse_file import read_sse, write_sse
from tests.browser.chat import LONG, SOON, Chat
from tests.browser.conftest import OpenChat
from tests.browser.serving import running_server
from tests.running import KEY, Running
from tests.services.recording.samples import ARTICLE_BODY, recording_of
from tests.tap import Tap, tapped
from tests.waiting import until

BOTH = pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
INSIDE = re.compile("^(Look inside the stream|ストリームの中を見る)$")


def _look(page: Page, view: str) -> None:
    names = {
        "assembled": "Assembled|組み立て",
        "events": "Events|イベント",
        "raw": "Raw|生データ",
        "http": "HTTP",
    }
    page.locator(".st-key-recording_view").get_by_text(re.compile(f"^({names[view]})$")).click()


def _assembled(page: Page) -> str:
    return "".join(page.locator(".assembled").all_inner_texts())


def _open_inside(chat: Chat) -> None:
    chat.answer.get_by_role("button", name=INSIDE).click()
    chat.page.locator(".assembled").first.wait_for(timeout=LONG)


def _rows(page: Page, title: str) -> Locator:
    return page.locator(".list .open").filter(has_text=title)


def _open_list(open_chat: OpenChat, **options: str) -> Page:
    return open_chat(path="/recordings", waits_for=".list .row", **options).page


@BOTH
def test_an_answer_is_looked_into_while_it_streams_and_when_it_has_ended(open_chat: OpenChat, locale: str) -> None:
    chat = open_chat(locale=locale)
    chat.ask_of("demo-token-by-token", "Look inside, briefly")
    chat.wait_for_text(10)
    page = chat.page
    page.locator(".st-key-inside button").click()
    page.locator(".assembled").wait_for(timeout=SOON)
    first = len(_assembled(page))
    until(lambda: len(_assembled(page)) > first)
    _look(page, "events")
    expect(page.locator(".events .event").first).to_be_visible(timeout=SOON)
    expect(page.locator(".st-key-save-it button")).to_be_visible(timeout=LONG)
    expect(page.locator(".stream-line")).to_be_visible()
    page.locator(".events summary").nth(2).click()
    opened = json.loads(page.locator(".events .event[open] pre").inner_text())
    assert opened["choices"][0]["delta"]["content"]
    page.locator('[class*="st-key-kinds-"]').get_by_text(re.compile("finish_reason")).click()
    expect(page.locator(".events .event")).to_have_count(1, timeout=SOON)
    _look(page, "http")
    expect(page.locator(".stream-headers").first).to_contain_text("text/event-stream", timeout=SOON)
    expect(page.locator(".stream-headers").first).to_contain_text(re.compile("Server-Sent Events"))
    expect(page.locator(".stream-gauges")).to_be_visible()
    assert KEY not in page.content()
    page.locator(".st-key-back button").click()
    expect(chat.question("Look inside, briefly").first).to_be_visible(timeout=LONG)
    chat.wait_until_done()


def test_a_kind_is_chosen_while_its_events_come(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("demo-token-by-token", "One kind of you only")
    chat.wait_for_text(10)
    page = chat.page
    page.locator(".st-key-inside button").click()
    page.locator(".assembled").wait_for(timeout=SOON)
    _look(page, "events")
    page.locator('[class*="st-key-kinds-"]').get_by_text("content", exact=True).click(timeout=SOON)
    of_others = page.locator(".events .event:not(.text-event)")
    expect(of_others).to_have_count(0, timeout=SOON)
    count = page.locator(".events .event.text-event").count()
    assert page.locator(".st-key-save-it").count() == 0, "chosen only when all had come"
    assert count
    expect(page.locator(".st-key-save-it button")).to_be_visible(timeout=LONG)
    expect(page.locator('[class*="st-key-kinds-"]').get_by_text(re.compile("^content [0-9]+$"))).to_be_visible(
        timeout=SOON
    )
    expect(of_others).to_have_count(0)


def test_a_database_that_fails_while_the_inspector_is_open_is_told_and_tried_again(
    open_chat: OpenChat, tmp_path: Path
) -> None:
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/history.db",
        "SESERAGI_EMBEDDED_DEPLOYMENTS": "echo",
    }
    with running_server(tmp_path / "log", **environment) as address:
        page = open_chat(address=address, path="/recordings?r=built-in-article", waits_for=".assembled").page
        _run_sql(tmp_path / "history.db", "ALTER TABLE recordings RENAME TO elsewhere")
        _look(page, "raw")
        expect(page.get_by_text(re.compile("database"))).to_be_visible(timeout=SOON)
        _run_sql(tmp_path / "history.db", "ALTER TABLE elsewhere RENAME TO recordings")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_text("SHA-256")).to_be_visible(timeout=SOON)


def _run_sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_the_page_of_an_answer_survives_a_reload_and_can_be_opened_in_another_tab(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("echo", "Come back to me")
    chat.wait_until_done()
    _open_inside(chat)
    text = _assembled(chat.page)
    assert "Come back to me" in text
    chat.page.reload()
    chat.page.locator(".assembled").first.wait_for(timeout=LONG)
    assert _assembled(chat.page) == text
    address = chat.page.url
    other = open_chat(path=address[address.index("/recordings") :], waits_for=".assembled").page
    assert _assembled(other) == text
    chat.page.go_back()
    expect(chat.question("Come back to me").first).to_be_visible(timeout=LONG)


@pytest.fixture(scope="module")
def tap(lifelike: Running) -> Iterator[Tap]:
    with tapped(lifelike.address) as made:
        yield made


@pytest.fixture(scope="module")
def tapped_server(tap: Tap, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose every byte from the endpoint is known."""
    folder = tmp_path_factory.mktemp("tapped")
    environment = {
        "AZURE_OPENAI_ENDPOINT": tap.address,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_DEPLOYMENTS": "demo-azure-bursts,fault-crlf,fault-control-characters,fault-429,fault-bad-json",
        "OPENAI_MAX_RETRIES": "0",
        "DATABASE_URL": f"sqlite:///{folder}/history.db",
    }
    with running_server(folder / "log", **environment) as address:
        yield address


@pytest.mark.parametrize("name", ["demo-azure-bursts", "fault-crlf", "fault-control-characters", "fault-429"])
def test_the_bytes_that_are_shown_are_those_the_endpoint_sent(
    open_chat: OpenChat, tapped_server: str, tap: Tap, tmp_path: Path, name: str
) -> None:
    chat = open_chat(address=tapped_server)
    chat.ask_of(name, "Hello")
    chat.answer.get_by_role("button", name=INSIDE).click(timeout=LONG)
    page = chat.page
    page.locator(".st-key-recording_view").wait_for(timeout=LONG)
    _look(page, "raw")
    with page.expect_download() as download:
        page.locator('[class*="st-key-bytes-"] button').click(timeout=LONG)
    kept = tmp_path / "bytes"
    download.value.save_as(kept)
    digest = hashlib.sha256(tap.body()).hexdigest()
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == digest
    expect(page.get_by_text(digest)).to_be_visible()
    shown = page.locator("pre").last.inner_text()
    sent = tap.body()[:RAW_BYTES].decode(errors="replace").replace("\r\n", "\n")
    assert "".join(shown.split()) == "".join(sent.split())


@BOTH
def test_a_recording_is_opened_renamed_found_exported_and_deleted(
    open_chat: OpenChat, tmp_path: Path, locale: str
) -> None:
    page = _open_list(open_chat, locale=locale)
    name, renamed = f"From a file {locale}", f"For the demo {locale}"
    file, bad = tmp_path / "brought.sse", tmp_path / "bad.har"
    file.write_bytes(write_sse(recording_of(ARTICLE_BODY, name=name, created_at=time.time())))
    bad.write_bytes(b"{")
    page.get_by_text(re.compile("^(Open a recording|記録を開く)$")).click()
    page.locator(".st-key-recording_files input[type=file]").set_input_files(bad)
    page.locator(".st-key-open-files button").click()
    expect(page.get_by_test_id("stAlert")).to_contain_text(".sse", timeout=SOON)
    page.reload()
    page.get_by_text(re.compile("^(Open a recording|記録を開く)$")).click(timeout=LONG)
    page.locator(".st-key-recording_files input[type=file]").set_input_files(file)
    page.locator(".st-key-open-files button").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible(timeout=SOON)
    assert _assembled(page) == "Hello there"
    with page.expect_download() as download:
        page.locator(".st-key-save-it button").click()
    saved = tmp_path / "saved.sse"
    download.value.save_as(saved)
    assert read_sse(saved.read_bytes()).body == ARTICLE_BODY
    page.locator(".st-key-all-recordings button").click()
    row = page.locator(".list .row").filter(has_text=name)
    row.hover()
    row.get_by_role("button", name=re.compile("More|その他")).click()
    page.get_by_role("menuitem", name=re.compile("Rename|名前を変更")).click()
    page.locator(".st-key-recording_name input").fill(renamed)
    page.locator(".st-key-rename-it button").click()
    expect(_rows(page, renamed)).to_have_count(1, timeout=SOON)
    page.locator(".st-key-recording_search input").fill(f"the demo {locale}")
    page.locator(".st-key-recording_search input").press("Enter")
    expect(_rows(page, "Azure")).to_have_count(0, timeout=SOON)
    row = page.locator(".list .row").filter(has_text=renamed)
    row.hover()
    row.get_by_role("button", name=re.compile("More|その他")).click()
    remove = page.get_by_role("menuitem").last
    remove.click()
    remove.click()
    expect(_rows(page, renamed)).to_have_count(0, timeout=SOON)


@BOTH
def test_the_articles_excerpt_is_played_step_by_step_without_a_network(open_chat: OpenChat, locale: str) -> None:
    page = open_chat(path="/recordings?r=built-in-article", waits_for=".assembled", locale=locale).page
    page.locator(".st-key-play-it button").click()
    chat = Chat(page, "", [])
    chat.box.wait_for(timeout=LONG)
    page.locator(".st-key-played_pace input").click()
    page.get_by_role("option", name=re.compile("^(step by step|一つずつ)$")).click()
    chat.box.press("Enter")
    step = page.locator(".st-key-step button")
    for count, text in enumerate(("", "", "望", "望月", "望月の"), start=1):
        step.click()
        expect(step).to_contain_text(f"{count}/7", timeout=SOON)
        until(lambda text=text: chat.text() == text)  # type: ignore[misc]  # bound at once
    page.locator(".st-key-let_all button").click()
    expect(step).to_have_count(0, timeout=LONG)
    expect(chat.answer).to_contain_text("▷")
    assert chat.text() == "望月の"


def test_a_recorded_answer_is_played_again_as_it_was(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("demo-azure-bursts", "In bursts, briefly")
    chat.wait_until_done()
    text = chat.text()
    _open_inside(chat)
    page = chat.page
    page.locator(".st-key-play-it button").click()
    expect(chat.box).to_have_value("In bursts, briefly", timeout=LONG)
    page.locator(".st-key-played_pace input").click()
    page.get_by_role("option", name="× 10").click()
    chat.box.press("Enter")
    chat.wait_until_done()
    assert chat.text() == text


def test_stop_ends_a_recording_that_is_played(open_chat: OpenChat) -> None:
    page = open_chat(path="/recordings?r=built-in-reasoning", waits_for=".assembled").page
    page.locator(".st-key-play-it button").click()
    chat = Chat(page, "", [])
    chat.box.wait_for(timeout=LONG)
    chat.box.press("Enter")
    chat.stop()
    expect(chat.stop_button).to_have_count(0, timeout=SOON)


def test_a_column_of_a_comparison_is_looked_into_while_it_grows(open_chat: OpenChat) -> None:
    page = open_chat(path="/compare", waits_for=".st-key-compare_input").page
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill("Tell me a long story")
    box.press("Enter")
    page.locator('[class*="st-key-inside-"] button').first.click(timeout=LONG)
    page.locator(".assembled").first.wait_for(timeout=SOON)
    first = len(_assembled(page))
    until(lambda: len(_assembled(page)) > first)
    page.locator(".st-key-back button").click()
    expect(page.locator('[class*="st-key-cell-"]').first).to_be_visible(timeout=LONG)


def test_two_recordings_are_compared_on_one_scale(open_chat: OpenChat) -> None:
    page = open_chat(path="/recordings?r=built-in-bursts", waits_for=".assembled").page
    page.locator(".st-key-recording_beside input").click()
    page.keyboard.type("plain answer in English")
    page.get_by_role("option", name="A plain answer in English").click()
    expect(page.locator(".stream-line")).to_have_count(2, timeout=SOON)
    expect(page.locator(".stream-beside")).to_contain_text("Time to first token")


def test_thousands_of_events_come_a_page_at_a_time(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("paced-2000x1", "Many")
    chat.wait_until_done()
    _open_inside(chat)
    _look(chat.page, "events")
    chat.page.locator(".events .event").first.wait_for(timeout=SOON)
    expect(chat.page.locator(".events .event")).to_have_count(100)
    chat.page.locator('[class*="st-key-events-"][class*="-after"] button').first.click()
    expect(chat.page.locator(".events .event .number").first).to_have_text("101", timeout=SOON)


@BOTH
def test_how_it_works_is_live_in_every_part(open_chat: OpenChat, locale: str) -> None:
    page = open_chat(path="/how", waits_for=".st-key-how-both", locale=locale).page
    page.locator(".st-key-how-both button").click()
    streamed = page.locator('[class*="st-key-how-box-both-1"]')
    at_once = page.locator('[class*="st-key-how-box-both-0"]')
    until(lambda: len(streamed.inner_text()) > 60)
    assert len(at_once.inner_text()) < 60
    expect(at_once).to_contain_text(re.compile("application/json"), timeout=LONG)
    expect(streamed).to_contain_text(re.compile("text/event-stream"), timeout=LONG)
    page.locator(".st-key-how-delay button").click()
    slow, quick = (page.locator(f'[class*="st-key-how-box-delay-{place}"]') for place in (2, 0))
    until(lambda: len(quick.inner_text()) > len(slow.inner_text()) > 0)
    page.locator(".st-key-how-start button").click()
    stopped = page.locator('[class*="st-key-how-box-stop-0"]')
    until(lambda: len(stopped.inner_text()) > 40)
    page.locator(".st-key-how-stop button").click()
    expect(page.get_by_text(re.compile("ms after Stop|停止から"))).to_be_visible(timeout=LONG)
    assert KEY not in page.content()


@pytest.mark.parametrize("path", ["/recordings", "/recordings?r=built-in-bursts", "/how"])
def test_nothing_is_wider_than_a_phone(open_chat: OpenChat, path: str) -> None:
    waits = {"/recordings": ".list .row", "/how": ".st-key-how-both"}.get(path, ".assembled")
    page = open_chat(path=path, waits_for=waits, width=390).page
    until(lambda: page.evaluate("document.fonts.status === 'loaded'"))
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
