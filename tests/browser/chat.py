"""What a person does with the page, in the words of the tests."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Locator, Page, expect

from tests.waiting import until

SOON = 10_000
LONG = 60_000


class Chat:
    """The page in a browser."""

    def __init__(self, page: Page, address: str, errors: list[str]) -> None:
        self.page = page
        self.address = address
        self.console_errors = errors

    def open(self, path: str = "/", waits_for: str | None = None) -> None:
        self.page.goto(f"{self.address}{path}")
        (self.page.locator(waits_for).first if waits_for else self.box).wait_for(timeout=LONG)

    @property
    def box(self) -> Locator:
        return self.page.get_by_test_id("stChatInputTextArea")

    @property
    def stop_button(self) -> Locator:
        return self.page.locator(".st-key-stop button")

    @property
    def answer(self) -> Locator:
        return self.page.get_by_test_id("stChatMessage").last

    def text(self) -> str:
        """The answer's text as it stands."""
        blocks = self.answer.get_by_test_id("stMarkdown")
        return "\n".join(blocks.all_inner_texts())

    def question(self, text: str) -> Locator:
        """A question in the conversation, as against its title in the list."""
        return self.page.get_by_test_id("stChatMessage").get_by_text(text)

    def open_settings(self) -> None:
        """The tab of settings; the list of conversations may lie above it."""
        self.page.get_by_role("tab").first.click()
        self.page.get_by_role("slider").wait_for(timeout=SOON)

    def choose(self, deployment: str) -> None:
        box = self.page.locator(".st-key-deployment input")
        box.click()
        self.page.get_by_role("option", name=deployment, exact=True).click()
        expect(box).to_have_value(deployment)

    def ask(self, question: str = "Hello") -> None:
        self.box.fill(question)
        self.box.press("Enter")

    def ask_of(self, deployment: str, question: str = "Hello") -> None:
        self.choose(deployment)
        self.ask(question)

    def stop(self) -> float:
        """Press Stop; gives the moment just before."""
        self.stop_button.wait_for(timeout=SOON)
        pressed_at = time.monotonic()
        self.stop_button.click()
        return pressed_at

    def wait_until_done(self) -> None:
        expect(self.stop_button).to_have_count(0, timeout=LONG)
        expect(self.answer.get_by_text(re.compile(r"\d s to first token|最初のトークンまで \d"))).to_be_visible(
            timeout=LONG
        )

    def wait_for_text(self, characters: int) -> None:
        until(lambda: len(self.text()) >= characters)
