from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from services.wording import Run, differences


def _one(kind: str, runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs if run.kind in {"same", kind})


def test_a_changed_word_is_gone_and_new() -> None:
    assert differences("Be brief and kind.", "Be long and kind.") == (
        Run("same", "Be "),
        Run("gone", "brief"),
        Run("new", "long"),
        Run("same", " and kind."),
    )


def test_japanese_is_compared_by_characters() -> None:
    assert differences("丁寧に答えて", "簡潔に答えて") == (
        Run("gone", "丁寧"),
        Run("new", "簡潔"),
        Run("same", "に答えて"),
    )


def test_equal_texts_have_no_differences() -> None:
    assert differences("same", "same") == (Run("same", "same"),)
    assert differences("", "") == ()


@given(st.text(alphabet="ab 日\n.", max_size=80), st.text(alphabet="ab 日\n.", max_size=80))
def test_both_texts_can_be_read_from_the_differences(first: str, second: str) -> None:
    runs = differences(first, second)
    assert _one("gone", runs) == first
    assert _one("new", runs) == second


def test_prompts_of_a_hundred_thousand_characters_are_compared_in_seconds() -> None:
    first = "".join(f"Line {n} of a long prompt.\n" for n in range(4_000))
    second = first.replace("Line 7 ", "Row 7 ").replace("Line 3999 ", "Row 3999 ")
    began = time.process_time()
    runs = differences(first, second)
    assert [run.text for run in runs if run.kind == "new"] == ["Row", "Row"]
    words = "word " * 20_000
    assert _one("new", differences(words, words + "more " * 100)) == words + "more " * 100
    assert time.process_time() - began < 20
