"""Makes text from elsewhere safe inside our own Markdown: it shows as it is, and can imitate nothing."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = re.compile(r"[\\`*_{}\[\]()<>#+.!|~$-]")
_WORD_JOINER: Final = "\u2060"


def plain(text: str, most: int = 300) -> str:
    """One line of `text`, at most `most` characters, that Markdown and Streamlit's directives leave alone."""
    line = " ".join(text.split())
    cut = line if len(line) <= most else f"{line[:most]}…"
    return _MARKS.sub(r"\\\g<0>", cut).replace(":", f":{_WORD_JOINER}")
