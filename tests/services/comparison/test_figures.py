from __future__ import annotations

from decimal import Decimal

from services.comparison.figures import Figures, best_of, figures_of, proportion
from services.comparison.prices import cost
from services.deployments import Deployment, Endpoint, Price
from services.streaming.events import Usage
from services.streaming.folding import Answer, Timings

AZURE = Endpoint(name="azure", kind="azure", url="https://x")
USAGE = Usage(prompt_tokens=1_000, completion_tokens=100, reasoning_tokens=0)


def test_a_deployment_named_after_its_model_is_priced_by_the_list() -> None:
    assert cost(Deployment(name="gpt-4.1-mini", endpoint=AZURE), USAGE) == Decimal("0.00056")


def test_the_price_of_the_file_goes_before_the_list() -> None:
    own = Price(input=Decimal(10), output=Decimal(20))
    assert cost(Deployment(name="gpt-4.1-mini", endpoint=AZURE, price=own), USAGE) == Decimal("0.012")
    assert cost(Deployment(name="mine", endpoint=AZURE, price="gpt-4.1-mini"), USAGE) == Decimal("0.00056")


def test_what_is_not_known_is_unknown_and_not_nothing() -> None:
    assert cost(Deployment(name="mine", endpoint=AZURE), USAGE) is None
    assert cost(Deployment(name="gpt-4.1-mini", endpoint=AZURE), None) is None
    assert cost(None, USAGE) is None


def test_figures_are_those_of_the_answer() -> None:
    timings = Timings(asked_at=1.0, first_text_at=1.5, last_text_at=3.5)
    found = figures_of(Answer(status="complete", usage=USAGE, timings=timings), None)
    assert found == Figures(
        first_token_s=0.5, tokens_s=49.5, total_s=2.5, tokens_in=1_000, tokens_out=100, cost_usd=None
    )


def test_the_best_is_the_least_time_and_the_most_speed() -> None:
    figures = [Figures(first_token_s=0.5, tokens_s=10), Figures(first_token_s=0.2, tokens_s=30), Figures()]
    assert best_of("first_token_s", figures) == {1}
    assert best_of("tokens_s", figures) == {1}
    assert best_of("cost_usd", figures) == frozenset()


def test_where_all_are_the_same_or_more_is_no_merit_none_is_best() -> None:
    same = [Figures(first_token_s=0.5, tokens_out=5), Figures(first_token_s=0.5, tokens_out=9)]
    assert best_of("first_token_s", same) == best_of("tokens_out", same) == frozenset()


def test_bars_are_in_proportion_to_the_largest() -> None:
    figures = [Figures(total_s=1.0), Figures(total_s=4.0), Figures()]
    assert [proportion("total_s", place, figures) for place in range(3)] == [0.25, 1.0, 0.0]
    assert proportion("cost_usd", 0, figures) == 0.0


def test_an_answer_that_broke_off_is_best_in_nothing() -> None:
    figures = [Figures(total_s=1.0, is_whole=False), Figures(total_s=4.0), Figures(total_s=5.0)]
    assert best_of("total_s", figures) == {1}
    assert not figures_of(Answer(status="stopped"), None).is_whole
