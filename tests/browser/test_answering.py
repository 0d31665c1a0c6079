"""An answer streams in, is stopped, interrupted, reloaded: in a real Chromium against the real server."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from services.talking import FEW_MESSAGES
from tests.browser.chat import LONG, SOON
from tests.browser.conftest import OpenChat
from tests.browser.serving import Wire, free_port, running_server
from tests.running import KEY, Running
from tests.waiting import until


def test_an_answer_streams_in_visible_steps(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("paced-300x20")
    chat.stop_button.wait_for(timeout=SOON)
    lengths: list[int] = []
    while chat.stop_button.count():
        lengths.append(len(chat.text()))
        chat.page.wait_for_timeout(50)
    assert lengths == sorted(lengths)
    assert len(set(lengths)) > 20
    chat.wait_until_done()


@pytest.mark.parametrize(
    ("deployment", "phase"),
    [
        ("paced-300x20", "while streaming"),
        ("fault-stall", "while stalled"),
        ("fault-no-first-token", "before the first token"),
        ("fault-no-head", "before the response headers"),
    ],
)
def test_stop_closes_the_connection_and_says_so(
    open_chat: OpenChat, lifelike: Running, deployment: str, phase: str
) -> None:
    chat = open_chat()
    chat.ask_of(deployment)
    chat.stop_button.wait_for(timeout=SOON)
    if "first" not in phase and "headers" not in phase:
        chat.wait_for_text(20)
    until(lambda: lifelike.last().deployment == deployment and lifelike.last().ended_at is None)
    record = lifelike.last()
    pressed_at = chat.stop()
    expect(chat.answer.get_by_text("Stopped")).to_be_visible(timeout=SOON)
    shown_after = time.monotonic() - pressed_at
    until(lambda: record.client_closed_at is not None)
    assert record.client_closed_at is not None
    assert record.client_closed_at - pressed_at < 0.5, phase
    assert shown_after < 1.0, phase
    expect(chat.stop_button).to_have_count(0)


def test_stop_keeps_the_text_so_far_and_continue_goes_on(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("demo-token-by-token", "Show me a table")
    chat.wait_for_text(100)
    chat.stop()
    expect(chat.answer.get_by_text("Stopped here.")).to_be_visible(timeout=SOON)
    kept = chat.text().split("\n")[0]
    chat.page.get_by_role("button", name="Continue").click()
    chat.wait_until_done()
    assert kept in chat.text()
    expect(chat.answer.get_by_role("table")).to_be_visible()


def test_nothing_of_an_earlier_turn_lingers_while_the_next_is_written(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("fault-stall")
    chat.wait_for_text(20)
    chat.stop()
    expect(chat.page.get_by_role("button", name="Continue")).to_be_visible(timeout=SOON)
    chat.ask_of("fault-500")
    expect(chat.page.get_by_role("button", name="Try again")).to_be_visible(timeout=SOON)
    chat.ask_of("fault-stall")
    chat.wait_for_text(20)
    expect(chat.page.get_by_role("button", name="Continue")).to_have_count(0)
    expect(chat.page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(chat.page.get_by_text("s to first token")).to_have_count(1)
    chat.stop()


def test_stop_pressed_at_once_twenty_times_never_leaves_it_stuck(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.choose("fault-no-head")
    for turn in range(1, 21):
        chat.ask(f"Question {turn}")
        chat.stop()
        expect(chat.question(f"Question {turn}").last).to_be_visible(timeout=SOON)
        stopped = chat.page.get_by_text("Stopped before the first word.")
        expect(stopped).to_have_count(min(turn, FEW_MESSAGES // 2), timeout=SOON)
    expect(chat.stop_button).to_have_count(0)


def test_changing_anything_mid_answer_loses_nothing(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("paced-300x20")
    chat.wait_for_text(100)
    before = chat.text()
    chat.open_settings()
    slider = chat.page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    chat.page.emulate_media(color_scheme="dark")
    chat.page.get_by_text("Keep up with the model").click()
    chat.page.get_by_text("Keep up with the model").click()
    chat.choose("demo-azure-bursts")
    assert len(chat.text()) >= len(before)
    chat.wait_until_done()
    assert chat.text().startswith(before[:80])
    expect(chat.answer.get_by_text("300 out")).to_be_visible()


def test_the_text_never_shrinks_while_settings_change(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("paced-300x20")
    chat.wait_for_text(60)
    longest = 0
    chat.open_settings()
    slider = chat.page.get_by_role("slider")
    for _ in range(8):
        slider.press("ArrowRight")
        length = len(chat.text())
        assert length >= longest * 0.9
        longest = max(longest, length)
        chat.page.wait_for_timeout(120)
    chat.wait_until_done()


def test_a_reload_mid_answer_finds_the_reply_again(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("paced-300x20", "Reload me")
    chat.wait_for_text(100)
    before = chat.text()[:80]
    chat.page.reload()
    expect(chat.question("Reload me")).to_be_visible(timeout=SOON)
    chat.wait_for_text(100)
    assert chat.text().startswith(before)
    chat.wait_until_done()
    expect(chat.answer.get_by_text("300 out")).to_be_visible()


def test_going_elsewhere_and_back_finds_it_too(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("paced-300x20", "Leave me")
    chat.wait_for_text(60)
    chat.page.goto("about:blank")
    chat.page.go_back()
    expect(chat.question("Leave me")).to_be_visible(timeout=SOON)
    chat.wait_until_done()


def test_a_new_conversation_mid_answer_leaves_the_reply_alive_and_back_returns_to_it(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("paced-300x20", "Leave me running")
    chat.wait_for_text(60)
    chat.page.get_by_role("button", name="New conversation").click()
    expect(chat.page.get_by_role("heading", name="Seseragi")).to_be_visible(timeout=SOON)
    chat.page.go_back()
    expect(chat.question("Leave me running")).to_be_visible(timeout=SOON)
    chat.wait_until_done()


def test_two_tabs_follow_the_same_reply(open_chat: OpenChat) -> None:
    first = open_chat()
    first.ask_of("paced-300x20", "Two of us")
    first.wait_for_text(40)
    second = open_chat(path=first.page.url.removeprefix(first.address))
    expect(second.question("Two of us")).to_be_visible(timeout=SOON)
    for chat in (first, second):
        chat.wait_until_done()
    assert first.text() == second.text()


def test_a_question_meanwhile_is_given_back(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("paced-300x20")
    chat.wait_for_text(40)
    chat.ask("Too early")
    expect(chat.page.get_by_text("is still being written")).to_be_visible(timeout=SOON)
    expect(chat.box).to_have_value("Too early")
    chat.wait_until_done()
    expect(chat.page.get_by_test_id("stChatMessage")).to_have_count(2)
    chat.box.press("Enter")
    expect(chat.page.get_by_test_id("stChatMessage")).to_have_count(4, timeout=SOON)
    chat.wait_until_done()


def test_strictly_one_by_one_can_be_cut_short(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.choose("paced-2000x1")
    chat.open_settings()
    chat.page.get_by_text("Keep up with the model").click()
    chat.ask()
    chat.wait_for_text(20)
    chat.page.wait_for_timeout(3000)
    assert len(chat.text()) < 2000
    chat.page.get_by_role("button", name="Show all now").click()
    chat.wait_until_done()
    assert len(chat.text()) > 5000


def test_a_cut_wire_loses_nothing(open_chat: OpenChat, server: str) -> None:
    port = free_port()
    with Wire(port, int(server.rsplit(":", 1)[1])) as wire:
        chat = open_chat(address=f"http://127.0.0.1:{port}")
        chat.ask_of("paced-300x20", "Hold on")
        chat.wait_for_text(60)
        wire.cut()
        chat.page.wait_for_timeout(1500)
        wire.mend()
        chat.wait_until_done()
        expect(chat.answer.get_by_text("300 out")).to_be_visible()
        chat.console_errors.clear()


def test_a_rate_limit_counts_down_until_it_can_be_tried_again(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("fault-429")
    waiting = chat.page.get_by_role("button", name="Try again in")
    expect(waiting).to_be_disabled(timeout=SOON)
    first = waiting.inner_text()
    chat.page.wait_for_timeout(2200)
    assert waiting.inner_text() != first
    ready = chat.page.get_by_role("button", name="Try again", exact=True)
    expect(ready).to_be_enabled(timeout=15_000)
    chat.choose("paced-40x20")
    ready.click()
    chat.wait_until_done()
    expect(chat.page.get_by_test_id("stChatMessage")).to_have_count(2)


def test_a_filtered_prompt_says_for_what(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("fault-prompt-filtered")
    expect(chat.answer.get_by_text("did not let this question through")).to_be_visible(timeout=SOON)
    expect(chat.answer.get_by_text("Violence")).to_be_visible()


def test_text_shown_before_a_late_verdict_is_withdrawn(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("fault-late-block")
    chat.wait_for_text(40)
    expect(chat.answer.get_by_text("has taken this answer back")).to_be_visible(timeout=LONG)
    expect(chat.page.get_by_text("scripted answer")).to_have_count(0)


def test_a_failure_is_a_card_with_an_id_and_another_try(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("fault-500")
    expect(chat.answer.get_by_text("The endpoint failed.")).to_be_visible(timeout=SOON)
    expect(chat.answer.get_by_text("request id")).to_be_visible()
    chat.choose("paced-40x20")
    chat.page.get_by_role("button", name="Try again").click()
    chat.wait_until_done()


def test_the_display_joins_up_with_bursts_within_half_a_second(open_chat: OpenChat, lifelike: Running) -> None:
    chat = open_chat()
    chat.ask_of("demo-azure-bursts", "A table, please")
    chat.wait_for_text(20)
    until(lambda: lifelike.last().ended_at is not None, seconds=60)
    ended_at = lifelike.last().ended_at or 0
    chat.wait_until_done()
    assert time.monotonic() - ended_at < 2.0


@pytest.mark.parametrize(
    ("locale", "in_line"),
    [("en-US", "yours is number 1 in line"), ("ja-JP", "あなたの順番は 1 番目です")],
)
def test_beyond_the_limit_an_answer_waits_in_line_and_comes(
    open_chat: OpenChat, lifelike: Running, tmp_path: Path, locale: str, in_line: str
) -> None:
    environment = {
        "AZURE_OPENAI_ENDPOINT": lifelike.address,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_DEPLOYMENTS": "paced-300x20",
        "SESERAGI_MOST_LIVE_REPLIES": "1",
    }
    with running_server(tmp_path / "log", **environment) as address:
        first, second = (open_chat(address=address, locale=locale) for _ in range(2))
        first.ask("One")
        first.wait_for_text(20)
        second.ask("Two")
        expect(second.answer.get_by_text(in_line)).to_be_visible(timeout=SOON)
        expect(second.stop_button).to_be_visible(timeout=SOON)
        first.stop()
        second.wait_for_text(20)
        expect(second.answer.get_by_text(in_line)).to_have_count(0)
        second.stop()
        for chat in (first, second):
            chat.page.close()
