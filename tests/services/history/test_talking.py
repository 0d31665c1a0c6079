"""What a visitor can do in a conversation, on each of the three stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.errors import NotFound, QuestionTooLong, ServerEnding, StillWriting, StoreFailed
from services.history.history import Store
from services.history.memory import MemoryHistory
from services.streaming.events import ChatEvent
from tests.services.fakes import DEPLOYMENT, ScriptedSource, said
from tests.services.history.house import CHOICES, House
from tests.services.history.trees import ME
from tests.waiting import until

Build = Callable[..., House]


@pytest.fixture
def build(store: Store) -> Iterator[Build]:
    made: list[House] = []

    def build_one(*events: ChatEvent, hangs: bool = False, **options: Any) -> House:
        source = ScriptedSource(events or said("So", " it is."), hangs=hangs)
        made.append(House(options.pop("store", store), source, **options))
        return made[-1]

    yield build_one
    for house in made:
        house.close()


def _texts(house: House, conversation_id: str, leaf_id: str) -> list[str]:
    return [message.text for message in house.talk.read(conversation_id, leaf_id, 99).messages]


def _source(house: House) -> ScriptedSource:
    source = house.replies._source
    assert isinstance(source, ScriptedSource)
    return source


def test_a_first_question_begins_a_conversation_named_after_its_first_words(build: Build) -> None:
    house = build()
    asked = house.talk.ask(None, None, "Why does\nwater flow?", CHOICES)
    house.settle()
    record = house.store.find(ME, asked.conversation_id)
    assert (record.title, record.titled_by, record.leaf_id) == ("Why does water flow?", "first words", asked.reply.id)
    assert record.begun_with.system_message == "Be brief."
    question, answer = house.store.whole(ME, record.id).messages
    assert (question.text, answer.text) == ("Why does\nwater flow?", "So it is.")
    assert answer.asked_with is not None
    assert answer.asked_with.deployment == DEPLOYMENT.id
    assert answer.answer is not None
    assert (answer.answer.status, answer.answer.finish_reason) == ("complete", "stop")
    assert answer.ended_at is not None


def test_the_message_is_on_record_before_the_request_leaves(store: Store) -> None:
    class Looking(ScriptedSource):
        found: str | None = None

        def stream(self, request: Any) -> Any:
            (record,) = store.page(ME, 9)
            (_, answer) = store.whole(ME, record.id).messages
            self.found = answer.answer.status if answer.answer else None
            return super().stream(request)

    source = Looking(said("x"))
    house = House(store, source)
    house.talk.ask(None, None, "Why?", CHOICES)
    house.settle()
    house.close()
    assert source.found == "streaming"


def test_a_second_question_goes_below_the_first_answer_with_all_that_was_said(build: Build) -> None:
    house = build()
    first = house.talk.ask(None, None, "one", CHOICES)
    house.settle()
    second = house.talk.ask(first.conversation_id, first.reply.id, "two", CHOICES)
    house.settle()
    assert _texts(house, first.conversation_id, second.reply.id) == ["one", "So it is.", "two", "So it is."]
    sent = [message.content for message in _source(house).asked[-1].messages]
    assert sent == ["Be brief.", "one", "So it is.", "two"]


def test_a_question_right_after_the_end_knows_the_whole_answer_even_unsaved(build: Build) -> None:
    house = build()
    first = house.talk.ask(None, None, "one", CHOICES)
    until(lambda: not first.reply.is_live)
    house.talk.ask(first.conversation_id, first.reply.id, "two", CHOICES)
    until(lambda: len(_source(house).asked) == 2)
    assert [m.content for m in _source(house).asked[1].messages] == ["Be brief.", "one", "So it is.", "two"]


def test_another_answer_is_a_sibling_by_the_deployment_named(build: Build) -> None:
    house = build()
    first = house.talk.ask(None, None, "one", CHOICES)
    house.settle()
    (question, _) = house.store.whole(ME, first.conversation_id).messages
    other = replace(CHOICES, deployment=replace(DEPLOYMENT, name="other"))
    again = house.talk.again(first.conversation_id, question.id, other)
    house.settle()
    children = house.store.look(ME, first.conversation_id, None, 9).children
    assert children[question.id] == (first.reply.id, again.reply.id)
    assert _source(house).asked[-1].deployment.name == "other"
    assert [m.content for m in _source(house).asked[-1].messages] == ["Be brief.", "one"]


def test_an_edited_question_is_a_branch_beside_the_old_one(build: Build) -> None:
    house = build()
    first = house.talk.ask(None, None, "one", CHOICES)
    house.settle()
    (question, _) = house.store.whole(ME, first.conversation_id).messages
    edited = house.talk.edit(first.conversation_id, question.id, "uno", CHOICES)
    house.settle()
    assert _texts(house, first.conversation_id, edited.reply.id) == ["uno", "So it is."]
    assert _texts(house, first.conversation_id, first.reply.id) == ["one", "So it is."]
    assert len(house.store.look(ME, first.conversation_id, None, 9).children[None]) == 2


def test_the_rest_of_an_answer_is_joined_to_it(build: Build) -> None:
    house = build(*said("half", reason="length"))
    first = house.talk.ask(None, None, "one", CHOICES)
    house.settle()
    rest = house.talk.rest(first.conversation_id, first.reply.id, CHOICES)
    house.settle()
    messages = house.talk.read(first.conversation_id, rest.reply.id, 9).messages
    assert [(m.role, m.text) for m in messages] == [("user", "one"), ("assistant", "half"), ("assistant", "half")]
    assert messages[2].parent_id == first.reply.id


def test_while_an_answer_is_written_a_second_question_below_is_refused_and_changes_nothing(build: Build) -> None:
    house = build(*said("a", reason=None), hangs=True)
    first = house.talk.ask(None, None, "one", CHOICES)
    before = house.store.whole(ME, first.conversation_id)
    with pytest.raises(StillWriting):
        house.talk.ask(first.conversation_id, first.reply.id, "two", CHOICES)
    with pytest.raises(StillWriting):
        house.talk.rest(first.conversation_id, first.reply.id, CHOICES)
    after = house.store.whole(ME, first.conversation_id)
    assert [message.id for message in after.messages] == [message.id for message in before.messages]


def test_a_tab_that_has_not_seen_the_live_answer_is_refused_too(build: Build) -> None:
    house = build()
    first = house.talk.ask(None, None, "one", CHOICES)
    house.settle()
    house.replies._source = ScriptedSource(said("b", reason=None), hangs=True)
    house.talk.ask(first.conversation_id, first.reply.id, "two", CHOICES)
    with pytest.raises(StillWriting):
        house.talk.ask(first.conversation_id, first.reply.id, "meanwhile", CHOICES)


def test_a_tab_that_has_not_seen_the_ended_answer_asks_beside_it(build: Build) -> None:
    house = build()
    first = house.talk.ask(None, None, "one", CHOICES)
    house.settle()
    seen = house.talk.ask(first.conversation_id, first.reply.id, "two", CHOICES)
    house.settle()
    beside = house.talk.ask(first.conversation_id, first.reply.id, "deux", CHOICES)
    house.settle()
    assert _texts(house, first.conversation_id, seen.reply.id)[2:] == ["two", "So it is."]
    assert _texts(house, first.conversation_id, beside.reply.id)[2:] == ["deux", "So it is."]


def test_what_cannot_start_leaves_nothing_on_record(build: Build) -> None:
    house = build(longest=5)
    with pytest.raises(QuestionTooLong):
        house.talk.ask(None, None, "too long", CHOICES)
    house.replies.close()
    with pytest.raises(ServerEnding):
        house.talk.ask(None, None, "one", CHOICES)
    assert house.store.page(ME, 9) == ()


def test_where_the_store_fails_nothing_is_sent_and_the_place_is_free_again(build: Build) -> None:
    class Full(MemoryHistory):
        def begin(self, *_args: Any, **_options: Any) -> None:
            raise StoreFailed("disk full")

    house = build(store=Full())
    with pytest.raises(StoreFailed):
        house.talk.ask(None, None, "one", CHOICES)
    assert house.replies.live_count == 0
    assert _source(house).asked == []


def test_a_conversation_that_is_gone_refuses_everything(build: Build) -> None:
    house = build()
    acts: list[Callable[[], object]] = [
        lambda: house.talk.ask("gone", "gone", "one", CHOICES),
        lambda: house.talk.again("gone", "gone", CHOICES),
        lambda: house.talk.rest("gone", "gone", CHOICES),
        lambda: house.talk.fork("gone", "gone", "t"),
        lambda: house.talk.remove("gone", "gone"),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    assert house.replies.live_count == 0


def test_a_fork_is_a_copy_of_one_branch_that_goes_its_own_way(build: Build) -> None:
    house = build()
    first = house.talk.ask(None, None, "one", CHOICES)
    house.settle()
    (question, answer) = house.store.whole(ME, first.conversation_id).messages
    house.talk.again(first.conversation_id, question.id, CHOICES)
    house.settle()
    forked = house.talk.fork(first.conversation_id, answer.id, "My fork")
    whole = house.store.whole(ME, forked)
    assert [m.text for m in whole.messages] == ["one", "So it is."]
    assert whole.conversation.title == "My fork"
    assert whole.conversation.leaf_id == whole.messages[-1].id
    assert {m.id for m in whole.messages}.isdisjoint({question.id, answer.id})
    house.talk.ask(forked, whole.conversation.leaf_id, "two", CHOICES)
    house.settle()
    assert len(house.store.whole(ME, first.conversation_id).messages) == 3


def test_a_fork_of_an_answer_in_the_making_stands_still(build: Build) -> None:
    house = build(*said("a", reason=None), hangs=True)
    first = house.talk.ask(None, None, "one", CHOICES)
    first.reply.wait_for_text(0, 5)
    forked = house.talk.fork(first.conversation_id, first.reply.id, "t")
    (_, copy) = house.store.whole(ME, forked).messages
    assert copy.answer is not None
    assert (copy.answer.status, copy.text) == ("interrupted", "a")
    assert first.reply.is_live


def test_removing_stops_what_is_written_below(build: Build) -> None:
    house = build(*said("a", reason=None), hangs=True)
    first = house.talk.ask(None, None, "one", CHOICES)
    (question, _) = house.store.whole(ME, first.conversation_id).messages
    house.talk.remove(first.conversation_id, question.id)
    until(lambda: not first.reply.is_live)
    house.settle()
    assert house.store.whole(ME, first.conversation_id).messages == ()
