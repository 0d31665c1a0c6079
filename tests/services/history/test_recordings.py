"""The store of recordings, on SQLite and on a real PostgreSQL, and in memory for temporary conversations."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from services.comparison.variants import Setup
from services.errors import NotFound
from services.history.comparison_records import ComparisonRecord
from services.history.comparisons import Comparisons
from services.history.database import DatabaseHistory
from services.history.history import Store
from services.history.recordings import MOST_IN_MEMORY, DatabaseRecordings
from services.history.records import ConversationRecord, MessageRecord
from services.history.tables import RECORDINGS
from services.recording.records import Recording, Sent
from services.streaming.folding import Answer
from tests.services.history.trees import ME, OTHER
from tests.services.recording.samples import ARTICLE_BODY, recording_of

ASKED = '{"messages": [{"role": "user", "content": "Who wrote the poem of the full moon?"}]}'


def _talk(store: Store, comparison_id: str | None = None) -> tuple[str, str]:
    """A conversation with a question and an answer; gives its id and the answer's."""
    record = ConversationRecord(title="t", comparison_id=comparison_id)
    question = MessageRecord(parent_id=None, role="user", text="q")
    answer = MessageRecord(parent_id=question.id, role="assistant", text="a", answer=Answer(status="complete"))
    store.begin(ME, record, [question, answer])
    return record.id, answer.id


def _recording(**more: object) -> Recording:
    events = [event + b"\n\n" for event in ARTICLE_BODY.split(b"\n\n") if event]
    fresh = Recording()
    made = {"sent": Sent(body=ASKED), "id": fresh.id, "created_at": fresh.created_at, **more}
    return replace(recording_of(*events), **made)  # type: ignore[arg-type]  # as the fields of a recording


def _count(database: DatabaseHistory) -> int:
    with database._engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(RECORDINGS)) or 0


def test_the_recordings_of_an_answer_come_back_in_their_order(store: Store) -> None:
    conversation_id, message_id = _talk(store)
    first, second = _recording(deployment="azure/x"), _recording(end="broken")
    store.recordings.keep(ME, conversation_id, message_id, [first, second])
    found = store.recordings.of_message(ME, message_id)
    assert [(one.id, one.body, one.reads, one.end) for one in found] == [
        (first.id, first.body, first.reads, "whole"),
        (second.id, second.body, second.reads, "broken"),
    ]
    assert store.recordings.of_message(OTHER, message_id) == ()


def test_nothing_is_left_of_a_message_that_is_deleted(store: Store) -> None:
    conversation_id, message_id = _talk(store)
    store.recordings.keep(ME, conversation_id, message_id, [_recording()])
    store.remove(ME, conversation_id, message_id)
    assert store.recordings.of_message(ME, message_id) == ()


def test_memory_keeps_only_the_latest() -> None:
    from services.history.memory import MemoryHistory

    history = MemoryHistory()
    for number in range(MOST_IN_MEMORY + 2):
        history.recordings.keep(ME, "c", str(number), [_recording()])
    assert history.recordings.of_message(ME, "1") == ()
    assert history.recordings.of_message(ME, "2")


def test_a_message_that_is_gone_keeps_nothing(database: DatabaseHistory) -> None:
    conversation_id, message_id = _talk(database)
    database.recordings.keep(OTHER, conversation_id, message_id, [_recording()])
    database.recordings.keep(ME, conversation_id, "no such message", [_recording()])
    assert _count(database) == 0


def test_a_recording_is_named_after_what_was_asked_and_found_by_its_words(database: DatabaseHistory) -> None:
    conversation_id, message_id = _talk(database)
    database.recordings.keep(ME, conversation_id, message_id, [_recording(deployment="azure/gpt")])
    (listed,) = database.recordings.latest(ME, "FULL moon")
    assert (listed.name, listed.deployment, listed.status, listed.bytes, listed.message_id) == (
        "Who wrote the poem of the full moon?",
        "azure/gpt",
        200,
        len(ARTICLE_BODY),
        message_id,
    )
    assert listed.seconds == pytest.approx(0.5)
    assert database.recordings.latest(ME, "AZURE/g")
    assert database.recordings.latest(ME, "half moon") == ()
    assert database.recordings.latest(OTHER) == ()
    assert database.recordings.find(ME, listed.id).name == listed.name


def test_the_latest_come_first_and_no_more_than_asked_for(database: DatabaseHistory) -> None:
    for number in range(5):
        database.recordings.add(ME, _recording(name=str(number), created_at=float(number)))
    assert [one.name for one in database.recordings.latest(ME, most=3)] == ["4", "3", "2"]


def test_a_recording_can_be_renamed_and_deleted_by_its_owner_only(database: DatabaseHistory) -> None:
    kept = database.recordings
    recording_id = kept.add(ME, _recording(name="old"))
    for attempt in (kept.find, kept.delete, lambda owner, one: kept.rename(owner, one, "stolen")):
        with pytest.raises(NotFound):
            attempt(OTHER, recording_id)
    kept.rename(ME, recording_id, "  the  new\nname ")
    assert kept.find(ME, recording_id).name == "the new name"
    assert kept.latest(ME, "new name")
    kept.delete(ME, recording_id)
    with pytest.raises(NotFound):
        kept.find(ME, recording_id)


def test_a_deleted_conversation_hides_its_recordings_until_it_is_restored(database: DatabaseHistory) -> None:
    conversation_id, message_id = _talk(database)
    database.recordings.keep(ME, conversation_id, message_id, [_recording()])
    database.delete(ME, conversation_id)
    assert database.recordings.latest(ME) == ()
    assert database.recordings.of_message(ME, message_id) == ()
    database.restore(ME, conversation_id)
    assert len(database.recordings.latest(ME)) == 1
    database.delete(ME, conversation_id)
    database.purge(time.time() + 1)
    assert _count(database) == 0


def test_a_deleted_comparison_hides_its_recordings_too(database: DatabaseHistory, comparisons: Comparisons) -> None:
    record = ComparisonRecord(setup=Setup(variants=()))
    comparisons.begin(ME, record)
    conversation_id, message_id = _talk(database, record.id)
    database.recordings.keep(ME, conversation_id, message_id, [_recording()])
    assert len(database.recordings.latest(ME)) == 1
    comparisons.delete(ME, record.id)
    assert database.recordings.latest(ME) == ()
    comparisons.purge(time.time() + 1)
    assert _count(database) == 0


def test_after_a_while_only_what_a_person_named_or_opened_is_left(database: DatabaseHistory) -> None:
    kept = DatabaseRecordings(database._engine, keep_days=2)
    conversation_id, message_id = _talk(database)
    forgotten, named = _recording(), _recording()
    kept.keep(ME, conversation_id, message_id, [forgotten, named])
    kept.rename(ME, named.id, "to show")
    kept.add(ME, _recording(name="opened"))
    day = 86_400
    assert kept.purge(time.time() + day) == 0
    assert kept.purge(time.time() + 3 * day) == 1
    assert {one.name for one in kept.latest(ME)} == {"to show", "opened"}


def test_a_recording_takes_much_less_room_than_its_bytes(database: DatabaseHistory) -> None:
    body = ARTICLE_BODY * 200
    database.recordings.add(ME, replace(_recording(), body=body, reads=(), total_bytes=len(body)))
    with database._engine.connect() as connection:
        content = connection.scalar(select(RECORDINGS.c.content))
    assert content is not None
    assert len(content) < len(body) / 10


def test_a_name_no_database_can_hold_is_kept_as_far_as_it_can(database: DatabaseHistory) -> None:
    recording_id = database.recordings.add(ME, _recording(name="a\0b\ud83dc"))
    assert database.recordings.find(ME, recording_id).name == "ab?c"
