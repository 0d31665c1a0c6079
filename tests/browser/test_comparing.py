"""Journeys on the compare page, in both languages, against a server at life's own pace."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from services.comparison.variants import Variant
from tests.browser.chat import LONG, SOON
from tests.browser.compare import Compare, link_to
from tests.browser.conftest import OpenChat
from tests.waiting import until

FIGURES = {"en": "First token", "ja": "最初のトークン"}
STOPPED = {"en": "Stopped here.", "ja": "ここで停止しました。"}
LOCALES = {"en": "en-US", "ja": "ja-JP"}
BOX = '[data-testid="stChatInputTextArea"]'


def _variants(*deployments: str) -> list[Variant]:
    return [
        Variant(name=f"secret-{n}", deployment=f"azure/{deployment}", system_message=f"You are number {n}. Be brief.")
        for n, deployment in enumerate(deployments)
    ]


def _open(open_chat: OpenChat, variants: Sequence[Variant], language: str = "en", **more: Any) -> Compare:
    options = {name: more.pop(name) for name in ("width", "permissions") if name in more}
    chat = open_chat(path=link_to(variants, **more), locale=LOCALES[language], waits_for=BOX, **options)
    compare = Compare(chat.page)
    compare.wait_until_idle()
    return compare


@pytest.mark.parametrize("language", ["en", "ja"])
def test_four_prompts_over_two_turns_one_stopped_one_asked_again(open_chat: OpenChat, language: str) -> None:
    slow = "paced-300x20"
    compare = _open(open_chat, _variants("demo-token-by-token", slow, slow, "fault-500"), language)
    compare.ask("Hello")
    compare.wait_for_turn(0, 4)
    compare.wait_for_text(1, 40)
    compare.page.locator(".st-key-stop-0-1 button").first.click()
    compare.wait_until_done()
    expect(compare.cell(1)).to_contain_text(STOPPED[language])
    expect(compare.cell(2)).not_to_contain_text(STOPPED[language])
    for place in (0, 1, 2):
        expect(compare.cell(place)).to_contain_text(FIGURES[language])
    expect(compare.cell(3)).to_contain_text({"en": "The endpoint failed.", "ja": "エンドポイント"}[language])
    stopped = compare.answer(1).inner_text()
    compare.cell(1).locator(".bar button, [class*=cell-bar] button").nth(1).click()
    until(lambda: len(compare.answer(1).inner_text()) > len(stopped))
    compare.wait_until_done()
    expect(compare.cell(1)).to_contain_text("2/2")
    compare.ask("And then?")
    compare.wait_for_turn(1, 4)
    compare.wait_until_done()
    expect(compare.cell(0, 1)).to_contain_text({"en": "turn 2", "ja": "2"}[language])
    compare.page.reload()
    compare.wait_for_turn(1, 4)
    expect(compare.cell(1)).to_contain_text("2/2")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_blind_turn_tells_nothing_until_the_vote_by_keys(open_chat: OpenChat, language: str) -> None:
    compare = _open(open_chat, _variants("echo", "paced-40x20"), language, is_blind=True)
    compare.ask("Same words")
    compare.wait_for_turn(0, 2)
    shown = compare.page.locator(".st-key-cells-0")
    compare.wait_until_done()
    html = shown.evaluate("(row) => row.outerHTML")
    assert not re.search(r"secret-|echo|paced-40|You are number", html.replace("Same words", ""))
    assert FIGURES[language] not in html
    compare.page.keyboard.press("Escape")
    compare.box.evaluate("(box) => box.blur()")
    compare.page.keyboard.press("2")
    expect(compare.page.locator(".st-key-tally")).to_be_visible(timeout=SOON)
    expect(shown).to_contain_text("secret-0")
    expect(shown).to_contain_text(FIGURES[language])
    best = compare.cell(1).inner_text().splitlines()[0]
    expect(compare.page.locator(".st-key-turn-0")).to_contain_text(best.split(" ")[0])
    compare.page.reload()
    expect(compare.page.locator(".st-key-tally")).to_be_visible(timeout=LONG)


def test_the_order_of_blind_turns_changes(open_chat: OpenChat) -> None:
    compare = _open(open_chat, _variants(*["echo"] * 8), is_blind=True)
    orders = set()
    for row in range(3):
        compare.ask(f"question {row}")
        compare.wait_for_turn(row, 8)
        compare.wait_until_done()
        compare.page.locator(".st-key-vote-shown button").last.click()
        expect(compare.cells(row).first).to_contain_text("secret-", timeout=SOON)
        compare.wait_until_idle()
        orders.add(tuple(re.findall(r"secret-\d", compare.page.locator(f".st-key-cells-{row}").inner_text())))
    assert all(len(order) == 8 for order in orders)
    assert len(orders) > 1


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_link_opens_in_a_fresh_browser_and_a_report_from_disk(
    open_chat: OpenChat, tmp_path: Path, language: str
) -> None:
    compare = _open(open_chat, _variants("echo", "demo-token-by-token"), language)
    compare.ask("**Bold** question")
    compare.wait_for_turn(0, 2)
    compare.wait_until_done()
    compare.page.locator(".st-key-open-share button").click()
    address = compare.page.get_by_role("dialog").locator("code").inner_text()
    fresh = Compare(open_chat(path="/" + address.split("/", 3)[3], waits_for=BOX).page)
    expect(fresh.prompt(1)).to_have_value("You are number 1. Be brief.", timeout=LONG)
    assert "setup=" not in fresh.page.url
    compare.page.keyboard.press("Escape")
    compare.page.locator(".st-key-open-export button").click()
    with compare.page.expect_download() as download:
        compare.page.locator(".st-key-as-html button").click()
    report = tmp_path / "report.html"
    download.value.save_as(report)
    page = fresh.page.context.new_page()
    wanted: list[str] = []
    page.on("request", lambda request: wanted.append(request.url))
    page.goto(report.as_uri())
    expect(page.locator("strong").first).to_have_text("Bold")
    expect(page.locator(".figures").first).to_contain_text(FIGURES[language])
    assert wanted == [report.as_uri()]


def test_stop_and_run_at_random_moments_never_leave_the_page_stuck(open_chat: OpenChat) -> None:
    """Twenty times: whatever the moment, every column ends finished or stopped."""
    compare = _open(open_chat, _variants("paced-300x20", "paced-40x20", "fault-no-first-token", "demo-azure-bursts"))
    chance = random.Random(7)
    for turn in range(20):
        compare.ask(f"question {turn}")
        compare.stop_all.wait_for(timeout=SOON)
        compare.page.wait_for_timeout(chance.randrange(0, 1_200))
        if compare.stop_all.count():
            compare.stop_all.click(timeout=SOON)
        compare.wait_until_done()
    rows = compare.page.locator('[class*="st-key-turn-"]').count()
    expect(compare.cells(rows - 1)).to_have_count(4)
    expect(compare.page.locator('[class*="st-key-stop-"]')).to_have_count(0)
    expect(compare.cells(rows - 1).locator('[class*="st-key-cell-bar-"]')).to_have_count(4)


def test_a_reload_mid_answer_follows_all_columns_to_their_ends(open_chat: OpenChat) -> None:
    compare = _open(open_chat, _variants(*["paced-300x20"] * 4))
    compare.ask("Hello")
    compare.wait_for_turn(0, 4)
    for place in range(4):
        compare.wait_for_text(place, 60)
    compare.page.reload()
    compare.wait_for_turn(0, 4)
    compare.wait_until_done()
    texts = {compare.answer(place).inner_text() for place in range(4)}
    assert len(texts) == 1


def test_a_setting_changed_mid_answer_disturbs_nothing(open_chat: OpenChat) -> None:
    compare = _open(open_chat, _variants(*["paced-300x20"] * 2))
    compare.ask("Hello")
    compare.wait_for_turn(0, 2)
    compare.wait_for_text(1, 60)
    compare.page.locator(".st-key-compare_setup_open summary").click()
    compare.prompt(0).fill("Another prompt")
    compare.prompt(0).blur()
    compare.page.locator(".st-key-add-variant button").click()
    compare.wait_until_done()
    expect(compare.cells(0)).to_have_count(2)
    assert compare.answer(0).inner_text() == compare.answer(1).inner_text()
    expect(compare.prompt(0)).to_have_value("Another prompt")
    expect(compare.prompt(2)).to_be_visible()


def test_a_column_keeps_to_its_end_only_while_one_is_there(open_chat: OpenChat) -> None:
    compare = _open(open_chat, _variants(*["paced-2000x1"] * 2))
    compare.ask("Hello")
    compare.wait_for_turn(0, 2)
    box = compare.answer(0)
    until(lambda: box.evaluate("(box) => box.scrollTop") > 200)
    box.hover()

    def is_at_its_beginning() -> bool:
        # One turn of the wheel may fall short: Chromium adds it to where the page stands meanwhile.
        compare.page.mouse.wheel(0, -5_000)
        return bool(box.evaluate("(box) => box.scrollTop") < 50)

    until(is_at_its_beginning, every=0.1)
    compare.wait_until_done()
    assert box.evaluate("(box) => box.scrollTop") < 50
    gap = "(box) => box.scrollHeight - box.scrollTop - box.clientHeight"
    until(lambda: compare.answer(1).evaluate(gap) < 60)
    back = compare.cell(0).locator('[class*="st-key-end-"] button')
    expect(back).to_be_visible()
    back.click()
    until(lambda: box.evaluate(gap) < 5)
    expect(back).to_be_hidden()


def test_variants_are_added_moved_copied_removed_and_made_alike(open_chat: OpenChat) -> None:
    compare = _open(open_chat, _variants("echo", "demo-token-by-token"))
    names = compare.page.locator('[class*="st-key-variant-name-"] input')
    compare.variant_menu(0, re.compile("Duplicate"))
    expect(names).to_have_count(3)
    compare.variant_menu(0, re.compile("Move right"))
    expect(names.nth(1)).to_have_value("secret-0")
    compare.variant_menu(1, re.compile("This prompt for all"))
    expect(compare.prompt(2)).to_have_value("You are number 0. Be brief.")
    compare.variant_menu(1, re.compile("This deployment for all"))
    expect(compare.page.locator('[class*="st-key-variant-deployment-"] input').nth(2)).to_have_value("echo")
    compare.prompt(2).fill("You are number 0. Be long.")
    compare.prompt(2).blur()
    compare.page.locator(".st-key-show_differences label").click()
    expect(compare.page.locator(".words ins").last).to_have_text("long", timeout=SOON)
    compare.variant_menu(2, re.compile("Parameters …"))
    compare.page.get_by_role("dialog").get_by_label("Temperature").fill("0.5")
    compare.page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(compare.page.locator(".st-key-cells-setup")).to_contain_text("Temperature: 0.5", timeout=SOON)
    compare.variant_menu(0, re.compile("Remove"))
    expect(names).to_have_count(2)
    compare.page.reload()
    expect(names).to_have_count(2, timeout=LONG)
    expect(compare.page.locator(".st-key-cells-setup")).to_contain_text("Temperature: 0.5")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_from_a_column_to_the_chat_and_from_the_chat_to_a_comparison(open_chat: OpenChat, language: str) -> None:
    compare = _open(open_chat, _variants("echo", "demo-token-by-token"), language)
    compare.ask("Where does water go?")
    compare.wait_for_turn(0, 2)
    compare.wait_until_done()
    compare.menu(0, re.compile("Go on with this in the chat|続きをチャットで"))
    page = compare.page
    page.wait_for_url(re.compile(r"/\?c="), timeout=LONG)
    expect(page.get_by_test_id("stChatMessage").last).to_contain_text("Where does water go?", timeout=LONG)
    page.get_by_test_id("stChatMessage").last.locator("button[aria-haspopup=menu]").last.click()
    page.get_by_role("menuitem").filter(has_text=re.compile("Compare this question|この質問で比較")).click()
    page.wait_for_url(re.compile("/compare"), timeout=LONG)
    expect(compare.box).to_have_value("Where does water go?", timeout=LONG)
    expect(compare.prompt(1)).to_have_value("You are number 0. Be brief.")
    page.get_by_role("link", name=re.compile("Chat|チャット")).first.click()
    expect(page.get_by_test_id("stChatMessage").last).to_contain_text("Where does water go?", timeout=LONG)


def test_words_that_differ_between_two_answers_are_marked(open_chat: OpenChat) -> None:
    compare = _open(open_chat, _variants("echo", "demo-token-by-token"))
    compare.ask("Only these words")
    compare.wait_for_turn(0, 2)
    compare.wait_until_done()
    compare.menu(0, re.compile("Words that differ"))
    expect(compare.page.locator(".st-key-differing mark").first).to_be_visible(timeout=SOON)
    compare.page.locator(".st-key-close-words button").click()
    expect(compare.page.locator(".st-key-differing")).to_have_count(0, timeout=SOON)


def test_a_comparison_is_deleted_with_undo(open_chat: OpenChat) -> None:
    compare = _open(open_chat, _variants("echo", "echo"))
    compare.ask("A question to be deleted")
    compare.wait_for_turn(0, 2)
    compare.wait_until_done()
    row = compare.page.get_by_role("navigation").locator(".row.shown")
    row.hover()
    row.locator("button[aria-haspopup=menu]").click()
    compare.page.get_by_role("menuitem").filter(has_text="Delete").click()
    expect(compare.cells(0)).to_have_count(0, timeout=SOON)
    compare.page.locator(".st-key-undo-comparison button").click()
    compare.page.get_by_role("navigation").get_by_text("A question to be deleted").click()
    expect(compare.cells(0)).to_have_count(2, timeout=LONG)


def test_a_prompt_goes_from_a_comparison_through_the_library_to_the_chat(open_chat: OpenChat) -> None:
    compare = _open(open_chat, _variants("echo", "echo"))
    compare.prompt(0).fill("You speak of {{topic}}.")
    compare.prompt(0).blur()
    compare.page.locator(".st-key-variable-topic textarea").fill("rivers")
    compare.page.locator(".st-key-variable-topic textarea").blur()
    compare.wait_until_idle()
    compare.variant_menu(0, re.compile("Save the prompt"))
    dialog = compare.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("From a comparison")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=SOON)
    page = compare.page
    page.get_by_role("link", name="Prompts").first.click()
    page.get_by_role("button", name=re.compile("From a comparison")).click()
    expect(page.locator('[class*="st-key-p-default"] input')).to_have_value("rivers", timeout=SOON)
    page.get_by_role("link", name="Chat").first.click()
    page.get_by_role("tab").first.click()
    chooser = page.locator(".st-key-preset input")
    chooser.click()
    page.get_by_role("option", name="From a comparison", exact=True).click()
    expect(page.locator(".st-key-value-topic input")).to_have_value("rivers", timeout=SOON)


def test_a_comparison_is_renamed_and_a_variant_takes_a_prompt_of_the_library(open_chat: OpenChat) -> None:
    compare = _open(open_chat, _variants("echo", "echo"))
    compare.variant_menu(1, re.compile("Take a prompt from the library"))
    dialog = compare.page.get_by_role("dialog")
    dialog.locator(".st-key-library-prompt input").click()
    compare.page.get_by_role("option", name="Code reviewer", exact=True).click()
    dialog.locator(".st-key-take-prompt button").click()
    expect(compare.prompt(1)).to_have_value(re.compile("^You review code"), timeout=SOON)
    expect(compare.page.locator(".st-key-variable-stack textarea")).to_have_value("Python", timeout=SOON)
    row = compare.page.get_by_role("navigation").locator(".row.shown")
    row.hover()
    row.locator("button[aria-haspopup=menu]").click()
    compare.page.get_by_role("menuitem").filter(has_text="Rename").click()
    dialog.get_by_label("Title").fill("Renamed by a person")
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Renamed by a person", timeout=SOON)


def test_a_phone_shows_one_column_after_the_other_to_be_swiped(open_chat: OpenChat) -> None:
    compare = _open(open_chat, _variants("echo", "echo", "echo"), width=390)
    compare.ask("Hello")
    compare.wait_for_turn(0, 3)
    compare.wait_until_done()
    row = compare.page.locator(".st-key-cells-0")
    assert row.evaluate("(row) => row.scrollWidth > row.clientWidth * 2")
    assert compare.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
