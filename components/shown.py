"""What of a conversation is on the page: read anew from the store at every run, so that it is never stale.

Reads only the latest turns, however long the conversation is. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from components.visit import Visit
from services.conversation import Turn, turns_of
from services.errors import NotFound
from services.history.records import ConversationRecord, Look
from services.talking import FEW_MESSAGES, Talk


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The latest turns of one branch, and what stands beside their messages."""

    conversation: ConversationRecord | None = None
    turns: tuple[Turn, ...] = ()
    has_earlier: bool = False
    children: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message stands among its siblings, counted from 1."""

    at: int
    of: int
    before: str | None
    after: str | None


def read_shown(talk: Talk, visit: Visit) -> Shown:
    """The branch that `visit` shows, down to its newest end. One that is gone makes the visit a lost one."""
    if visit.conversation_id is None:
        return Shown()
    try:
        look = _look_just_taken(visit) or talk.look(visit.conversation_id, visit.leaf_id, visit.most_messages)
    except NotFound:
        visit.conversation_id, visit.leaf_id, visit.is_lost = None, None, True
        return Shown()
    visit.leaf_id = look.leaf_id
    return Shown(
        conversation=look.conversation,
        turns=turns_of(look.branch.messages),
        has_earlier=look.branch.has_earlier,
        children=look.children,
    )


def _look_just_taken(visit: Visit) -> Look | None:
    """The one that came with the reply that this run is the first to show."""
    look, visit.looked = visit.looked, None
    return look if visit.most_messages == FEW_MESSAGES else None


def place_of(children: Mapping[str | None, tuple[str, ...]], parent_id: str | None, message_id: str) -> Place | None:
    """The place of a message that has siblings; None where it has none."""
    siblings = children.get(parent_id, ())
    if len(siblings) < 2 or message_id not in siblings:
        return None
    at = siblings.index(message_id)
    before = siblings[at - 1] if at > 0 else None
    after = siblings[at + 1] if at + 1 < len(siblings) else None
    return Place(at=at + 1, of=len(siblings), before=before, after=after)


def renew_last(talk: Talk, conversation_id: str, turn: Turn) -> Turn:
    """The turn with its last answer as it is now."""
    (message,) = talk.read(conversation_id, turn.last.id, 1).messages
    return replace(turn, answers=(*turn.answers[:-1], message))
