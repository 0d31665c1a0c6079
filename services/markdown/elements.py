"""The elements in which an answer stands on a page: one for each finished block, and one for what still grows.

A stored text is drawn in the very same elements as a growing one, so that nothing jumps when an answer ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.markdown.blocks import LEAST, Splitter
from services.markdown.references import References

MOST_REMEMBERED: Final = 50_000
"""Characters of a text whose elements are remembered between two runs of a page."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The Markdown of the element at `index`, which stays until it is drawn once more."""

    index: int
    text: str


class Elements:
    """Takes a text piece by piece. `live` is the part that still grows, in the element at `count`.

    `least`: characters in each but the last.
    """

    def __init__(self, least: int = LEAST) -> None:
        self._splitter = Splitter(least)
        self._references = References()
        self._blocks: list[str] = []
        self._users: dict[str, list[int]] = {}

    @property
    def count(self) -> int:
        """How many elements are finished."""
        return len(self._blocks)

    @property
    def live(self) -> str:
        """The text after them."""
        return self._splitter.tail

    def add(self, text: str) -> list[Drawn]:
        """What to draw: blocks that are finished now, and earlier ones that look different since."""
        return self._finish(self._splitter.add(text))

    def finish(self) -> list[Drawn]:
        """What is left to draw: no more comes."""
        return self._finish(self._splitter.finish())

    def _finish(self, blocks: list[str]) -> list[Drawn]:
        changed: dict[int, None] = {}
        for block in blocks:
            index = len(self._blocks)
            self._blocks.append(block)
            for label in self._references.labels(block):
                self._users.setdefault(label, []).append(index)
            defined = self._references.learn(block)
            changed |= dict.fromkeys(user for label in defined for user in self._users.get(label, ()))
            changed[index] = None
        return [Drawn(index, self._references.draw(self._blocks[index])) for index in sorted(changed)]


def elements_of(text: str, least: int = LEAST) -> tuple[str, ...]:
    """The elements of a whole text. Those of the latest ones are remembered, but for enormous ones."""
    return _remembered(text, least) if len(text) <= MOST_REMEMBERED else _split(text, least)


def _split(text: str, least: int) -> tuple[str, ...]:
    elements = Elements(least)
    drawn = {one.index: one.text for one in [*elements.add(text), *elements.finish()]}
    return tuple(drawn[index] for index in sorted(drawn))


_remembered = lru_cache(maxsize=256)(_split)
