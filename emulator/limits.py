"""Counts requests and tokens a minute per deployment, and writes the headers that tell of it.

Azure's header names (azure-wire §1.3); the resets are milliseconds, as the recordings suggest.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from emulator.clock import Clock
from emulator.errors import Refused, rate_limited

WINDOW_S = 60.0


@dataclass(slots=True)
class _Spent:
    entries: deque[tuple[float, int]] = field(default_factory=deque)
    tokens: int = 0


class Limits:
    """A sliding minute for each deployment."""

    def __init__(self, clock: Clock, *, requests: int, tokens: int) -> None:
        self._clock = clock
        self._requests = requests
        self._tokens = tokens
        self._spent: dict[str, _Spent] = {}

    def spend(self, deployment: str, tokens: int) -> dict[str, str]:
        """Take one request of `tokens`; gives the headers, or raises `Refused` with a 429."""
        spent = self._forget_old(deployment)
        if len(spent.entries) >= self._requests or spent.tokens + tokens > self._tokens:
            raise Refused(rate_limited(self._seconds_until_room(spent)))
        spent.entries.append((self._clock.now(), tokens))
        spent.tokens += tokens
        return self._headers(spent)

    def _forget_old(self, deployment: str) -> _Spent:
        spent = self._spent.setdefault(deployment, _Spent())
        oldest = self._clock.now() - WINDOW_S
        while spent.entries and spent.entries[0][0] <= oldest:
            spent.tokens -= spent.entries.popleft()[1]
        return spent

    def _seconds_until_room(self, spent: _Spent) -> int:
        if not spent.entries:
            return int(WINDOW_S)
        return max(1, round(spent.entries[0][0] + WINDOW_S - self._clock.now()))

    def _headers(self, spent: _Spent) -> dict[str, str]:
        window = f"{WINDOW_S:.0f}"
        return {
            "x-ratelimit-limit-requests": str(self._requests),
            "x-ratelimit-limit-tokens": str(self._tokens),
            "x-ratelimit-remaining-requests": str(self._requests - len(spent.entries)),
            "x-ratelimit-remaining-tokens": str(self._tokens - spent.tokens),
            "x-ratelimit-renewalperiod-requests": window,
            "x-ratelimit-renewalperiod-tokens": window,
            "x-ratelimit-reset-requests": str(round(1000 * WINDOW_S / self._requests)),
            "x-ratelimit-reset-tokens": str(round(1000 * WINDOW_S * spent.tokens / self._tokens)),
        }
