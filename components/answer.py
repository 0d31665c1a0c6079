"""One turn on the page: the question, the answer as it grows or as it ended, and what goes with it.

A finished answer is drawn from the same elements as a growing one, so that nothing jumps when it ends; what
comes after the text has a slot of its own, emptied first, so that nothing of an earlier run lingers below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

AVATAR = ":material/waves:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How this session follows the last reply."""

    pace: Pace
    view: View
    meanwhile: Callable[[], object]
    on_end: Callable[[], object]


def show_turn(turn: Turn, following: Following | None = None, actions: Actions | None = None) -> None:
    """The question and its answer; the last turn is followed and has actions."""
    with st.chat_message("user", avatar=":material/person:"):
        st.text(turn.question)
    with st.chat_message("assistant", avatar=AVATAR):
        waiting, body, after = st.empty(), st.container(), st.empty()
        with body:
            if following is not None and following.view.is_growing(turn.reply):
                _follow_to_the_end(turn, following, waiting)
            elif turn.text:
                st.markdown(turn.text)
        with after.container():
            show_cards(turn, actions)
            _show_footer(turn)


def _follow_to_the_end(turn: Turn, following: Following, waiting: DeltaGenerator) -> None:
    reply = turn.reply
    update = waiting_line(waiting, reply)

    def meanwhile() -> None:
        update()
        following.meanwhile()

    def texts() -> Iterator[str]:
        for text in follow(reply, following.view, following.pace, before=turn.text_before, meanwhile=meanwhile):
            update()
            yield text

    st.write_stream(texts)
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
