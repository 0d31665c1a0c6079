"""What stands at the bottom of the page: the box for the question, and Stop while an answer grows."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.asking import COMPOSER, Asking
from components.errors import word
from components.language import _
from components.visit import View, Visit
from services.streaming.pacing import Pace
from services.streaming.reply import Reply


def show_composer(asking: Asking) -> DeltaGenerator:
    """Draw the bottom; gives the slot above the box in which `show_controls` draws Stop."""
    with st.bottom:
        slot = st.empty()
        _show_refusal(asking.visit)
    # Outside st.bottom on purpose: only an input that Streamlit places itself makes the page keep to its end.
    st.chat_input(_("Ask something …"), key=COMPOSER, on_submit=asking.submit)
    return slot


def show_controls(slot: DeltaGenerator, reply: Reply, view: View, pace: Pace) -> None:
    """Stop, and *show all now* where fragments come strictly one by one."""
    with slot.container(horizontal=True, horizontal_alignment="center"):
        st.button(_("Stop"), icon=":material/stop_circle:", key="stop", on_click=_stop, args=(reply, view))
        if not pace.keep_up:
            st.button(
                _("Show all now"), icon=":material/fast_forward:", key="show_all", on_click=_show_all, args=(view,)
            )


def _stop(reply: Reply, view: View) -> None:
    reply.stop()
    view.show_all = True


def _show_all(view: View) -> None:
    view.show_all = True


def _show_refusal(visit: Visit) -> None:
    """Why a question was given back, once."""
    if visit.refused is not None:
        wording = word(visit.refused)
        st.warning(f"**{wording.what}** {wording.advice}", icon=":material/info:")
    elif visit.is_too_early:
        st.info(
            _("The answer above is still being written. Press Stop or wait; your text is in the box below."),
            icon=":material/info:",
        )
    visit.refused = None
    visit.is_too_early = False
