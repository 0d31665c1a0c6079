"""One turn on the page: the question, the answer as it grows or as it ended, and what goes with it.

A finished answer is drawn from the same elements as a growing one, so that nothing jumps when it ends; what
comes after the text has a slot of its own, emptied first, so that nothing of an earlier run lingers below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.asking import EDITOR, Asking
from components.bar import show_bar
from components.cards import Actions, show_cards
from components.drawing import draw_text
from components.following import Following
from components.growing import show_growing
from components.language import _, number
from components.shown import Shown, renew_last
from services.conversation import Turn
from services.errors import NotFound

AVATAR = ":material/waves:"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPage:
    """A turn and what is around it on the page; `place` counts from the first one shown."""

    asking: Asking
    shown: Shown
    turn: Turn
    place: int
    is_last: bool = False

    @property
    def name(self) -> str:
        """Of the place where its text stands."""
        return f"text {self.place}"

    @property
    def actions(self) -> Actions | None:
        """What can be done about an answer that broke off: only with the last one."""
        if not self.is_last:
            return None
        question_id, turn = self.turn.question.id, self.turn
        return Actions(again=lambda: self.asking.again(question_id), rest=lambda: self.asking.rest(turn))


def show_turn(page: TurnPage, following: Following | None = None) -> None:
    """The question and its answer; the last one is followed where it still grows."""
    _show_question(page)
    if page.asking.visit.editing == page.turn.question.id:
        return
    with st.chat_message("assistant", avatar=AVATAR):
        waiting, body, after = st.empty(), st.container(), st.empty()
        with body:
            if following is not None:
                page = _follow_to_the_end(page, following, waiting)
            else:
                draw_text(page.name, page.turn.text)
        with after.container():
            _show_context_note(page.turn)
            show_cards(page.turn, page.actions)
            show_bar(page.asking, page.shown, page.turn)


def _show_question(page: TurnPage) -> None:
    question = page.turn.question
    with st.chat_message("user", avatar=":material/person:"):
        slot = st.empty()
        if page.asking.visit.editing == question.id:
            with slot.container():
                _show_editor(page.asking, question.id, question.text)
        else:
            slot.text(question.text)


def _show_editor(asking: Asking, question_id: str, text: str) -> None:
    st.text_area(_("Edit the question"), text, key=EDITOR, height="content", label_visibility="collapsed")
    with st.container(horizontal=True):
        st.button(_("Ask this instead"), key="edited", type="primary", on_click=asking.submit_edit, args=(question_id,))
        st.button(_("Leave it"), key="unedited", on_click=asking.leave_edit)


def _follow_to_the_end(page: TurnPage, following: Following, waiting: DeltaGenerator) -> TurnPage:
    view = following.view
    show_growing(page.name, page.turn.text_before, following, waiting)
    following.on_end()
    page.asking.visit.views.clear()
    turn = _renew(page)
    if turn is None or view.reply.is_withdrawn or not turn.text.endswith(view.text):
        st.rerun()
    return replace(page, turn=turn)


def _renew(page: TurnPage) -> Turn | None:
    """The turn as its answer ended; None where it was deleted meanwhile, in another tab."""
    try:
        return renew_last(page.asking.talk, page.asking.visit.conversation_id or "", page.turn)
    except NotFound:
        return None


def _show_context_note(turn: Turn) -> None:
    asked = turn.last.asked_with
    if asked is not None and asked.sent_latest:
        words = _("Older messages no longer fit the deployment's context: only the latest {count} were sent.")
        st.caption(words.format(count=number(asked.sent_latest)))
