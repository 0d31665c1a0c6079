"""Which words differ, as marked text: what is only in the first struck through, what is only in the second marked."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from services.wording import differences


@lru_cache(maxsize=64)
def differing_words(first: str, second: str) -> str:
    """The way from `first` to `second` as HTML."""
    tags = {"gone": "del", "new": "ins"}
    parts = []
    for run in differences(first, second):
        text = escape(run.text)
        parts.append(text if run.kind == "same" else f"<{tags[run.kind]}>{text}</{tags[run.kind]}>")
    return f'<div class="words">{"".join(parts)}</div>'


@lru_cache(maxsize=64)
def words_of_one(mine: str, other: str) -> str:
    """`mine` as HTML, its words marked that `other` doesn't have there."""
    parts = []
    for run in differences(other, mine):
        if run.kind != "gone":
            text = escape(run.text)
            parts.append(f"<mark>{text}</mark>" if run.kind == "new" else text)
    return f'<div class="words">{"".join(parts)}</div>'
