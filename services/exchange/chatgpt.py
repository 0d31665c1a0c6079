"""ChatGPT's export: `conversations.json`, a list of trees called `mapping`.

Only texts are taken; of pictures and files it is said that they were there.
"""

from __future__ import annotations

import time
from typing import Any

from services.exchange.checking import Object, a_list, an_object, child, text_of, time_of
from services.exchange.foreign import AUTHORS, Node, build
from services.history.records import Whole


def is_chatgpt(value: object) -> bool:
    """Whether a file looks like such an export."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "mapping" in value[0]


def read_chatgpt(value: list[Any]) -> list[Whole]:
    """The conversations of an export; raises `NotReadable`."""
    return [_read(item, f"$[{n}]") for n, item in enumerate(value)]


def _read(value: object, place: str) -> Whole:
    written, now = an_object(value, place), time.time()
    mapping, at = child(written, "mapping", place)
    begun_at = time_of(written, "create_time", place, now)
    nodes = {name: _node(node, f"{at}[{name!r}]", begun_at) for name, node in an_object(mapping, at).items()}
    shown = written.get("current_node")
    return build(
        nodes,
        title=text_of(written, "title", place, ""),
        shown=shown if isinstance(shown, str) else None,
        system_message="",
        times=(begun_at, time_of(written, "update_time", place, begun_at)),
        place=at,
    )


def _node(value: object, place: str, begun_at: float) -> Node:
    written = an_object(value, place)
    parent = text_of(written, "parent", place, "") or None
    message = written.get("message")
    if message is None:
        return Node(parent=parent, at=begun_at)
    said, at = an_object(message, f"{place}.message"), f"{place}.message"
    author, author_at = child(said, "author", at)
    role = text_of(an_object(author, author_at), "role", author_at)
    metadata = said.get("metadata")
    model = metadata.get("model_slug") if isinstance(metadata, dict) else None
    return Node(
        parent=parent,
        author=AUTHORS.get(role),
        text=_text(said, at) if role in AUTHORS else "",
        at=time_of(said, "create_time", at, begun_at),
        deployment=model if isinstance(model, str) else "",
    )


def _text(message: Object, place: str) -> str:
    content, at = child(message, "content", place)
    said = an_object(content, at)
    kind = said.get("content_type")
    if kind == "code":
        return f"```\n{text_of(said, 'text', at, '')}\n```"
    if kind not in {"text", "multimodal_text"}:
        return ""
    parts = a_list(said.get("parts", []), f"{at}.parts")
    return "\n\n".join(part if isinstance(part, str) else "[…]" for part in parts if part)
