"""How text is compared in a search, the same in every store: folded, and cut into grams for an index.

Grams of two and of three characters find 「望月」 inside a Japanese sentence, where words have no spaces
between them, and where an index of three characters alone finds nothing. Knows no index.
"""

from __future__ import annotations

import unicodedata
from typing import Final

MOST_INDEXED: Final = 100_000
"""Characters of one message that can be found; what stands behind them cannot."""
SHORTEST_INDEXED: Final = 2
BEFORE_CHARACTERS: Final = 8
AFTER_CHARACTERS: Final = 40


def fold(text: str) -> str:
    """`text` as it is compared: without case, width and other variants of the same character."""
    return " ".join(unicodedata.normalize("NFKC", text[:MOST_INDEXED]).casefold().split())


def grams(folded: str) -> list[str]:
    """Every run of two and of three characters in `folded`, each once."""
    pairs = {folded[n : n + 2] for n in range(len(folded) - 1)}
    return sorted(pairs | {folded[n : n + 3] for n in range(len(folded) - 2)})


def grams_asked(folded: str) -> list[str]:
    """The grams that a text must have to contain `folded`: the longest there are. None for one character."""
    size = min(len(folded), 3)
    if size < SHORTEST_INDEXED:
        return []
    return sorted({folded[n : n + size] for n in range(len(folded) - size + 1)})


def words_around(text: str, folded_words: str) -> str:
    """The place in `text` where the words stand, with a little before and after."""
    line = " ".join(unicodedata.normalize("NFKC", text[:MOST_INDEXED]).split())
    at = line.casefold().find(folded_words)
    if at < 0:
        return ""
    start, end = max(0, at - BEFORE_CHARACTERS), at + len(folded_words) + AFTER_CHARACTERS
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
