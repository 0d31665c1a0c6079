"""What a person does with the compare page, in the words of the tests."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

from services.comparison.links import write_link
from services.comparison.variants import Setup, Variant
from tests.browser.chat import LONG, SOON
from tests.waiting import until


def link_to(variants: Sequence[Variant], **more: object) -> str:
    return f"/compare?setup={write_link(Setup(variants=tuple(variants), **more))}"  # type: ignore[arg-type]


class Compare:
    """The page in a browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def box(self) -> Locator:
        return self.page.get_by_test_id("stChatInputTextArea")

    @property
    def stop_all(self) -> Locator:
        return self.page.locator(".st-key-stop-all button")

    def cells(self, row: int = 0) -> Locator:
        return self.page.locator(f'[class*="st-key-cell-{row}-"]')

    def cell(self, place: int, row: int = 0) -> Locator:
        return self.page.locator(f".st-key-cell-{row}-{place}")

    def answer(self, place: int, row: int = 0) -> Locator:
        return self.page.locator(f".st-key-answer-{row}-{place}")

    def prompt(self, place: int) -> Locator:
        return self.page.locator('[class*="st-key-variant-system_message-"] textarea').nth(place)

    def ask(self, question: str) -> None:
        self.box.fill(question)
        self.box.press("Enter")
        expect(self.box).to_have_value("", timeout=SOON)

    def wait_for_turn(self, row: int, columns: int) -> None:
        expect(self.cells(row)).to_have_count(columns, timeout=LONG)

    def wait_until_done(self) -> None:
        expect(self.stop_all).to_have_count(0, timeout=LONG)
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Until no run of the page is under way."""
        until(lambda: self.page.get_by_test_id("stApp").get_attribute("data-test-script-state") == "notRunning")

    def wait_for_text(self, place: int, characters: int, row: int = 0) -> None:
        until(lambda: len(self.answer(place, row).inner_text()) >= characters)

    def menu(self, place: int, entry: re.Pattern[str], row: int = 0) -> None:
        """Choose from the menu under an answer."""
        self.cell(place, row).locator("button[aria-haspopup=menu]").last.click()
        self.page.get_by_role("menuitem").filter(has_text=entry).click()

    def variant_menu(self, place: int, entry: re.Pattern[str]) -> None:
        """Choose from a variant's menu in the set-up."""
        self.page.locator('[class*="st-key-variant-menu-"] button:visible').nth(place).click()
        self.page.get_by_role("menuitem").filter(has_text=entry).click()
        self.wait_until_idle()
