"""Prompts of the library, as values. A version never changes; another text is another version. Knows no database."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.history.records import new_id

NAME_CHARACTERS: Final = 100
TAG_CHARACTERS: Final = 40
MOST_TAGS: Final = 20
NOTE_CHARACTERS: Final = 500
TEXT_CHARACTERS: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One text of a prompt: when, by whom and why. `number` counts from 1; `defaults` are values of its variables."""

    number: int = 1
    text: str
    defaults: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    author: str = ""
    created_at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A named system prompt with its latest version."""

    id: str = field(default_factory=new_id)
    name: str
    tags: tuple[str, ...] = ()
    latest: Version
    updated_at: float = field(default_factory=time.time)


def tidy_tags(words: str) -> tuple[str, ...]:
    """Tags as they were typed, separated by commas: each once, in order."""
    tags = (" ".join(tag.split())[:TAG_CHARACTERS] for tag in words.replace("、", ",").split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:MOST_TAGS]
