"""Cuts a growing Markdown text after every block that nothing to come can change.

What a block is, markdown-it says (CommonMark, tables, footnotes, and `$$` formulas as the browser's parser takes
them); it only ever sees the tail that is still open. Where the cuts are depends on the text alone, not on
the pieces in which it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block.fence import make_fence_rule
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

LEAST: Final = 150
"""Characters between two cuts: an element of its own costs a page more than a few words sent again."""
SMALL: Final = 1_000
"""A tail of so many characters is looked at whenever a line follows a blank one; a larger one only when that is sure
to end its block or when it has grown by a quarter, so that an enormous block costs in proportion to its weight."""

_SPACES: Final = " \t\r"
_FENCES: Final = frozenset({"fence", "math_block"})
_DEFINITIONS: Final = "definitions"
_GO_ON_AFTER_BLANK: Final = frozenset(
    {"bullet_list_open", "ordered_list_open", "footnote_reference_open", "code_block", "html_block", _DEFINITIONS}
)
_MAY_GO_ON: Final = frozenset(" \t-+*0123456789[")
"""How a line may begin that belongs to what stands before the blank line above it."""
_BEGINS_BLOCK: Final = re.compile(r"\*{0,2}[^\W\d_]|[#>|`~「『（【]")
"""The beginning of a line that, after a blank one, is certain to begin a block where it isn't inside one: how the line
goes on cannot make it part of a list or a definition."""
_NEVER_FIRST: Final = frozenset({"code_block"})
"""Streamlit takes an element's leading spaces away: indented code stays with what precedes it."""


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    formula = make_fence_rule(markers=("$",), token_type="math_block", disallow_marker_in_info=("$",), min_markers=2)
    parser.block.ruler.before("fence", "math_block", formula, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    return parser.use(footnote_plugin, inline=False)


_PARSER: Final = _parser()


def parse_blocks(text: str) -> tuple[list[Token], dict[str, Any]]:
    """The blocks of `text`, and what it defines: `references` and `footnotes`."""
    tokens: list[Token] = []
    found: dict[str, Any] = {}
    _PARSER.block.parse(text.replace("\r", " "), _PARSER, found, tokens)
    return tokens, found


class Splitter:
    """Takes a text piece by piece. `tail` is what has come after the last cut."""

    def __init__(self, least: int = LEAST) -> None:
        self.tail = ""
        self._least = least
        self._read_to = 0
        self._is_after_blank = False
        self._has_seen_start = False
        self._begin()

    def add(self, text: str) -> list[str]:
        """The blocks that are finished now."""
        self.tail += text
        end = self.tail.rfind("\n", self._read_to) + 1
        lines = self.tail[self._read_to : end].split("\n")[:-1] if end else []
        self._read_to = max(self._read_to, end)
        may_have_ended = [self._may_end_block(line) for line in lines]
        return self._cut() if any(may_have_ended) or self._has_begun_block() else []

    def finish(self) -> list[str]:
        """The blocks that were left: no more comes."""
        cuts = [0, *_cuts(self.tail.split("\n"), self._least, is_whole=True), len(self.tail)]
        return [self.tail[start:end] for start, end in pairwise(cuts) if end > start]

    def _begin(self, kind: str = "", *, look_at: int = 0, fence: str = "") -> None:
        """Remember in what kind of block a large tail ends."""
        self._kind, self._look_at, self._fence = kind, look_at, fence

    def _may_end_block(self, line: str) -> bool:
        """Whether it is worth looking for cuts once `line` has come."""
        is_blank, was_blank, has_been_seen = not line.strip(_SPACES), self._is_after_blank, self._has_seen_start
        self._is_after_blank, self._has_seen_start = is_blank, False
        if self._fence:
            if _closes(line, self._fence):
                self._fence = ""
            return False
        if is_blank or not was_blank or has_been_seen:
            return False
        goes_on = self._kind in _GO_ON_AFTER_BLANK and (self._kind == "html_block" or line[0] in _MAY_GO_ON)
        return not goes_on or len(self.tail) >= self._look_at

    def _has_begun_block(self) -> bool:
        """Whether the line that is not whole yet has just begun a block; asked once a line."""
        if not self._is_after_blank or self._has_seen_start or self._fence or self._kind == "html_block":
            return False
        self._has_seen_start = _BEGINS_BLOCK.match(self.tail, self._read_to) is not None
        return self._has_seen_start

    def _lines(self) -> list[str]:
        """The lines that tell where blocks begin: the last one only where its beginning says so."""
        lines = self.tail.split("\n")
        return lines if self._is_after_blank and self._has_seen_start else lines[:-1]

    def _cut(self) -> list[str]:
        cuts = [0, *_cuts(self._lines(), self._least)]
        blocks = [self.tail[start:end] for start, end in pairwise(cuts)]
        self.tail = self.tail[cuts[-1] :]
        self._read_to = max(0, self._read_to - cuts[-1])
        self._look_anew()
        return blocks

    def _look_anew(self) -> None:
        """Small tails are looked at often."""
        if len(self.tail) <= SMALL:
            self._begin()
            return
        lines = self._lines()
        last = next(
            (token for token in reversed(parse_blocks("\n".join(lines))[0]) if token.level == 0 and token.map), None
        )
        if last is None or any(line.strip(_SPACES) for line in lines[(last.map or (0, 0))[1] :]):
            self._begin(_DEFINITIONS, look_at=len(self.tail) * 5 // 4)
            return
        first = (last.map or (0, 0))[0]
        is_open = last.type in _FENCES and not any(_closes(line, last.markup) for line in lines[first + 1 :])
        self._begin(last.type, look_at=len(self.tail) * 5 // 4, fence=last.markup if is_open else "")


def _closes(line: str, fence: str) -> bool:
    bare = line.strip(_SPACES)
    return bare.startswith(fence) and not bare.strip(fence[0])


def _cuts(lines: list[str], least: int, *, is_whole: bool = False) -> Iterator[int]:
    """Where in `lines` a block begins that is certain to be one of its own, after a blank line."""
    offsets, last = list(accumulate((len(line) + 1 for line in lines), initial=0)), 0
    blocks = [token for token in parse_blocks("\n".join(lines))[0] if token.level == 0 and token.nesting >= 0]
    for token in blocks[1:]:
        first, end = token.map or (0, 0)
        may_vanish = not is_whole and end >= len(lines) and lines[first].lstrip(" ").startswith("[")
        is_apart = token.type not in _NEVER_FIRST and not lines[first - 1].strip(_SPACES)
        if is_apart and not may_vanish and offsets[first] - last >= least:
            last = offsets[first]
            yield last
