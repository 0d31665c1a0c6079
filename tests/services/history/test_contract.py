"""The contract of a store, on each of the three: in memory, on SQLite, on a real PostgreSQL."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from services import errors
from services.errors import NotFound, ReplyError, RequestIds
from services.filtering import FilterResult
from services.history.history import History, Piece, Store
from services.history.records import AskedWith, ConversationRecord, MessageRecord
from services.history.writers import Writer
from services.streaming.events import ParameterDropped, Usage
from services.streaming.folding import Answer, Timings
from services.streaming.request import Parameters
from tests.components.samples import every_error
from tests.services.history.trees import ME, OTHER, answer, begun, chain, pending, question


def _texts(messages: tuple[MessageRecord, ...]) -> list[str]:
    return [message.text for message in messages]


# Conversations and their branches


def test_what_was_begun_is_found_whole(store: Store) -> None:
    first = question("Why?")
    asked = AskedWith(
        deployment="azure/d", system_message="Be brief.", parameters=Parameters(temperature=0.5, most_tokens=9)
    )
    record = ConversationRecord(title="Talk", begun_with=asked, folder="Work", pinned=True, leaf_id=first.id)
    store.begin(ME, record, [first])
    assert store.find(ME, record.id) == record
    assert store.whole(ME, record.id).messages == (first,)


def test_a_branch_is_the_way_from_its_leaf_to_the_root(store: Store) -> None:
    first = question("Why?")
    one, two = answer("So.", first), answer("Otherwise.", first)
    record = begun(store, first, one, two)
    assert _texts(store.branch(ME, record.id, one.id, 10).messages) == ["Why?", "So."]
    assert _texts(store.branch(ME, record.id, two.id, 10).messages) == ["Why?", "Otherwise."]


def test_a_branch_gives_only_the_latest_and_says_that_there_is_more(store: Store) -> None:
    messages = chain(7)
    record = begun(store, *messages)
    branch = store.branch(ME, record.id, messages[-1].id, 3)
    assert branch.messages == tuple(messages[-3:])
    assert branch.has_earlier
    assert not store.branch(ME, record.id, messages[-1].id, 7).has_earlier


def test_adding_moves_what_is_shown_and_the_place_in_the_list(store: Store) -> None:
    first = question()
    record = begun(store, first)
    more = answer("So.", first)
    store.add(ME, record.id, [more])
    found = store.find(ME, record.id)
    assert (found.leaf_id, found.updated_at) == (more.id, more.created_at)


def test_adding_below_a_message_of_another_conversation_is_refused(store: Store) -> None:
    first, elsewhere = question(), question()
    record = begun(store, first)
    begun(store, elsewhere)
    with pytest.raises(NotFound):
        store.add(ME, record.id, [answer("So.", elsewhere)])
    assert store.whole(ME, record.id).messages == (first,)


def test_siblings_come_in_the_order_they_were_made(store: Store) -> None:
    first, edited = question("one"), question("two")
    one, two = answer("1", first), answer("2", first)
    record = begun(store, first, one, two, edited)
    children = store.look(ME, record.id, two.id, 9).children
    assert children == {None: (first.id, edited.id), first.id: (one.id, two.id)}


def test_the_newest_leaf_is_below_the_message_asked_for(store: Store) -> None:
    first = question("one")
    one, two = answer("1", first), answer("2", first)
    record = begun(store, first, one, two)
    follow_up = question("more", one)
    store.add(ME, record.id, [follow_up])
    assert store.newest_leaf(ME, record.id, one.id) == follow_up.id
    assert store.newest_leaf(ME, record.id, two.id) == two.id
    assert store.newest_leaf(ME, record.id, None) == follow_up.id


def test_a_look_goes_down_to_the_newest_end_and_falls_back_where_its_place_is_gone(store: Store) -> None:
    first = question("one")
    one, two = answer("1", first), answer("2", first)
    record = begun(store, first, one, two)
    store.show(ME, record.id, one.id)
    follow_up = question("more", two)
    assert store.look(ME, record.id, two.id, 9).leaf_id == two.id
    store.add(ME, record.id, [follow_up])
    look = store.look(ME, record.id, two.id, 2)
    assert (look.leaf_id, look.branch.has_earlier) == (follow_up.id, True)
    assert look.branch.messages == (two, follow_up)
    store.show(ME, record.id, one.id)
    assert store.look(ME, record.id, "gone", 9).leaf_id == one.id
    assert store.look(ME, record.id, None, 9).branch.messages == (first, one)
    assert store.look(ME, begun(store).id, None, 9).branch.messages == ()


def test_a_branch_once_shown_is_remembered(store: Store) -> None:
    first = question()
    one, two = answer("1", first), answer("2", first)
    record = begun(store, first, one, two)
    store.show(ME, record.id, one.id)
    assert store.find(ME, record.id).leaf_id == one.id


def test_removing_takes_everything_below_along(store: Store) -> None:
    first = question("one")
    one, two = answer("1", first), answer("2", first)
    record = begun(store, first, one, two)
    store.add(ME, record.id, [question("more", one)])
    store.remove(ME, record.id, one.id)
    assert _texts(store.whole(ME, record.id).messages) == ["one", "2"]
    assert store.find(ME, record.id).leaf_id == two.id


def test_removing_a_branch_that_is_not_shown_leaves_the_shown_one(store: Store) -> None:
    first = question("one")
    one, two, three = answer("1", first), answer("2", first), answer("3", first)
    record = begun(store, first, one, two, three)
    store.show(ME, record.id, one.id)
    store.remove(ME, record.id, three.id)
    assert store.find(ME, record.id).leaf_id == one.id


def test_removing_the_last_message_leaves_an_empty_conversation(store: Store) -> None:
    first = question()
    record = begun(store, first)
    store.remove(ME, record.id, first.id)
    assert store.find(ME, record.id).leaf_id is None
    assert store.newest_leaf(ME, record.id, None) is None


def test_a_branch_of_thousands_can_be_removed(store: Store) -> None:
    messages = chain(2_500)
    record = begun(store, *messages)
    store.remove(ME, record.id, messages[1].id)
    assert store.whole(ME, record.id).messages == (messages[0],)


def test_text_that_no_database_can_hold_is_kept_without_what_it_cannot_hold(store: Store) -> None:
    first = question("nul\0 and \ud800 and 🙂")
    asked = AskedWith(system_message="nul\0 and \ud800")
    record = begun(store, first, replace(answer("nul\0 too", first), asked_with=asked), title="nul\0")
    assert len(store.whole(ME, record.id).messages) == 2
    assert store.search(ME, "🙂", 5)[0].conversation.id == record.id


# Answers


def test_an_answer_is_kept_with_all_that_belongs_to_it(store: Store) -> None:
    first = question()
    whole = Answer(
        status="complete",
        text="So.",
        refusal=" No.",
        finish_reason="stop",
        usage=Usage(prompt_tokens=3, completion_tokens=5, reasoning_tokens=2),
        prompt_filter=(FilterResult(category="hate", severity="low"),),
        completion_filter=(FilterResult(category="violence", filtered=True, severity="high"),),
        dropped=(ParameterDropped(name="max_tokens", instead="max_completion_tokens"),),
        attempts=2,
        request_ids=RequestIds(request="r", gateway="g"),
        timings=Timings(asked_at=0.0, first_text_at=0.25, last_text_at=1.5, fragments=4),
    )
    asked = AskedWith(deployment="azure/d", parameters=Parameters(reasoning_effort="low"), sent_latest=4)
    kept = MessageRecord(
        parent_id=first.id, role="assistant", text="So. No.", asked_with=asked, answer=whole, ended_at=9.0
    )
    record = begun(store, first, kept)
    assert store.whole(ME, record.id).messages[1] == kept


@pytest.mark.parametrize(
    "error", [e for e in every_error() if isinstance(e, ReplyError)], ids=lambda e: type(e).__name__
)
def test_every_error_of_a_reply_is_kept(store: Store, error: ReplyError) -> None:
    first = question()
    reply = pending(first)
    record = begun(store, first, reply)
    store.finish(ME, reply.id, Answer(status="failed", text="half", error=error), 5.0)
    kept = store.whole(ME, record.id).messages[1]
    assert kept.answer is not None
    found = kept.answer.error
    assert type(found) is type(error)
    assert vars(found) == vars(error)
    assert (kept.text, kept.ended_at) == ("half", 5.0)


def test_a_retry_time_is_kept_with_the_error(store: Store) -> None:
    first = question()
    reply = pending(first)
    record = begun(store, first, reply)
    store.finish(ME, reply.id, Answer(status="failed", error=errors.RateLimited("slow", retry_after_s=7)), 5.0)
    kept = store.whole(ME, record.id).messages[1].answer
    assert kept is not None
    assert kept.error is not None
    assert kept.error.retry_after_s == 7


# While it grows


def test_what_has_come_so_far_is_read_with_the_branch(store: Store) -> None:
    first = question()
    reply = pending(first)
    record = begun(store, first, reply)
    store.grow(ME, [Piece(message_id=reply.id, position=0, text="It is ")])
    store.grow(ME, [Piece(message_id=reply.id, position=1, text="so")])
    (_, message) = store.branch(ME, record.id, reply.id, 5).messages
    assert message.text == "It is so"
    assert message.answer == Answer(text="It is so")


def test_another_page_reads_only_what_is_new(store: Store) -> None:
    first = question()
    reply = pending(first)
    begun(store, first, reply)
    store.grow(ME, [Piece(message_id=reply.id, position=0, text="It ")])
    seen = store.growth(ME, reply.id, 0)
    store.grow(ME, [Piece(message_id=reply.id, position=1, text="is ")])
    store.grow(ME, [Piece(message_id=reply.id, position=2, text="so")])
    more = store.growth(ME, reply.id, seen.next_position)
    assert (seen.text, more.text, more.is_live) == ("It ", "is so", True)
    store.finish(ME, reply.id, Answer(status="complete", text="It is so"), 1.0)
    end = store.growth(ME, reply.id, more.next_position)
    assert (end.text, end.is_live) == ("", False)


def test_the_end_replaces_what_has_come_so_far(store: Store) -> None:
    first = question()
    reply = pending(first)
    record = begun(store, first, reply)
    store.grow(ME, [Piece(message_id=reply.id, position=0, text="to be taken back")])
    store.finish(ME, reply.id, Answer(status="filtered", withdrawn=True), 1.0)
    (_, message) = store.branch(ME, record.id, reply.id, 5).messages
    assert message.text == ""
    assert message.answer is not None
    assert message.answer.withdrawn


def test_growth_of_a_message_that_is_gone_is_dropped(store: Store) -> None:
    first = question()
    reply = pending(first)
    record = begun(store, first, reply)
    store.remove(ME, record.id, first.id)
    store.grow(ME, [Piece(message_id=reply.id, position=0, text="late")])
    store.finish(ME, reply.id, Answer(status="complete", text="late"), 1.0)
    assert store.whole(ME, record.id).messages == ()
    with pytest.raises(NotFound):
        store.growth(ME, reply.id, 0)


def test_a_server_hears_that_one_of_its_answers_is_to_stop(store: Store) -> None:
    me, first = Writer(), question()
    reply, quiet = pending(first), pending(first)
    record = begun(store)
    store.add(ME, record.id, [first, reply, quiet], me)
    assert store.stops_asked(me) == ()
    store.ask_to_stop(ME, reply.id)
    assert store.stops_asked(me) == (reply.id,)
    store.finish(ME, reply.id, Answer(status="stopped"), 1.0)
    assert store.stops_asked(me) == ()


# The list


def _ids(records: tuple[ConversationRecord, ...]) -> list[str]:
    return [record.id for record in records]


def test_pages_follow_each_other_newest_first(store: Store) -> None:
    made = [begun(store).id for _ in range(7)]
    first = store.page(ME, 3)
    second = store.page(ME, 3, after=first[-1])
    third = store.page(ME, 3, after=second[-1])
    assert _ids(first + second + third) == made[::-1]


def test_conversations_of_the_same_moment_are_neither_lost_nor_doubled_between_pages(store: Store) -> None:
    made = {replace(ConversationRecord(), created_at=1.0, updated_at=1.0) for _ in range(5)}
    for record in made:
        store.begin(ME, record, [])
    first = store.page(ME, 2)
    rest = store.page(ME, 9, after=first[-1])
    assert set(_ids(first + rest)) == {record.id for record in made}
    assert len(first + rest) == 5


def test_pinned_and_foldered_ones_are_listed_apart(store: Store) -> None:
    plain, pinned, filed = begun(store), begun(store), begun(store)
    store.pin(ME, pinned.id, pinned=True)
    store.move(ME, filed.id, "Work")
    assert _ids(store.page(ME, 9)) == [filed.id, plain.id]
    assert _ids(store.page(ME, 9, pinned=True)) == [pinned.id]
    assert _ids(store.page(ME, 9, folder="Work")) == [filed.id]
    assert store.folders(ME) == ("Work",)
    store.pin(ME, pinned.id, pinned=False)
    assert len(store.page(ME, 9)) == 3


def test_a_title_of_a_person_is_not_replaced_by_the_deployments(store: Store) -> None:
    record = begun(store)
    store.rename(ME, record.id, "By itself", "deployment")
    assert store.find(ME, record.id).title == "By itself"
    store.rename(ME, record.id, "Mine", "person")
    store.rename(ME, record.id, "By itself again", "deployment")
    assert (store.find(ME, record.id).title, store.find(ME, record.id).titled_by) == ("Mine", "person")


def test_deleting_hides_and_restoring_brings_back(store: Store) -> None:
    record = begun(store, question("needle"))
    store.delete(ME, record.id)
    assert store.page(ME, 9) == ()
    assert store.search(ME, "needle", 9) == ()
    with pytest.raises(NotFound):
        store.find(ME, record.id)
    store.restore(ME, record.id)
    assert _ids(store.page(ME, 9)) == [record.id]
    assert len(store.search(ME, "needle", 9)) == 1


def test_an_answer_goes_on_into_a_deleted_conversation_and_is_there_after_undo(store: Store) -> None:
    first = question()
    reply = pending(first)
    record = begun(store, first, reply)
    store.delete(ME, record.id)
    store.grow(ME, [Piece(message_id=reply.id, position=0, text="So.")])
    store.finish(ME, reply.id, Answer(status="complete", text="So."), 1.0)
    store.restore(ME, record.id)
    assert _texts(store.whole(ME, record.id).messages) == ["Why?", "So."]


def test_purging_deletes_for_good_what_was_deleted_before(store: Store) -> None:
    kept, gone = begun(store, question()), begun(store, question("needle"))
    store.delete(ME, gone.id)
    assert store.purge(time.time() - 60) == 0
    assert store.purge(time.time() + 60) == 1
    with pytest.raises(NotFound):
        store.restore(ME, gone.id)
    assert _ids(store.page(ME, 9)) == [kept.id]


# The search


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("今朝の望月さんの話をもう一度。", "望月"),
        ("今朝の望月さんの話をもう一度。", "望月さん"),
        ("話したのは望月", "望月"),
        ("山が見える", "山"),
        ("Streaming with Azure OpenAI", "azure"),
        ("Streaming with Azure OpenAI", "OpenAI"),
        ("ｱｽﾞｰﾙのストリーム", "アズール"),
        ("ＡＢＣという会社", "abc"),
        ('He said "no" to 100 % of it', '"no" to 100 %'),
        ("a\nb  c", "a b c"),
        ("ends with ok", "ok"),
        ("It's O'Hara's *", "o'hara's *"),
    ],
)
def test_words_are_found_inside_a_text(store: Store, text: str, words: str) -> None:
    record = begun(store, question(text), title="untitled")
    begun(store, question("something else entirely"), title="untitled")
    found = store.search(ME, words, 9)
    assert [one.conversation.id for one in found] == [record.id]
    assert found[0].around


@pytest.mark.parametrize("words", ["nowhere", "xy", "雪", "望日", "", "   ", "望月山", "%", "_", "\0"])
def test_what_is_not_there_is_not_found(store: Store, words: str) -> None:
    begun(store, question("今朝の望月さんの話 and other words"))
    assert store.search(ME, words, 9) == ()


def test_titles_are_found_too_without_words_around(store: Store) -> None:
    record = begun(store, question("x"), title="The Long Stream")
    (found,) = store.search(ME, "long stream", 9)
    assert (found.conversation.id, found.around) == (record.id, "")


def test_an_answer_is_found_by_what_it_said_in_the_end(store: Store) -> None:
    first = question()
    reply = pending(first)
    begun(store, first, reply)
    store.finish(ME, reply.id, Answer(status="complete", text="the needle"), 1.0)
    assert len(store.search(ME, "needle", 9)) == 1


def test_what_was_removed_is_found_no_more(store: Store) -> None:
    first = question("needle")
    record = begun(store, first)
    store.remove(ME, record.id, first.id)
    assert store.search(ME, "needle", 9) == ()


def test_the_latest_conversations_are_found_first_each_once(store: Store) -> None:
    made = [begun(store, *chain(4), title="t") for _ in range(5)]
    found = store.search(ME, "question", 3)
    assert [one.conversation.id for one in found] == [record.id for record in made[:-4:-1]]


def test_the_messages_right_below_each_are_found_oldest_first(store: Store) -> None:
    first, second = question("one"), question("two")
    one, two, other = answer("1", first), answer("2", first), answer("3", second)
    begun(store, first, one, two)
    begun(store, second, other, question("more", other))
    assert store.below(ME, [first.id, second.id, "gone"]) == {first.id: (one, two), second.id: (other,)}
    assert store.below(ME, []) == {}


# Owners

CALLS: dict[str, Callable[[Store, str, str], Any]] = {
    "find": lambda store, talk, _: store.find(OTHER, talk),
    "add": lambda store, talk, message: store.add(
        OTHER, talk, [MessageRecord(parent_id=message, role="user", text="mine now")]
    ),
    "branch": lambda store, talk, message: store.branch(OTHER, talk, message, 5),
    "newest_leaf": lambda store, talk, _: store.newest_leaf(OTHER, talk, None),
    "look": lambda store, talk, _: store.look(OTHER, talk, None, 9),
    "show": lambda store, talk, message: store.show(OTHER, talk, message),
    "remove": lambda store, talk, message: store.remove(OTHER, talk, message),
    "whole": lambda store, talk, _: store.whole(OTHER, talk),
    "rename": lambda store, talk, _: store.rename(OTHER, talk, "mine now", "person"),
    "pin": lambda store, talk, _: store.pin(OTHER, talk, pinned=True),
    "move": lambda store, talk, _: store.move(OTHER, talk, "mine now"),
    "delete": lambda store, talk, _: store.delete(OTHER, talk),
    "growth": lambda store, _, message: store.growth(OTHER, message, 0),
    "ask_to_stop": lambda store, _, message: store.ask_to_stop(OTHER, message),
}
WITHOUT_A_TARGET = {"begin", "below", "page", "folders", "search", "grow", "finish", "restore"}


def test_every_function_of_a_store_is_tried_as_another_owner() -> None:
    functions = {name for name, _ in inspect.getmembers(History, inspect.isfunction) if not name.startswith("_")}
    assert functions == set(CALLS) | WITHOUT_A_TARGET
    for name in functions:
        assert next(iter(inspect.signature(getattr(History, name)).parameters.values())).name == "self"
        assert list(inspect.signature(getattr(History, name)).parameters)[1] == "owner"


@pytest.mark.parametrize("name", sorted(CALLS))
def test_anothers_conversation_is_not_found(store: Store, name: str) -> None:
    first = question("secret")
    reply = pending(first)
    record = begun(store, first, reply)
    before = store.whole(ME, record.id)
    with pytest.raises(NotFound):
        CALLS[name](store, record.id, reply.id)
    assert store.whole(ME, record.id) == before


def test_anothers_conversations_are_neither_listed_nor_found_nor_written_nor_restored(store: Store) -> None:
    first = question("secret")
    reply = pending(first)
    record = begun(store, first, reply, title="secret")
    store.move(ME, record.id, "Work")
    before = store.whole(ME, record.id)
    assert store.page(OTHER, 9) == ()
    assert store.folders(OTHER) == ()
    assert store.search(OTHER, "secret", 9) == ()
    assert store.below(OTHER, [first.id]) == {}
    store.grow(OTHER, [Piece(message_id=reply.id, position=0, text="false words")])
    store.finish(OTHER, reply.id, Answer(status="complete", text="false words"), 1.0)
    assert store.whole(ME, record.id) == before
    store.delete(ME, record.id)
    with pytest.raises(NotFound):
        store.restore(OTHER, record.id)
