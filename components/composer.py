"""What stands at the bottom of the page: the box for the question, and Stop while an answer grows.

A question sent while an answer is being written is refused with a word and given back, never lost.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.errors import word
from components.language import _
from components.visit import Ask, View, Visit
from services.conversation import Conversation
from services.errors import QuestionTooLong
from services.streaming.pacing import Pace
from services.streaming.reply import Reply

KEY = "composer"


def show_composer(visit: Visit, pace: Pace, *, most_characters: int) -> Callable[[], None]:
    """Draw the bottom; gives a function that takes Stop away again once the answer has ended."""
    with st.bottom:
        controls = st.empty()
        _show_controls(controls, visit, pace)
        _show_refusal(visit)
    # Outside st.bottom on purpose: only an input that Streamlit places itself makes the page keep to its end.
    st.chat_input(_("Ask something …"), key=KEY, on_submit=_submit, args=(visit, most_characters))
    return lambda: _take_away(controls)


def _take_away(controls: DeltaGenerator) -> None:
    controls.empty()


def _show_controls(slot: DeltaGenerator, visit: Visit, pace: Pace) -> None:
    reply, view = growing(visit)
    if reply is None or view is None:
        return
    with slot.container(horizontal=True, horizontal_alignment="center"):
        st.button(_("Stop"), icon=":material/stop_circle:", key="stop", on_click=_stop, args=(reply, view))
        if not pace.keep_up:
            st.button(
                _("Show all now"), icon=":material/fast_forward:", key="show_all", on_click=_show_all, args=(view,)
            )


def growing(visit: Visit) -> tuple[Reply, View] | tuple[None, None]:
    """The last reply and its view, while it is written or not yet wholly shown."""
    turns = visit.conversation.turns
    if not turns:
        return None, None
    reply = turns[-1].reply
    view = visit.view_of(reply.id)
    if not reply.is_live and (view.shown >= len(reply.fragments) or reply.is_withdrawn):
        return None, None
    return reply, view


def _stop(reply: Reply, view: View) -> None:
    reply.stop()
    view.show_all = True


def _show_all(view: View) -> None:
    view.show_all = True


def _submit(visit: Visit, most_characters: int) -> None:
    question = (st.session_state[KEY] or "").strip()
    if not question:
        return
    if len(question) > most_characters:
        _give_back(visit, question, QuestionTooLong(len(question), most_characters))
    elif is_busy(visit.conversation):
        _give_back(visit, question, None)
    else:
        visit.wants(Ask(question))


def _give_back(visit: Visit, question: str, refused: Exception | None) -> None:
    visit.refused = refused
    visit.unsent = question
    st.session_state[KEY] = question


def is_busy(conversation: Conversation) -> bool:
    """Whether an answer is being written here."""
    return conversation.live is not None


def _show_refusal(visit: Visit) -> None:
    if visit.refused is not None:
        wording = word(visit.refused)
        st.warning(f"**{wording.what}** {wording.advice}", icon=":material/info:")
    elif visit.unsent is not None:
        st.info(
            _("The answer above is still being written. Press Stop or wait; your text is in the box below."),
            icon=":material/info:",
        )
    visit.refused = visit.unsent = None
