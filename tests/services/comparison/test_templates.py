from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.templates import Misspelt, broken_in, fill, misspelt, unfilled, variables_in


def test_names_come_once_in_the_order_they_first_appear() -> None:
    assert variables_in(["{{b}} and {{ a }}", "{{a}}{{製品}}"]) == ("b", "a", "製品")


@pytest.mark.parametrize(
    "text", [r"\{{name}}", "{{ user.name | upper }}", "{{}}", "{name}", "{{two words}}", "{{a\nb}}"]
)
def test_what_is_no_variable_stays_as_it_is(text: str) -> None:
    assert variables_in([text]) == ()
    assert fill(text, {"name": "x", "a": "y"}) == text.removeprefix("\\")


def test_values_take_the_place_of_their_names_and_are_not_filled_themselves() -> None:
    assert fill("{{a}}-{{ b }}-{{c}}", {"a": "{{b}}", "b": "2", "c": ""}) == "{{b}}-2-{{c}}"


def test_a_variable_without_a_value_or_with_blanks_only_is_unfilled() -> None:
    assert unfilled(["{{a}} {{b}} {{c}}"], {"a": "1", "b": "  "}) == ("b", "c")


def test_a_variable_like_one_that_has_a_value_or_is_named_more_often_is_misspelt() -> None:
    assert misspelt(["{{langauge}}"], {"language": "Japanese"}) == (Misspelt(name="langauge", meant="language"),)
    assert misspelt(["{{tone}}", "{{tone}}", "{{tonne}}"], {}) == (Misspelt(name="tonne", meant="tone"),)
    assert misspelt(["{{tone}}", "{{product}}"], {"tone": "kind"}) == ()


def test_a_variable_that_lacks_a_brace_is_pointed_at() -> None:
    assert broken_in(["{{name} and {other}} but {one} and {{fine}}", r"\{{kept}"]) == ("{{name}", "{other}}")


@given(st.text(alphabet="{}\\ab \n", max_size=60), st.dictionaries(st.sampled_from("ab"), st.text(max_size=5)))
def test_any_text_can_be_filled_and_what_has_values_is_filled(text: str, values: dict[str, str]) -> None:
    filled = fill(text, values)
    if not any(values.values()):
        assert filled.replace("\\", "") == text.replace("\\", "")


def test_a_hundred_thousand_braces_cost_no_time() -> None:
    began = time.process_time()
    for text in ("{" * 100_000, "{{a" * 30_000, "{{ " * 30_000 + "a" * 100, "a" * 100_000 + "}}"):
        variables_in([text])
        broken_in([text])
    assert time.process_time() - began < 20
