"""Cuts text into pieces of about the size of a model's tokens; joined they give the text back.

Not a real tokeniser: near enough for pace, usage and limits (about four Latin letters or one or two
Japanese characters a piece).
"""

from __future__ import annotations

import re
from typing import Final

_PIECE: Final = re.compile(
    r" ?[A-Za-z]{1,7}| ?\d{1,3}|\n+|[ \t]+|[\u3040-\u30ff]{1,2}|[\u4e00-\u9fff]|.",
    re.DOTALL,
)


def split_into_tokens(text: str) -> list[str]:
    """The pieces of `text`, in order and without loss."""
    return _PIECE.findall(text)


def count_tokens(text: str) -> int:
    """How many pieces `text` has."""
    return sum(1 for _ in _PIECE.finditer(text))
