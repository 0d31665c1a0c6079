"""The store on a database, SQLite or PostgreSQL, opened by `opening`.

Only the frame: each function is one transaction around the statements in `trees`, `listing` and `growing`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Engine

from services.history import growing, listing, trees
from services.history.history import Growth, Piece
from services.history.recordings import DatabaseRecordings
from services.history.records import Branch, ConversationRecord, Found, Look, MessageRecord, TitledBy, Whole
from services.history.rows import find_conversation, storable
from services.history.transactions import Transactions
from services.history.writers import Writer
from services.streaming.folding import Answer


class DatabaseHistory:
    """`Store` on a database."""

    def __init__(self, engine: Engine, keep_recordings_days: float = 30.0) -> None:
        self._engine = engine
        transactions = Transactions(engine)
        self._read, self._write = transactions.read, transactions.write
        self.recordings = DatabaseRecordings(engine, keep_recordings_days)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def begin(
        self,
        owner: str,
        conversation: ConversationRecord,
        messages: Sequence[MessageRecord],
        writer: Writer | None = None,
    ) -> None:
        """See `History`."""
        with self._write() as connection:
            trees.begin(connection, owner, conversation, messages, writer)

    def find(self, owner: str, conversation_id: str) -> ConversationRecord:
        """See `History`."""
        with self._read() as connection:
            return find_conversation(connection, owner, conversation_id)

    def add(
        self, owner: str, conversation_id: str, messages: Sequence[MessageRecord], writer: Writer | None = None
    ) -> None:
        """See `History`."""
        with self._write() as connection:
            trees.add(connection, owner, conversation_id, messages, writer)

    def branch(self, owner: str, conversation_id: str, leaf_id: str, most: int) -> Branch:
        """See `History`."""
        with self._read() as connection:
            return trees.read_branch(connection, owner, conversation_id, leaf_id, most)

    def newest_leaf(self, owner: str, conversation_id: str, message_id: str | None) -> str | None:
        """See `History`."""
        with self._read() as connection:
            return trees.newest_leaf(connection, owner, conversation_id, message_id)

    def look(self, owner: str, conversation_id: str, leaf_id: str | None, most: int) -> Look:
        """See `History`."""
        with self._read() as connection:
            return trees.look(connection, owner, conversation_id, leaf_id, most)

    def below(self, owner: str, message_ids: Collection[str]) -> Mapping[str, tuple[MessageRecord, ...]]:
        """See `History`."""
        with self._read() as connection:
            return trees.read_below(connection, owner, message_ids)

    def show(self, owner: str, conversation_id: str, leaf_id: str) -> None:
        """See `History`."""
        with self._write() as connection:
            trees.show(connection, owner, conversation_id, leaf_id)

    def remove(self, owner: str, conversation_id: str, message_id: str) -> None:
        """See `History`."""
        with self._write() as connection:
            trees.remove(connection, owner, conversation_id, message_id)

    def whole(self, owner: str, conversation_id: str) -> Whole:
        """See `History`."""
        with self._read() as connection:
            return trees.read_whole(connection, owner, conversation_id)

    def rename(self, owner: str, conversation_id: str, title: str, titled_by: TitledBy) -> None:
        """See `History`."""
        with self._write() as connection:
            listing.rename(connection, owner, conversation_id, title, titled_by)

    def pin(self, owner: str, conversation_id: str, *, pinned: bool) -> None:
        """See `History`."""
        with self._write() as connection:
            listing.change(connection, owner, conversation_id, pinned=pinned)

    def move(self, owner: str, conversation_id: str, folder: str) -> None:
        """See `History`."""
        with self._write() as connection:
            listing.change(connection, owner, conversation_id, folder=storable(folder))

    def delete(self, owner: str, conversation_id: str) -> None:
        """See `History`."""
        with self._write() as connection:
            listing.mark_deleted(connection, owner, conversation_id)

    def restore(self, owner: str, conversation_id: str) -> None:
        """See `History`."""
        with self._write() as connection:
            listing.change(connection, owner, conversation_id, deleted=True, deleted_at=None)

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
        with self._read() as connection:
            return listing.read_page(connection, owner, most, pinned=pinned, folder=folder, after=after)

    def folders(self, owner: str) -> tuple[str, ...]:
        """See `History`."""
        with self._read() as connection:
            return listing.read_folders(connection, owner)

    def search(self, owner: str, words: str, most: int) -> tuple[Found, ...]:
        """See `History`."""
        with self._read() as connection:
            return listing.search(connection, owner, words, most)

    def grow(self, owner: str, pieces: Sequence[Piece]) -> None:
        """See `History`."""
        with self._write() as connection:
            growing.grow(connection, owner, pieces)

    def finish(self, owner: str, message_id: str, answer: Answer, ended_at: float) -> None:
        """See `History`."""
        with self._write() as connection:
            growing.finish(connection, owner, message_id, answer, ended_at)

    def growth(self, owner: str, message_id: str, position: int) -> Growth:
        """See `History`."""
        with self._read() as connection:
            return growing.read_growth(connection, owner, message_id, position)

    def ask_to_stop(self, owner: str, message_id: str) -> None:
        """See `History`."""
        with self._write() as connection:
            growing.ask_to_stop(connection, owner, message_id)

    def beat(self, writer: Writer) -> None:
        """See `Journal`."""
        with self._write() as connection:
            growing.beat(connection, writer)

    def stops_asked(self, writer: Writer) -> tuple[str, ...]:
        """See `Journal`."""
        with self._read() as connection:
            return growing.stops_asked(connection, writer)

    def interrupt_dead(self, writer: Writer) -> int:
        """See `Journal`."""
        with self._write() as connection:
            return growing.interrupt_dead(connection, writer)

    def purge(self, deleted_before: float) -> int:
        """See `Journal`."""
        with self._write() as connection:
            return listing.purge(connection, deleted_before)
