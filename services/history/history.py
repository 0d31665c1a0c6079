"""What a store of conversations must be able to do; one contract suite tests every store against it.

Every function carries the owner: what belongs to another is not found, as if it did not exist. The functions
under "while it grows" are for the keeper (`keeping`), which writes what replies say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.history.recordings import Recordings
from services.history.records import Branch, ConversationRecord, Found, Look, MessageRecord, TitledBy, Whole
from services.history.writers import Writer
from services.streaming.folding import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Text that has come to an answer since the last piece; `position` counts from 0."""

    message_id: str
    position: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What has come to an answer after some position, and whether more may come."""

    text: str
    next_position: int
    is_live: bool


class History(Protocol):
    """A store of conversations. Raises `NotFound` for what the owner doesn't have."""

    @property
    def recordings(self) -> Recordings:
        """Where what travelled under its answers is kept."""
        ...

    def begin(
        self,
        owner: str,
        conversation: ConversationRecord,
        messages: Sequence[MessageRecord],
        writer: Writer | None = None,
    ) -> None:
        """Take in a new conversation with messages, parents before children; `writer` writes those unfinished."""
        ...

    def find(self, owner: str, conversation_id: str) -> ConversationRecord:
        """The conversation without its messages."""
        ...

    def add(
        self, owner: str, conversation_id: str, messages: Sequence[MessageRecord], writer: Writer | None = None
    ) -> None:
        """Append messages, parents before children; the last becomes the end of the branch that is shown."""
        ...

    def branch(self, owner: str, conversation_id: str, leaf_id: str, most: int) -> Branch:
        """The latest `most` messages of the branch that ends with `leaf_id`."""
        ...

    def newest_leaf(self, owner: str, conversation_id: str, message_id: str | None) -> str | None:
        """The end of the newest branch below a message, or of all; None where there is no message at all."""
        ...

    def look(self, owner: str, conversation_id: str, leaf_id: str | None, most: int) -> Look:
        """The latest `most` messages of the newest branch below `leaf_id`, or where that is gone, of the one shown."""
        ...

    def below(self, owner: str, message_ids: Collection[str]) -> Mapping[str, tuple[MessageRecord, ...]]:
        """The messages right below each of those, oldest first, of whatever conversation."""
        ...

    def show(self, owner: str, conversation_id: str, leaf_id: str) -> None:
        """Remember which branch is shown."""
        ...

    def remove(self, owner: str, conversation_id: str, message_id: str) -> None:
        """Delete a message and all below it; what was shown of it gives way to the newest branch beside it."""
        ...

    def whole(self, owner: str, conversation_id: str) -> Whole:
        """The conversation with its tree."""
        ...

    def rename(self, owner: str, conversation_id: str, title: str, titled_by: TitledBy) -> None:
        """Give a title; one given by a person is never replaced by another's."""
        ...

    def pin(self, owner: str, conversation_id: str, *, pinned: bool) -> None:
        """Keep at the top of the list, or no longer."""
        ...

    def move(self, owner: str, conversation_id: str, folder: str) -> None:
        """Into a folder; empty for none."""
        ...

    def delete(self, owner: str, conversation_id: str) -> None:
        """Out of sight; `restore` brings it back until it is purged."""
        ...

    def restore(self, owner: str, conversation_id: str) -> None:
        """Undo `delete`."""
        ...

    def page(
        self,
        owner: str,
        most: int,
        *,
        pinned: bool = False,
        folder: str | None = None,
        after: ConversationRecord | None = None,
    ) -> tuple[ConversationRecord, ...]:
        """The latest conversations, or those that follow `after` in that order."""
        ...

    def folders(self, owner: str) -> tuple[str, ...]:
        """The names of the folders in use."""
        ...

    def search(self, owner: str, words: str, most: int) -> tuple[Found, ...]:
        """Conversations with `words` in their title or text, whatever case and width they are written in."""
        ...

    # While it grows

    def grow(self, owner: str, pieces: Sequence[Piece]) -> None:
        """Keep what has come to answers; a piece of an answer that is gone is dropped."""
        ...

    def finish(self, owner: str, message_id: str, answer: Answer, ended_at: float) -> None:
        """Keep an answer as it ended; nothing where the message is gone."""
        ...

    def growth(self, owner: str, message_id: str, position: int) -> Growth:
        """What has come from `position` on, for a page whose server doesn't write the answer itself."""
        ...

    def ask_to_stop(self, owner: str, message_id: str) -> None:
        """Ask whichever server writes the answer to stop it."""
        ...


class Journal(Protocol):
    """What servers tell each other through the store. About answers of any owner, shown to nobody."""

    def beat(self, writer: Writer) -> None:
        """Say that `writer` lives."""
        ...

    def stops_asked(self, writer: Writer) -> tuple[str, ...]:
        """The ids of answers of `writer` that somebody wants to stop."""
        ...

    def interrupt_dead(self, writer: Writer) -> int:
        """Mark the unfinished answers of servers that live no more; gives how many."""
        ...

    def purge(self, deleted_before: float) -> int:
        """Delete for good what was deleted before; gives how many conversations."""
        ...


class Store(History, Journal, Protocol):
    """Both sides of one store."""

    def close(self) -> None:
        """Let go of connections."""
        ...
