"""One turn on the page: the question, the answer as it grows or as it ended, and what goes with it.

A finished answer is drawn from the same elements as a growing one, so that nothing jumps when it ends; what
comes after the text has a slot of its own, emptied first, so that nothing of an earlier run lingers below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.browser import show_copy_button
from components.cards import Actions, show_cards
from components.figures import word_figures
from components.following import LONGEST_WAIT_S, follow
from components.visit import View
from components.waiting import waiting_line
from services.conversation import Turn
from services.streaming.pacing import Pace
from services.streaming.reply import Reply

AVATAR = ":material/waves:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How this session follows replies."""

    pace: Pace
    view_of: Callable[[str], View]
    on_end: Callable[[], None]

    def is_growing(self, reply: Reply) -> bool:
        """Whether `reply` is still written, or not yet wholly shown here."""
        if reply.is_withdrawn:
            return reply.is_live
        return reply.is_live or self.view_of(reply.id).shown < len(reply.fragments)


def show_turn(turn: Turn, following: Following, actions: Actions | None = None) -> None:
    """The question and its answer. `actions` are offered with the last turn only."""
    with st.chat_message("user", avatar=":material/person:"):
        st.text(turn.question)
    with st.chat_message("assistant", avatar=AVATAR):
        waiting, body, after = st.empty(), st.container(), st.empty()
        with body:
            if actions is not None and following.is_growing(turn.reply):
                _follow_to_the_end(turn, following, waiting)
            elif turn.text:
                st.markdown(turn.text)
        with after.container():
            show_cards(turn, actions)
            _show_footer(turn)


def _follow_to_the_end(turn: Turn, following: Following, waiting: DeltaGenerator) -> None:
    reply = turn.reply
    update = waiting_line(waiting, reply)
    st.write_stream(
        follow(reply, following.view_of(reply.id), following.pace, before=turn.text_before, while_waiting=update)
    )
    while reply.is_live:
        reply.wait(reply.version, LONGEST_WAIT_S)
    update()
    following.on_end()
    if reply.is_withdrawn:
        st.rerun()


def _show_footer(turn: Turn) -> None:
    figures, text = word_figures(turn.reply.answer()), turn.text
    if not figures and not text:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if text:
            show_copy_button(text, key=f"copy-{turn.reply.id}")
        if figures:
            st.caption(figures, width="content")
