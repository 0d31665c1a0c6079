"""The figures of one answer beside those of others: which is best in each row, and how they are in proportion.

Numbers only; their words are in `components` and the exports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from services.comparison.prices import cost
from services.deployments import Deployment
from services.streaming.folding import Answer

Row = Literal["first_token_s", "tokens_s", "total_s", "tokens_in", "tokens_out", "cost_usd"]
ROWS: Final[tuple[Row, ...]] = ("first_token_s", "tokens_s", "total_s", "tokens_in", "tokens_out", "cost_usd")
LESS_IS_BETTER: Final = frozenset({"first_token_s", "total_s", "cost_usd"})
MORE_IS_BETTER: Final = frozenset({"tokens_s"})
ALIKE: Final = Decimal("0.05")
"""Values that differ by less of the best one are as good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one answer; None where it is unknown. Times in seconds, cost in US dollars.

    One that isn't whole has figures, but is best in nothing: ending early is no merit.
    """

    first_token_s: float | None = None
    tokens_s: float | None = None
    total_s: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost_usd: Decimal | None = None
    is_whole: bool = True


def figures_of(answer: Answer, deployment: Deployment | None) -> Figures:
    """What the answer took; `deployment` is None where it has vanished."""
    usage, timings = answer.usage, answer.timings
    visible = usage.completion_tokens - usage.reasoning_tokens if usage else 0
    return Figures(
        first_token_s=timings.first_token_s,
        tokens_s=timings.tokens_per_second(visible),
        total_s=timings.total_s,
        tokens_in=usage.prompt_tokens if usage else None,
        tokens_out=usage.completion_tokens if usage else None,
        cost_usd=cost(deployment, usage),
        is_whole=answer.status == "complete",
    )


def best_of(row: Row, all_figures: Sequence[Figures]) -> frozenset[int]:
    """The places that are best in a row; none where fewer than two are known, or all are as good as the same."""
    known = {
        place: Decimal(value)
        for place, one in enumerate(all_figures)
        if one.is_whole and (value := getattr(one, row)) is not None
    }
    if len(known) < 2 or row not in LESS_IS_BETTER | MORE_IS_BETTER:
        return frozenset()
    best = min(known.values()) if row in LESS_IS_BETTER else max(known.values())
    found = frozenset(place for place, value in known.items() if abs(value - best) <= ALIKE * abs(best))
    return found if len(found) < len(known) else frozenset()


def proportion(row: Row, place: int, all_figures: Sequence[Figures]) -> float:
    """Of the largest value in a row, 0 to 1."""
    known = [float(value) for one in all_figures if (value := getattr(one, row)) is not None]
    value = getattr(all_figures[place], row)
    return float(value) / max(known) if value is not None and known and max(known) > 0 else 0.0
