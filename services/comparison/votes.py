"""Votes on turns of a comparison, and what they amount to: a share per variant with Wilson's interval.

Counts only verdicts that name a best one; ties stand beside them. Pure.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from scipy.stats import binomtest

from services.comparison.variants import Variant

Verdict = Literal["best", "tie", "both bad", "shown"]
"""`shown`: the names were looked at without a vote, which counts for nothing."""

NOTE_CHARACTERS: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A verdict. `shown` is what stood in which place, as variant ids; `answers` the ids of the answers seen there."""

    verdict: Verdict
    best: str = ""
    worst: str = ""
    note: str = ""
    shown: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a variant has fared: `votes` are the decided ones it took part in, `low` and `high` Wilson's 95 % interval.

    `is_current` is false for a text or deployment that the set-up no longer has.
    """

    variant: Variant
    best: int
    worst: int
    ties: int
    votes: int
    low: float
    high: float
    is_current: bool = True

    @property
    def share(self) -> float:
        """Of the decided votes; 0 where there are none."""
        return self.best / self.votes if self.votes else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """All standings, the best share first. `leader` is set only where the votes tell."""

    standings: tuple[Standing, ...] = ()
    votes: int = 0
    ties: int = 0
    leader: Standing | None = None


def wilson(successes: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share; all of 0 to 1 where nothing is known."""
    if of == 0:
        return 0.0, 1.0
    interval = binomtest(successes, of).proportion_ci(confidence_level=0.95, method="wilson")
    return float(interval.low), float(interval.high)


def count(voted: Iterable[tuple[Sequence[Variant], Vote]], current: Sequence[Variant]) -> Tally:
    """The tally of votes on variants as they were then; those changed since stand by themselves."""
    counts: list[_Count] = []
    votes = ties = 0
    for variants, vote in voted:
        if vote.verdict == "shown":
            continue
        votes += 1
        ties += vote.verdict != "best"
        for variant in variants:
            _find(counts, variant).add(vote, variant.id)
    standings = sorted((one.standing(current) for one in counts), key=lambda s: (-s.share, -s.best, s.worst))
    return Tally(standings=tuple(standings), votes=votes, ties=ties, leader=_leader(standings))


def _leader(standings: Sequence[Standing]) -> Standing | None:
    """The first where its interval lies above every other's."""
    others = [one.high for one in standings[1:] if one.votes]
    return standings[0] if others and standings[0].low > max(others) else None


@dataclass(slots=True)
class _Count:
    variant: Variant
    best: int = 0
    worst: int = 0
    ties: int = 0
    decided: int = 0

    def add(self, vote: Vote, variant_id: str) -> None:
        if vote.verdict != "best":
            self.ties += 1
            return
        self.decided += 1
        self.best += vote.best == variant_id
        self.worst += vote.worst == variant_id

    def standing(self, current: Sequence[Variant]) -> Standing:
        low, high = wilson(self.best, self.decided)
        return Standing(
            variant=self.variant,
            best=self.best,
            worst=self.worst,
            ties=self.ties,
            votes=self.decided,
            low=low,
            high=high,
            is_current=any(one.id == self.variant.id and one.is_like(self.variant) for one in current),
        )


def _find(counts: list[_Count], variant: Variant) -> _Count:
    for one in counts:
        if one.variant.id == variant.id and one.variant.is_like(variant):
            one.variant = variant
            return one
    counts.append(_Count(variant))
    return counts[-1]
