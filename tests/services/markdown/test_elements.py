from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.markdown.blocks import LEAST, Splitter
from services.markdown.elements import Elements, elements_of
from tests.costing import cpu_seconds
from tests.markdown_samples import FENCE, SAMPLES

LINES = [
    *{line for sample in SAMPLES.values() for line in sample.split("\n")},
    "",
    "",
    "   ",
    "    deep",
    "[1]: /a",
    "- x",
]


def _grown(pieces: Iterable[str], least: int = 0) -> tuple[str, ...]:
    """What stands on a page in the end, where the text came in `pieces`."""
    elements, page = Elements(least), dict[int, str]()
    for piece in pieces:
        page |= {drawn.index: drawn.text for drawn in elements.add(piece)}
    page |= {drawn.index: drawn.text for drawn in elements.finish()}
    return tuple(page[index] for index in range(len(page)))


def _in_pieces(text: str, sizes: list[int]) -> list[str]:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(text[at : at + size])
        at += size
    return [*pieces, text[at:]]


sizes = st.lists(st.integers(0, 30), max_size=60)


@pytest.mark.parametrize("name", list(SAMPLES))
@given(sizes=sizes)
def test_a_sample_stands_in_the_same_elements_however_it_came(name: str, sizes: list[int]) -> None:
    text = SAMPLES[name]
    assert _grown(_in_pieces(text, sizes)) == elements_of(text, 0) == _grown(text)


@given(lines=st.lists(st.sampled_from(LINES), max_size=40), sizes=sizes, least=st.sampled_from([0, 30, LEAST]))
def test_any_text_stands_in_the_same_elements_however_it_came(lines: list[str], sizes: list[int], least: int) -> None:
    text = "\n".join(lines)
    assert _grown(_in_pieces(text, sizes), least) == elements_of(text, least)


@given(lines=st.lists(st.sampled_from(LINES), max_size=40), repeated=st.integers(30, 60))
def test_large_blocks_are_cut_at_the_same_places(lines: list[str], repeated: int) -> None:
    large = "\n".join(f"- item {n}\n\n  with a paragraph that makes it large" for n in range(repeated))
    text = "\n".join([large, *lines, large, *lines])
    assert _grown(_in_pieces(text, [7] * 200)) == elements_of(text, 0)


@given(st.lists(st.sampled_from(LINES), max_size=40))
def test_nothing_is_lost_by_cutting(lines: list[str]) -> None:
    text, splitter = "\n".join(lines), Splitter(0)
    blocks = [block for piece in text for block in splitter.add(piece)]
    assert "".join([*blocks, *splitter.finish()]) == text


def test_short_blocks_share_an_element() -> None:
    text = f"# Title\n\nIntro.\n\n{'word ' * 40}\n\n## Next\n\nEnd."
    first, last = elements_of(text)
    assert first.startswith("# Title\n\nIntro.\n\nword")
    assert last == "## Next\n\nEnd."


def test_finished_blocks_leave_the_live_text() -> None:
    elements = Elements(0)
    assert elements.add("One\n\n") == []
    (drawn,) = elements.add("T")
    assert (drawn.index, drawn.text, elements.live) == (0, "One", "T")
    assert elements.add("wo\n\n- ") == []
    assert [one.text for one in elements.add("list\n")] == ["Two"]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("fence with blank lines", 2),
        ("formula with blank lines", 2),
        ("comment", 3),
        ("loose list", 2),
        ("numbered list of paragraphs", 2),
        ("quotes in a row", 5),
        ("table", 2),
        ("indented code", 2),
        ("reference before use", 2),
    ],
)
def test_what_belongs_together_stays_in_one_element(name: str, count: int) -> None:
    assert len(elements_of(SAMPLES[name], 0)) == count


def test_a_definition_goes_along_to_whatever_uses_it() -> None:
    first, *_ = elements_of(SAMPLES["reference links"], 0)
    assert "[1]: <https://example.com/a>" in first
    assert '[MORE]: </b> "Title"' in first


def test_a_late_definition_draws_earlier_blocks_once_more() -> None:
    elements = Elements(0)
    elements.add("See [this][1].\n\nOther.\n\n[1]: /a\n\nMore.\n")
    drawn = {one.index: one.text for one in elements.finish()}
    assert elements.count == 3
    assert drawn == {2: "More."}


def test_footnotes_are_numbered_as_they_are_named() -> None:
    first, middle, one, two = elements_of(SAMPLES["footnotes"], 0)
    assert (first, middle) == ("A claim.¹ Another.²", "text")
    assert (one, two) == ("¹ The source.", "² Longer.\n\nA second one.")


def test_what_only_looks_like_a_footnote_is_left_alone() -> None:
    assert elements_of(SAMPLES["footnote without a note"], 0) == ("A claim.[^9]", "A class [^abc] of characters.")
    assert "`[^a]`" in elements_of(SAMPLES["footnotes in a row"], 0)[0]


def test_a_long_list_of_definitions_alone_breaks_nothing() -> None:
    text = "".join(f"[{n}]: https://example.com/{n}\n\n" for n in range(200))
    assert _grown(_in_pieces(text, [50] * 100)) == elements_of(text, 0) == (text.strip(),)


def test_a_note_between_stray_backticks_is_numbered_too() -> None:
    text = "[^1]: one ` tick\n[^2]: another ` tick\n\nEnd."
    assert _grown(text) == elements_of(text, 0)
    assert "²" in elements_of(text, 0)[0]


ENORMOUS = {
    "fence": (f"{FENCE}python\n", "x = 1  # a line of code\n\n", f"{FENCE}\n\n", 3_000),
    "table": ("| a | b |\n|---|---|\n", "| some | cells |\n", "\n", 500),
    "list": ("", "- an item\n\n  with text\n\n", "", 1_000),
    "paragraph": ("", "word ", "\n\n", 30_000),
    "paragraphs": ("", "Some words in a paragraph.\n\n", "", 3_000),
    "comment": ("<!--\n", "Words that nobody sees.\n\n", "-->\n\n", 3_000),
    "definitions": ("Before.\n\n", "[{n}]: https://example.com/{n}\n\n", "", 2_000),
    "brackets": ("", "[", "\n\n", 20_000),
}


def _cost_of_splitting(name: str, times: int) -> float:
    """Seconds for a block with `times` repetitions, which must end as it should."""
    before, repeated, after, _ = ENORMOUS[name]
    text = before + "".join(repeated.replace("{n}", str(n)) for n in range(times)) + f"{after}After.\n\nEnd.\n"

    def split() -> None:
        splitter = Splitter(0)
        blocks = [block for at in range(0, len(text), 4) for block in splitter.add(text[at : at + 4])]
        assert [block.strip() for block in [*blocks, *splitter.finish()][-2:]] == ["After.", "End."]
        assert len(splitter.tail) < len(text) / 4 or name in {"comment", "definitions"}

    return cpu_seconds(split)


@pytest.mark.parametrize("name", list(ENORMOUS))
def test_an_enormous_block_costs_in_proportion_to_its_weight(name: str) -> None:
    """Four times the text: a linear cost is four times as much, a quadratic one sixteen times."""
    times = ENORMOUS[name][3]
    quarter = max(_cost_of_splitting(name, times // 4), 0.02)
    assert _cost_of_splitting(name, times) < 9 * quarter
