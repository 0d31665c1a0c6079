"""Records as rows of the tables and back, and the conditions that every statement shares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select

from services.errors import NotFound
from services.history.answer_json import read_answer, read_asked_with, write_answer, write_asked_with
from services.history.records import ConversationRecord, MessageRecord
from services.history.search_text import fold
from services.history.tables import CONVERSATIONS, MESSAGES
from services.history.writers import Writer

Values = dict[str, Any]


def is_conversation(owner: str, conversation_id: str, *, deleted: bool = False) -> ColumnElement[bool]:
    """The condition for a conversation of this owner."""
    state = CONVERSATIONS.c.deleted_at.is_not(None) if deleted else CONVERSATIONS.c.deleted_at.is_(None)
    return and_(CONVERSATIONS.c.id == conversation_id, CONVERSATIONS.c.owner == owner, state)


def is_in(owner: str, conversation_id: str) -> ColumnElement[bool]:
    """The condition for a message in a conversation of this owner."""
    return and_(MESSAGES.c.conversation_id == conversation_id, MESSAGES.c.owner == owner)


def is_message(owner: str, message_id: str) -> ColumnElement[bool]:
    """The condition for one message of this owner."""
    return and_(MESSAGES.c.id == message_id, MESSAGES.c.owner == owner)


def find_conversation(connection: Connection, owner: str, conversation_id: str) -> ConversationRecord:
    """The conversation; raises `NotFound`."""
    row = connection.execute(select(CONVERSATIONS).where(is_conversation(owner, conversation_id))).first()
    if row is None:
        raise NotFound(conversation_id)
    return read_conversation(row)


def write_conversation(owner: str, record: ConversationRecord) -> Values:
    """The row of a new conversation."""
    return {
        "id": record.id,
        "owner": owner,
        "title": storable(record.title),
        "folded_title": fold(storable(record.title)),
        "titled_by": record.titled_by,
        "pinned": record.pinned,
        "folder": storable(record.folder),
        "begun_with": write_asked_with(record.begun_with),
        "leaf_id": record.leaf_id,
        "comparison_id": record.comparison_id,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
    }


def read_conversation(row: Row[Any]) -> ConversationRecord:
    """The record of a row."""
    return ConversationRecord(
        id=row.id,
        title=row.title,
        titled_by=row.titled_by,
        pinned=row.pinned,
        folder=row.folder,
        begun_with=read_asked_with(row.begun_with),
        leaf_id=row.leaf_id,
        comparison_id=row.comparison_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def write_message(owner: str, conversation_id: str, record: MessageRecord, writer: Writer | None) -> Values:
    """The row of a new message; `writer` is named on it while it is unfinished."""
    is_live = record.answer is not None and record.answer.status == "streaming"
    return {
        "id": record.id,
        "conversation_id": conversation_id,
        "owner": owner,
        "parent_id": record.parent_id,
        "role": record.role,
        "text": storable(record.text),
        "status": record.answer.status if record.answer else None,
        "asked_with": write_asked_with(record.asked_with) if record.asked_with else None,
        "answer": write_answer(record.answer) if record.answer else None,
        "created_at": record.created_at,
        "ended_at": record.ended_at,
        "writer_id": writer.id if writer is not None and is_live else None,
        "is_stop_asked": False,
    }


def read_message(row: Row[Any]) -> MessageRecord:
    """The record of a row. The answer's own text is that of the row, less the refusal that is kept apart."""
    answer = None
    if row.role == "assistant":
        answer = read_answer({**(row.answer or {}), "status": row.status}, row.text)
        if answer.refusal:
            answer = read_answer(row.answer, row.text.removesuffix(answer.refusal))
    return MessageRecord(
        id=row.id,
        parent_id=row.parent_id,
        role=row.role,
        text=row.text,
        created_at=row.created_at,
        ended_at=row.ended_at,
        asked_with=read_asked_with(row.asked_with) if row.asked_with else None,
        answer=answer,
    )


def storable(text: str) -> str:
    """`text` without what PostgreSQL or UTF-8 cannot hold: NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
