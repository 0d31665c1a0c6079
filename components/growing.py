"""An answer that grows at its place on the page, through `st.write_stream`, until no more of it can come.

The same for the chat and for answers side by side. What follows the text is drawn by whoever calls.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.drawing import Drawing
from components.following import LONGEST_WAIT_S, Following
from components.waiting import waiting_line
from services.streaming.reply import join_fragments


def show_growing(name: str, text_before: str, following: Following, waiting: DeltaGenerator) -> None:
    """What has come so far, then what comes; `waiting` is the slot for the line before the first word."""
    view = following.view
    update = waiting_line(waiting, view.reply)
    so_far = text_before + join_fragments(view.reply.fragments[: view.shown])
    with Drawing(name, so_far) as drawing:
        st.write_stream(drawing.fill(following.texts(drawing.live_characters, update)))
    while view.reply.is_live:
        view.reply.wait_for_end(LONGEST_WAIT_S)
    update()


@dataclass(slots=True)
class Grown:
    """Whether an answer beside others has been followed to its end."""

    is_followed: bool = False


def grow_beside(name: str, following: Following, ends: threading.Event) -> Grown:
    """Follow one of several answers in a parallel fragment of its own; `ends` is set as it ends."""
    grown = Grown()

    @st.fragment(parallel=True)
    def grow() -> None:
        try:
            waiting = st.empty()
            with st.container():
                show_growing(name, "", following, waiting)
        finally:
            grown.is_followed = True
            ends.set()

    grow()
    return grown


def wait_a_moment(ends: threading.Event) -> None:
    """Until one of them ends, and never for long; gives Streamlit the chance to end this run."""
    ends.wait(LONGEST_WAIT_S)
    ends.clear()
    _ = "visit" in st.session_state
