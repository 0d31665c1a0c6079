"""Trees of other programs as ours: only what people and models said, each below the nearest such message.

Their trees hold more nodes than ours (instructions, calls of tools, empty roots); those are passed over, and
what hangs below them is joined to what stands above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from services.errors import NotReadable
from services.history.records import (
    TITLE_CHARACTERS,
    AskedWith,
    Author,
    ConversationRecord,
    MessageRecord,
    Whole,
    new_id,
)
from services.streaming.folding import Answer

AUTHORS: Final[dict[str, Author]] = {"user": "user", "assistant": "assistant"}
"""Whose words are taken, by the names that all these programs use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node of a foreign tree. Without an `author` it is passed over."""

    parent: str | None
    author: Author | None = None
    text: str = ""
    at: float
    deployment: str = ""


def build(
    nodes: Mapping[str, Node],
    *,
    title: str,
    shown: str | None,
    system_message: str,
    times: tuple[float, float],
    place: str,
) -> Whole:
    """Our conversation from a foreign tree; raises `NotReadable` where parents go round in a circle."""
    kept: dict[str, MessageRecord] = {}
    for name in _parents_first(nodes, place):
        node = nodes[name]
        if node.author is not None and node.text.strip():
            kept[name] = _message(node, kept.get(_nearest(nodes, node.parent, kept) or ""), system_message)
    at = _nearest(nodes, shown, kept) or next(reversed(kept), None)
    record = ConversationRecord(
        title=" ".join(title.split())[:TITLE_CHARACTERS],
        titled_by="person",
        begun_with=AskedWith(system_message=system_message),
        created_at=times[0],
        updated_at=times[1],
        leaf_id=kept[at].id if at else None,
    )
    return Whole(conversation=record, messages=tuple(kept.values()))


def _message(node: Node, parent: MessageRecord | None, system_message: str) -> MessageRecord:
    is_answer = node.author == "assistant"
    return MessageRecord(
        id=new_id(),
        parent_id=parent.id if parent else None,
        role=node.author or "user",
        text=node.text,
        created_at=node.at,
        ended_at=node.at if is_answer else None,
        asked_with=AskedWith(deployment=node.deployment, system_message=system_message) if is_answer else None,
        answer=Answer(status="complete", text=node.text, finish_reason="stop") if is_answer else None,
    )


def _nearest(nodes: Mapping[str, Node], name: str | None, kept: Mapping[str, MessageRecord]) -> str | None:
    """The first kept node from `name` upwards."""
    while name is not None and name in nodes and name not in kept:
        name = nodes[name].parent
    return name if name in kept else None


def _parents_first(nodes: Mapping[str, Node], place: str) -> Iterable[str]:
    """Every node after its parent, siblings in the file's order."""
    below: dict[str | None, list[str]] = {}
    for name, node in nodes.items():
        below.setdefault(node.parent if node.parent in nodes else None, []).append(name)
    ordered: list[str] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        name = waiting.pop()
        ordered.append(name)
        waiting.extend(reversed(below.get(name, [])))
    if len(ordered) < len(nodes):
        circle = next(name for name in nodes if name not in set(ordered))
        raise NotReadable("not_valid", f"{place}[{circle!r}]")
    return ordered
