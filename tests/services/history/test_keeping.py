"""What replies say comes on record while they say it; servers that die or vanish lose no more than a moment."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import pytest

from services.errors import StoreFailed
from services.history.database import DatabaseHistory
from services.history.far import FarReply
from services.history.history import Piece
from services.history.keeping import Keeper, Kept
from services.history.memory import MemoryHistory
from services.history.records import MessageRecord
from services.history.writers import SILENT_S, Writer, is_dead
from services.streaming.events import ContentDelta
from services.streaming.reply import Reply
from tests.services.fakes import ScriptedSource, request, said
from tests.services.history.house import CHOICES, House
from tests.services.history.trees import ME, begun, pending, question
from tests.waiting import until


@pytest.fixture
def keeper_of() -> Iterator[list[Keeper]]:
    made: list[Keeper] = []
    yield made
    for keeper in made:
        keeper.close()


def _say(reply: Reply, text: str) -> None:
    reply.add(ContentDelta(text=text, at=time.monotonic()))


def _pending_in(store: DatabaseHistory, writer: Writer) -> tuple[str, MessageRecord]:
    asked = question()
    message = pending(asked)
    record = begun(store)
    store.add(ME, record.id, [asked, message], writer)
    return record.id, message


def _is_on_record(store: DatabaseHistory, message_id: str, text: str) -> bool:
    return store.growth(ME, message_id, 0).text == text


def _has_fragments(far: FarReply, count: int) -> bool:
    far.wait_for_text(count - 1, 0.1)
    return len(far.fragments) >= count


def _has_ended(far: FarReply) -> bool:
    far.wait_for_end(0.1)
    return not far.is_live


def test_text_is_on_record_within_half_a_second_of_its_coming(
    database: DatabaseHistory, keeper_of: list[Keeper]
) -> None:
    keeper_of.append(keeper := Keeper(database))
    conversation_id, message = _pending_in(database, keeper.writer)
    reply = Reply(request(), message.id)
    keeper.keep(Kept(owner=ME, history=database, conversation_id=conversation_id, reply=reply))
    for text in ("It ", "is ", "so"):
        _say(reply, text)
        said_at, so_far = time.monotonic(), "".join(fragment.text for fragment in reply.fragments)
        until(partial(_is_on_record, database, message.id, so_far))
        assert time.monotonic() - said_at < 0.5
    reply.end("complete")
    until(lambda: keeper.find(message.id) is None)
    assert database.whole(ME, conversation_id).messages[-1].text == "It is so"


def test_pieces_cost_what_they_weigh(keeper_of: list[Keeper]) -> None:
    class Counting(MemoryHistory):
        written = 0

        def grow(self, owner: str, pieces: Sequence[Piece]) -> None:
            self.written += sum(len(piece.text) for piece in pieces)
            super().grow(owner, pieces)

    store = Counting()
    keeper_of.append(keeper := Keeper(store, interval_s=0.001))
    asked = question()
    begun(store, asked, message := pending(asked))
    reply = Reply(request(), message.id)
    keeper.keep(Kept(owner=ME, history=store, conversation_id="x", reply=reply))
    for _ in range(200):
        _say(reply, "word ")
        time.sleep(0.001)
    until(lambda: store.written == 1000)
    reply.end("complete")


def test_a_store_that_fails_for_a_while_loses_nothing(
    keeper_of: list[Keeper], caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(MemoryHistory):
        fails = True

        def grow(self, owner: str, pieces: Sequence[Piece]) -> None:
            if self.fails:
                raise StoreFailed("locked")
            super().grow(owner, pieces)

        def finish(self, *arguments: object) -> None:
            if self.fails:
                raise StoreFailed("locked")
            super().finish(*arguments)  # type: ignore[arg-type]  # handed through

    store = Failing()
    keeper_of.append(keeper := Keeper(store, interval_s=0.01))
    asked = question()
    record = begun(store, asked, message := pending(asked))
    reply = Reply(request(), message.id)
    with caplog.at_level(logging.ERROR):
        keeper.keep(Kept(owner=ME, history=store, conversation_id=record.id, reply=reply))
        _say(reply, "It is so")
        until(lambda: "tries again" in caplog.text)
        reply.end("complete")
        until(lambda: caplog.text.count("tries again") > 3)
        store.fails = False
        until(lambda: keeper.find(message.id) is None)
    assert store.whole(ME, record.id).messages[-1].text == "It is so"


def test_closing_puts_the_rest_on_record_as_interrupted(database: DatabaseHistory) -> None:
    house = House(database, ScriptedSource(said("half", reason=None), hangs=True))
    asked = house.talk.ask(None, None, "Why?", CHOICES)
    asked.reply.wait_for_text(0, 5)
    house.close()
    (_, message) = database.whole(ME, asked.conversation_id).messages
    assert message.answer is not None
    assert (message.answer.status, message.text) == ("interrupted", "half")


def test_an_idle_server_writes_nothing(keeper_of: list[Keeper]) -> None:
    class Counting(MemoryHistory):
        beats = 0

        def beat(self, writer: Writer) -> None:
            self.beats += 1
            super().beat(writer)

    store = Counting()
    keeper_of.append(Keeper(store, interval_s=0.01))
    time.sleep(0.2)
    assert store.beats == 1


# Servers that are no more


def test_what_a_dead_server_left_is_found_interrupted_with_its_text(database: DatabaseHistory) -> None:
    me = Writer()
    dead = replace(me, id="dead", pid=_ended_pid())
    database.beat(dead)
    conversation_id, message = _pending_in(database, dead)
    database.grow(ME, [Piece(message_id=message.id, position=0, text="so far")])
    assert database.interrupt_dead(me) == 1
    (_, found) = database.whole(ME, conversation_id).messages
    assert found.answer is not None
    assert (found.answer.status, found.text, found.ended_at is not None) == ("interrupted", "so far", True)
    assert database.search(ME, "so far", 5)


def test_a_living_servers_replies_are_left_alone(database: DatabaseHistory) -> None:
    elsewhere = Writer(host="elsewhere")
    database.beat(elsewhere)
    conversation_id, _ = _pending_in(database, elsewhere)
    assert database.interrupt_dead(Writer()) == 0
    (_, found) = database.whole(ME, conversation_id).messages
    assert found.answer is not None
    assert found.answer.status == "streaming"


def test_who_is_dead() -> None:
    me, now = Writer(), 1000.0
    assert not is_dead(me, 0.0, me, now)
    far = Writer(host="elsewhere")
    assert not is_dead(far, now - SILENT_S + 1, me, now)
    assert is_dead(far, now - SILENT_S - 1, me, now)
    same_machine = replace(me, id="other")
    assert is_dead(replace(same_machine, pid=_ended_pid()), now, me, now)
    assert is_dead(same_machine, now, me, now), "the process id is mine, so its own is gone"
    assert not is_dead(replace(same_machine, pid=os.getppid()), now, me, now)


def _ended_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


# Two servers on one store


@pytest.fixture
def two(database: DatabaseHistory) -> Iterator[tuple[House, House]]:
    writing = House(database, ScriptedSource(said("It ", reason=None), hangs=True))
    reading = House(database)
    yield writing, reading
    writing.close()
    reading.close()


def _far(two: tuple[House, House]) -> tuple[Reply, FarReply]:
    writing, reading = two
    asked = writing.talk.ask(None, None, "Why?", CHOICES)
    (message,) = reading.talk.read(asked.conversation_id, asked.reply.id, 1).messages
    far = reading.talk.follow(message)
    assert isinstance(far, FarReply)
    return asked.reply, far


def test_an_answer_of_another_server_is_followed_through_the_store(two: tuple[House, House]) -> None:
    reply, far = _far(two)
    until(lambda: _has_fragments(far, 1))
    _say(reply, "is so")
    until(lambda: _has_fragments(far, 2))
    assert "".join(fragment.text for fragment in far.fragments) == "It is so"
    assert not far.is_withdrawn


def test_stop_reaches_the_server_that_writes_the_answer(two: tuple[House, House]) -> None:
    reply, far = _far(two)
    far.stop()
    assert far.is_stop_asked
    until(lambda: _has_ended(far))
    assert reply.answer().status == "stopped"


def test_a_page_that_follows_a_server_that_dies_finds_out(two: tuple[House, House], database: DatabaseHistory) -> None:
    _, reading = two
    dead = Writer(host="elsewhere")
    database.beat(dead)
    conversation_id, message = _pending_in(database, dead)
    found: list[int] = []
    far = FarReply(ME, database, message.id, lambda: found.append(database.interrupt_dead(replace(dead, id="me"))))
    far._looked_at -= 10
    until(lambda: _has_ended(far))
    assert found[0] == 1
    (_, left) = reading.talk.read(conversation_id, message.id, 2).messages
    assert left.answer is not None
    assert left.answer.status == "interrupted"
