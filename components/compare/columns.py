"""The turns of a comparison: rows of cells side by side, those that grow followed all at once.

Each growing cell is a parallel fragment that follows its own reply; the page's own thread waits for them, draws what
follows each text as it ends, and marks the best figures when all have ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.chosen import read_pace
from components.compare.acts import Acts
from components.compare.cells import (
    HEIGHT,
    Cell,
    cell_figures,
    draw_figures,
    show_after,
    show_end_button,
    show_head,
    show_text,
)
from components.compare.voting import show_voting
from components.compare.words import words_of_one
from components.drawing import clear_leftovers
from components.following import Following
from components.growing import Grown, grow_beside, wait_a_moment
from components.language import _
from components.visit import View
from services import templates
from services.comparing import Seen


@dataclass(slots=True, kw_only=True)
class Shown:
    """A cell on the page, and where its parts are drawn."""

    cell: Cell
    stop: DeltaGenerator
    after: DeltaGenerator
    figures: DeltaGenerator | None = None
    grown: Grown = field(default_factory=lambda: Grown(is_followed=True))


def show_turns(acts: Acts, turns: tuple[Seen, ...], while_growing: Callable[[list[View]], None]) -> None:
    """Draw all; where answers grow, `while_growing` is called with their views before they are followed."""
    rows = [st.container(key=f"turn-{row}") for row in range(len(turns))]
    clear_leftovers("compare turns", len(turns))
    shown: list[Shown] = []
    ends = threading.Event()
    for row, seen in enumerate(turns):
        is_last = row == len(turns) - 1
        with rows[row]:
            shown = _show_turn(acts, seen, row, ends, is_last=is_last)
            slot = st.empty()
        if not seen.is_live and not any(one.cell.view for one in shown):
            _finish(shown, slot)
            continue
        while_growing([one.cell.view for one in shown if one.cell.view is not None])
        _follow_all(acts, shown, slot, ends)


def _show_turn(acts: Acts, seen: Seen, row: int, ends: threading.Event, *, is_last: bool) -> list[Shown]:
    with st.chat_message("user", avatar=":material/person:"):
        st.text(templates.fill(seen.turn.setup.input, seen.turn.setup.values))
    with st.container(horizontal=True, wrap=False, gap="small", key=f"cells-{row}"):
        cells = [
            Cell(acts=acts, seen=seen, row=row, place=place, is_last=is_last, view=_view(acts, seen, place))
            for place in range(len(seen.turn.cells))
        ]
        shown = [_show_cell(cell, ends) for cell in cells]
        clear_leftovers(f"cells {row}", len(cells))
    return shown


def _view(acts: Acts, seen: Seen, place: int) -> View | None:
    """The view of an answer that grows; a new one for each run, so that a run that was cut off cannot move it on."""
    visit, answers = acts.visit, seen.answers[place]
    if not answers:
        return None
    last = answers[-1]
    reply = acts.comparing.talk.follow(last)
    known = visit.views.get(last.id)
    if known is None and reply is not None:
        known = View(reply, shown=len(reply.fragments))
    if known is None or not known.is_growing:
        visit.views.pop(last.id, None)
        return None
    visit.views[last.id] = fresh = replace(known)
    return fresh


def _show_cell(cell: Cell, ends: threading.Event) -> Shown:
    with st.container(border=True, gap="small", key=f"cell-{cell.key}"):
        stop = show_head(cell)
        box = st.container(height=HEIGHT, border=False, autoscroll=False, key=f"answer-{cell.key}")
        show_end_button(cell)
        after = st.empty()
    shown = Shown(cell=cell, stop=stop, after=after)
    with box:
        if cell.view is None:
            show_text(cell)
        else:
            shown.grown = _grow(cell, cell.view, ends)
    return shown


def _grow(cell: Cell, view: View, ends: threading.Event) -> Grown:
    columns = len(cell.seen.turn.cells)
    crowd = cell.acts.services.crowd
    following = Following(view=view, pace=read_pace(), crowd=crowd, columns=columns)
    return grow_beside(f"cell {cell.key}", following, ends)


def _follow_all(acts: Acts, shown: list[Shown], slot: DeltaGenerator, ends: threading.Event) -> None:
    """Until all have ended; a thread of the page's own that never waits for long."""
    left = list(shown)
    while left:
        ended = [one for one in left if one.grown.is_followed]
        left = [one for one in left if not one.grown.is_followed]
        if [one for one in ended if not _draw_after(acts, one)]:
            st.rerun()
        if left:
            wait_a_moment(ends)
    _finish([replace(one, cell=_renewed(acts, one.cell)) for one in shown], slot)


def _draw_after(acts: Acts, one: Shown) -> bool:
    """What follows the text; false where that text no longer stands: withdrawn, or deleted in another tab."""
    view = one.cell.view
    one.cell = _renewed(acts, one.cell)
    one.stop.empty()
    with one.after.container():
        one.figures = show_after(one.cell)
    return view is None or (not view.reply.is_withdrawn and one.cell.turn.text == view.text)


def _renewed(acts: Acts, cell: Cell) -> Cell:
    """With its answer as it has ended."""
    question_id = cell.seen.turn.cells[cell.place].question_id
    answers = acts.comparing.talk.below([question_id]).get(question_id, ())
    everything = (*cell.seen.answers[: cell.place], answers, *cell.seen.answers[cell.place + 1 :])
    return replace(cell, seen=replace(cell.seen, answers=everything), view=None)


def _finish(shown: list[Shown], slot: DeltaGenerator) -> None:
    """The figures with the best marked, the vote where one is due, and the words that differ where they are wanted."""
    all_figures = [cell_figures(one.cell) for one in shown]
    for one in shown:
        if one.figures is None:
            with one.after.container():
                one.figures = show_after(one.cell)
        draw_figures(one.cell, one.figures, all_figures)
    if not shown:
        return
    cells = [one.cell for one in shown]
    seen = replace(cells[0].seen, answers=tuple(cell.seen.answers[cell.place] for cell in cells))
    with slot.container():
        show_voting(cells[0].acts, seen, cells[0].row)
        _show_differing(cells)


def _show_differing(cells: list[Cell]) -> None:
    acts, turn = cells[0].acts, cells[0].seen.turn
    differing = acts.visit.differing
    if differing is None or differing[0] != turn.id or turn.is_hidden:
        return
    one, other = cells[differing[1]], cells[differing[2]]
    with st.container(border=True, key="differing"):
        with st.container(horizontal=True, vertical_alignment="center"):
            words = _("Words that are only in “{one}” or only in “{other}” are marked.")
            st.caption(words.format(one=one.name, other=other.name), width="stretch")
            st.button(_("Close"), key="close-words", on_click=acts.close_words)
        with st.container(horizontal=True, wrap=False, gap="small", key="cells-differing"):
            for mine, theirs in ((one, other), (other, one)):
                with st.container(border=True):
                    st.caption(mine.name)
                    st.html(words_of_one(mine.turn.text, theirs.turn.text))
