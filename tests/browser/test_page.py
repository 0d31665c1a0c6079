"""The page itself: languages, sizes, keyboard, copying, what an answer's images may not do, and the server."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import expect
from starlette.types import Receive, Scope, Send

from server import content_security_policy
from tests.browser.chat import SOON
from tests.browser.conftest import OpenChat
from tests.browser.serving import running_server
from tests.running import KEY, Running, serving

VISIBLE_WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const words = []
  while (walker.nextNode()) {
    const inside = walker.currentNode.parentElement
    if (!inside.closest("[data-testid=stIconMaterial], script, style, noscript")) words.push(walker.currentNode.data)
  }
  return words.join("\\n")
}"""


def test_the_page_follows_a_japanese_browser(open_chat: OpenChat) -> None:
    chat = open_chat(locale="ja-JP")
    expect(chat.page.get_by_role("heading", name="せせらぎ")).to_be_visible()
    chat.page.get_by_role("button", name="表で比べる").click()
    expect(chat.page.get_by_role("button", name="停止")).to_be_visible(timeout=SOON)
    chat.wait_until_done()
    expect(chat.answer.get_by_role("table")).to_be_visible()
    expect(chat.answer.get_by_text("トークン/秒")).to_be_visible()


def test_no_word_of_english_is_left_on_the_japanese_page(open_chat: OpenChat) -> None:
    chat = open_chat(locale="ja-JP")
    chat.open_settings()
    chat.page.get_by_text("パラメーター").click()
    words = chat.page.evaluate(VISIBLE_WORDS)
    ours = re.compile(r"[A-Z_]{6,}|demo-\S+|Azure|OpenAI|Top p|temperature|Skip to main content")
    assert re.findall(r"[A-Za-z]{3,}", ours.sub("", words)) == []
    chat.page.get_by_role("tab", name="会話").click()
    chat.page.get_by_role("button", name="読み込みと書き出し").click()
    chat.page.get_by_role("dialog").wait_for(timeout=SOON)
    words = chat.page.evaluate(VISIBLE_WORDS)
    theirs = re.compile(r"Hello|JSON|Markdown|ChatGPT|Open WebUI|Upload|per file|\d+MB|ZIP")
    titles = "\n".join(chat.page.locator(".row .title").all_inner_texts())
    left = [word for word in re.findall(r"[A-Za-z]{3,}", theirs.sub("", ours.sub("", words))) if word not in titles]
    assert left == []


def test_the_language_can_be_switched_mid_answer(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.ask_of("paced-300x20")
    chat.wait_for_text(60)
    chat.open_settings()
    chat.page.locator(".st-key-language input").click()
    chat.page.get_by_role("option", name="日本語").click()
    expect(chat.page.get_by_role("button", name="停止")).to_be_visible(timeout=SOON)
    chat.wait_until_done()
    expect(chat.answer.get_by_text("出力 300")).to_be_visible()


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
def test_on_a_phone_nothing_has_to_be_scrolled_sideways(open_chat: OpenChat, locale: str) -> None:
    chat = open_chat(locale=locale, width=390)
    widths = "() => [document.documentElement.scrollWidth, window.innerWidth]"
    assert chat.page.evaluate(widths)[0] <= 390
    chat.page.locator(".st-key-suggestion-0 button").click()
    chat.wait_until_done()
    assert chat.page.evaluate(widths)[0] <= 390
    assert chat.page.evaluate("() => document.querySelector('section.stMain, .stMain')?.scrollWidth ?? 0") <= 390


def test_shift_and_enter_break_the_line_and_enter_sends(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.choose("paced-40x20")
    chat.box.fill("first")
    chat.box.press("Shift+Enter")
    chat.box.type("second 👋🏽")
    expect(chat.page.get_by_test_id("stChatMessage")).to_have_count(0)
    chat.box.press("Enter")
    expect(chat.question("second 👋🏽")).to_be_visible(timeout=SOON)
    assert chat.page.get_by_test_id("stChatMessage").first.inner_text().endswith("first\nsecond 👋🏽")
    chat.wait_until_done()


def test_enter_inside_an_ime_composition_does_not_send(open_chat: OpenChat) -> None:
    chat = open_chat(locale="ja-JP")
    chat.box.focus()
    session = chat.page.context.new_cdp_session(chat.page)
    session.send("Input.imeSetComposition", {"text": "せせらぎ", "selectionStart": 4, "selectionEnd": 4})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229, "nativeVirtualKeyCode": 13}
    session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    session.send("Input.insertText", {"text": "せせらぎ"})
    chat.page.wait_for_timeout(500)
    expect(chat.page.get_by_test_id("stChatMessage")).to_have_count(0)
    expect(chat.box).to_have_value("せせらぎ")


def test_enter_after_safaris_early_end_of_composition_does_not_send(open_chat: OpenChat) -> None:
    chat = open_chat(locale="ja-JP")
    chat.page.wait_for_function("() => window.seseragiParts")
    chat.box.fill("せせらぎ")
    chat.box.evaluate(
        "(box) => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))"
    )
    chat.page.wait_for_timeout(500)
    expect(chat.page.get_by_test_id("stChatMessage")).to_have_count(0)
    chat.box.press("Enter")
    expect(chat.page.get_by_test_id("stChatMessage")).to_have_count(2, timeout=SOON)
    chat.wait_until_done()


def test_an_answer_is_copied_as_it_was_written(open_chat: OpenChat) -> None:
    chat = open_chat(permissions=["clipboard-read", "clipboard-write"])
    chat.ask_of("demo-token-by-token", "Show me a table, briefly")
    chat.wait_until_done()
    chat.answer.get_by_role("button", name="Copy", exact=True).click()
    expect(chat.answer.get_by_text("Copied")).to_be_visible()
    copied = chat.page.evaluate("() => navigator.clipboard.readText()")
    assert "|---|---:|---:|" in copied
    assert "**0.3 s**" in copied


def test_a_hundred_thousand_characters_can_be_asked(open_chat: OpenChat, lifelike: Running) -> None:
    chat = open_chat()
    chat.choose("paced-40x20")
    question = "流れ 🌊 word " * 10_000
    chat.ask(question)
    chat.wait_until_done()
    assert lifelike.last().body["messages"][-1]["content"] == question.strip()


def test_a_question_is_shown_as_it_was_typed(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.choose("paced-40x20")
    chat.ask("**not bold** :red[not red] ![no](http://127.0.0.1:9/x.png) $x$")
    asked = chat.page.get_by_test_id("stChatMessage").first
    expect(asked).to_contain_text("**not bold** :red[not red] ![no](http://127.0.0.1:9/x.png) $x$", timeout=SOON)
    chat.wait_until_done()


class LeakCounter:
    """A server that counts who comes, and an endpoint whose answer asks to come."""

    def __init__(self) -> None:
        self.visits = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.visits += 1
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"image/png")]})
        await send({"type": "http.response.body", "body": b""})
        assert scope["type"] == "http"


@contextmanager
def _leaking_endpoint(leak: str) -> Iterator[str]:
    """An OpenAI-compatible endpoint whose answer is full of remote images."""
    text = (
        f"![a]({leak}/1.png?d=SECRET) ![b][r] [![c]({leak}/2.png)](http://127.0.0.1:9) <img src='{leak}/3.png'>\\n\\n"
        f"| t |\\n|---|\\n| ![d]({leak}/4.png) |\\n\\n# ![e](<{leak}/5.png>)\\n\\n:red[![f]({leak}/6.png)]\\n\\n"
        f"![g]({leak}/7.mp4) ![h]({leak.removeprefix('http:')}/8.png)\\n\\n[r]: {leak}/9.png\\n\\nThe end."
    )

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        half = len(text) // 2
        for part in (text[:half], text[half:]):
            event = f'data: {{"choices":[{{"index":0,"delta":{{"content":"{part}"}}}}]}}\n\n'
            await send({"type": "http.response.body", "body": event.encode(), "more_body": True})
        end = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
        await send({"type": "http.response.body", "body": end})

    with serving(endpoint) as address:
        yield address


def test_an_answer_full_of_remote_images_fetches_nothing(open_chat: OpenChat, tmp_path: Path) -> None:
    counter = LeakCounter()
    with serving(counter) as leak, _leaking_endpoint(leak) as endpoint:
        assert httpx2.get(f"{leak}/self-test").status_code == 200
        assert counter.visits == 1
        environment = {"OPENAI_BASE_URL": endpoint, "OPENAI_MODELS": "hostile"}
        with running_server(tmp_path / "log", **environment) as address:
            chat = open_chat(address=address)
            chat.ask("Show me pictures")
            expect(chat.answer.get_by_text("The end.")).to_be_visible(timeout=SOON)
            chat.page.wait_for_timeout(1500)
            blocked = [error for error in chat.console_errors if "Content Security Policy" in error]
            assert len(blocked) >= 5
            assert counter.visits == 1
            chat.page.close()
            chat.console_errors.clear()


def test_without_any_key_the_embedded_endpoint_answers(open_chat: OpenChat, tmp_path: Path) -> None:
    with running_server(tmp_path / "log", SESERAGI_EMBEDDED_SPEED="5") as address:
        chat = open_chat(address=address)
        expect(chat.page.get_by_text("Answers are scripted")).to_be_visible()
        chat.page.get_by_role("button", name="Show me the code").click()
        chat.wait_until_done()
        expect(chat.answer.get_by_test_id("stCode")).to_be_visible()
        ready = httpx2.get(f"{address}/readyz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ok"})
        chat.page.close()


def test_the_server_says_what_is_missing_and_shows_no_page_instead(open_chat: OpenChat, tmp_path: Path) -> None:
    environment = {"AZURE_OPENAI_ENDPOINT": "nonsense", "AZURE_OPENAI_API_KEY": KEY}
    with running_server(tmp_path / "log", **environment) as address:
        ready = httpx2.get(f"{address}/readyz")
        assert ready.status_code == 503
        assert {"variable": "AZURE_OPENAI_ENDPOINT", "kind": "not_a_url"} in ready.json()["problems"]
        page = open_chat(address=address, waits_for="text=not set up yet").page
        expect(page.get_by_text("AZURE_OPENAI_DEPLOYMENTS")).to_be_visible()
        assert KEY not in page.content()
        page.close()


def test_every_response_carries_the_headers(server: str) -> None:
    for path in ("/", "/healthz", "/readyz", "/_stcore/health"):
        headers = httpx2.get(f"{server}{path}").headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
    assert httpx2.get(f"{server}/healthz").json() == {"status": "ok"}


def test_the_policy_lets_exactly_the_pages_own_inline_script_run() -> None:
    policy = content_security_policy("<script>a()</script><script src='x.js'></script>")
    digest = base64.b64encode(hashlib.sha256(b"a()").digest()).decode()
    assert re.findall(r"sha256-[^']+", policy) == [f"sha256-{digest}"]
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_metrics_and_foreign_hosts_are_closed(server: str) -> None:
    assert httpx2.get(f"{server}/_stcore/metrics").status_code == 404
    upgrade = {
        "host": "evil.example",
        "origin": "http://evil.example",
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert httpx2.get(f"{server}/_stcore/stream", headers=upgrade).status_code == 403
