"""What one browser session holds: its conversation, how far it has shown a reply, and what it has to be told.

The only entry of ours in session state beside the widgets' own values. Streamlit may drop all of it at any
time; the id in the address finds the conversation again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from services.conversation import Conversation, Shelf
from services.streaming.reply import Reply

PARAMETER: Final = "c"
_KEY: Final = "visit"


@dataclass(slots=True)
class View:
    """How far a reply has been shown here, in fragments; `is_known` once a run has begun to follow it."""

    shown: int = 0
    show_all: bool = False
    is_known: bool = False

    def is_growing(self, reply: Reply) -> bool:
        """Whether `reply` is still written, or not yet wholly shown here."""
        return reply.is_live or (self.shown < len(reply.fragments) and not reply.is_withdrawn)


@dataclass(slots=True)
class Visit:
    """The state of one session."""

    conversation: Conversation = field(default_factory=Conversation)
    refused: Exception | None = None
    is_too_early: bool = False
    is_lost: bool = False
    is_addressed: bool = False
    views: dict[str, View] = field(default_factory=dict)

    def view_of(self, reply_id: str) -> View:
        """The view of that reply, a new one where there was none."""
        return self.views.setdefault(reply_id, View())


def open_visit(shelf: Shelf) -> Visit:
    """This session's visit, on the conversation that the address names."""
    visit = st.session_state.get(_KEY)
    if visit is None:
        visit = st.session_state[_KEY] = Visit()
    if visit.conversation.turns and not visit.is_addressed:
        remember_address(visit)  # an earlier run was ended before it could
    named = st.query_params.get(PARAMETER)
    shown = visit.conversation.id if visit.is_addressed else None
    if named != shown:
        visit = st.session_state[_KEY] = _visit_to(named, shelf)
    return visit


def _visit_to(conversation_id: str | None, shelf: Shelf) -> Visit:
    """A visit to a conversation from elsewhere: what was written so far is shown at once, the rest follows."""
    if conversation_id is None:
        return Visit()
    found = shelf.find(conversation_id)
    if found is None:
        del st.query_params[PARAMETER]
        return Visit(is_lost=True)
    _restore_choices(found)
    visit = Visit(conversation=found, is_addressed=True)
    for turn in found.turns[-1:]:
        visit.views[turn.reply.id] = View(shown=len(turn.reply.fragments), is_known=True)
    return visit


def _restore_choices(conversation: Conversation) -> None:
    """What was chosen for the last question stands in the sidebar again after a reload."""
    for turn in conversation.turns[-1:]:
        st.session_state.setdefault("deployment", turn.choices.deployment.id)
        st.session_state.setdefault("system_message", turn.choices.system_message)


def start_anew() -> None:
    """Begin a new conversation; a reply that is being written goes on and is found by its address."""
    st.session_state[_KEY] = Visit()
    if PARAMETER in st.query_params:
        del st.query_params[PARAMETER]


def remember_address(visit: Visit) -> None:
    """Put the conversation's id into the address."""
    if st.query_params.get(PARAMETER) != visit.conversation.id:
        st.query_params[PARAMETER] = visit.conversation.id
    visit.is_addressed = True
