"""Words for errors, filters and figures, in both languages, inside a real Streamlit run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from components.plain import plain
from services import errors
from services.errors import ProblemKind, ReplyError


def _run(script: Callable[..., None], language: str, **arguments: Any) -> AppTest:
    made = AppTest.from_function(script, kwargs=arguments, default_timeout=20)
    made.session_state["language"] = language
    return made.run()


def _say_errors() -> None:
    import streamlit as st

    from components.errors import may_try_again, word
    from tests.components.samples import every_error

    for error in every_error():
        wording = word(error)
        st.text(f"{type(error).__name__}|{wording.what}|{wording.advice}|{may_try_again(error)}")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_error_of_the_tree_has_words_of_its_own(language: str) -> None:
    shown = [text.value.split("|") for text in _run(_say_errors, language).text]
    names = {name for name, *_ in shown}
    assert names >= {kind.__name__ for kind in _leaves(ReplyError)}
    whats = [what for name, what, *_ in shown if name not in {"TimedOut", "InvalidRequest"}]
    assert len(set(whats)) == len(whats)
    assert all(what and advice for _, what, advice, _ in shown)
    assert any("。" in what for _, what, *_ in shown) == (language == "ja")


def _leaves(kind: type[ReplyError]) -> set[type[ReplyError]]:
    below = kind.__subclasses__()
    return {leaf for sub in below for leaf in _leaves(sub)} if below else {kind}


def test_what_cannot_succeed_is_not_offered_again() -> None:
    shown = {text.value.split("|")[0]: text.value.split("|")[3] for text in _run(_say_errors, "en").text}
    assert shown["RateLimited"] == shown["StreamBroken"] == "True"
    assert shown["AuthenticationFailed"] == shown["ContextTooLong"] == shown["QuestionTooLong"] == "False"


def _say_filter() -> None:
    import streamlit as st

    from components.filtering import word_results
    from services.filtering import FilterResult

    results = (
        FilterResult(category="violence", filtered=True, severity="medium"),
        FilterResult(category="jailbreak", detected=True, filtered=True),
        FilterResult(category="brand_new", detected=True),
        FilterResult(category="hate", severity="safe"),
    )
    for line in word_results(results):
        st.text(line)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["Attempt to get around the rules", "Violence: medium", "brand_new"]),
        ("ja", ["ルールを回避する試み (jailbreak)", "暴力: 中", "brand_new"]),
    ],
)
def test_the_filters_categories_and_severities_are_in_words(language: str, lines: list[str]) -> None:
    assert [text.value for text in _run(_say_filter, language).text] == lines


def _say_waiting() -> None:
    import streamlit as st

    from components.waiting import waiting_line
    from services.streaming.events import AttemptFailed, ContentDelta, RequestSent
    from services.streaming.reply import Reply
    from tests.services.fakes import request

    def line(*events: RequestSent | AttemptFailed | ContentDelta) -> None:
        reply = Reply(request(), clock=lambda: 0.0)
        for event in events:
            reply.add(event)
        update = waiting_line(st.empty(), reply)
        update()
        update()

    line(RequestSent(attempt=1, at=0))
    line(RequestSent(attempt=1, at=0), AttemptFailed(status=429))
    line(RequestSent(attempt=1, at=0), AttemptFailed(status=500), RequestSent(attempt=2, at=0))
    line(RequestSent(attempt=1, at=0), ContentDelta(text="a", at=1))


def test_while_waiting_the_tries_of_the_sdk_are_told() -> None:
    first, busy, second = (caption.value for caption in _run(_say_waiting, "en").caption)
    assert first.startswith(":shimmer[Waiting for the first word")
    assert "busy; trying again" in busy
    assert "attempt 2" in second


def _say_figures() -> None:
    import streamlit as st

    from components.figures import word_figures
    from services.streaming.events import Usage
    from services.streaming.folding import Answer, Timings

    timings = Timings(asked_at=1.0, first_text_at=1.5, last_text_at=3.5, fragments=100)
    usage = Usage(prompt_tokens=1234, completion_tokens=161, reasoning_tokens=60)
    st.text(word_figures(Answer(timings=timings, usage=usage, attempts=2)))
    st.text(word_figures(Answer(timings=timings)) + "|")
    st.text(word_figures(Answer()) + "|")


def test_figures_are_told_as_far_as_they_are_known() -> None:
    full, partly, nothing = (text.value for text in _run(_say_figures, "en").text)
    assert full == (
        "0.50 s to first token · 50 tokens/s · 1,234 tokens in, 161 out (60 of them for reasoning) · 2 attempts"
    )
    assert partly == "0.50 s to first token|"
    assert nothing == "|"


def _show_problems() -> None:
    from typing import get_args

    from components.mishap import show_mishap
    from components.setup import show_setup_problems
    from services.errors import ConfigurationError, Problem, ProblemKind

    kinds = get_args(ProblemKind)
    show_setup_problems(ConfigurationError(tuple(Problem(variable=f"V_{k}", kind=k, detail="<b>x</b>") for k in kinds)))
    show_mishap("abc123")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_problem_with_the_settings_is_listed_with_its_mending(language: str) -> None:
    at = _run(_show_problems, language)
    assert not at.exception
    listed = at.markdown[-1].value.splitlines()
    assert len([line for line in listed if line.startswith("- **V")]) == len(get_args(ProblemKind))
    assert "<b>" not in at.markdown[-1].value
    assert "abc123" in at.warning[0].value


@pytest.mark.parametrize(
    "text", ["**b**", "[a](http://x)", "![x](http://x)", ":red[x]", ":smile:", "`c`", "<b>", "$x$"]
)
def test_text_from_elsewhere_cannot_be_markdown(text: str) -> None:
    escaped = plain(text)
    assert ":red[" not in escaped
    assert ":smile:" not in escaped
    for mark in "*[]`<>$!":
        assert mark not in escaped.replace(f"\\{mark}", "")


def test_text_from_elsewhere_is_cut_to_one_line() -> None:
    assert plain("a\n\nb") == "a b"
    assert len(plain("x" * 1000)) == 301


def test_a_question_too_long_names_the_limit() -> None:
    assert errors.QuestionTooLong(3, 2).limit == 2
