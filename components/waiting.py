"""The quiet line that stands where the answer will be, with the seconds it has been waited for."""

from __future__ import annotations

import time
from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from components.language import _
from services.streaming.reply import Followed


def waiting_line(slot: DeltaGenerator, reply: Followed) -> Callable[[], None]:
    """A function that brings the line in `slot` up to date, and takes it away before the first text.

    The line is first drawn when it is first asked for: an answer that begins at once needs none.
    """
    shown: list[str] = [""]

    def update() -> None:
        words = "" if reply.fragments or not reply.is_live else _words(reply)
        if words == shown[0]:
            return
        shown[0] = words
        if words:
            slot.caption(f":shimmer[{words}]")
        else:
            slot.empty()

    return update


def _words(reply: Followed) -> str:
    seconds, place = int(time.monotonic() - reply.started_at), reply.place_in_line
    if place is not None:
        return _("Many answers are being written; yours is number {place} in line ({seconds} s)").format(
            place=place, seconds=seconds
        )
    if reply.failed_status == 429:
        return _("The deployment is busy; trying again ({seconds} s, attempt {attempt})").format(
            seconds=seconds, attempt=reply.attempt
        )
    if reply.attempt > 1 or reply.failed_status is not None:
        return _("No luck yet; trying again ({seconds} s, attempt {attempt})").format(
            seconds=seconds, attempt=reply.attempt
        )
    return _("Waiting for the first word … {seconds} s").format(seconds=seconds)
