"""Statements on the list of conversations: its pages, its changes, its folders, and the search.

Each takes an open connection, within whose transaction it works.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, tuple_, update

from services.errors import NotFound
from services.history.records import ConversationRecord, Found, TitledBy
from services.history.rows import is_conversation, read_conversation, storable
from services.history.search_text import fold, words_around
from services.history.searching import find_messages
from services.history.tables import CONVERSATIONS


def change(connection: Connection, owner: str, conversation_id: str, *, deleted: bool = False, **values: Any) -> None:
    """Change a conversation; raises `NotFound`."""
    of = is_conversation(owner, conversation_id, deleted=deleted)
    if connection.execute(update(CONVERSATIONS).where(of).values(values)).rowcount == 0:
        raise NotFound(conversation_id)


def rename(connection: Connection, owner: str, conversation_id: str, title: str, titled_by: TitledBy) -> None:
    """Give a title, unless a person has given one and this comes from elsewhere."""
    row = connection.execute(
        select(CONVERSATIONS.c.titled_by).where(is_conversation(owner, conversation_id))
    ).scalar_one_or_none()
    if row is None:
        raise NotFound(conversation_id)
    if titled_by == "person" or row != "person":
        named = storable(title)
        change(connection, owner, conversation_id, title=named, folded_title=fold(named), titled_by=titled_by)


def read_page(
    connection: Connection,
    owner: str,
    most: int,
    *,
    pinned: bool,
    folder: str | None,
    after: ConversationRecord | None,
) -> tuple[ConversationRecord, ...]:
    """One page of the list."""
    place = CONVERSATIONS.c.updated_at, CONVERSATIONS.c.id
    asked = select(CONVERSATIONS).where(*_listed(owner), CONVERSATIONS.c.pinned == pinned)
    if folder is not None:
        asked = asked.where(CONVERSATIONS.c.folder == folder)
    if after is not None:
        asked = asked.where(tuple_(*place) < tuple_(after.updated_at, after.id))
    rows = connection.execute(asked.order_by(*(column.desc() for column in place)).limit(most))
    return tuple(read_conversation(row) for row in rows)


def read_folders(connection: Connection, owner: str) -> tuple[str, ...]:
    """The folders in use."""
    asked = select(CONVERSATIONS.c.folder).where(*_listed(owner), CONVERSATIONS.c.folder != "").distinct()
    return tuple(sorted(connection.scalars(asked)))


def search(connection: Connection, owner: str, words: str, most: int) -> tuple[Found, ...]:
    """What has the words in its text or title, the latest first."""
    folded = fold(words).replace("\0", "")
    if not folded:
        return ()
    around = _texts_around(connection, owner, folded)
    has_title = func.instr if connection.dialect.name == "sqlite" else func.strpos
    asked = select(CONVERSATIONS).where(
        *_listed(owner),
        (has_title(CONVERSATIONS.c.folded_title, folded) > 0) | CONVERSATIONS.c.id.in_(list(around)),
    )
    latest = asked.order_by(CONVERSATIONS.c.updated_at.desc(), CONVERSATIONS.c.id.desc()).limit(most)
    records = [read_conversation(row) for row in connection.execute(latest)]
    return tuple(Found(conversation=record, around=around.get(record.id, "")) for record in records)


def purge(connection: Connection, deleted_before: float) -> int:
    """Delete for good."""
    return connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.deleted_at < deleted_before)).rowcount


def mark_deleted(connection: Connection, owner: str, conversation_id: str) -> None:
    """Out of sight."""
    change(connection, owner, conversation_id, deleted_at=time.time())


def _listed(owner: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions for what stands in the list: not deleted, and no column of a comparison."""
    of = CONVERSATIONS.c
    return of.owner == owner, of.deleted_at.is_(None), of.comparison_id.is_(None)


def _texts_around(connection: Connection, owner: str, folded: str) -> dict[str, str]:
    """Conversations with the words in a message, and the latest place of each."""
    around: dict[str, str] = {}
    for conversation_id, text in find_messages(connection, owner, folded):
        if conversation_id not in around:
            around[conversation_id] = words_around(text, folded)
    return around
