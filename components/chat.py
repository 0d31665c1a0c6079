"""The chat page: box, turns, sidebar, and the live reply followed to its end.

Where an answer begins, Stop and the sidebar are drawn a tenth of a second later or after its first words,
whichever is first: drawing them costs the browser more than all the rest (benchmarks/first_token.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer import Following, show_turn
from components.asking import Asking
from components.cards import Actions
from components.chosen import read_pace
from components.composer import show_composer, show_controls
from components.language import _
from components.sidebar import show_sidebar
from components.start import show_start
from components.visit import View, open_visit
from services.composition import Services
from services.conversation import Turn


def show_chat(services: Services) -> None:
    """Draw the page."""
    asking = Asking(services, open_visit(services.shelf))
    draw_sidebar = cache(partial(show_sidebar, services.deployments))
    slot = show_composer(asking)
    _show_beginning(asking)
    _show_turns(asking, slot, draw_sidebar)
    draw_sidebar()


def _show_beginning(asking: Asking) -> None:
    """What stands before the first question, in a slot that is emptied at once with the first answer."""
    slot = st.empty()
    if asking.visit.conversation.turns:
        return
    with slot.container():
        if asking.visit.is_lost:
            st.info(_("This conversation is no longer here. Begin a new one below."), icon=":material/info:")
        show_start(asking.ask, is_embedded=asking.services.embedded is not None)


def _show_turns(asking: Asking, slot: DeltaGenerator, draw_sidebar: Callable[[], object]) -> None:
    turns = asking.visit.conversation.turns
    for turn in turns[:-1]:
        show_turn(turn)
    for turn in turns[-1:]:
        following = _follow_last(asking.visit.view_of(turn.reply.id), turn, slot, draw_sidebar)
        show_turn(turn, following, Actions(again=asking.again, rest=asking.rest))


def _follow_last(view: View, turn: Turn, slot: DeltaGenerator, draw_sidebar: Callable[[], object]) -> Following:
    pace = read_pace()
    draw_controls = cache(partial(show_controls, slot, turn.reply, view, pace))
    if view.is_known and view.is_growing(turn.reply):
        draw_controls()
    view.is_known = True

    def meanwhile() -> None:
        draw_controls()
        draw_sidebar()

    return Following(pace=pace, view=view, meanwhile=meanwhile, on_end=slot.empty)
