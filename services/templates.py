r"""`{{variables}}` in a text: which there are, what is wrong with them, and the text with their values.

A name is letters, digits and underscores of any script; `\{{name}}` is taken literally, and so are braces around
anything that isn't a name. Knows nothing of where texts and values come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

NAME_CHARACTERS: Final = 60
_VARIABLE: Final = re.compile(rf"(?P<kept>\\)?\{{\{{[ \t]*(?P<name>\w{{1,{NAME_CHARACTERS}}})[ \t]*\}}\}}")
_BROKEN: Final = re.compile(r"(?<![\\{])(?:\{\{[ \t]*\w{1,60}[ \t]*\}(?!\})|\{[ \t]*\w{1,60}[ \t]*\}\}(?!\}))")
_ALIKE: Final = 0.66


@dataclass(frozen=True, slots=True, kw_only=True)
class Misspelt:
    """A variable that only some texts name, close to one that others do."""

    name: str
    meant: str


def variables_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The names in the order in which they first appear."""
    found = (match["name"] for text in texts for match in _VARIABLE.finditer(text) if not match["kept"])
    return tuple(dict.fromkeys(found))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with the values that are known; what stands in a value is never taken for a variable."""

    def value(match: re.Match[str]) -> str:
        if match["kept"]:
            return match[0][1:]
        return values.get(match["name"]) or match[0]

    return _VARIABLE.sub(value, text)


def literal(text: str) -> str:
    """The text with its variables taken literally: `fill` gives it back as it was."""
    return _VARIABLE.sub(lambda match: match[0] if match["kept"] else f"\\{match[0]}", text)


def unfilled(texts: Iterable[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """The variables without a value."""
    return tuple(name for name in variables_in(texts) if not values.get(name, "").strip())


def broken_in(texts: Iterable[str]) -> tuple[str, ...]:
    """What was probably meant as a variable and lacks a brace."""
    return tuple(dict.fromkeys(match[0] for text in texts for match in _BROKEN.finditer(text)))


def misspelt(texts: Sequence[str], values: Mapping[str, str]) -> tuple[Misspelt, ...]:
    """Unfilled variables that look like another one, which has a value or is named more often."""
    counts: dict[str, int] = {}
    for text in texts:
        for name in variables_in([text]):
            counts[name] = counts.get(name, 0) + 1
    known = [*values, *counts]
    return tuple(
        Misspelt(name=name, meant=meant)
        for name in unfilled(texts, values)
        if (meant := _closest(name, [other for other in known if _is_better(other, name, values, counts)]))
    )


def _is_better(other: str, name: str, values: Mapping[str, str], counts: Mapping[str, int]) -> bool:
    has_value = bool(values.get(other, "").strip())
    return other != name and (has_value or counts.get(other, 0) > counts[name])


def _closest(name: str, others: Sequence[str]) -> str:
    return next(iter(get_close_matches(name, others, n=1, cutoff=_ALIKE)), "")
