"""The compare page: set-up, turns side by side, one box for all, and what was decided so far."""

from __future__ import annotations

from functools import cache, partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.compare.acts import BOX, SUBMITTED, Acts
from components.compare.columns import show_turns
from components.compare.dialogs import show_dialog
from components.compare.setup import show_setup
from components.compare.sidebar import show_compare_sidebar
from components.compare.tally import show_tally
from components.compare.visit import CompareVisit, open_compare
from components.errors import word
from components.language import _
from components.unreadable import show_or_tell
from components.visit import View
from services.comparing import Seen
from services.composition import Services
from services.errors import NotFound


def show_compare(services: Services) -> None:
    """Draw the page, or say that the database cannot be read."""
    show_or_tell(lambda: _show_page(Acts(services)))


def _show_page(acts: Acts) -> None:
    open_compare(acts.comparing, acts.offered())
    acts.keep()
    turns = _read(acts)
    slot = _show_box(acts)
    show_dialog(acts)
    draw_sidebar = cache(partial(show_compare_sidebar, acts))
    _show_head(acts, turns)
    show_setup(acts)
    _show_beginning(acts, turns)
    end = st.container()

    def while_growing(views: list[View]) -> None:
        with slot.container(horizontal=True, horizontal_alignment="center"):
            st.button(
                _("Stop all"), icon=":material/stop_circle:", key="stop-all", on_click=acts.stop_all, args=(views,)
            )
        draw_sidebar()

    with end:
        show_turns(acts, turns[-acts.visit.most_turns :], while_growing)
    slot.empty()
    _show_votes(acts)
    draw_sidebar()


def _read(acts: Acts) -> tuple[Seen, ...]:
    visit = acts.visit
    if visit.comparison_id is None:
        return ()
    try:
        return acts.comparing.look(visit.comparison_id, visit.most_turns + 1)
    except NotFound:
        visit.comparison_id, visit.is_lost = None, True
        return ()


def _show_box(acts: Acts) -> DeltaGenerator:
    visit = acts.visit
    with st.bottom:
        slot = st.empty()
        _show_refusal(visit)
    if visit.given_back is not None:
        st.session_state[BOX], visit.given_back = visit.given_back, None
    asked = st.chat_input(_("Ask all of them …"), key=BOX, on_submit=acts.submit)
    if not st.session_state.pop(SUBMITTED, False) and asked:
        acts.ask(asked.strip())  # Streamlit has a new session after a long time offline, and calls no callback
        st.rerun()
    return slot


def _show_refusal(visit: CompareVisit) -> None:
    if visit.refused is not None:
        wording = word(visit.refused)
        st.warning(f"**{wording.what}** {wording.advice}", icon=":material/info:")
    visit.refused = None


def _show_head(acts: Acts, turns: tuple[Seen, ...]) -> None:
    visit = acts.visit
    if visit.is_lost:
        st.info(_("This comparison is no longer here. Begin a new one below."), icon=":material/info:")
        visit.is_lost = False
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare-head"):
        st.markdown("#### " + _("Compare system prompts"), width="stretch")
        if turns:
            first = turns[0].turn.setup.input
            st.button(
                _("From the start"),
                icon=":material/restart_alt:",
                key="run-anew",
                type="tertiary",
                help=_("The same set-up in a new comparison, with no history"),
                on_click=acts.run_anew,
                args=(first,),
            )
            _dialog_button(acts, "export", _("Export"), ":material/download:")
        _dialog_button(acts, "share", _("Share"), ":material/link:")


def _dialog_button(acts: Acts, kind: str, label: str, icon: str) -> None:
    def ask() -> None:
        acts.visit.dialog = kind, acts.visit.comparison_id or ""  # type: ignore[assignment]  # one of the two above

    st.button(label, icon=icon, key=f"open-{kind}", type="tertiary", on_click=ask)


def _show_beginning(acts: Acts, turns: tuple[Seen, ...]) -> None:
    slot = st.empty()
    if len(turns) > acts.visit.most_turns:
        slot.button(
            _("Show earlier turns"), icon=":material/expand_less:", key="earlier-turns", on_click=acts.show_earlier
        )
    elif not turns:
        slot.caption(
            _("Write the prompts above and one question below: all variants answer it at the same time, turn by turn.")
        )


def _show_votes(acts: Acts) -> None:
    visit = acts.visit
    if visit.comparison_id is not None:
        show_tally(acts.comparing.tally(visit.comparison_id, visit.setup.variants), visit.setup)
