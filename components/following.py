"""Feeds `st.write_stream` from a reply: the text so far at once, then fragments at the chosen pace.

Never blocks for long: it waits a tenth of a second at most and then touches Streamlit, so that Stop and
every widget get through while the model is silent. Saves nothing; the reply does that itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

import streamlit as st

from components.visit import View
from services.streaming.pacing import Pace, Pacer
from services.streaming.reply import join_fragments

LONGEST_WAIT_S: Final = 0.1


def follow(view: View, pace: Pace, *, before: str, meanwhile: Callable[[], object]) -> Iterator[str]:
    """The text of the viewed reply from its start, after `before`. Ends when all of it is shown, or withdrawn.

    `meanwhile` is called between two texts, and where none has come for a while.
    """
    reply, pacer = view.reply, Pacer(pace)
    shown_before = before + join_fragments(reply.fragments[: view.shown])
    if shown_before:
        yield shown_before
    while not reply.is_withdrawn:
        is_live = reply.is_live
        count = _count_due(view, pacer)
        if count:
            yield join_fragments(reply.fragments[view.shown : view.shown + count])
            view.shown += count
        elif not is_live and view.shown == len(reply.fragments):
            return
        else:
            _rest(view, pacer)
            if view.shown or not reply.fragments:  # never between the first text and the eye
                meanwhile()


def _count_due(view: View, pacer: Pacer) -> int:
    reply = view.reply
    if view.show_all or reply.is_stop_asked:
        return len(reply.fragments) - view.shown
    return pacer.due(reply.fragments, view.shown, time.monotonic())


def _rest(view: View, pacer: Pacer) -> None:
    """Until a fragment is due or comes; then give Streamlit the chance to end this run."""
    reply = view.reply
    if len(reply.fragments) > view.shown:
        time.sleep(min(pacer.seconds_until_due(time.monotonic()), LONGEST_WAIT_S))
    else:
        reply.wait_for_text(view.shown, LONGEST_WAIT_S)
    _ = "visit" in st.session_state
