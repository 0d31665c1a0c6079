"""The page of the prompt library, without a browser."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


@pytest.fixture
def page(_house: None) -> AppTest:
    made = AppTest.from_file("../../app.py", default_timeout=60)
    made.session_state["language"] = "en"
    made.session_state["page_wanted"] = "prompts", {}
    return made.run()


def _field(page: AppTest, start: str) -> Any:
    fields = [*page.text_input, *page.text_area]
    return next(one for one in fields if str(one.key).startswith(start))


def _new(page: AppTest, text: str, name: str | None = None) -> str:
    """A prompt of a name of its own: all tests share one library."""
    called = name or f"Prompt {uuid.uuid4().hex[:8]}"
    page.button(key="new-prompt").click().run()
    _field(page, "p-name").set_value(called)
    _field(page, "p-text").set_value(text).run()
    page.button(key="save-version").click().run()
    return called


def _labels(page: AppTest) -> str:
    return "\n".join([*(button.label for button in page.button), *(one.label for one in page.expander)])


def test_starters_can_be_read_and_taken(page: AppTest) -> None:
    assert not page.exception
    assert "Code reviewer" in _labels(page)
    page.button(key="starter-Code reviewer").click().run()
    assert _field(page, "p-text").value.startswith("You review code")
    assert _field(page, "p-default").value == "Python"
    assert not [button for button in page.button if button.key == "starter-Code reviewer"]


def test_a_saved_prompt_is_in_the_list_and_every_change_is_a_version(page: AppTest) -> None:
    name = _new(page, "Be brief.")
    assert name in _labels(page)
    _field(page, "p-text").set_value("Be very brief.")
    _field(page, "p-note").set_value("shorter still").run()
    page.button(key="save-version").click().run()
    assert "Version 2" in _labels(page)
    assert "shorter still" in _labels(page)
    assert any("<ins>" in one.proto.body and "very" in one.proto.body for one in page.main.get("html"))


def test_an_earlier_version_can_be_restored_as_the_newest(page: AppTest) -> None:
    _new(page, "Be brief.")
    _field(page, "p-text").set_value("Be long.").run()
    page.button(key="save-version").click().run()
    page.button(key="restore-1").click().run()
    assert _field(page, "p-text").value == "Be brief."
    assert "Version 3" in _labels(page)


def test_a_variable_has_a_field_for_the_value_it_has_where_none_is_given(page: AppTest) -> None:
    name = _new(page, "Speak of {{topic}}, {not}} so.")
    assert any("lacks a brace" in caption.value for caption in page.caption)
    _field(page, "p-default").set_value("streams").run()
    page.button(key="save-version").click().run()
    page.button(key="new-prompt").click().run()
    page.button(key=str(next(b.key for b in page.button if name in b.label))).click().run()
    assert _field(page, "p-default").value == "streams"


def test_a_new_prompt_does_not_take_anothers_name(page: AppTest) -> None:
    name = _new(page, "first")
    _new(page, "second", name)
    assert "already" in page.error[0].value
    assert _field(page, "p-text").value == "second"


def test_a_prompt_is_renamed_but_never_to_a_name_that_is_taken(page: AppTest) -> None:
    taken, name = _new(page, "first"), _new(page, "second")
    _field(page, "p-name").set_value(taken).run()
    page.button(key="save-version").click().run()
    assert "already" in page.error[0].value
    _field(page, "p-name").set_value(f"{name} renamed").run()
    page.button(key="save-version").click().run()
    assert f"{name} renamed" in _labels(page)


def test_prompts_are_found_by_their_words(page: AppTest) -> None:
    name, other = _new(page, "About the 望月 of autumn."), _new(page, "Nothing of it.")
    page.text_input(key="prompt_search").set_value("望月").run()
    assert name in _labels(page)
    assert other not in _labels(page)


def test_a_deleted_prompt_is_gone(page: AppTest) -> None:
    name = _new(page, "Be brief.")
    page.button(key="really-delete").click().run()
    assert name not in _labels(page)


def test_nothing_can_be_saved_without_a_name_and_a_text(page: AppTest) -> None:
    page.button(key="new-prompt").click().run()
    assert page.button(key="save-version").disabled
