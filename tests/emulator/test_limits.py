from __future__ import annotations

import pytest

from emulator.errors import Refused
from emulator.limits import Limits


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


def test_after_a_minute_there_is_room_again() -> None:
    clock = HandClock()
    limits = Limits(clock, requests=1, tokens=100)
    limits.spend("a", 10)
    clock.time = 20
    with pytest.raises(Refused) as refused:
        limits.spend("a", 10)
    assert refused.value.refusal.headers["retry-after"] == "40"
    clock.time = 61
    assert limits.spend("a", 10)["x-ratelimit-remaining-tokens"] == "90"


def test_a_request_larger_than_the_whole_minute_is_refused() -> None:
    with pytest.raises(Refused):
        Limits(HandClock(), requests=1, tokens=100).spend("a", 101)


def test_deployments_have_limits_of_their_own() -> None:
    limits = Limits(HandClock(), requests=1, tokens=100)
    limits.spend("a", 1)
    limits.spend("b", 1)
