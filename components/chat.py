"""The chat page: box, turns, sidebar, and the live reply followed to its end.

Where an answer begins, Stop and the sidebar are drawn a tenth of a second later or after its first words,
whichever is first: drawing them costs the browser more than all the rest (benchmarks/first_token.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer import TurnPage, show_turn
from components.asking import Asking
from components.chosen import read_pace
from components.composer import show_composer, show_controls
from components.dialogs import show_dialog
from components.drawing import clear_leftovers
from components.following import Following
from components.language import _
from components.shown import Shown, read_shown, renew_last
from components.sidebar import show_sidebar
from components.start import show_start
from components.unreadable import show_or_tell
from components.visit import open_visit
from services.composition import Services
from services.conversation import Turn


def show_chat(services: Services) -> None:
    """Draw the page, or say that the database cannot be read."""
    show_or_tell(partial(_show_page, services))


def _show_page(services: Services) -> None:
    open_visit(services)
    asking = Asking(services)
    shown = read_shown(asking.talk, asking.visit)
    draw_sidebar = cache(partial(show_sidebar, asking, shown))
    slot = show_composer(asking)
    show_dialog(asking)
    _tell(asking)
    _show_beginning(asking, shown)
    _show_turns(asking, shown, slot, draw_sidebar)
    draw_sidebar()


def _tell(asking: Asking) -> None:
    """What was done, once."""
    if asking.visit.told is not None:
        st.toast(asking.visit.told, icon=":material/check:")
        asking.visit.told = None


def _show_beginning(asking: Asking, shown: Shown) -> None:
    """What stands before the first question, in a slot that is emptied at once with the first answer."""
    slot, earlier = st.empty(), st.empty()
    if shown.turns and asking.visit.temporary is not None:
        words = _("Temporary: nothing of this conversation is kept.")
        slot.caption(f":material/visibility_off: {words}")
    if shown.has_earlier:
        earlier.button(
            _("Show earlier messages"), icon=":material/expand_less:", key="earlier", on_click=asking.show_earlier
        )
    if shown.turns:
        return
    with slot.container():
        if asking.visit.is_lost:
            st.info(_("This conversation is no longer here. Begin a new one below."), icon=":material/info:")
        show_start(
            asking.ask,
            is_embedded=asking.services.embedded is not None,
            is_temporary=asking.visit.temporary is not None,
        )


def _show_turns(asking: Asking, shown: Shown, slot: DeltaGenerator, draw_sidebar: Callable[[], object]) -> None:
    turns = _up_to_the_edited(shown.turns, asking.visit.editing)
    places = [st.container() for _turn in turns]
    clear_leftovers("turns", len(turns))
    for number, (turn, place) in enumerate(zip(turns, places, strict=True)):
        is_last = number == len(turns) - 1
        following = _follow_last(asking, turn, slot, draw_sidebar) if is_last else None
        last = _as_it_ended(asking, turn) if is_last and following is None else turn
        with place:
            show_turn(TurnPage(asking=asking, shown=shown, turn=last, place=number, is_last=is_last), following)


def _as_it_ended(asking: Asking, turn: Turn) -> Turn:
    """The turn anew where its answer has ended since it was read."""
    if turn.answer.status != "streaming":
        return turn
    return renew_last(asking.talk, asking.visit.conversation_id or "", turn)


def _up_to_the_edited(turns: tuple[Turn, ...], question_id: str | None) -> tuple[Turn, ...]:
    """What follows a question that is being edited will stand on another branch."""
    edited = next((n for n, turn in enumerate(turns) if turn.question.id == question_id), None)
    return turns if edited is None else turns[: edited + 1]


def _follow_last(
    asking: Asking, turn: Turn, slot: DeltaGenerator, draw_sidebar: Callable[[], object]
) -> Following | None:
    view = asking.visit.view_of(turn.last.id, asking.talk.follow(turn.last))
    if view is None or not view.is_growing:
        return None
    pace = read_pace()
    draw_controls = cache(partial(show_controls, asking, slot, view, pace))
    if view.is_known:
        draw_controls()
    view.is_known = True

    crowd = asking.services.crowd

    def meanwhile() -> None:
        draw_controls()
        if not crowd.is_rushed:
            draw_sidebar()

    return Following(view=view, pace=pace, crowd=crowd, meanwhile=meanwhile, on_end=slot.empty)
