"""The store of recordings: packed files on the database, those of temporary conversations in memory.

A recording goes with its message and its conversation. Those that nobody has named or opened go by themselves after
a while. Every function carries the owner.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, and_, delete, func, insert, select, update

from services.errors import NotFound
from services.history.records import first_words
from services.history.rows import storable
from services.history.search_text import fold
from services.history.tables import COMPARISONS, CONVERSATIONS, MESSAGES, RECORDINGS
from services.history.transactions import Transactions
from services.recording.records import NAME_CHARACTERS, Recording
from services.recording.sse_file import read_sse, write_sse

MOST_IN_MEMORY: Final = 50
PURGE_EVERY_S: Final = 3_600.0
_DAY_S: Final = 86_400.0
_QUICKLY: Final = 1
"""zlib's level: a stream repeats itself so much that more work saves little (27 instead of 23 kB of 680)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A recording without its bytes."""

    id: str
    name: str
    origin: str
    deployment: str
    status: int | None
    seconds: float
    bytes: int
    created_at: float
    message_id: str | None

    @property
    def updated_at(self) -> float:
        """Its day in a list."""
        return self.created_at


class Recordings(Protocol):
    """Where the recordings of answers are kept."""

    def keep(self, owner: str, conversation_id: str, message_id: str, recordings: Sequence[Recording]) -> None:
        """Keep what travelled under an answer; nothing where the message is gone."""
        ...

    def of_message(self, owner: str, message_id: str) -> tuple[Recording, ...]:
        """All of one answer, in the order in which they were made."""
        ...


class MemoryRecordings:
    """The latest ones, as long as it is held itself."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, tuple[Recording, ...]]] = {}

    def keep(self, owner: str, conversation_id: str, message_id: str, recordings: Sequence[Recording]) -> None:
        """See `Recordings`."""
        del conversation_id
        while len(self._kept) >= MOST_IN_MEMORY:
            del self._kept[next(iter(self._kept))]
        self._kept[message_id] = owner, tuple(recordings)

    def of_message(self, owner: str, message_id: str) -> tuple[Recording, ...]:
        """See `Recordings`."""
        kept_by, recordings = self._kept.get(message_id, ("", ()))
        return recordings if kept_by == owner else ()

    def forget(self, message_id: str) -> None:
        """Nothing is left of the message."""
        self._kept.pop(message_id, None)


class DatabaseRecordings:
    """`Recordings` on the database, and what the page of recordings does with them. Raises `NotFound`."""

    def __init__(self, engine: Engine, keep_days: float = 30.0) -> None:
        self._on = Transactions(engine)
        self._keep_s = keep_days * _DAY_S
        self._purged_at = time.monotonic()

    def keep(self, owner: str, conversation_id: str, message_id: str, recordings: Sequence[Recording]) -> None:
        """See `Recordings`."""
        rows = [
            {**_row(owner, _named(one)), "conversation_id": conversation_id, "message_id": message_id, "position": n}
            for n, one in enumerate(recordings)
        ]
        with self._on.write() as connection:
            is_there = select(MESSAGES.c.key).where(MESSAGES.c.id == message_id, MESSAGES.c.owner == owner)
            if rows and connection.scalar(is_there) is not None:
                connection.execute(insert(RECORDINGS), rows)
        if time.monotonic() - self._purged_at > PURGE_EVERY_S:
            self.purge()

    def of_message(self, owner: str, message_id: str) -> tuple[Recording, ...]:
        """See `Recordings`."""
        asked = _seen(owner).where(RECORDINGS.c.message_id == message_id).order_by(RECORDINGS.c.position)
        with self._on.read() as connection:
            return tuple(map(_read, connection.execute(asked)))

    def add(self, owner: str, recording: Recording) -> str:
        """Keep one that was opened; gives the id under which."""
        with self._on.write() as connection:
            connection.execute(insert(RECORDINGS), {**_row(owner, recording), "is_named": True, "position": 0})
        return recording.id

    def find(self, owner: str, recording_id: str) -> Recording:
        """The recording, whole."""
        with self._on.read() as connection:
            row = connection.execute(_seen(owner).where(RECORDINGS.c.id == recording_id)).first()
        if row is None:
            raise NotFound(recording_id)
        return _read(row)

    def latest(self, owner: str, words: str = "", most: int = 100) -> tuple[Listed, ...]:
        """The latest ones that have the words in name, deployment or origin."""
        folded = fold(words).replace("\0", "")
        with self._on.read() as connection:
            asked = _seen(owner, *(column for column in RECORDINGS.c if column.name != "content"))
            if folded:
                asked = asked.where(_contains(connection, folded))
            newest = asked.order_by(RECORDINGS.c.created_at.desc(), RECORDINGS.c.id.desc()).limit(most)
            return tuple(map(_listed, connection.execute(newest)))

    def rename(self, owner: str, recording_id: str, name: str) -> None:
        """Another name; one that a person has named stays until it is deleted."""
        name = storable(" ".join(name.split()))[:NAME_CHARACTERS]
        with self._on.write() as connection:
            row = connection.execute(_seen(owner).where(RECORDINGS.c.id == recording_id)).first()
            if row is None:
                raise NotFound(recording_id)
            changed = {"name": name, "is_named": True, "folded_text": _folded(name, row.deployment, row.origin)}
            connection.execute(update(RECORDINGS).where(_is(owner, recording_id)).values(**changed))

    def delete(self, owner: str, recording_id: str) -> None:
        """For good."""
        with self._on.write() as connection:
            if connection.execute(delete(RECORDINGS).where(_is(owner, recording_id))).rowcount == 0:
                raise NotFound(recording_id)

    def purge(self, now: float | None = None) -> int:
        """Delete what nobody has named and is older than it is kept; gives how many."""
        self._purged_at = time.monotonic()
        before = (time.time() if now is None else now) - self._keep_s
        with self._on.write() as connection:
            old = delete(RECORDINGS).where(RECORDINGS.c.is_named.is_(False), RECORDINGS.c.created_at < before)
            return connection.execute(old).rowcount


def _is(owner: str, recording_id: str) -> ColumnElement[bool]:
    return and_(RECORDINGS.c.id == recording_id, RECORDINGS.c.owner == owner)


def _seen(owner: str, *columns: Any) -> Select[Any]:
    """Those of the owner whose conversation or comparison, where they have one, is not deleted."""
    joined = RECORDINGS.outerjoin(CONVERSATIONS, CONVERSATIONS.c.id == RECORDINGS.c.conversation_id)
    joined = joined.outerjoin(COMPARISONS, COMPARISONS.c.id == CONVERSATIONS.c.comparison_id)
    shown = select(*(columns or RECORDINGS.c)).select_from(joined).where(RECORDINGS.c.owner == owner)
    return shown.where(CONVERSATIONS.c.deleted_at.is_(None), COMPARISONS.c.deleted_at.is_(None))


def _contains(connection: Connection, folded: str) -> ColumnElement[bool]:
    has = func.instr if connection.dialect.name == "sqlite" else func.strpos
    found: ColumnElement[bool] = has(RECORDINGS.c.folded_text, folded) > 0
    return found


def _folded(name: str, deployment: str, origin: str) -> str:
    return fold(f"{name}\n{deployment}\n{origin}")


def _row(owner: str, recording: Recording) -> dict[str, Any]:
    name, deployment = storable(recording.name), storable(recording.deployment)
    return {
        "id": recording.id,
        "owner": owner,
        "name": name,
        "is_named": False,
        "folded_text": _folded(name, deployment, recording.origin),
        "origin": recording.origin,
        "deployment": deployment,
        "status": recording.status,
        "seconds": recording.ended_at,
        "bytes": recording.total_bytes,
        "content": zlib.compress(write_sse(recording), _QUICKLY),
        "created_at": recording.created_at,
    }


def _named(recording: Recording) -> Recording:
    """By the first words of what was asked, where nobody has given a name."""
    return recording if recording.name else replace(recording, name=first_words(recording.question))


def _read(row: Row[Any]) -> Recording:
    read = read_sse(zlib.decompress(row.content))
    return replace(read, id=row.id, name=row.name)


def _listed(row: Row[Any]) -> Listed:
    return Listed(
        id=row.id,
        name=row.name,
        origin=row.origin,
        deployment=row.deployment,
        status=row.status,
        seconds=row.seconds,
        bytes=row.bytes,
        created_at=row.created_at,
        message_id=row.message_id,
    )
