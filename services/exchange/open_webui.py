"""Open WebUI's export: a list of chats, each with its tree under `chat.history`."""

from __future__ import annotations

import time
from typing import Any, Final

from services.exchange.checking import Object, an_object, child, text_of, time_of
from services.exchange.foreign import AUTHORS, Node, build
from services.history.records import Whole

_MILLISECONDS: Final = 100_000_000_000


def is_open_webui(value: object) -> bool:
    """Whether a file looks like such an export."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "chat" in value[0]


def read_open_webui(value: list[Any]) -> list[Whole]:
    """The conversations of an export; raises `NotReadable`."""
    return [_read(item, f"$[{n}]") for n, item in enumerate(value)]


def _read(value: object, place: str) -> Whole:
    written, now = an_object(value, place), time.time()
    chat, at = child(written, "chat", place)
    history, history_at = child(an_object(chat, at), "history", at)
    tree = an_object(history, history_at)
    messages, messages_at = child(tree, "messages", history_at)
    begun_at = time_of(written, "created_at", place, now)
    nodes = {
        name: _node(node, f"{messages_at}[{name!r}]", begun_at)
        for name, node in an_object(messages, messages_at).items()
    }
    shown = tree.get("currentId")
    return build(
        nodes,
        title=text_of(written, "title", place, "") or text_of(chat, "title", at, ""),
        shown=shown if isinstance(shown, str) else None,
        system_message=text_of(chat, "system", at, ""),
        times=(begun_at, time_of(written, "updated_at", place, begun_at)),
        place=messages_at,
    )


def _node(value: object, place: str, begun_at: float) -> Node:
    written = an_object(value, place)
    return Node(
        parent=text_of(written, "parentId", place, "") or None,
        author=AUTHORS.get(text_of(written, "role", place)),
        text=_text(written, place),
        at=_time(written, place, begun_at),
        deployment=text_of(written, "model", place, ""),
    )


def _text(message: Object, place: str) -> str:
    return text_of(message, "content", place, "")


def _time(message: Object, place: str, default: float) -> float:
    """Seconds in most versions, milliseconds in some."""
    at = time_of(message, "timestamp", place, default)
    return at / 1000 if at > _MILLISECONDS else at
