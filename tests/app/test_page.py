"""The whole page against the embedded endpoint, without a browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest


def _ask(page: AppTest, question: str = "Briefly, please.") -> AppTest:
    return page.chat_input[0].set_value(question).run()


def _choose(page: AppTest, name: str) -> AppTest:
    return page.selectbox(key="deployment").set_value(f"embedded/{name}").run()


def _bar(page: AppTest) -> dict[str, Any]:
    """What the line under the last answer was given to show."""
    bars = [json.loads(one.proto.json) for one in page.main.get("bidi_component")]
    shown: dict[str, Any] = [bar for bar in bars if "walks" in bar][-1]
    return shown


def _labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def _captions(page: AppTest) -> str:
    return "\n".join(caption.value for caption in page.caption)


def _markdown(page: AppTest) -> str:
    return "\n".join(markdown.value for markdown in page.markdown)


def _press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def test_it_begins_with_four_suggestions_and_says_who_answers(page: AppTest) -> None:
    assert not page.exception
    assert page.title[0].value == "Seseragi"
    assert _labels(page)[:4] == ["Compare in a table", "Show me the code", "Tell a long story", "Answer in Japanese"]
    assert "AZURE_OPENAI_ENDPOINT" in _captions(page)


def test_a_suggestion_is_asked_and_the_beginning_goes_away(page: AppTest) -> None:
    _press(page, "Compare in a table")
    assert "|---|" in _markdown(page)
    assert not page.title
    assert "tokens/s" in _bar(page)["figures"]


def test_question_and_answer_stay_when_something_is_changed(page: AppTest) -> None:
    _ask(page)
    text = _markdown(page)
    page.slider(key="delay_ms").set_value(0).run()
    assert _markdown(page) == text
    assert page.text[0].value == "Briefly, please."


def test_the_conversation_goes_on_over_turns(page: AppTest) -> None:
    _ask(page, "First, briefly")
    _ask(page, "Second, briefly")
    assert [text.value for text in page.text] == ["First, briefly", "Second, briefly"]
    assert "turn 2" in _markdown(page)


def test_a_prompt_of_the_library_becomes_the_system_message_and_is_obeyed(page: AppTest) -> None:
    page.selectbox(key="preset").set_value("Options in a table").run()
    assert str(page.text_area(key="system_message").value).startswith("You help to decide.")
    _ask(page, "Hello")
    assert "|---|" in _markdown(page)


def test_clearing_the_choice_of_a_prompt_keeps_the_text(page: AppTest) -> None:
    page.selectbox(key="preset").set_value("Brief and clear").run()
    page.selectbox(key="preset").set_value(None).run()
    assert str(page.text_area(key="system_message").value).startswith("You answer questions")


def test_variables_of_a_prompt_have_fields_with_its_values_and_are_sent_filled(page: AppTest) -> None:
    page.selectbox(key="preset").set_value("Customer support").run()
    assert page.text_input(key="value-tone").value == "friendly"
    page.text_input(key="value-product").set_value("Seseragi").run()
    _ask(page, "Hello")
    assert "You help customers of Seseragi. Your tone is friendly" in _markdown(page)


def test_a_variable_without_a_value_is_pointed_at_and_nothing_is_sent(page: AppTest) -> None:
    page.text_area(key="system_message").set_value("Be {{how}}, {not}} so.").run()
    assert any("lacks a brace" in caption.value for caption in page.caption)
    _ask(page, "Hello")
    assert "has no value" in page.warning[0].value
    assert not page.chat_message
    page.text_input(key="value-how").set_value("brief").run()
    _ask(page, "Hello")
    assert "Be brief" in _markdown(page)


def test_braces_taken_literally_survive_a_reload(page: AppTest) -> None:
    page.text_area(key="system_message").set_value(r"Write \{{name}} as it is.").run()
    _ask(page, "Hello")
    reloaded = AppTest.from_file("../../app.py", default_timeout=60)
    reloaded.query_params["c"] = page.query_params["c"]
    reloaded.run()
    assert reloaded.text_area(key="system_message").value == r"Write \{{name}} as it is."


def test_parameters_reach_the_endpoint(page: AppTest) -> None:
    page.number_input(key="temperature").set_value(0.4).run()
    page.number_input(key="most_tokens").set_value(9).run()
    _ask(page)
    assert "The answer reached the token limit." in _captions(page)
    assert "Continue" in _labels(page)


def test_a_reasoning_deployment_has_parameters_of_its_own(page: AppTest) -> None:
    _choose(page, "demo-reasoning")
    assert [control.key for control in page.button_group] == ["reasoning_effort", "verbosity"]
    page.button_group(key="reasoning_effort").set_value("low").run()
    _ask(page)
    assert "for reasoning" in _bar(page)["figures"]


def test_an_answer_cut_by_length_is_continued_without_a_seam(page: AppTest) -> None:
    page.number_input(key="most_tokens").set_value(30).run()
    _ask(page)
    first = _markdown(page)
    _press(page, "Continue")
    assert len(page.text) == 1
    assert _markdown(page).startswith(first)
    assert len(_markdown(page)) > len(first)


def test_a_new_conversation_begins_empty_and_the_old_one_keeps_its_address(page: AppTest) -> None:
    _ask(page)
    address = page.query_params["c"]
    _press(page, "New conversation")
    assert page.title
    assert "c" not in page.query_params
    page.query_params["c"] = address
    page.run()
    assert page.text[0].value == "Briefly, please."


def test_a_reload_finds_the_conversation_again(page: AppTest) -> None:
    page.selectbox(key="preset").set_value("Brief and clear").run()
    page.number_input(key="temperature").set_value(0.4).run()
    _ask(page)
    reloaded = AppTest.from_file("../../app.py", default_timeout=60)
    reloaded.query_params["c"] = page.query_params["c"]
    reloaded.run()
    assert reloaded.text[0].value == "Briefly, please."
    assert str(reloaded.text_area(key="system_message").value).startswith("You answer questions")
    assert reloaded.number_input(key="temperature").value == 0.4


def test_a_finished_answer_is_not_played_again_after_a_reload(page: AppTest) -> None:
    _ask(page)
    reloaded = AppTest.from_file("../../app.py", default_timeout=4)
    reloaded.query_params["c"] = page.query_params["c"]
    reloaded.session_state["delay_ms"] = 200
    reloaded.session_state["keep_up"] = False
    reloaded.run()
    assert "scripted answer" in _markdown(reloaded)
    assert "Stop" not in _labels(reloaded)


def test_an_address_nobody_knows_says_so_and_begins_anew(page: AppTest) -> None:
    page.query_params["c"] = "no-such-conversation"
    page.run()
    assert "no longer here" in page.info[0].value
    assert page.title
    _ask(page)
    assert not page.info


def test_a_question_too_long_is_given_back_with_a_word(page: AppTest) -> None:
    _ask(page, "x" * 1001)
    assert "1,001 characters" in page.warning[0].value
    assert not page.text
    _ask(page)
    assert not page.warning


def test_a_question_of_nothing_but_spaces_is_no_question(page: AppTest) -> None:
    _ask(page, "   ")
    assert page.title


@pytest.mark.parametrize(
    ("name", "says", "offers"),
    [
        ("500", "The endpoint failed.", "Try again"),
        ("truncated", "ended without saying that it is complete", "Continue"),
        ("html-200", "not a stream", "Try again"),
        ("prompt-filtered", "did not let this question through", None),
        ("late-block", "has taken this answer back", None),
        ("cut-by-filter", "cut this answer off", None),
        ("429-a-day", "ready again in about 24.0 h", None),
        ("unsupported-value", "because of “temperature”", None),
    ],
)
def test_what_went_wrong_is_said_with_what_to_do(page: AppTest, name: str, says: str, offers: str | None) -> None:
    _choose(page, f"fault-{name}")
    _ask(page)
    assert not page.exception
    assert says in _markdown(page)
    shown = {"Try again", "Continue"} & set(_labels(page))
    assert (offers in shown) if offers else not shown


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("length-empty", "used up before the first word"),
        ("refusal", "The model declined to answer."),
        ("tool-call", "finish reason “tool\\_calls”"),
    ],
)
def test_an_answer_without_text_says_why(page: AppTest, name: str, says: str) -> None:
    _choose(page, f"fault-{name}")
    _ask(page)
    assert says in _captions(page)


def test_a_filtered_question_shows_its_categories_and_is_left_out_of_the_next(page: AppTest) -> None:
    _choose(page, "fault-prompt-filtered")
    _ask(page)
    assert "Violence: medium" in _markdown(page).replace("\u2060", "")
    _choose(page, "demo-token-by-token")
    _ask(page, "And now, briefly?")
    assert "turn 1" in _markdown(page)


def test_withdrawn_text_is_gone_from_the_page(page: AppTest) -> None:
    _choose(page, "fault-late-block")
    _ask(page)
    assert "scripted answer" not in _markdown(page)
    assert "Protected text" in _markdown(page)


def test_trying_again_replaces_a_failure_without_text(page: AppTest) -> None:
    _choose(page, "fault-500")
    _ask(page)
    _choose(page, "demo-token-by-token")
    _press(page, "Try again")
    assert len(page.text) == 1
    assert "scripted answer" in _markdown(page)


def test_trying_again_keeps_what_a_failure_had_said(page: AppTest) -> None:
    _choose(page, "fault-truncated")
    _ask(page)
    _choose(page, "demo-token-by-token")
    _press(page, "Try again")
    assert len(page.text) == 1
    (walk,) = _bar(page)["walks"]
    assert (walk["name"], walk["at"], walk["of"]) == ("Answer", 2, 2)


def test_a_rate_limit_counts_down(page: AppTest) -> None:
    _choose(page, "fault-429")
    _ask(page)
    button = next(button for button in page.button if button.label.startswith("Try again in"))
    assert button.disabled


def test_the_request_ids_are_shown_and_no_key(page: AppTest) -> None:
    _choose(page, "fault-500")
    _ask(page)
    assert "request id" in _captions(page)
    assert "api-key" not in str(page.main)


def test_a_vanished_deployment_is_replaced_by_the_first(_house: None) -> None:
    page = AppTest.from_file("../../app.py", default_timeout=60)
    page.session_state["deployment"] = "embedded/gone"
    page.run()
    assert page.selectbox(key="deployment").value == "embedded/demo-token-by-token"


def test_the_page_is_japanese_where_japanese_is_chosen(page: AppTest) -> None:
    page.selectbox(key="language").set_value("ja").run()
    assert page.title[0].value == "せせらぎ"
    _press(page, "表で比べる")
    assert "台本による回答" in _markdown(page)
    assert "トークン/秒" in _bar(page)["figures"]


def test_settings_that_cannot_work_are_shown_instead_of_the_page(_house: None, monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_resource.clear()
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "nonsense")
    at = AppTest.from_file("../../app.py", default_timeout=20).run()
    assert not at.exception
    assert "AZURE\\_OPENAI\\_DEPLOYMENTS" in at.markdown[-1].value
    assert "AZURE\\_OPENAI\\_ENDPOINT" in at.markdown[-1].value
