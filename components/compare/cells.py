"""One answer of a comparison in its place: whose it is, its text in a box that scrolls, its figures, what can be done.

While a turn is blind nothing in here tells a variant: no name, no figure, no key of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.bar import draw_bar, entry, walk
from components.browser import part
from components.cards import Actions, show_cards
from components.compare.acts import Acts
from components.compare.figures import figures_table
from components.drawing import draw_text
from components.language import _
from components.plain import plain
from components.shown import place_of
from components.visit import View
from services.comparing import Seen, as_turn
from services.comparison.figures import Figures, figures_of
from services.comparison.variants import LETTERS, name_of
from services.conversation import Turn
from services.deployments import Deployment
from services.history.records import MessageRecord

_END = part("end", '<button type="button" class="icon"></button>')
HEIGHT = 420


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A place of a turn. `row` counts the turns on the page; `view` is there while its answer grows."""

    acts: Acts
    seen: Seen
    row: int
    place: int
    is_last: bool
    view: View | None = None

    @property
    def answer(self) -> MessageRecord | None:
        """The one that is shown of its answers: the newest, or the one walked to."""
        answers = self.seen.answers[self.place]
        if self.view is not None:
            return answers[-1]
        wanted = self.acts.visit.walked.get(self.seen.turn.cells[self.place].question_id)
        return next((one for one in answers if one.id == wanted), answers[-1] if answers else None)

    @property
    def turn(self) -> Turn:
        """As a turn of a conversation."""
        return as_turn(self.seen, self.place, self.answer)

    @property
    def name(self) -> str:
        """The letter of the place while the turn is blind, else the variant's name."""
        if self.seen.turn.is_hidden:
            return LETTERS[self.place]
        return name_of(self.seen.turn.setup.variants, self.seen.turn.cells[self.place].variant_id)

    @property
    def key(self) -> str:
        """Of its parts on the page."""
        return f"{self.row}-{self.place}"

    @property
    def deployment(self) -> Deployment | None:
        """The one that answered; None where it has vanished."""
        asked = self.answer.asked_with if self.answer else None
        return next((one for one in self.acts.comparing.deployments if asked and one.id == asked.deployment), None)


def show_head(cell: Cell) -> DeltaGenerator:
    """Whose answer it is, and Stop while it grows; gives the slot of that."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small", key=f"head-{cell.key}"):
        st.markdown(f"**{plain(cell.name, 60)}**{_about(cell)}", width="stretch")
        slot = st.empty()
        if cell.view is not None:
            label = _("Stop {name}").format(name=cell.name)
            with slot.container(width="content", horizontal=True, wrap=False, gap="xsmall"):
                if not cell.seen.turn.is_hidden:
                    st.button(
                        ":material/data_object:",
                        key=f"inside-{cell.key}",
                        help=_("Look inside the stream"),
                        type="tertiary",
                        on_click=cell.acts.look_inside,
                        args=(cell.view.reply.id,),
                    )
                st.button(
                    ":material/stop_circle:",
                    key=f"stop-{cell.key}",
                    help=label,
                    type="tertiary",
                    on_click=cell.acts.stop,
                    args=(cell.view,),
                )
    return slot


def show_text(cell: Cell) -> None:
    """An answer that is whole."""
    with st.container():
        st.empty()
        with st.container():
            draw_text(f"cell {cell.key}", cell.turn.text)


def show_end_button(cell: Cell) -> None:
    """Keeps a growing text at its end while one is there; the way back to it while one is not."""
    _END(data={"label": _("To the end"), "is_live": cell.view is not None}, key=f"end-{cell.key}", height="content")


def show_after(cell: Cell) -> DeltaGenerator:
    """What follows the text: cards, figures and the line of buttons. Gives the slot of the figures."""
    if not cell.seen.turn.is_hidden:
        show_cards(cell.turn, _actions(cell))
    elif cell.turn.answer.status != "complete":
        st.caption(_("This answer did not come to its end. Why is told after the vote."))
    figures = st.empty()
    _show_bar(cell)
    return figures


def draw_figures(cell: Cell, slot: DeltaGenerator, all_figures: list[Figures]) -> None:
    """The figures beside those of the other columns; none while the turn is blind."""
    if not cell.seen.turn.is_hidden and cell.answer is not None:
        slot.html(figures_table(all_figures, cell.place))


def cell_figures(cell: Cell) -> Figures:
    """Those of the answer that is shown."""
    return figures_of(cell.turn.answer, cell.deployment)


def _about(cell: Cell) -> str:
    """The deployment, in small."""
    if cell.seen.turn.is_hidden:
        return ""
    asked = cell.answer.asked_with if cell.answer else None
    title = cell.deployment.title if cell.deployment else (asked.deployment if asked else "")
    return f" :small[{plain(title, 60)}]" if title else ""


def _actions(cell: Cell) -> Actions | None:
    """Another try where an answer failed; in a comparison none is continued, that would not be comparable."""
    if not cell.is_last:
        return None
    return Actions(again=lambda: cell.acts.again(cell.seen, cell.place), rest=None)


def _show_bar(cell: Cell) -> None:
    answer = cell.answer
    if answer is None:
        return
    data = {
        "text": cell.turn.text,
        "question": cell.turn.question.text,
        "figures": "",
        "deployment": "",
        "walks": _walks(cell, answer),
        "others": [] if cell.is_last else None,
        "menu": [] if cell.seen.turn.is_hidden else _menu(cell),
        "inside": not cell.seen.turn.is_hidden,
    }

    def carry_out(act: dict[str, Any]) -> None:
        cell.acts.act_on_cell(cell.seen, cell.place, answer, act)

    draw_bar(data, f"cell-bar-{cell.seen.turn.id}-{cell.place}", carry_out)


def _walks(cell: Cell, answer: MessageRecord) -> list[dict[str, Any]]:
    ids = tuple(one.id for one in cell.seen.answers[cell.place])
    return walk(_("Answer"), place_of({"here": ids}, "here", answer.id))


def _menu(cell: Cell) -> list[dict[str, Any]]:
    cells = cell.seen.turn.cells
    names = [name_of(cell.seen.turn.setup.variants, one.variant_id) for one in cells]
    differ = _("Words that differ from “{name}”")
    return [
        entry("chat_bubble", _("Go on with this in the chat"), "chat"),
        *(
            entry("difference", differ.format(name=name), "words", **{"with": place})
            for place, name in enumerate(names)
            if place != cell.place
        ),
        entry("settings_backup_restore", _("Take this variant into the set-up"), "take"),
    ]
