"""The prompt library in a browser: files in and out, in both languages."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.chat import LONG, SOON
from tests.browser.conftest import OpenChat

KIND = """---
name: Kind {language}
tags: [from a file]
variables: {{tone: kind}}
---
Be {{{{tone}}}}.
"""


@pytest.mark.parametrize(("language", "locale"), [("en", "en-US"), ("ja", "ja-JP")])
def test_prompts_come_from_files_and_go_to_files(
    open_chat: OpenChat, tmp_path: Path, language: str, locale: str
) -> None:
    page = open_chat(path="/prompts", locale=locale, waits_for=".st-key-library").page
    good, bad = tmp_path / "kind.md", tmp_path / "bad.md"
    good.write_text(KIND.format(language=language))
    bad.write_text("---\nname: [unclosed\n---\ntext")
    page.get_by_text(re.compile("Import and export|読み込みと書き出し")).first.click()
    chooser = page.locator(".st-key-prompt_files input[type=file]")
    chooser.set_input_files([good, bad])
    page.locator(".st-key-import-prompts button").click()
    expect(page.get_by_test_id("stAlert")).to_contain_text("bad", timeout=SOON)
    expect(page.locator(".st-key-library")).not_to_contain_text(f"Kind {language}")
    page.reload()
    page.get_by_text(re.compile("Import and export|読み込みと書き出し")).first.click(timeout=LONG)
    chooser.set_input_files(good)
    page.locator(".st-key-import-prompts button").click()
    page.locator(".st-key-library").get_by_role("button", name=f"Kind {language}").click(timeout=SOON)
    expect(page.locator('[class*="st-key-p-text"] textarea')).to_have_value("Be {{tone}}.", timeout=SOON)
    expect(page.locator('[class*="st-key-p-default"] input')).to_have_value("kind")
    with page.expect_download() as download:
        page.locator(".st-key-export-prompts button").click()
    packed = tmp_path / "prompts.zip"
    download.value.save_as(packed)
    with zipfile.ZipFile(packed) as archive:
        written = archive.read(f"prompts/Kind-{language}.md").decode()
    assert (
        written
        == f"---\nname: Kind {language}\ntags:\n- from a file\nvariables:\n  tone: kind\n---\nBe {{{{tone}}}}.\n"
    )


def test_a_system_message_of_the_chat_is_saved_to_the_library(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.open_settings()
    chat.page.locator(".st-key-system_message textarea").fill("Speak of {{topic}}.")
    chat.page.locator(".st-key-system_message textarea").blur()
    chat.page.locator(".st-key-value-topic input").fill("brooks")
    chat.page.locator(".st-key-value-topic input").press("Enter")
    chat.page.locator(".st-key-save-system-message button").click()
    dialog = chat.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("From the chat")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=SOON)
    chat.page.get_by_role("link", name="Prompts").first.click()
    chat.page.get_by_role("button", name="From the chat").click(timeout=LONG)
    expect(chat.page.locator('[class*="st-key-p-default"] input')).to_have_value("brooks", timeout=SOON)
