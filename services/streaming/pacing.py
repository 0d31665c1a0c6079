"""When the next fragments are due on the screen: the article's delay, and keeping up with the model.

Display only: it never delays what is recorded. Pure but for the moment it remembers; the clock is
handed in with every question.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.streaming.reply import Fragment

DEFAULT_DELAY_MS: Final = 33
LONGEST_DELAY_MS: Final = 200
MOST_LAG_S: Final = 0.25
"""Joining keeps the display within half a second of the model; the rest is left for frames and drawing."""
FRAME_S: Final = 1 / 30
"""The shortest time between two frames: changes of the display."""
LONGEST_FRAME_S: Final = 0.45
"""But for enormous blocks, see `MOST_CHARACTERS_S`."""
LIVE_CHARACTERS_S: Final = 4_500
"""Characters of the block that still grows for which a frame takes a second longer."""
MOST_CHARACTERS_S: Final = 40_000
"""How many characters a second are sent and drawn again at most, however large the block is that grows."""
PAGE_FRAMES_S: Final = 60
"""How many frames a second one page draws for all its columns: a browser has one thread for them."""
FRAMES_S: Final = 350
"""How many frames a second one process draws for all who follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`delay_s` is the shortest time between two fragments shown; `keep_up` joins them where it must."""

    delay_s: float = DEFAULT_DELAY_MS / 1000
    keep_up: bool = True


def frame_s(live_characters: int, followers: int, columns: int = 1) -> float:
    """The time between two frames for one of `followers`: longer the more there is to draw, on one page too."""
    by_weight = min(FRAME_S + live_characters / LIVE_CHARACTERS_S, LONGEST_FRAME_S)
    return max(by_weight, live_characters / MOST_CHARACTERS_S, followers / FRAMES_S, (columns - 1) / PAGE_FRAMES_S)


class Pacer:
    """Decides for one follower of one reply."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next_at = -math.inf
        self._turn_at = -math.inf

    def due(self, fragments: Sequence[Fragment], shown: int, now: float, frame: float = FRAME_S) -> int:
        """How many fragments after the first `shown` to show now; 0 where it isn't time yet.

        `frame`: the least time until the next ones, in seconds.
        """
        if len(fragments) == shown or now < self._next_at:
            return 0
        interval = max(self._pace.delay_s, frame)
        self._next_at = now + interval
        if self._pace.delay_s == 0:
            return len(fragments) - shown
        if not self._pace.keep_up:
            return self._in_turn(fragments, shown, now, interval)
        return max(_overdue(fragments, shown, now + interval), _share(len(fragments) - shown, interval))

    def seconds_until_due(self, now: float) -> float:
        """How long until anything may be shown."""
        return max(0.0, self._next_at - now)

    def _in_turn(self, fragments: Sequence[Fragment], shown: int, now: float, interval: float) -> int:
        """One, or where several turns fall into one frame, those."""
        count, turn_at = 0, max(self._turn_at, now - interval + self._pace.delay_s)
        while shown + count < len(fragments) and max(turn_at, fragments[shown + count].at) <= now:
            turn_at = max(turn_at, fragments[shown + count].at) + self._pace.delay_s
            count += 1
        self._turn_at = turn_at
        return count


def _share(backlog: int, interval: float) -> int:
    """An even share of the backlog, so that it melts instead of jumping."""
    return min(backlog, math.ceil(backlog * interval / MOST_LAG_S))


def _overdue(fragments: Sequence[Fragment], shown: int, next_at: float) -> int:
    """Those that would be too late if they waited for the next time."""
    count = 0
    while shown + count < len(fragments) and fragments[shown + count].at <= next_at - MOST_LAG_S:
        count += 1
    return count
