"""Cuts a growing Markdown text after every block that nothing to come can change.

What a block is, markdown-it says (CommonMark, tables, footnotes, and `$$` formulas as the browser's parser takes
them); it only ever sees the tail that is still open. Where the cuts are depends on the text alone, not on
the pieces in which it came.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block.fence import make_fence_rule
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

SMALL: Final = 1_000
"""A tail of so many characters is looked at whenever a line follows a blank one; a larger one only when that is sure
to end its block or when it has grown by a quarter, so that an enormous block costs in proportion to its weight."""

_SPACES: Final = " \t\r"
_FENCES: Final = frozenset({"fence", "math_block"})
_GO_ON_AFTER_BLANK: Final = frozenset(
    {"bullet_list_open", "ordered_list_open", "footnote_reference_open", "code_block", "html_block"}
)
_MAY_GO_ON: Final = frozenset(" \t-+*0123456789")
"""How a line may begin that belongs to what stands before the blank line above it."""
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

    def __init__(self) -> None:
        self.tail = ""
        self._read_to = 0
        self._is_after_blank = False
        self._begin()

    def add(self, text: str) -> list[str]:
        """The blocks that are finished now."""
        self.tail += text
        end = self.tail.rfind("\n", self._read_to) + 1
        lines = self.tail[self._read_to : end].split("\n")[:-1] if end else []
        self._read_to = max(self._read_to, end)
        may_have_ended = [self._may_end_block(line) for line in lines]
        return self._cut() if any(may_have_ended) else []

    def finish(self) -> list[str]:
        """The blocks that were left: no more comes."""
        cuts = [0, *_cuts(self.tail.split("\n"), is_whole=True), len(self.tail)]
        return [self.tail[start:end] for start, end in pairwise(cuts) if end > start]

    def _begin(self, *, look_at: int = 0, fence: str = "", is_list: bool = False) -> None:
        """Remember what kind of block the tail ends in."""
        self._look_at, self._fence, self._is_list = look_at, fence, is_list

    def _may_end_block(self, line: str) -> bool:
        """Whether it is worth looking for cuts once `line` has come."""
        is_blank, was_blank = not line.strip(_SPACES), self._is_after_blank
        self._is_after_blank = is_blank
        if self._fence:
            if _closes(line, self._fence):
                self._fence = ""
            return False
        if is_blank or not was_blank:
            return False
        return not self._is_list or line[0] not in _MAY_GO_ON or len(self.tail) >= self._look_at

    def _cut(self) -> list[str]:
        lines = self.tail[: self._read_to].split("\n")[:-1]
        cuts = [0, *_cuts(lines)]
        blocks = [self.tail[start:end] for start, end in pairwise(cuts)]
        self.tail = self.tail[cuts[-1] :]
        self._read_to -= cuts[-1]
        self._look_anew()
        return blocks

    def _look_anew(self) -> None:
        """Small tails are looked at often."""
        if len(self.tail) <= SMALL:
            self._begin()
            return
        lines = self.tail[: self._read_to].split("\n")[:-1]
        last = [token for token in parse_blocks("\n".join(lines))[0] if token.level == 0 and token.map][-1]
        first = (last.map or (0, 0))[0]
        is_open = last.type in _FENCES and not any(_closes(line, last.markup) for line in lines[first + 1 :])
        is_list = last.type in _GO_ON_AFTER_BLANK
        self._begin(look_at=len(self.tail) * 5 // 4, fence=last.markup if is_open else "", is_list=is_list)


def _closes(line: str, fence: str) -> bool:
    bare = line.strip(_SPACES)
    return bare.startswith(fence) and not bare.strip(fence[0])


def _cuts(lines: list[str], *, is_whole: bool = False) -> Iterator[int]:
    """Where in `lines` a block begins that is certain to be one of its own, after a blank line."""
    offsets = list(accumulate((len(line) + 1 for line in lines), initial=0))
    blocks = [token for token in parse_blocks("\n".join(lines))[0] if token.level == 0 and token.nesting >= 0]
    for token in blocks[1:]:
        first, end = token.map or (0, 0)
        may_vanish = not is_whole and end >= len(lines) and lines[first].lstrip(" ").startswith("[")
        if token.type not in _NEVER_FIRST and not may_vanish and not lines[first - 1].strip(_SPACES):
            yield offsets[first]
