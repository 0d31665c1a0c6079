"""Our own JSON: versioned, complete, documented in docs/export.md. What it says is read back as the same tree.

Ids are made anew when a file is read, so that a file can be imported twice and can never write over anything.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast, get_args

from services.errors import NotReadable
from services.exchange.checking import Object, a_list, an_object, child, text_of, time_of, truth_of
from services.history.answer_json import read_answer, read_asked_with, write_answer, write_asked_with
from services.history.records import (
    FOLDER_CHARACTERS,
    TITLE_CHARACTERS,
    Author,
    ConversationRecord,
    MessageRecord,
    TitledBy,
    Whole,
    new_id,
)

FORMAT: Final = "seseragi.conversations"
VERSION: Final = 1


def write_json(conversations: Iterable[Whole]) -> str:
    """The file's text."""
    written = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": time.time(),
        "conversations": [_write(whole) for whole in conversations],
    }
    return json.dumps(written, ensure_ascii=False, indent=1)


def is_ours(value: object) -> bool:
    """Whether a file says that it is ours."""
    return isinstance(value, dict) and value.get("format") == FORMAT


def read_json(value: Object) -> list[Whole]:
    """The conversations of a file; raises `NotReadable`."""
    version, _at = child(value, "version", "$")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise NotReadable("not_valid", "$.version")
    if version > VERSION:
        raise NotReadable("later_version", str(version))
    listed, place = child(value, "conversations", "$")
    return [_read(item, f"{place}[{n}]") for n, item in enumerate(a_list(listed, place))]


def _write(whole: Whole) -> Object:
    record = whole.conversation
    return {
        "title": record.title,
        "titled_by": record.titled_by,
        "pinned": record.pinned,
        "folder": record.folder,
        "begun_with": write_asked_with(record.begun_with),
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "leaf": record.leaf_id,
        "messages": [_write_message(message) for message in whole.messages],
    }


def _write_message(message: MessageRecord) -> Object:
    written: dict[str, Any] = {
        "id": message.id,
        "parent": message.parent_id,
        "role": message.role,
        "text": message.text,
        "created_at": message.created_at,
        "ended_at": message.ended_at,
        "asked_with": write_asked_with(message.asked_with) if message.asked_with else None,
        "answer": write_answer(message.answer) if message.answer else None,
    }
    return {name: part for name, part in written.items() if part is not None or name == "parent"}


def _read(value: object, place: str) -> Whole:
    written, now = an_object(value, place), time.time()
    listed, at = child(written, "messages", place)
    ids: dict[str, str] = {}
    messages = tuple(_read_message(item, f"{at}[{n}]", ids, now) for n, item in enumerate(a_list(listed, at)))
    leaf = written.get("leaf")
    if leaf is not None and leaf not in ids:
        raise NotReadable("not_valid", f"{place}.leaf")
    titled_by = text_of(written, "titled_by", place, "person")
    record = ConversationRecord(
        title=text_of(written, "title", place)[:TITLE_CHARACTERS],
        titled_by=cast("TitledBy", titled_by if titled_by in get_args(TitledBy) else "person"),
        pinned=truth_of(written, "pinned"),
        folder=text_of(written, "folder", place, "")[:FOLDER_CHARACTERS],
        begun_with=read_asked_with(written.get("begun_with")),
        created_at=time_of(written, "created_at", place, now),
        updated_at=time_of(written, "updated_at", place, now),
        leaf_id=ids[leaf] if leaf is not None else (messages[-1].id if messages else None),
    )
    return Whole(conversation=record, messages=messages)


def _read_message(value: object, place: str, ids: dict[str, str], now: float) -> MessageRecord:
    written = an_object(value, place)
    old = text_of(written, "id", place)
    if old in ids:
        raise NotReadable("not_valid", f"{place}.id")
    parent, at = child(written, "parent", place)
    if parent is not None and (not isinstance(parent, str) or parent not in ids):
        raise NotReadable("not_valid", at)
    role = text_of(written, "role", place)
    if role not in get_args(Author):
        raise NotReadable("not_valid", f"{place}.role")
    ids[old] = new_id()
    text = text_of(written, "text", place)
    return MessageRecord(
        id=ids[old],
        parent_id=ids[parent] if parent is not None else None,
        role=cast("Author", role),
        text=text,
        created_at=time_of(written, "created_at", place, now),
        ended_at=time_of(written, "ended_at", place, now) if written.get("ended_at") is not None else None,
        asked_with=read_asked_with(written["asked_with"]) if written.get("asked_with") else None,
        answer=_read_answer(written.get("answer"), text) if role == "assistant" else None,
    )


def _read_answer(value: object, text: str) -> Any:
    """An answer that was still being written when the file was made stands still in it."""
    written = value if isinstance(value, Mapping) else {}
    status = "interrupted" if written.get("status") == "streaming" else written.get("status")
    answer = read_answer({**written, "status": status}, text)
    return read_answer({**written, "status": status}, text.removesuffix(answer.refusal)) if answer.refusal else answer
