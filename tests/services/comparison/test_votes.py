from __future__ import annotations

from dataclasses import replace

import pytest

from services.comparison.variants import Variant
from services.comparison.votes import Vote, count, wilson

A, B, C = (Variant(id=name, name=name, system_message=name) for name in "ABC")


def _votes(a: int, b: int, ties: int = 0) -> list[tuple[tuple[Variant, ...], Vote]]:
    return [
        *([((A, B), Vote(verdict="best", best="A", worst="B"))] * a),
        *([((B, A), Vote(verdict="best", best="B", worst="A"))] * b),
        *([((A, B), Vote(verdict="tie"))] * ties),
    ]


@pytest.mark.parametrize(
    ("successes", "of", "low", "high"),
    [(0, 0, 0, 1), (7, 10, 0.3968, 0.8922), (0, 5, 0, 0.4345), (50, 100, 0.4038, 0.5962)],
)
def test_wilsons_interval_is_that_of_the_books(successes: int, of: int, low: float, high: float) -> None:
    assert wilson(successes, of) == pytest.approx((low, high), abs=5e-4)


def test_few_votes_name_no_leader() -> None:
    tally = count(_votes(3, 1), (A, B))
    assert tally.leader is None
    assert (tally.votes, tally.standings[0].variant.id, tally.standings[0].share) == (4, "A", 0.75)


def test_clear_votes_name_the_leader() -> None:
    tally = count(_votes(20, 4, ties=3), (A, B))
    assert tally.leader is not None
    assert tally.leader.variant.id == "A"
    assert (tally.votes, tally.ties, tally.leader.votes, tally.leader.ties) == (27, 3, 24, 3)


def test_ties_alone_decide_nothing() -> None:
    tally = count(_votes(0, 0, ties=50), (A, B))
    assert tally.leader is None
    assert tally.standings[0].votes == 0


def test_best_and_worst_are_counted_for_those_who_took_part() -> None:
    tally = count([((A, B, C), Vote(verdict="best", best="C", worst="A"))], (A, B, C))
    assert [(s.variant.id, s.best, s.worst, s.votes) for s in tally.standings] == [
        ("C", 1, 0, 1),
        ("B", 0, 0, 1),
        ("A", 0, 1, 1),
    ]


def test_a_look_without_a_vote_counts_for_nothing() -> None:
    assert count([((A, B), Vote(verdict="shown"))], (A, B)).votes == 0


def test_votes_on_an_earlier_text_stand_by_themselves() -> None:
    changed = replace(A, system_message="another text")
    tally = count([*_votes(2, 0), ((changed, B), Vote(verdict="best", best="A"))], (changed, B))
    of_a = {s.is_current: s.best for s in tally.standings if s.variant.id == "A"}
    assert of_a == {False: 2, True: 1}
