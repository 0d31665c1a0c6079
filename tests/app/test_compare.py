"""The compare page against the embedded endpoint, without a browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from services.comparison.links import write_link
from services.comparison.variants import Setup, Variant

DEMO = "embedded/demo-token-by-token"


def _open(**query: str) -> AppTest:
    made = AppTest.from_file("../../app.py", default_timeout=60)
    made.session_state["language"] = "en"
    made.session_state["page_wanted"] = "compare", query
    return made.run()


@pytest.fixture
def page(_house: None) -> AppTest:
    return _open()


def _address(page: AppTest) -> str:
    return "".join(page.query_params["x"])


def _ask(page: AppTest, question: str = "Briefly, please.") -> AppTest:
    return page.chat_input[0].set_value(question).run()


def _text(page: AppTest) -> str:
    return "\n".join([*(m.value for m in page.markdown), *(c.value for c in page.caption)])


def _press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def _prompts(page: AppTest) -> list[Any]:
    return [area for area in page.text_area if str(area.key).startswith("variant-system_message-")]


def _bars(page: AppTest) -> list[dict[str, Any]]:
    bars = [json.loads(one.proto.json) for one in page.main.get("bidi_component")]
    return [bar for bar in bars if "walks" in bar]


def _link(*variants: Variant, **more: Any) -> str:
    return write_link(Setup(variants=variants, **more))


def test_it_begins_with_two_prompts_that_can_be_run_at_once(page: AppTest) -> None:
    assert not page.exception
    assert len(_prompts(page)) == 2
    _ask(page)
    assert not page.exception
    assert len(_bars(page)) == 2
    assert "|---|" in _text(page)


def test_every_column_is_asked_and_shows_its_figures(page: AppTest) -> None:
    _ask(page, "Hello")
    tables = [one.proto.body for one in page.main.get("html") if "figures" in one.proto.body]
    assert len(tables) == 2
    assert all("First token" in table and "unknown" in table for table in tables)


def test_further_turns_go_to_all_columns(page: AppTest) -> None:
    _ask(page, "Hello")
    _ask(page, "And then?")
    assert _text(page).count("- turn 2, with your question") == 2


def test_there_are_two_to_eight_variants(page: AppTest) -> None:
    for _ in range(6):
        _press(page, "add-variant")
    assert len(_prompts(page)) == 8
    assert page.button(key="add-variant").disabled


def test_a_changed_set_up_survives_a_reload_before_anything_was_asked(page: AppTest) -> None:
    _prompts(page)[0].set_value("Be {{how}}.").run()
    page.text_area(key="variable-how").set_value("kind").run()
    again = _open(x=_address(page))
    assert _prompts(again)[0].value == "Be {{how}}."
    assert again.text_area(key="variable-how").value == "kind"


def test_a_reload_finds_turns_and_answers(page: AppTest) -> None:
    _ask(page, "Hello")
    again = _open(x=_address(page))
    assert len(_bars(again)) == 2
    assert again.text[0].value == "Hello"


def test_what_is_unfilled_or_misspelt_is_pointed_at_and_nothing_is_lost(page: AppTest) -> None:
    _prompts(page)[0].set_value("Be {{tone}}.").run()
    _prompts(page)[1].set_value("Be {{tonne}}, {so}}.").run()
    page.text_area(key="variable-tone").set_value("kind").run()
    assert "looks like" in _text(page)
    assert "lacks a brace" in _text(page)
    _ask(page, "What is {{this}}?")
    warning = page.warning[0].value
    assert "tonne" in warning
    assert "this" in warning
    assert page.chat_input[0].proto.value == "What is {{this}}?"
    page.text_area(key="variable-tonne").set_value("short").run()
    page.text_area(key="variable-this").set_value("a stream").run()
    _ask(page, "What is {{this}}?")
    assert page.text[0].value == "What is a stream?"
    assert "Be short" in _text(page)


def test_equal_variants_and_missing_prompts_are_told(page: AppTest) -> None:
    for area in _prompts(page):
        area.set_value("")
    page.run()
    assert "only chance tells their answers apart" in _text(page)
    assert "No variant has a system prompt yet" in _text(page)


def test_a_hundred_thousand_characters_are_a_prompt_like_any_other(page: AppTest) -> None:
    _prompts(page)[0].set_value("word " * 20_000).run()
    assert not page.exception
    _ask(page, "Hello")
    assert "has more than 1000 characters" in page.warning[0].value


def test_a_column_that_fails_shows_its_card_and_leaves_the_others_alone(_house: None) -> None:
    link = _link(Variant(name="good", deployment=DEMO), Variant(name="bad", deployment="embedded/fault-500"))
    page = _open(setup=link)
    _ask(page, "Briefly, please.")
    assert "The endpoint failed" in _text(page)
    assert "This is a scripted answer" in _text(page)


def test_text_taken_back_by_a_late_verdict_goes_from_its_column_only(_house: None) -> None:
    link = _link(Variant(name="good", deployment=DEMO), Variant(name="late", deployment="embedded/fault-late-block"))
    page = _open(setup=link)
    _ask(page, "Briefly, please.")
    assert "The content filter has taken this answer back." in _text(page)
    assert [bool(bar["text"]) for bar in _bars(page)] == [True, False]


def test_a_deployment_that_has_vanished_is_named_and_nothing_is_sent(_house: None) -> None:
    page = _open(setup=_link(Variant(name="one", deployment="azure/gone"), Variant(deployment=DEMO), input="Why?"))
    _ask(page, "Why?")
    assert "The deployment of one" in page.warning[0].value
    assert not page.chat_message


def test_a_link_opens_the_whole_set_up_and_leaves_the_address(_house: None) -> None:
    link = _link(
        Variant(name="first", deployment=DEMO, system_message="Be {{how}}."),
        Variant(name="second", deployment=DEMO),
        values={"how": "brief"},
        input="Why?",
        is_blind=True,
    )
    page = _open(setup=link)
    assert _prompts(page)[0].value == "Be {{how}}."
    assert page.text_area(key="variable-how").value == "brief"
    assert page.toggle(key="compare_blind").value
    assert page.chat_input[0].proto.value == "Why?"
    assert "setup" not in page.query_params


@pytest.mark.parametrize("link", ["1AAAA", "nonsense", "1" + "A" * 9_000])
def test_a_damaged_or_endless_link_is_refused_with_a_word(_house: None, link: str) -> None:
    page = _open(setup=link)
    assert page.warning[0].value
    assert len(_prompts(page)) == 2


def test_a_comparison_that_is_gone_is_told(_house: None) -> None:
    page = _open(x="nowhere")
    assert "no longer here" in page.info[0].value
    assert "x" not in page.query_params


def _blind(count: int) -> AppTest:
    variants = [Variant(name=f"secret-{n}", deployment=DEMO, system_message=f"One sentence {n}.") for n in range(count)]
    page = _open(setup=_link(*variants, is_blind=True))
    return _ask(page, "In one sentence.")


def test_a_blind_turn_gives_nothing_away_before_the_vote(_house: None) -> None:
    page = _blind(3)
    assert "secret-" not in _text(page)
    assert not [one for one in page.main.get("html") if "figures" in one.proto.body]
    assert all(bar["menu"] == [] and not bar["figures"] and not bar["deployment"] for bar in _bars(page))


def test_a_vote_among_two_reveals_names_and_counts(_house: None) -> None:
    page = _blind(2)
    note = next(one for one in page.text_input if str(one.key).startswith("vote_note"))
    note.set_value("clearer").run()
    _press(page, "vote-1")
    assert "Voted best" in _text(page)
    assert "clearer" in _text(page)
    assert "too few votes to tell (1)" in _text(page)
    (table,) = [one.proto.body for one in page.main.get("html") if "tally" in one.proto.body]
    assert "1 of 1" in table
    assert "0 of 1" in table
    assert [one for one in page.main.get("html") if "figures" in one.proto.body]


def test_a_vote_among_three_names_the_best_and_the_worst(_house: None) -> None:
    page = _blind(3)
    _press(page, "vote-2")
    assert "**C** is best. Which is worst?" in _text(page)
    _press(page, "vote-back")
    _press(page, "vote-0")
    _press(page, "vote-2")
    assert "Voted best" in _text(page)
    assert r"worst: secret\-" in _text(page)


@pytest.mark.parametrize(("key", "words"), [("vote-tie", "Voted a tie"), ("vote-bad", "Voted all bad")])
def test_a_tie_and_both_bad_are_votes_that_decide_nothing(_house: None, key: str, words: str) -> None:
    page = _blind(2)
    _press(page, key)
    assert words in _text(page)
    assert "They decide nothing" in _text(page)


def test_names_can_be_shown_without_a_vote(_house: None) -> None:
    page = _blind(2)
    _press(page, "vote-shown")
    assert "Shown without a vote" in _text(page)
    assert "too few votes" not in _text(page)


def test_from_the_start_keeps_the_set_up_and_the_input_but_no_history(page: AppTest) -> None:
    _prompts(page)[0].set_value("Be brief, as I said.").run()
    _ask(page, "Hello")
    first = _address(page)
    _press(page, "run-anew")
    assert _prompts(page)[0].value == "Be brief, as I said."
    assert page.chat_input[0].proto.value == "Hello"
    _ask(page, "Hello")
    assert _address(page) != first
    assert len(_bars(page)) == 2


def test_a_new_comparison_leaves_the_old_one_in_the_list(page: AppTest) -> None:
    _ask(page, "A question to be found again")
    _press(page, "new-comparison")
    assert not _bars(page)
    page.text_input(key="comparison_search").set_value("found again").run()
    lists = [json.loads(one.proto.json) for one in page.sidebar.get("bidi_component")]
    rows = [row for one in lists if "groups" in one for group in one["groups"] for row in group["rows"]]
    assert [row["title"] for row in rows] == ["A question to be found again"]


def test_earlier_turns_are_shown_when_asked_for(page: AppTest) -> None:
    for number in range(4):
        _ask(page, f"Question {number} in one sentence.")
    assert page.text[0].value == "Question 1 in one sentence."
    _press(page, "earlier-turns")
    assert page.text[0].value == "Question 0 in one sentence."
