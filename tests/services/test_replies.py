from __future__ import annotations

import logging
import threading
import time

import pytest

from services.errors import EndpointFailed, NoCapacity, ServerEnding, StreamIncomplete
from services.streaming.replies import Replies, ReplyLimits
from services.streaming.reply import Reply, join_fragments
from tests.services.fakes import ScriptedSource, request, said
from tests.waiting import until


def _end(reply: Reply) -> Reply:
    until = time.monotonic() + 10
    while reply.is_live:
        assert time.monotonic() < until
        reply.wait_for_end(0.5)
    return reply


def test_a_reply_goes_on_without_anybody_following() -> None:
    source = ScriptedSource(said("a", "b"))
    replies = Replies(source)
    reply = _end(replies.start(request()))
    assert (reply.answer().status, reply.answer().text) == ("complete", "ab")
    assert join_fragments(reply.fragments) == "ab"
    replies.close()
    assert source.is_closed


def test_without_a_finish_reason_it_is_incomplete() -> None:
    replies = Replies(ScriptedSource(said("a", reason=None)))
    assert isinstance(_end(replies.start(request())).answer().error, StreamIncomplete)
    replies.close()


def test_what_came_before_a_failure_is_kept() -> None:
    replies = Replies(ScriptedSource(said("a", reason=None), raises=NoCapacity("full")))
    answer = _end(replies.start(request())).answer()
    assert (answer.text, type(answer.error)) == ("a", NoCapacity)
    replies.close()


def test_a_mistake_of_ours_ends_the_reply_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    replies = Replies(ScriptedSource(raises=ZeroDivisionError("secret")))
    with caplog.at_level(logging.ERROR):
        answer = _end(replies.start(request())).answer()
    assert isinstance(answer.error, EndpointFailed)
    assert "secret" not in answer.error.detail
    assert "secret" in caplog.text
    replies.close()


def test_stop_keeps_the_text_and_closes_the_source() -> None:
    source = ScriptedSource(said("a", "b", reason=None), hangs=True)
    replies = Replies(source)
    reply = replies.start(request())
    while len(reply.fragments) < 2:
        reply.wait_for_text(len(reply.fragments), 1)
    reply.stop()
    reply.stop()
    assert _end(reply).answer().status == "stopped"
    assert reply.answer().text == "ab"
    _no_longer_open(source)
    replies.close()


def _no_longer_open(source: ScriptedSource) -> None:
    until = time.monotonic() + 5
    while source.open:
        assert time.monotonic() < until
        time.sleep(0.005)


def test_stop_at_once_never_leaves_a_reply_alive() -> None:
    replies = Replies(ScriptedSource(hangs=True))
    for _ in range(50):
        reply = replies.start(request())
        reply.stop()
        assert _end(reply).answer().status == "stopped"
    until = time.monotonic() + 5
    while replies.live_count:
        assert time.monotonic() < until
        time.sleep(0.005)
    replies.close()


def test_a_stop_before_the_task_is_known_is_carried_out() -> None:
    reply, cancelled = Reply(request()), threading.Event()
    reply.stop()
    reply.attach(cancelled.set)
    assert cancelled.is_set()


def test_beyond_the_limit_replies_wait_in_line_and_come_in_turn() -> None:
    source = ScriptedSource(hangs=True)
    replies = Replies(source, ReplyLimits(most_live=2))
    started = [replies.start(request(str(number))) for number in range(5)]
    until(lambda: [reply.place_in_line for reply in started] == [None, None, 1, 2, 3])
    assert replies.is_full
    assert len(source.asked) == 2
    started[3].stop()
    until(lambda: [reply.place_in_line for reply in started] == [None, None, 1, None, 2])
    assert started[3].answer().status == "stopped"
    started[0].stop()
    until(lambda: [reply.place_in_line for reply in started] == [None, None, None, None, 1])
    assert [asked.messages[0].content for asked in source.asked] == ["0", "1", "2"]
    replies.close()
    assert {reply.answer().status for reply in started} == {"stopped", "interrupted"}


def test_a_hundred_in_line_are_all_answered_in_the_order_they_came() -> None:
    source = ScriptedSource(said("a"))
    replies = Replies(source, ReplyLimits(most_live=3))
    for reply in [replies.start(request(str(number))) for number in range(100)]:
        _end(reply)
        assert reply.answer().status == "complete"
    assert [asked.messages[0].content for asked in source.asked] == [str(number) for number in range(100)]
    assert not replies.is_full
    replies.close()


def test_a_server_that_ends_begins_nothing_any_more() -> None:
    replies = Replies(ScriptedSource())
    replies.close()
    with pytest.raises(ServerEnding):
        replies.start(request())


def test_only_the_first_end_counts() -> None:
    reply = Reply(request())
    reply.end("stopped")
    reply.end("complete")
    assert reply.answer().status == "stopped"


def test_waiting_for_text_ends_when_some_comes() -> None:
    reply = Reply(request())
    threading.Timer(0.05, lambda: reply.add(said("a")[1])).start()
    begun = time.monotonic()
    reply.wait_for_text(0, 5)
    assert time.monotonic() - begun < 2


def test_whoever_wants_to_know_of_the_end_is_told_once_also_afterwards() -> None:
    reply, told = Reply(request()), list[str]()
    reply.when_ended(lambda: told.append("early"))
    reply.end("complete")
    reply.end("stopped")
    reply.when_ended(lambda: told.append("late"))
    assert told == ["early", "late"]


def test_a_server_that_ends_interrupts_its_replies_unless_somebody_pressed_stop() -> None:
    replies = Replies(ScriptedSource(said("a", reason=None), hangs=True))
    left, stopped = replies.start(request()), replies.start(request())
    for reply in (left, stopped):
        reply.wait_for_text(0, 5)
    stopped.stop()
    replies.close()
    assert (left.answer().status, left.answer().text) == ("interrupted", "a")
    assert stopped.answer().status == "stopped"


def test_a_reply_that_will_not_begin_is_forgotten() -> None:
    replies = Replies(ScriptedSource(), ReplyLimits(most_live=1))
    replies.dismiss(replies.admit(request()))
    assert replies.live_count == 0
    replies.close()
