"""What one browser session holds: which conversation it shows and how, and what it has to be told.

The only entry of ours in session state beside the widgets' own values. Streamlit may drop all of it at any
time; the id in the address finds the conversation again, in the database.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Final, Literal

import streamlit as st

from components.leaving import has_come_from_elsewhere
from services.composition import Services
from services.errors import NotFound
from services.history.memory import MemoryHistory
from services.history.records import AskedWith, Look
from services.streaming.reply import Followed, join_fragments
from services.talking import FEW_MESSAGES, Asked, Talk
from services.templates import literal

PARAMETER: Final = "c"
_KEY: Final = "visit"

Dialog = Literal["rename", "move", "export", "import", "save prompt"]


@dataclass(slots=True)
class View:
    """How far a reply has been shown here, in fragments; `is_known` once a run has begun to follow it."""

    reply: Followed
    shown: int = 0
    show_all: bool = False
    is_known: bool = False

    @property
    def is_growing(self) -> bool:
        """Whether the reply is still written, or not yet wholly shown here."""
        return self.reply.is_live or (self.shown < len(self.reply.fragments) and not self.reply.is_withdrawn)

    @property
    def text(self) -> str:
        """All that has come."""
        return join_fragments(self.reply.fragments)


@dataclass(slots=True)
class Visit:
    """The state of one session. `leaf_id` is the end of the branch it shows."""

    conversation_id: str | None = None
    leaf_id: str | None = None
    temporary: MemoryHistory | None = None
    most_messages: int = FEW_MESSAGES
    editing: str | None = None
    dialog: tuple[Dialog, str] | None = None
    deleted: tuple[str, str] | None = None
    told: str | None = None
    refused: Exception | None = None
    given_back: str | None = None
    is_lost: bool = False
    is_addressed: bool = False
    views: dict[str, View] = field(default_factory=dict)
    looked: Look | None = None

    def follow(self, asked: Asked) -> None:
        """Show a reply that was started here from its first fragment on."""
        self.move_to(asked.conversation_id, asked.reply.id)
        self.views = {asked.reply.id: View(asked.reply)}
        self.looked = asked.look

    def view_of(self, message_id: str, reply: Followed | None) -> View | None:
        """The view of a message in the making; one that is met half-way is shown as far as it has come."""
        if message_id not in self.views and reply is not None:
            self.views = {message_id: View(reply, shown=len(reply.fragments), is_known=True)}
        return self.views.get(message_id)

    def move_to(self, conversation_id: str, leaf_id: str | None) -> None:
        """Show this branch."""
        self.conversation_id, self.leaf_id = conversation_id, leaf_id
        self.is_lost, self.editing = False, None


def open_visit(services: Services) -> Visit:
    """This session's visit, on the conversation that the address names."""
    visit: Visit | None = st.session_state.get(_KEY)
    if visit is None:
        visit = st.session_state[_KEY] = Visit()
    if visit.conversation_id and not visit.is_addressed:
        remember_address(visit)  # an earlier run was ended before it could
    if has_come_from_elsewhere() and visit.conversation_id and PARAMETER not in st.query_params:
        remember_address(visit)  # the way back to the page has forgotten it
    named = st.query_params.get(PARAMETER)
    shown = visit.conversation_id if visit.is_addressed else None
    if named != shown:
        visit = st.session_state[_KEY] = _visit_to(named, services.talk())
    return visit


def current_visit() -> Visit:
    """The one of this session as it is now: a callback may belong to an earlier run than it thinks."""
    visit: Visit = st.session_state.setdefault(_KEY, Visit())
    return visit


def go_to(conversation_id: str, talk: Talk) -> Visit:
    """Show another conversation from its latest branch on."""
    deleted = current_visit().deleted
    st.session_state[_KEY] = visit = _visit_to(conversation_id, talk)
    visit.deleted = deleted
    if not visit.is_lost:
        st.query_params[PARAMETER] = conversation_id
    return visit


def _visit_to(conversation_id: str | None, talk: Talk) -> Visit:
    if conversation_id is None:
        return Visit()
    try:
        found = talk.history.find(talk.owner, conversation_id)
    except NotFound:
        if PARAMETER in st.query_params:
            del st.query_params[PARAMETER]
        return Visit(is_lost=True)
    visit = Visit(conversation_id=found.id, leaf_id=found.leaf_id, is_addressed=True)
    restore_choices(_asked_last(talk, visit) or found.begun_with)
    return visit


def _asked_last(talk: Talk, visit: Visit) -> AskedWith | None:
    if visit.conversation_id is None or visit.leaf_id is None:
        return None
    try:
        (message,) = talk.read(visit.conversation_id, visit.leaf_id, 1).messages
    except NotFound:
        return None
    return message.asked_with


def restore_choices(asked: AskedWith) -> None:
    """What an answer was asked with stands in the sidebar again."""
    if asked.deployment:
        st.session_state["deployment"] = asked.deployment
    st.session_state["system_message"] = literal(asked.system_message)
    for name, value in asdict(asked.parameters).items():
        st.session_state[name] = value


def start_anew(*, temporary: bool = False, deleted: tuple[str, str] | None = None) -> None:
    """Begin a new conversation; a reply that is being written goes on and is found by its address."""
    st.session_state[_KEY] = Visit(temporary=MemoryHistory() if temporary else None, deleted=deleted)
    if PARAMETER in st.query_params:
        del st.query_params[PARAMETER]


def remember_address(visit: Visit) -> None:
    """Put the conversation's id into the address; a temporary one has none."""
    if visit.temporary is not None or visit.conversation_id is None:
        return
    if st.query_params.get(PARAMETER) != visit.conversation_id:
        st.query_params[PARAMETER] = visit.conversation_id
    visit.is_addressed = True
