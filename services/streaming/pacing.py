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
MOST_LAG_S: Final = 0.45
"""The display lags half a second at most; the rest is left for drawing."""
FRAME_S: Final = 1 / 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`delay_s` is the shortest time between two fragments shown; `keep_up` joins them where it must."""

    delay_s: float = DEFAULT_DELAY_MS / 1000
    keep_up: bool = True

    @property
    def interval_s(self) -> float:
        """The shortest time between two changes of the display."""
        return max(self.delay_s, FRAME_S) if self.keep_up else self.delay_s


class Pacer:
    """Decides for one follower of one reply."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next_at = -math.inf

    def due(self, fragments: Sequence[Fragment], shown: int, now: float) -> int:
        """How many fragments after the first `shown` to show now; 0 where it isn't time yet."""
        if len(fragments) == shown or now < self._next_at:
            return 0
        self._next_at = now + self._pace.interval_s
        return self._count(fragments, shown, now)

    def seconds_until_due(self, now: float) -> float:
        """How long until anything may be shown."""
        return max(0.0, self._next_at - now)

    def _count(self, fragments: Sequence[Fragment], shown: int, now: float) -> int:
        backlog = len(fragments) - shown
        if self._pace.delay_s == 0:
            return backlog
        if not self._pace.keep_up:
            return 1
        return max(self._overdue(fragments, shown, now), self._share(backlog))

    def _share(self, backlog: int) -> int:
        """An even share of the backlog, so that it melts instead of jumping."""
        return math.ceil(backlog * self._pace.interval_s / MOST_LAG_S)

    def _overdue(self, fragments: Sequence[Fragment], shown: int, now: float) -> int:
        """Those that would be too late if they waited for the next time."""
        latest = now + self._pace.interval_s - MOST_LAG_S
        count = 0
        while shown + count < len(fragments) and fragments[shown + count].at <= latest:
            count += 1
        return count
