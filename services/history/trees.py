"""Statements on the tree of a conversation: what stands above a message, beside it and below it.

Each takes an open connection, within whose transaction it works.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, Connection, Select, delete, false, insert, literal, select, update

from services.errors import NotFound
from services.history.growing import beat
from services.history.records import Branch, ConversationRecord, Look, MessageRecord, Whole
from services.history.rows import (
    find_conversation,
    is_conversation,
    is_in,
    read_message,
    write_conversation,
    write_message,
)
from services.history.searching import put_into_index
from services.history.tables import CONVERSATIONS, MESSAGES, PIECES
from services.history.writers import Writer


def begin(
    connection: Connection,
    owner: str,
    conversation: ConversationRecord,
    messages: Sequence[MessageRecord],
    writer: Writer | None,
) -> None:
    """Take in a conversation."""
    connection.execute(insert(CONVERSATIONS), write_conversation(owner, conversation))
    _put(connection, owner, conversation.id, messages, writer)


def add(
    connection: Connection,
    owner: str,
    conversation_id: str,
    messages: Sequence[MessageRecord],
    writer: Writer | None,
) -> None:
    """Append messages below ones that are there."""
    find_conversation(connection, owner, conversation_id)
    new = {message.id for message in messages}
    for parent_id in {message.parent_id for message in messages} - new - {None}:
        _key_of(connection, owner, conversation_id, str(parent_id))
    _put(connection, owner, conversation_id, messages, writer)
    _change(connection, owner, conversation_id, leaf_id=messages[-1].id, updated_at=messages[-1].created_at)


def read_branch(connection: Connection, owner: str, conversation_id: str, leaf_id: str, most: int) -> Branch:
    """The latest `most` messages up from `leaf_id`."""
    find_conversation(connection, owner, conversation_id)
    return _branch(connection, owner, conversation_id, leaf_id, most)


def newest_leaf(connection: Connection, owner: str, conversation_id: str, message_id: str | None) -> str | None:
    """The message put in last below `message_id`, or of all; children are always put in after their parents."""
    find_conversation(connection, owner, conversation_id)
    if message_id is not None:
        _key_of(connection, owner, conversation_id, message_id)
    return _newest_leaf(connection, owner, conversation_id, message_id)


def look(connection: Connection, owner: str, conversation_id: str, leaf_id: str | None, most: int) -> Look:
    """One branch with what stands beside it, in as few statements as it takes: it is read at every run of a page."""
    conversation = find_conversation(connection, owner, conversation_id)
    places = [*(place for place in (leaf_id, conversation.leaf_id) if place is not None), None]
    newest = next(filter(None, (_newest_leaf(connection, owner, conversation_id, place) for place in places)), None)
    if newest is None:
        return Look(conversation=conversation)
    branch = _branch(connection, owner, conversation_id, newest, most)
    children = _children(connection, owner, conversation_id, {message.parent_id for message in branch.messages})
    return Look(conversation=conversation, leaf_id=newest, branch=branch, children=children)


def _branch(connection: Connection, owner: str, conversation_id: str, leaf_id: str, most: int) -> Branch:
    rows = connection.execute(_upwards(owner, conversation_id, leaf_id, most + 1)).all()
    if not rows:
        raise NotFound(leaf_id)
    messages = _grown(connection, [read_message(row) for row in rows[:most]])
    return Branch(messages=tuple(reversed(messages)), has_earlier=len(rows) > most)


def _newest_leaf(connection: Connection, owner: str, conversation_id: str, message_id: str | None) -> str | None:
    newest = select(MESSAGES.c.id).where(is_in(owner, conversation_id)).order_by(MESSAGES.c.key.desc()).limit(1)
    if message_id is not None:
        newest = newest.where(MESSAGES.c.id.in_(select(_downwards(owner, conversation_id, message_id).c.id)))
    found: str | None = connection.scalar(newest)
    return found


def _children(
    connection: Connection, owner: str, conversation_id: str, parents: Collection[str | None]
) -> Mapping[str | None, tuple[str, ...]]:
    """The ids below each parent."""
    below = MESSAGES.c.parent_id.in_([parent for parent in parents if parent is not None])
    first = MESSAGES.c.parent_id.is_(None) if None in parents else false()
    asked = select(MESSAGES.c.parent_id, MESSAGES.c.id).where(is_in(owner, conversation_id), below | first)
    found: dict[str | None, tuple[str, ...]] = {}
    for parent_id, message_id in connection.execute(asked.order_by(MESSAGES.c.key)):
        found[parent_id] = (*found.get(parent_id, ()), message_id)
    return found


def read_below(
    connection: Connection, owner: str, message_ids: Collection[str]
) -> Mapping[str, tuple[MessageRecord, ...]]:
    """The messages right below each."""
    asked = select(MESSAGES).where(MESSAGES.c.owner == owner, MESSAGES.c.parent_id.in_(list(message_ids)))
    rows = connection.execute(asked.order_by(MESSAGES.c.key))
    found: dict[str, tuple[MessageRecord, ...]] = {}
    for message in _grown(connection, [read_message(row) for row in rows]):
        parent_id = message.parent_id or ""
        found[parent_id] = (*found.get(parent_id, ()), message)
    return found


def show(connection: Connection, owner: str, conversation_id: str, leaf_id: str) -> None:
    """Remember the branch."""
    find_conversation(connection, owner, conversation_id)
    _key_of(connection, owner, conversation_id, leaf_id)
    _change(connection, owner, conversation_id, leaf_id=leaf_id)


def remove(connection: Connection, owner: str, conversation_id: str, message_id: str) -> None:
    """Delete a message with all below it."""
    conversation = find_conversation(connection, owner, conversation_id)
    key = _key_of(connection, owner, conversation_id, message_id)
    parent_id = connection.scalar(select(MESSAGES.c.parent_id).where(MESSAGES.c.key == key))
    below = _downwards(owner, conversation_id, message_id)
    connection.execute(delete(MESSAGES).where(MESSAGES.c.id.in_(select(below.c.id))))
    is_shown = connection.scalar(select(MESSAGES.c.key).where(MESSAGES.c.id == conversation.leaf_id)) is not None
    if not is_shown:
        left = newest_leaf(connection, owner, conversation_id, parent_id)
        _change(connection, owner, conversation_id, leaf_id=left)


def read_whole(connection: Connection, owner: str, conversation_id: str) -> Whole:
    """Everything of one conversation."""
    conversation = find_conversation(connection, owner, conversation_id)
    asked = select(MESSAGES).where(is_in(owner, conversation_id)).order_by(MESSAGES.c.key)
    messages = _grown(connection, [read_message(row) for row in connection.execute(asked)])
    return Whole(conversation=conversation, messages=tuple(messages))


def _put(
    connection: Connection,
    owner: str,
    conversation_id: str,
    messages: Sequence[MessageRecord],
    writer: Writer | None,
) -> None:
    texts: dict[int, str] = {}
    for message in messages:  # one statement each: a child must find its parent
        row = write_message(owner, conversation_id, message, writer)
        (key,) = connection.execute(insert(MESSAGES), row).inserted_primary_key or (0,)
        texts[key] = row["text"]
    put_into_index(connection, texts)
    if writer is not None:
        beat(connection, writer)  # whose answer this is must be known to live


def _change(connection: Connection, owner: str, conversation_id: str, **values: Any) -> None:
    connection.execute(update(CONVERSATIONS).where(is_conversation(owner, conversation_id)).values(values))


def _key_of(connection: Connection, owner: str, conversation_id: str, message_id: str) -> int:
    asked = select(MESSAGES.c.key).where(is_in(owner, conversation_id), MESSAGES.c.id == message_id)
    key: int | None = connection.scalar(asked)
    if key is None:
        raise NotFound(message_id)
    return key


def _upwards(owner: str, conversation_id: str, leaf_id: str, most: int) -> Select[Any]:
    """The rows from the leaf up, the leaf first."""
    found = MESSAGES.c.id, MESSAGES.c.parent_id
    up = select(*found, literal(1).label("height")).where(is_in(owner, conversation_id), MESSAGES.c.id == leaf_id)
    above = up.cte("above", recursive=True)
    step = select(*found, above.c.height + 1).join(above, MESSAGES.c.id == above.c.parent_id)
    above = above.union_all(step.where(above.c.height < most))
    return select(MESSAGES).join(above, MESSAGES.c.id == above.c.id).order_by(above.c.height)


def _downwards(owner: str, conversation_id: str, message_id: str) -> CTE:
    """The ids of the message and all below it."""
    start = select(MESSAGES.c.id).where(is_in(owner, conversation_id), MESSAGES.c.id == message_id)
    below = start.cte("below", recursive=True)
    return below.union_all(select(MESSAGES.c.id).join(below, MESSAGES.c.parent_id == below.c.id))


def _grown(connection: Connection, messages: list[MessageRecord]) -> list[MessageRecord]:
    """With what has come so far to those that are still being written."""
    live = [message.id for message in messages if message.answer and message.answer.status == "streaming"]
    if not live:
        return messages
    texts: dict[str, list[str]] = {message_id: [] for message_id in live}
    for row in connection.execute(select(PIECES).where(PIECES.c.message_id.in_(live)).order_by(PIECES.c.position)):
        texts[row.message_id].append(row.text)
    return [_with_text(message, "".join(texts.get(message.id, ()))) for message in messages]


def _with_text(message: MessageRecord, text: str) -> MessageRecord:
    if not text or message.answer is None:
        return message
    return replace(message, text=text, answer=replace(message.answer, text=text))
