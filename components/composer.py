"""What stands at the bottom of the page: the box for the question, and Stop while an answer grows."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.asking import COMPOSER, SUBMITTED, Asking
from components.errors import word
from components.language import _
from components.player import show_steps
from components.visit import View, Visit
from services.streaming.pacing import Pace


def show_composer(asking: Asking) -> DeltaGenerator:
    """Draw the bottom; gives the slot above the box in which `show_controls` draws Stop."""
    with st.bottom:
        slot = st.empty()
        _show_refusal(asking.visit)
    if asking.visit.given_back is not None:
        st.session_state[COMPOSER], asking.visit.given_back = asking.visit.given_back, None
    # Outside st.bottom on purpose: only an input that Streamlit places itself makes the page keep to its end.
    asked = st.chat_input(_("Ask something …"), key=COMPOSER, on_submit=asking.submit)
    if not st.session_state.pop(SUBMITTED, False) and asked:
        _submit_late(asking, asked)
    return slot


def _submit_late(asking: Asking, question: str) -> None:
    """After a long time offline Streamlit has a new session, which calls no callback for what the old page sends."""
    asking.ask(question.strip())
    st.rerun()


def show_controls(asking: Asking, slot: DeltaGenerator, view: View, pace: Pace) -> None:
    """Stop, and *show all now* where fragments come strictly one by one."""
    with slot.container(horizontal=True, horizontal_alignment="center"):
        st.button(_("Stop"), icon=":material/stop_circle:", key="stop", on_click=asking.stop, args=(view,))
        st.button(
            _("Look inside"),
            icon=":material/data_object:",
            key="inside",
            on_click=asking.look_inside,
            args=(view.reply.id,),
        )
        playing = view.reply.playback
        if playing is not None and playing.is_stepped:
            show_steps(playing)
        if not pace.keep_up:
            st.button(
                _("Show all now"), icon=":material/fast_forward:", key="show_all", on_click=_show_all, args=(view,)
            )


def _show_all(view: View) -> None:
    view.show_all = True


def _show_refusal(visit: Visit) -> None:
    """Why something was not done, once."""
    if visit.refused is not None:
        wording = word(visit.refused)
        st.warning(f"**{wording.what}** {wording.advice}", icon=":material/info:")
    visit.refused = None
