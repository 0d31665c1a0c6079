"""Answers that are only shown and never kept: started by a button of the page, followed side by side.

They live in this session alone; what is on record belongs to the chat and to comparisons.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.drawing import draw_text
from components.following import Following
from components.growing import Grown, grow_beside, wait_a_moment
from components.language import current_language
from components.player import player
from components.visit import View
from services.composition import Services
from services.recording.builtin import find_built_in
from services.recording.playback import Playback
from services.streaming.pacing import Pace
from services.streaming.reply import Reply
from services.streaming.request import ChatRequest

_KEY: Final = "how"


@dataclass(slots=True)
class Running:
    """The answers of one part of the page. `stopped_at` is when Stop was pressed, on the monotonic clock."""

    replies: tuple[Reply, ...]
    views: tuple[View, ...]
    stopped_at: float | None = None

    @property
    def is_growing(self) -> bool:
        """Whether any of them has still something to show."""
        return any(view.is_growing for view in self.views)


@dataclass(slots=True)
class HowVisit:
    """What one session has started on this page, by the part's name."""

    running: dict[str, Running] = field(default_factory=dict)


def current_how() -> HowVisit:
    """The one of this session."""
    visit: HowVisit = st.session_state.setdefault(_KEY, HowVisit())
    return visit


def start(services: Services, part: str, *requests: ChatRequest) -> None:
    """Send the requests; what ran in that part before is stopped."""
    stop(part)
    replies = tuple(services.replies.start(request) for request in requests)
    current_how().running[part] = Running(replies, tuple(View(reply) for reply in replies))


def play(services: Services, part: str, request: ChatRequest, columns: int) -> None:
    """Play the plain answer that comes with the program, for so many columns."""
    stop(part)
    recording = find_built_in(f"built-in-plain-{current_language()}", current_language())
    reply = services.replies.start(replace(request, deployment=player(), playback=Playback(recording)))
    current_how().running[part] = Running((reply,), tuple(View(reply) for _column in range(columns)))


def stop(part: str) -> None:
    """End what runs in that part."""
    running = current_how().running.get(part)
    for reply in running.replies if running else ():
        reply.stop()


@dataclass(slots=True, kw_only=True)
class Followed:
    """What of this run's page grows; waited for when all of the page has been drawn."""

    services: Services
    ends: threading.Event = field(default_factory=threading.Event)
    growing: list[Grown] = field(default_factory=list)

    def show(self, part: str, boxes: Sequence[DeltaGenerator], paces: Sequence[Pace]) -> None:
        """Each answer of a part in its box, at its pace."""
        running = current_how().running[part]
        # A run that was cut off must not move on what the next one shows.
        running.views = tuple(replace(view) for view in running.views)
        for place, (view, box, pace) in enumerate(zip(running.views, boxes, paces, strict=True)):
            name = f"how {part} {place}"
            with box:
                if view.is_growing:
                    crowd = self.services.crowd
                    following = Following(view=view, pace=pace, crowd=crowd, columns=len(boxes))
                    self.growing.append(grow_beside(name, following, self.ends))
                else:
                    draw_text(name, "" if view.reply.is_withdrawn else view.text)

    def wait(self) -> None:
        """Until all have ended; then the page is drawn once more, with what can be said of them."""
        if not self.growing:
            return
        while any(not one.is_followed for one in self.growing):
            wait_a_moment(self.ends)
        st.rerun()
