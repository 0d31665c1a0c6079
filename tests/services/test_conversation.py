"""What of a branch is sent to the endpoint, and what can be asked for next."""

from __future__ import annotations

from dataclasses import replace

from services.context import DEFAULT_CONTEXT_TOKENS, estimate_tokens, fit, room_for
from services.conversation import CONTINUE, Choices, Turn, may_continue, request_for, request_rest, turns_of
from services.history.records import MessageRecord
from services.streaming.folding import Answer, Status
from services.streaming.request import ChatRequest, Parameters
from tests.services.fakes import DEPLOYMENT

CHOICES = Choices(deployment=DEPLOYMENT, system_message="  Be brief ")


def _turn(question: str, text: str, status: Status = "complete", **parts: object) -> Turn:
    asked = MessageRecord(parent_id=None, role="user", text=question)
    answer = Answer(status=status, text=text, **parts)  # type: ignore[arg-type]  # told by the test
    said = MessageRecord(parent_id=asked.id, role="assistant", text=answer.words, answer=answer)
    return Turn(question=asked, answers=(said,))


def _sent(request: ChatRequest) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in request.messages]


def test_a_question_goes_out_after_all_that_was_said() -> None:
    request, asked = request_for([_turn("one", "first")], "two", CHOICES)
    assert _sent(request) == [("system", "Be brief"), ("user", "one"), ("assistant", "first"), ("user", "two")]
    assert (asked.deployment, asked.sent_latest) == (DEPLOYMENT.id, 0)


def test_without_a_system_message_none_is_sent() -> None:
    request, _ = request_for([], "hi", replace(CHOICES, system_message=" "))
    assert _sent(request) == [("user", "hi")]


def test_filtered_withdrawn_and_empty_turns_are_left_out() -> None:
    turns = [
        _turn("bad", "", "filtered"),
        _turn("cut", "half", "filtered"),
        _turn("late", "", "filtered", withdrawn=True),
        _turn("failed", "", "failed"),
        _turn("stopped", "so far", "stopped"),
        Turn(question=MessageRecord(parent_id=None, role="user", text="unanswered")),
    ]
    request, _ = request_for(turns, "next", CHOICES)
    assert [content for role, content in _sent(request) if role == "user"] == ["stopped", "next"]


def test_asking_for_the_rest_sends_what_came() -> None:
    turn = _turn("one", "first half ", "stopped")
    assert may_continue(turn)
    request, _ = request_rest([turn], CHOICES)
    assert _sent(request)[-2:] == [("assistant", "first half "), ("user", CONTINUE)]


def test_an_answer_below_an_answer_continues_it() -> None:
    begun = _turn("one", "first half ", "stopped")
    rest = MessageRecord(
        parent_id=begun.last.id, role="assistant", text="second", answer=Answer(status="complete", text="second")
    )
    (turn,) = turns_of([begun.question, *begun.answers, rest])
    assert (turn.text, turn.text_before) == ("first half second", "first half ")
    assert not may_continue(turn)


def test_answers_without_their_question_are_no_turn() -> None:
    turn = _turn("one", "first")
    assert turns_of(turn.answers) == ()


def test_nothing_to_continue_in_a_whole_empty_or_refused_answer() -> None:
    assert not may_continue(_turn("q", "whole"))
    assert not may_continue(_turn("q", "", "stopped"))
    assert not may_continue(_turn("q", "", "stopped", refusal="no"))


def test_an_interrupted_or_truncated_answer_can_be_continued() -> None:
    assert may_continue(_turn("q", "half", "interrupted"))
    assert may_continue(_turn("q", "half", "complete", finish_reason="length"))


def test_the_oldest_turns_are_dropped_until_the_rest_fits() -> None:
    small = replace(CHOICES, deployment=replace(DEPLOYMENT, context_tokens=400))
    turns = [_turn(f"question {n} " + "x" * 90, f"answer {n} " + "y" * 90) for n in range(10)]
    request, asked = request_for(turns, "next", small)
    sent = _sent(request)
    assert sent[0] == ("system", "Be brief")
    assert sent[1][0] == "user"
    assert sent[-1] == ("user", "next")
    assert sent[-3][1].startswith("question 9")
    assert 3 < len(sent) < 15
    assert asked.sent_latest == len(sent) - 1
    assert sum(estimate_tokens(content) for _, content in sent) <= 300


def test_a_question_alone_beyond_the_context_is_sent_all_the_same() -> None:
    """The endpoint knows its own limit best, and says so."""
    small = replace(CHOICES, deployment=replace(DEPLOYMENT, context_tokens=50))
    request, _ = request_for([_turn("one", "first")], "x" * 1000, small)
    assert _sent(request) == [("system", "Be brief"), ("user", "x" * 1000)]


def test_tokens_are_estimated_on_the_safe_side() -> None:
    assert estimate_tokens("a" * 400) >= 100
    assert estimate_tokens("川" * 100) >= 100
    assert fit(["x", "y"], 0) == 0
    unknown = room_for(DEPLOYMENT, Parameters(), [])
    assert DEFAULT_CONTEXT_TOKENS - 5_000 < unknown < DEFAULT_CONTEXT_TOKENS
