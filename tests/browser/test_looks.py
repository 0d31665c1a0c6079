"""What stands on the page when an answer ends is what stands there when it is read from the store, pixel by pixel."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import ViewportSize, expect

from tests.browser.chat import LONG, Chat
from tests.browser.conftest import OpenChat
from tests.markdown_samples import SAMPLES
from tests.waiting import until

IN_ONE_CONVERSATION = 8
AROUND = (
    "A paragraph that is long enough for an element of its own, so that what stands beside it is cut off from it. " * 2
)
STILL = "[data-testid=stBottom], [data-testid=stHeader], [data-testid=stToast] { display: none }"
TALL = ViewportSize(width=1280, height=9000)
IS_READY = "() => document.fonts.status === 'loaded' && !document.querySelector('[data-testid=stSkeleton]')"
BATCHES = [list(SAMPLES)[at : at + IN_ONE_CONVERSATION] for at in range(0, len(SAMPLES), IN_ONE_CONVERSATION)]


def _pictures(chat: Chat) -> list[Image.Image]:
    """Each answer as it stands, once fonts and formulas are there."""
    page = chat.page
    page.add_style_tag(content=STILL)
    page.set_viewport_size(TALL)  # nothing is scrolled: text is drawn alike only at the same fraction of a pixel
    page.mouse.move(0, 0)
    until(lambda: page.evaluate(IS_READY))
    answers = page.get_by_test_id("stChatMessage").all()[1::2]
    return [Image.open(io.BytesIO(answer.screenshot(animations="disabled"))).convert("RGB") for answer in answers]


@pytest.mark.parametrize("names", BATCHES, ids=[names[0] for names in BATCHES])
def test_a_streamed_answer_looks_as_the_stored_one(open_chat: OpenChat, names: list[str]) -> None:
    chat = open_chat()
    chat.choose("echo")
    for number, name in enumerate(names, start=1):
        chat.ask(f"{AROUND}\n\n{SAMPLES[name]}\n\n{AROUND}")
        expect(chat.page.get_by_test_id("stChatMessage")).to_have_count(2 * number, timeout=LONG)
        chat.wait_until_done()
    streamed = _pictures(chat)
    chat.page.reload()
    chat.answer.locator("[data-testid=stMarkdown]").last.wait_for(timeout=LONG)
    chat.wait_until_done()
    stored = _pictures(chat)
    assert len(streamed) == len(stored) == len(names)
    for name, one, other in zip(names, streamed, stored, strict=True):
        assert one.size == other.size, name
        assert ImageChops.difference(one, other).getbbox() is None, name
