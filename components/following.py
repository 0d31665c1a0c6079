"""What `st.write_stream` shows of a reply: the fragments that come, joined to frames at the chosen pace.

Never blocks for long: it waits a tenth of a second at most and then touches Streamlit, so that Stop and
every widget get through while the model is silent. Saves nothing; the reply does that itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import streamlit as st

from components.connections import BEHIND_S, is_behind
from components.visit import View
from services.streaming.crowd import Crowd
from services.streaming.pacing import Pace, Pacer, frame_s
from services.streaming.reply import join_fragments

LONGEST_WAIT_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How this session follows a reply.

    `meanwhile` is called between two texts and where none has come for a while, `on_end` by whoever follows. So many
    `columns` stand side by side on the page: they share what a browser can draw.
    """

    view: View
    pace: Pace
    crowd: Crowd
    meanwhile: Callable[[], object] = lambda: None
    on_end: Callable[[], object] = lambda: None
    columns: int = 1
    is_behind: Callable[[], bool] = is_behind

    def texts(self, live_characters: Callable[[], int], update: Callable[[], object]) -> Iterator[str]:
        """What comes after what is shown already. Ends when all of it is shown, or withdrawn.

        `live_characters` tells what a frame weighs; `update` is called before each text and while none comes.
        """
        view, pacer = self.view, Pacer(self.pace)
        reply = view.reply
        with self.crowd:
            while not reply.is_withdrawn:
                is_live = reply.is_live
                count = self._count_due(pacer, live_characters())
                if count:
                    update()
                    yield join_fragments(reply.fragments[view.shown : view.shown + count])
                    view.shown += count
                elif not is_live and view.shown == len(reply.fragments):
                    return
                else:
                    self._rest(pacer)
                    update()

    def _count_due(self, pacer: Pacer, live_characters: int) -> int:
        """None for a browser that hasn't taken what it was sent before."""
        view = self.view
        if view.show_all or view.reply.is_stop_asked:
            count = len(view.reply.fragments) - view.shown
        else:
            frame = frame_s(live_characters, self.crowd.count, self.columns)
            count = pacer.due(view.reply.fragments, view.shown, time.monotonic(), frame)
        return 0 if count and self.is_behind() else count

    def _rest(self, pacer: Pacer) -> None:
        """Until the next frame is due, or a fragment comes; then give Streamlit the chance to end this run."""
        view = self.view
        until_due = pacer.seconds_until_due(time.monotonic())
        if until_due > 0:
            time.sleep(min(until_due, LONGEST_WAIT_S))
        elif len(view.reply.fragments) > view.shown:
            time.sleep(BEHIND_S)
        else:
            view.reply.wait_for_text(view.shown, LONGEST_WAIT_S)
        if view.shown or not view.reply.fragments:  # never between the first text and the eye
            self.meanwhile()
        _ = "visit" in st.session_state
