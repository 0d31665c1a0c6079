"""What is on record, as values: conversations, their messages, and what a list of them shows.

A conversation is a tree: every message names its parent, so that an edited question or another answer is
a branch. An answer whose parent is an answer continues it. Times are seconds since the epoch. Knows no
database (`database`) and no page.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from services.streaming.folding import Answer
from services.streaming.request import Parameters

LOCAL_OWNER: Final = "local"
"""Whose everything is until sign-in exists."""
TITLE_CHARACTERS: Final = 200
FOLDER_CHARACTERS: Final = 60
FIRST_WORDS_CHARACTERS: Final = 60

Author = Literal["user", "assistant"]
TitledBy = Literal["first words", "deployment", "person"]


def new_id() -> str:
    """An id that nobody can guess."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWith:
    """What an answer was asked with.

    `sent_latest` says how many of the latest messages went along where older ones did not fit the context; it is
    0 where all did.
    """

    deployment: str = ""
    system_message: str = ""
    parameters: Parameters = field(default_factory=Parameters)
    sent_latest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord:
    """One message. Only an assistant's has `answer` and `asked_with`; `text` is then the answer's words."""

    id: str = field(default_factory=new_id)
    parent_id: str | None
    role: Author
    text: str = ""
    created_at: float = field(default_factory=time.time)
    ended_at: float | None = None
    asked_with: AskedWith | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRecord:
    """A conversation without its messages. `leaf_id` is the end of the branch that was shown last.

    One with a `comparison_id` is a column of that comparison and stands in no list.
    """

    id: str = field(default_factory=new_id)
    title: str = ""
    titled_by: TitledBy = "first words"
    pinned: bool = False
    folder: str = ""
    begun_with: AskedWith = field(default_factory=AskedWith)
    leaf_id: str | None = None
    comparison_id: str | None = None
    created_at: float = field(default_factory=time.time)
    updated_at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The latest messages of one branch, oldest first; `has_earlier` tells whether more stand before them."""

    messages: tuple[MessageRecord, ...] = ()
    has_earlier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A conversation as a page shows it: one branch down to its newest end, and what stands beside its messages.

    `children` has the ids below each parent of the branch's messages, oldest first; under None the first ones.
    """

    conversation: ConversationRecord
    leaf_id: str | None = None
    branch: Branch = field(default_factory=Branch)
    children: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A conversation that a search found, and the words around the place; empty where the title matched."""

    conversation: ConversationRecord
    around: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A conversation with its whole tree, parents before children."""

    conversation: ConversationRecord
    messages: tuple[MessageRecord, ...]


def first_words(text: str) -> str:
    """A title until there is a better one."""
    line = " ".join(text.split())
    return line if len(line) <= FIRST_WORDS_CHARACTERS else f"{line[: FIRST_WORDS_CHARACTERS - 1]}…"
