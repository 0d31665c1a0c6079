"""A store in memory: for temporary chats, which leave nothing on disk, and the simplest model of the contract.

Everything is gone with the object. Knows no file and no database.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.errors import NotFound
from services.history.history import Growth, Piece
from services.history.recordings import MemoryRecordings
from services.history.records import Branch, ConversationRecord, Found, Look, MessageRecord, TitledBy, Whole
from services.history.search_text import fold, words_around
from services.history.writers import Writer
from services.streaming.folding import Answer


@dataclass(slots=True)
class _Kept:
    """One conversation with all that belongs to it."""

    owner: str
    record: ConversationRecord
    messages: dict[str, MessageRecord] = field(default_factory=dict)
    pieces: dict[str, list[str]] = field(default_factory=dict)
    deleted_at: float | None = None


class MemoryHistory:
    """Keeps conversations as long as it is held itself."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._stops: set[str] = set()
        self._lock = threading.RLock()
        self.recordings = MemoryRecordings()

    def begin(
        self,
        owner: str,
        conversation: ConversationRecord,
        messages: Sequence[MessageRecord],
        writer: Writer | None = None,
    ) -> None:
        """See `History`; there is only one writer here."""
        del writer
        with self._lock:
            self._kept[conversation.id] = kept = _Kept(owner, conversation)
            kept.messages = {message.id: message for message in messages}

    def find(self, owner: str, conversation_id: str) -> ConversationRecord:
        """See `History`."""
        return self._of(owner, conversation_id).record

    def add(
        self, owner: str, conversation_id: str, messages: Sequence[MessageRecord], writer: Writer | None = None
    ) -> None:
        """See `History`; there is only one writer here."""
        del writer
        with self._lock:
            kept = self._of(owner, conversation_id)
            for message in messages:
                if message.parent_id is not None and message.parent_id not in kept.messages:
                    raise NotFound(message.parent_id)
                kept.messages[message.id] = message
            kept.record = replace(kept.record, leaf_id=messages[-1].id, updated_at=messages[-1].created_at)

    def branch(self, owner: str, conversation_id: str, leaf_id: str, most: int) -> Branch:
        """See `History`."""
        kept = self._of(owner, conversation_id)
        found: list[MessageRecord] = []
        message = self._message(kept, leaf_id)
        while len(found) < most:
            found.append(_grown(kept, message))
            if message.parent_id is None:
                return Branch(messages=tuple(reversed(found)))
            message = kept.messages[message.parent_id]
        return Branch(messages=tuple(reversed(found)), has_earlier=True)

    def newest_leaf(self, owner: str, conversation_id: str, message_id: str | None) -> str | None:
        """See `History`."""
        kept = self._of(owner, conversation_id)
        if message_id is None:
            return next(reversed(kept.messages), None)
        self._message(kept, message_id)
        return list(_below(kept, message_id))[-1]

    def look(self, owner: str, conversation_id: str, leaf_id: str | None, most: int) -> Look:
        """See `History`."""
        kept = self._of(owner, conversation_id)
        start = next((place for place in (leaf_id, kept.record.leaf_id) if place in kept.messages), None)
        newest = self.newest_leaf(owner, conversation_id, start)
        if newest is None:
            return Look(conversation=kept.record)
        branch = self.branch(owner, conversation_id, newest, most)
        parents, children = {message.parent_id for message in branch.messages}, dict[str | None, tuple[str, ...]]()
        for message in kept.messages.values():
            if message.parent_id in parents:
                children[message.parent_id] = (*children.get(message.parent_id, ()), message.id)
        return Look(conversation=kept.record, leaf_id=newest, branch=branch, children=children)

    def below(self, owner: str, message_ids: Collection[str]) -> Mapping[str, tuple[MessageRecord, ...]]:
        """See `History`."""
        found: dict[str, tuple[MessageRecord, ...]] = {}
        for kept in self._kept.values():
            for message in kept.messages.values() if kept.owner == owner else ():
                if message.parent_id in message_ids and message.parent_id is not None:
                    found[message.parent_id] = (*found.get(message.parent_id, ()), _grown(kept, message))
        return found

    def show(self, owner: str, conversation_id: str, leaf_id: str) -> None:
        """See `History`."""
        kept = self._of(owner, conversation_id)
        self._message(kept, leaf_id)
        kept.record = replace(kept.record, leaf_id=leaf_id)

    def remove(self, owner: str, conversation_id: str, message_id: str) -> None:
        """See `History`."""
        with self._lock:
            kept = self._of(owner, conversation_id)
            parent_id = self._message(kept, message_id).parent_id
            for gone in list(_below(kept, message_id)):
                del kept.messages[gone]
                self.recordings.forget(gone)
            if kept.record.leaf_id not in kept.messages:
                kept.record = replace(kept.record, leaf_id=self.newest_leaf(owner, conversation_id, parent_id))

    def whole(self, owner: str, conversation_id: str) -> Whole:
        """See `History`."""
        kept = self._of(owner, conversation_id)
        messages = tuple(_grown(kept, message) for message in kept.messages.values())
        return Whole(conversation=kept.record, messages=messages)

    def rename(self, owner: str, conversation_id: str, title: str, titled_by: TitledBy) -> None:
        """See `History`."""
        kept = self._of(owner, conversation_id)
        if titled_by == "person" or kept.record.titled_by != "person":
            kept.record = replace(kept.record, title=title, titled_by=titled_by)

    def pin(self, owner: str, conversation_id: str, *, pinned: bool) -> None:
        """See `History`."""
        kept = self._of(owner, conversation_id)
        kept.record = replace(kept.record, pinned=pinned)

    def move(self, owner: str, conversation_id: str, folder: str) -> None:
        """See `History`."""
        kept = self._of(owner, conversation_id)
        kept.record = replace(kept.record, folder=folder)

    def delete(self, owner: str, conversation_id: str) -> None:
        """See `History`."""
        self._of(owner, conversation_id).deleted_at = time.time()

    def restore(self, owner: str, conversation_id: str) -> None:
        """See `History`."""
        self._of(owner, conversation_id, deleted=True).deleted_at = None

    def page(
        self,
        owner: str,
        most: int,
        *,
        pinned: bool = False,
        folder: str | None = None,
        after: ConversationRecord | None = None,
    ) -> tuple[ConversationRecord, ...]:
        """See `History`."""
        records = [record for record in self._records(owner) if record.pinned == pinned]
        if folder is not None:
            records = [record for record in records if record.folder == folder]
        if after is not None:
            records = [record for record in records if _place(record) < _place(after)]
        return tuple(records[:most])

    def folders(self, owner: str) -> tuple[str, ...]:
        """See `History`."""
        return tuple(sorted({record.folder for record in self._records(owner) if record.folder}))

    def search(self, owner: str, words: str, most: int) -> tuple[Found, ...]:
        """See `History`."""
        folded = fold(words)
        found = (self._look_into(record, folded) for record in self._records(owner) if folded)
        return tuple(one for one in found if one is not None)[:most]

    def grow(self, owner: str, pieces: Sequence[Piece]) -> None:
        """See `History`."""
        with self._lock:
            for piece in pieces:
                kept = self._with(owner, piece.message_id)
                if kept is not None and _is_live(kept.messages[piece.message_id]):
                    kept.pieces.setdefault(piece.message_id, []).append(piece.text)

    def finish(self, owner: str, message_id: str, answer: Answer, ended_at: float) -> None:
        """See `History`."""
        with self._lock:
            kept = self._with(owner, message_id)
            if kept is not None:
                kept.pieces.pop(message_id, None)
                message = kept.messages[message_id]
                kept.messages[message_id] = replace(message, text=answer.words, answer=answer, ended_at=ended_at)

    def growth(self, owner: str, message_id: str, position: int) -> Growth:
        """See `History`."""
        kept = self._with(owner, message_id)
        if kept is None:
            raise NotFound(message_id)
        answer, pieces = kept.messages[message_id].answer, kept.pieces.get(message_id, [])
        is_live = answer is not None and answer.status == "streaming"
        return Growth(text="".join(pieces[position:]), next_position=len(pieces), is_live=is_live)

    def ask_to_stop(self, owner: str, message_id: str) -> None:
        """See `History`."""
        if self._with(owner, message_id) is None:
            raise NotFound(message_id)
        self._stops.add(message_id)

    def beat(self, writer: Writer) -> None:
        """See `Journal`; nobody else could hear it."""

    def stops_asked(self, writer: Writer) -> tuple[str, ...]:
        """See `Journal`; all replies here are this process's own."""
        del writer
        live = {m.id for kept in self._kept.values() for m in kept.messages.values() if _is_live(m)}
        return tuple(self._stops & live)

    def interrupt_dead(self, writer: Writer) -> int:
        """See `Journal`; no other server can write here."""
        del writer
        return 0

    def purge(self, deleted_before: float) -> int:
        """See `Journal`."""
        with self._lock:
            gone = [
                key
                for key, kept in self._kept.items()
                if kept.deleted_at is not None and kept.deleted_at < deleted_before
            ]
            for key in gone:
                del self._kept[key]
        return len(gone)

    def close(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def _of(self, owner: str, conversation_id: str, *, deleted: bool = False) -> _Kept:
        kept = self._kept.get(conversation_id)
        if kept is None or kept.owner != owner or (kept.deleted_at is not None) != deleted:
            raise NotFound(conversation_id)
        return kept

    def _message(self, kept: _Kept, message_id: str) -> MessageRecord:
        if message_id not in kept.messages:
            raise NotFound(message_id)
        return kept.messages[message_id]

    def _with(self, owner: str, message_id: str) -> _Kept | None:
        """The conversation that holds the message, deleted or not: an answer goes on where it was begun."""
        held = (kept for kept in self._kept.values() if kept.owner == owner and message_id in kept.messages)
        return next(held, None)

    def _records(self, owner: str) -> list[ConversationRecord]:
        kept = (kept for kept in self._kept.values() if kept.owner == owner and kept.deleted_at is None)
        return sorted((one.record for one in kept if one.record.comparison_id is None), key=_place, reverse=True)

    def _look_into(self, record: ConversationRecord, folded: str) -> Found | None:
        for message in reversed(self._kept[record.id].messages.values()):
            if folded in fold(message.text):
                return Found(conversation=record, around=words_around(message.text, folded))
        return Found(conversation=record) if folded in fold(record.title) else None


def _place(record: ConversationRecord) -> tuple[float, str]:
    return record.updated_at, record.id


def _is_live(message: MessageRecord) -> bool:
    return message.answer is not None and message.answer.status == "streaming"


def _grown(kept: _Kept, message: MessageRecord) -> MessageRecord:
    """With what has come so far, where it is still being written."""
    if not _is_live(message) or message.answer is None:
        return message
    text = "".join(kept.pieces.get(message.id, ()))
    return replace(message, text=text, answer=replace(message.answer, text=text))


def _below(kept: _Kept, message_id: str) -> Iterator[str]:
    """The message and all below it, oldest first: parents are always older than their children."""
    found = {message_id}
    yield message_id
    for message in kept.messages.values():
        if message.parent_id in found:
            found.add(message.id)
            yield message.id
