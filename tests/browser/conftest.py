from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.chat import Chat
from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.serving import running_server
from tests.running import KEY, Running

DEPLOYMENTS = (
    "demo-token-by-token",
    "demo-azure-bursts",
    "echo",
    "paced-300x20",
    "paced-40x20",
    "paced-2000x1",
    "fault-stall",
    "fault-no-first-token",
    "fault-no-head",
    "fault-429",
    "fault-500",
    "fault-prompt-filtered",
    "fault-late-block",
)

OpenChat = Callable[..., Chat]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    assert path, "no Chromium: run `python -m tests.browser.chromium`"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def server(lifelike: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real server, on the emulator at life's own pace as if it were Azure."""
    log = tmp_path_factory.mktemp("server") / "log"
    environment = {
        "AZURE_OPENAI_ENDPOINT": lifelike.address,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_DEPLOYMENTS": ",".join(DEPLOYMENTS),
        "OPENAI_MAX_RETRIES": "0",
    }
    with running_server(log, **environment) as address:
        yield address
    assert KEY not in log.read_text()
    assert "Traceback" not in log.read_text()


@pytest.fixture
def open_chat(browser: Browser, server: str) -> Iterator[OpenChat]:
    """Opens the page in a browser of its own; afterwards the console must be free of errors."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # On a page below the root Streamlit looks for its server there first, and the browser says so.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            errors.append(message.text)

    def open_one(
        *,
        address: str = server,
        path: str = "/",
        locale: str = "en-US",
        width: int = 1280,
        waits_for: str | None = None,
        **options: Any,
    ) -> Chat:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page: Page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        chat = Chat(page, address, errors)
        chat.open(path, waits_for)
        return chat

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []
