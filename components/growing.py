"""An answer that grows at its place on the page, through `st.write_stream`, until no more of it can come.

The same for the chat and for each column of a comparison. What follows the text is drawn by whoever calls.
"""

from __future__ import annotations

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
