"""Chunks, folding, pacing: pure parts of the way of an answer."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.errors import MalformedStream, RequestIds
from services.filtering import FilterResult, read_filter_results, worst_first
from services.markdown.elements import Elements
from services.streaming.chunks import clean_text, read_chunk
from services.streaming.events import (
    AttemptFailed,
    CompletionFilterResults,
    ContentDelta,
    Finished,
    ParameterDropped,
    PromptFilterResults,
    RequestSent,
    ResponseStarted,
    RoleNamed,
    Usage,
)
from services.streaming.folding import Timings, fold
from services.streaming.pacing import (
    FRAME_S,
    FRAMES_S,
    LIVE_CHARACTERS_S,
    LONGEST_FRAME_S,
    MOST_CHARACTERS_S,
    Pace,
    Pacer,
    frame_s,
)
from services.streaming.reply import Fragment
from tests.services.fakes import said

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    [
        "choices",
        "delta",
        "content",
        "refusal",
        "role",
        "usage",
        "index",
        "finish_reason",
        "content_filter_results",
        "content_filter_offsets",
        "prompt_filter_results",
        "prompt_tokens",
        "completion_tokens",
        "completion_tokens_details",
        "severity",
    ]
)
chunk_like = st.recursive(
    anything,
    lambda inner: st.dictionaries(names, inner, max_size=6) | st.lists(inner, max_size=3),
    max_leaves=30,
)


@given(chunk_like | st.fixed_dictionaries({"choices": st.lists(chunk_like, max_size=3), "usage": chunk_like}))
@example({"choices": [{"delta": {"content": "a"}, "index": True}]})
def test_any_chunk_gives_events_or_our_own_error(chunk: Any) -> None:
    try:
        answer = fold(read_chunk(chunk, 1.0))
    except MalformedStream:
        return
    answer.words.encode()


@given(st.text(alphabet=st.characters(codec=None)))
def test_cleaned_text_can_always_be_stored(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode()
    assert "\0" not in cleaned
    assert "\u202e" not in cleaned


def test_other_choices_than_the_first_are_left_out() -> None:
    chunk = {"choices": [{"index": 1, "delta": {"content": "no"}}, {"index": 0, "delta": {"content": "yes"}}]}
    assert fold(read_chunk(chunk, 0)).text == "yes"


def test_a_verdict_without_a_delta_is_a_late_one() -> None:
    late = {"choices": [{"index": 0, "finish_reason": "content_filter"}]}
    assert fold([*said("a"), *read_chunk(late, 1)]).withdrawn
    timely = {"choices": [{"index": 0, "delta": {}, "finish_reason": "content_filter"}]}
    assert fold([*said("a", reason=None), *read_chunk(timely, 1)]).text == "a"


def test_a_stop_after_a_content_filter_does_not_undo_it() -> None:
    events = [*said("a", reason="content_filter"), Finished(reason="stop", at=2)]
    assert fold(events).finish_reason == "content_filter"


def test_folding_gathers_everything_that_is_said() -> None:
    hate = FilterResult(category="hate", filtered=True, severity="high")
    answer = fold(
        [
            RequestSent(attempt=1, at=1.0),
            AttemptFailed(status=429),
            RequestSent(attempt=2, at=2.0),
            ResponseStarted(status=200, request_ids=RequestIds(request="r", gateway="g"), at=2.5),
            ParameterDropped(name="top_p"),
            PromptFilterResults(results=(hate,)),
            RoleNamed(role="assistant"),
            ContentDelta(text="a", at=3.0),
            ContentDelta(text="b", at=5.0),
            CompletionFilterResults(results=(hate, FilterResult(category="violence", severity="safe"))),
            Finished(reason="stop", at=5.0),
            Usage(prompt_tokens=3, completion_tokens=5),
        ]
    )
    assert (answer.text, answer.attempts, str(answer.request_ids)) == ("ab", 2, "r / g")
    assert answer.timings.first_token_s == 2.0
    assert answer.timings.tokens_per_second(5) == 2.0
    assert (answer.prompt_filter, answer.completion_filter) == ((hate,), (hate,))
    assert answer.dropped == (ParameterDropped(name="top_p"),)


def test_figures_that_cannot_be_told_are_not_told() -> None:
    assert Timings().first_token_s is None
    assert Timings(first_text_at=1, last_text_at=1).tokens_per_second(9) is None
    assert Timings(first_text_at=1, last_text_at=2).tokens_per_second(1) is None


def test_filter_results_that_are_none_are_left_out() -> None:
    assert read_filter_results(None) == ()
    assert read_filter_results({"hate": 1, "self-harm": {"filtered": True, "severity": 9}}) == (
        FilterResult(category="self_harm", filtered=True),
    )


def test_what_was_blocked_comes_before_what_was_seen() -> None:
    seen = FilterResult(category="a", detected=True)
    blocked = FilterResult(category="b", filtered=True)
    assert worst_first((seen, FilterResult(category="c", severity="safe"), blocked)) == (blocked, seen)


def _arrivals(times: list[float]) -> list[Fragment]:
    return [Fragment("x", at) for at in sorted(times)]


def _play(pace: Pace, arrivals: list[Fragment], frame: float = FRAME_S) -> list[tuple[float, int]]:
    """When how many were shown, asking every millisecond as a page would."""
    pacer, shown, steps = Pacer(pace), 0, []
    for tick in range(1_000_000):
        now = tick / 1000
        there = [f for f in arrivals if f.at <= now]
        count = pacer.due(there, shown, now, frame)
        if count:
            steps.append((now, count))
            shown += count
        if shown == len(arrivals):
            return steps
    raise AssertionError("never shown whole")


times = st.lists(st.floats(0, 3).map(lambda s: round(s, 3)), min_size=1, max_size=60)


@given(times, st.sampled_from([0.0, 0.01, 0.033, 0.1, 0.2]))
def test_keeping_up_never_lags_more_than_half_a_second(times: list[float], delay_s: float) -> None:
    arrivals = _arrivals(times)
    shown = 0
    for now, count in _play(Pace(delay_s=delay_s, keep_up=True), arrivals):
        for fragment in arrivals[shown : shown + count]:
            assert now - fragment.at <= 0.5
        shown += count


@given(times, st.sampled_from([0.034, 0.1]))
def test_without_keeping_up_fragments_come_strictly_one_by_one(times: list[float], delay_s: float) -> None:
    steps = _play(Pace(delay_s=delay_s, keep_up=False), _arrivals(times))
    assert all(count == 1 for _, count in steps)
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(steps)]
    assert all(gap >= delay_s - 1e-9 for gap in gaps)


@given(times, st.sampled_from([0.004, 0.01, 0.033]))
def test_a_delay_shorter_than_a_frame_joins_only_as_many_as_have_their_turn_in_it(
    times: list[float], delay_s: float
) -> None:
    steps = _play(Pace(delay_s=delay_s, keep_up=False), _arrivals(times))
    assert all(count <= FRAME_S / delay_s + 1e-9 for _, count in steps)
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(steps)]
    assert all(gap >= FRAME_S - 1e-9 for gap in gaps)


def test_frames_are_rarer_the_more_there_is_to_draw() -> None:
    assert frame_s(0, 1) == FRAME_S
    assert frame_s(LIVE_CHARACTERS_S // 10, 1) == pytest.approx(FRAME_S + 0.1)
    assert frame_s(10_000, 1) == LONGEST_FRAME_S
    assert frame_s(120_000, 1) == 120_000 / MOST_CHARACTERS_S
    assert frame_s(0, 100) == pytest.approx(100 / FRAMES_S)


def _sent(text: str, token: int, every_s: float) -> int:
    """Characters sent to a browser while `text` comes at that pace."""
    elements, sent, next_at = Elements(), 0, 0.0
    for number, at in enumerate(range(0, len(text), token)):
        sent += sum(len(drawn.text) for drawn in elements.add(text[at : at + token]))
        if number * every_s >= next_at:
            sent += len(elements.live)
            next_at = number * every_s + frame_s(len(elements.live), 1)
    return sent


def test_an_answer_of_many_paragraphs_costs_what_it_weighs() -> None:
    short, long = ("Some words in a paragraph that goes on for a while. " * 6 + "\n\n") * 10, 4
    assert _sent(short, 4, 0.01) < 15 * len(short)
    assert _sent(short * long, 4, 0.01) < 1.1 * long * _sent(short, 4, 0.01)


def test_an_enormous_block_is_bounded() -> None:
    """Three thousand lines of code in five minutes, then at full speed."""
    code = "```python\n" + "x = 1  # a line of code, as they are\n" * 3_000 + "```\n"
    assert _sent(code, 4, 0.01) < MOST_CHARACTERS_S * (len(code) / 4 * 0.01)
    assert _sent(code, 4, 0.0001) < 10 * len(code)


@given(times, st.sampled_from([0.0, 0.033]), st.floats(FRAME_S, 1))
def test_rarer_frames_show_every_fragment_once_and_lag_little_more(
    times: list[float], delay_s: float, frame: float
) -> None:
    arrivals, shown = _arrivals(times), 0
    for now, count in _play(Pace(delay_s=delay_s), arrivals, frame):
        assert all(now - fragment.at <= max(0.5, frame + 0.002) for fragment in arrivals[shown : shown + count])
        shown += count
    assert shown == len(arrivals)


@given(times, st.sampled_from([0.033, 0.1, 0.2]))
def test_the_delay_is_the_shortest_time_between_two_changes(times: list[float], delay_s: float) -> None:
    steps = _play(Pace(delay_s=delay_s, keep_up=True), _arrivals(times))
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(steps)]
    assert all(gap >= delay_s - 1e-9 for gap in gaps)


def test_the_first_fragment_is_shown_at_once() -> None:
    assert _play(Pace(delay_s=0.2), [Fragment("x", 1.0)]) == [(1.0, 1)]


def test_without_a_delay_what_is_there_is_joined_into_frames() -> None:
    steps = _play(Pace(delay_s=0), [Fragment("x", n / 1000) for n in range(500)])
    assert len(steps) <= 0.5 / FRAME_S + 2


def test_it_tells_how_long_to_wait() -> None:
    pacer = Pacer(Pace(delay_s=0.1))
    assert pacer.seconds_until_due(5) == 0
    pacer.due([Fragment("x", 5)], 0, 5)
    assert pacer.seconds_until_due(5.06) == pytest.approx(0.04)
