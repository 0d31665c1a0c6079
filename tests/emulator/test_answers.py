"""What the scripted answers depend on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.answers import write_answer
from emulator.answers.wishes import read_wishes
from emulator.calls import Call, Message
from emulator.clock import ScaledClock
from emulator.deployments import TOKEN_BY_TOKEN
from emulator.tokens import count_tokens, split_into_tokens

CONTINUE = "Continue exactly where you stopped."


def _answer(question: str, system: str = "", *, before: tuple[Message, ...] = (), **parameters: Any) -> str:
    first = (Message(role="system", text=system),) if system else ()
    return write_answer(
        Call(
            deployment=TOKEN_BY_TOKEN,
            messages=(*first, *before, Message(role="user", text=question)),
            stream=True,
            include_usage=True,
            obfuscate=True,
            most_tokens=None,
            parameters=parameters,
        )
    )


@given(st.text())
def test_cutting_into_tokens_loses_nothing(text: str) -> None:
    assert "".join(split_into_tokens(text)) == text


def test_it_says_that_it_is_scripted_in_the_language_of_the_question() -> None:
    assert "scripted answer" in _answer("How are you?")
    assert "台本による回答" in _answer("お元気ですか")


def test_it_quotes_question_turn_system_message_and_parameters() -> None:
    earlier = (Message(role="user", text="a"), Message(role="assistant", text="b"))
    text = _answer("What now?", "Be a pirate", before=earlier, temperature=0.3)
    assert "turn 2" in text
    assert "What now?" in text
    assert "Be a pirate" in text
    assert "temperature=0.3" in text


def test_a_quotation_cannot_change_the_markdown_around_it() -> None:
    assert r"\!\[x\](http\://h/p.png)" in _answer("![x](http://h/p.png)")


@pytest.mark.parametrize(
    ("system", "shows"),
    [
        ("Answer in Japanese", "台本による回答"),
        ("英語で答えて", "scripted answer"),
        ("Use a table", "|---|"),
        ("Show code", "```python"),
        ("Use a bullet list", "- **Role first.**"),
        ("Give a formula", "$$"),
        ("Use a formal tone", "Allow me to explain"),
        ("Be casual", "🌊"),
        ("敬語で、日本語で", "ご説明申し上げます"),
    ],
)
def test_it_obeys_the_documented_instructions_of_a_system_message(system: str, shows: str) -> None:
    assert shows in _answer("Hello", system)


def test_the_system_message_wins_over_the_question() -> None:
    assert read_wishes("Be formal", "be casual, please").tone == "formal"


def test_lengths_differ() -> None:
    sentence, short, normal, long = (
        len(_answer(f"Hello{wish}")) for wish in (" in one sentence", ", briefly", "", " in a long text")
    )
    assert sentence < short < normal < long


@pytest.mark.parametrize("question", ["Write 3,000 words", "3000字で書いて"])
def test_a_length_on_request_is_reached(question: str) -> None:
    assert count_tokens(_answer(question)) >= 3000


def test_the_rest_of_an_answer_begins_where_it_was_cut() -> None:
    whole = _answer("A table, please", "Be formal")
    cut = (Message(role="user", text="A table, please"), Message(role="assistant", text=whole[:200]))
    assert whole[:200] + _answer(CONTINUE, "Be formal", before=cut) == whole


def test_continuing_something_else_answers_anew() -> None:
    cut = (Message(role="user", text="Hello"), Message(role="assistant", text="Not mine"))
    assert "scripted answer" in _answer(CONTINUE, before=cut)


def test_time_cannot_stand_still() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ScaledClock(0)
