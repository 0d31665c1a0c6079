"""Which words of two texts differ, as runs that are the same, gone or new.

A word is a run of letters, or one character of a script that writes without spaces. Long texts are compared by
lines first, so that it costs no more than they weigh. Knows no colours (`components`, the report).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Kind = Literal["same", "gone", "new"]

MOST_WORDS: Final = 2_000
"""Longer texts are compared by lines first, and within lines only where both are shorter."""
_SHORT: Final = 4
"""Fewer letters in common between two changes are read with them: a lone "the" tells nothing."""
_TOKEN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]|\w+|\n|[^\S\n]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that is in both, only in the first (gone) or only in the second (new)."""

    kind: Kind
    text: str


def differences(first: str, second: str) -> tuple[Run, ...]:
    """What leads from `first` to `second`; joined, "same" and "new" give `second`, "same" and "gone" `first`."""
    if first == second:
        return (Run("same", first),) if first else ()
    words = _TOKEN.findall(first), _TOKEN.findall(second)
    if max(map(len, words)) <= MOST_WORDS:
        return _readable(_compare(*words))
    return _readable(_by_lines(first.splitlines(keepends=True), second.splitlines(keepends=True)))


def _compare(first: Sequence[str], second: Sequence[str]) -> Iterator[Run]:
    matcher = SequenceMatcher(None, first, second, autojunk=len(first) + len(second) > MOST_WORDS)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield Run("same", "".join(first[a:b]))
            continue
        yield Run("gone", "".join(first[a:b]))
        yield Run("new", "".join(second[c:d]))


def _by_lines(first: Sequence[str], second: Sequence[str]) -> Iterator[Run]:
    matcher = SequenceMatcher(None, first, second)
    for kind, a, b, c, d in matcher.get_opcodes():
        one, two = "".join(first[a:b]), "".join(second[c:d])
        if kind == "equal":
            yield Run("same", one)
            continue
        words = _TOKEN.findall(one), _TOKEN.findall(two)
        if kind == "replace" and max(map(len, words)) <= MOST_WORDS:
            yield from _compare(*words)
        else:
            yield Run("gone", one)
            yield Run("new", two)


def _readable(runs: Iterator[Run]) -> tuple[Run, ...]:
    """Changes side by side become one: what is gone, then what is new; so do those with next to nothing between."""
    found = [run for run in runs if run.text]
    readable: list[Run] = []
    gone = new = ""
    for place, run in enumerate(found):
        is_between = 0 < place < len(found) - 1
        if run.kind == "same" and not (is_between and _is_slight(run.text)):
            readable += [part for part in (Run("gone", gone), Run("new", new), run) if part.text]
            gone = new = ""
            continue
        gone += run.text if run.kind != "new" else ""
        new += run.text if run.kind != "gone" else ""
    readable += [part for part in (Run("gone", gone), Run("new", new)) if part.text]
    return tuple(readable)


def _is_slight(text: str) -> bool:
    return "\n" not in text and sum(character.isalnum() for character in text) < _SHORT and text.isascii()
