"""How texts are compared in a search: whatever text holds some words also has all their grams."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from services.history.search_text import fold, grams, grams_asked, words_around


@given(before=some.text(max_size=20), words=some.text(min_size=1, max_size=8), after=some.text(max_size=20))
def test_no_text_that_holds_the_words_is_missed_by_its_grams(before: str, words: str, after: str) -> None:
    folded, asked = fold(f"{before}{words}{after}"), fold(words)
    if asked and asked in folded:
        assert set(grams_asked(asked)) <= set(grams(folded))


@given(some.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_the_place_is_shown_with_a_little_around_it() -> None:
    text = "一" * 50 + "望月さん" + "二" * 50
    assert words_around(text, "望月") == "…" + "一" * 8 + "望月さん" + "二" * 38 + "…"
    assert words_around("Only The Words", "only the words") == "Only The Words"
    assert words_around("elsewhere", "words") == ""
