"""The store of comparisons, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from services.comparison.variants import Setup, Variant
from services.comparison.votes import Vote
from services.errors import NotFound
from services.history.comparison_records import Cell, ComparisonRecord, ComparisonTurn
from services.history.comparisons import Comparisons
from services.history.database import DatabaseHistory
from services.history.records import ConversationRecord
from services.streaming.request import Parameters
from tests.services.history.trees import ME, OTHER, question

A = Variant(name="A", deployment="e/d", system_message="Be brief.", parameters=Parameters(temperature=0.5))
B = Variant(name="B", system_message="望月さんのように答えて")
SETUP = Setup(variants=(A, B), values={"tone": "kind"}, is_blind=True)


def _begun(store: Comparisons, setup: Setup = SETUP, title: str = "", at: float = 1.0) -> ComparisonRecord:
    record = ComparisonRecord(setup=setup, title=title, created_at=at, updated_at=at)
    store.begin(ME, record)
    return record


def _turn(text: str = "Why?") -> ComparisonTurn:
    cells = tuple(Cell(variant_id=v.id, conversation_id=f"c-{v.id}", question_id=f"q-{v.id}") for v in (B, A))
    return ComparisonTurn(setup=Setup(variants=(A, B), input=text, is_blind=True), cells=cells)


def test_what_was_begun_is_found_whole(comparisons: Comparisons) -> None:
    record = _begun(comparisons, title="Mine")
    assert comparisons.find(ME, record.id) == record


def test_another_set_up_takes_the_place_of_the_last(comparisons: Comparisons) -> None:
    record = _begun(comparisons)
    comparisons.change(ME, record.id, SETUP.add(Variant()), "first words")
    found = comparisons.find(ME, record.id)
    assert (len(found.setup.variants), found.title) == (3, "first words")
    assert found.updated_at > record.updated_at


def test_a_persons_title_stays(comparisons: Comparisons) -> None:
    record = _begun(comparisons)
    comparisons.rename(ME, record.id, "Mine")
    comparisons.change(ME, record.id, SETUP, "first words")
    assert comparisons.find(ME, record.id).title == "Mine"


def test_turns_come_oldest_first_and_only_the_latest(comparisons: Comparisons) -> None:
    record = _begun(comparisons)
    turns = [_turn(f"question {n}") for n in range(4)]
    for turn in turns:
        comparisons.add_turn(ME, record.id, turn)
    assert comparisons.turns(ME, record.id, 9) == tuple(turns)
    assert comparisons.turns(ME, record.id, 2) == tuple(turns[2:])


def test_a_turn_knows_what_stood_in_which_place(comparisons: Comparisons) -> None:
    record = _begun(comparisons)
    comparisons.add_turn(ME, record.id, _turn())
    (turn,) = comparisons.turns(ME, record.id, 1)
    assert turn.shown == (B, A)
    assert turn.is_hidden


def test_the_first_vote_on_a_turn_counts(comparisons: Comparisons) -> None:
    record, turn = _begun(comparisons), _turn()
    comparisons.add_turn(ME, record.id, turn)
    comparisons.add_turn(ME, record.id, _turn("open"))
    vote = Vote(verdict="best", best=A.id, worst=B.id, note="clearer 😀", shown=(B.id, A.id), answers=("1", "2"))
    comparisons.vote(ME, record.id, turn.id, vote)
    comparisons.vote(ME, record.id, turn.id, Vote(verdict="tie"))
    (voted,) = comparisons.voted(ME, record.id)
    assert (voted.id, voted.vote, voted.is_hidden) == (turn.id, vote, False)


@pytest.mark.parametrize("words", ["mine", "ＭＩＮＥ", "brief", "望月", "A"])
def test_comparisons_are_found_by_title_names_and_prompts(comparisons: Comparisons, words: str) -> None:
    record = _begun(comparisons, title="Mine")
    _begun(comparisons, Setup(variants=(Variant(), Variant())), title="0ther", at=2.0)
    assert [found.id for found in comparisons.page(ME, 9, words)] == [record.id]


def test_the_list_has_the_latest_first(comparisons: Comparisons) -> None:
    made = [_begun(comparisons, at=float(n)) for n in range(3)]
    assert [found.id for found in comparisons.page(ME, 2)] == [made[2].id, made[1].id]
    assert comparisons.page(ME, 9, "nowhere") == ()


def test_a_deleted_comparison_is_out_of_sight_until_restored(comparisons: Comparisons) -> None:
    record = _begun(comparisons)
    comparisons.delete(ME, record.id)
    assert comparisons.page(ME, 9) == ()
    with pytest.raises(NotFound):
        comparisons.find(ME, record.id)
    comparisons.restore(ME, record.id)
    assert comparisons.find(ME, record.id) == record


def test_a_purge_takes_the_columns_along(comparisons: Comparisons, database: DatabaseHistory) -> None:
    record, first = _begun(comparisons), question()
    comparisons.add_turn(ME, record.id, _turn())
    column = ConversationRecord(comparison_id=record.id, leaf_id=first.id)
    database.begin(ME, column, [first])
    comparisons.delete(ME, record.id)
    assert comparisons.purge(0.0) == 0
    assert comparisons.purge(9e9) == 1
    with pytest.raises(NotFound):
        database.find(ME, column.id)


def test_columns_stand_in_no_list_folder_or_search(comparisons: Comparisons, database: DatabaseHistory) -> None:
    record, first = _begun(comparisons), question("needle")
    column = ConversationRecord(comparison_id=record.id, leaf_id=first.id, title="needle", folder="Work")
    database.begin(ME, column, [first])
    assert database.page(ME, 9) == ()
    assert database.search(ME, "needle", 9) == ()
    assert database.folders(ME) == ()
    assert database.find(ME, column.id) == column


def test_text_that_postgresql_cannot_hold_is_kept_without_it(comparisons: Comparisons) -> None:
    odd = Setup(variants=(Variant(system_message="a\0b\ud800"), Variant()), values={"x\0": "y\0"}, input="\0")
    record = _begun(comparisons, odd, title="t\0")
    found = comparisons.find(ME, record.id).setup
    assert (found.variants[0].system_message, found.values, found.input) == ("ab?", {"x": "y"}, "")


CALLS: dict[str, Callable[[Comparisons, str, str], Any]] = {
    "find": lambda store, at, _: store.find(OTHER, at),
    "change": lambda store, at, _: store.change(OTHER, at, SETUP),
    "rename": lambda store, at, _: store.rename(OTHER, at, "mine now"),
    "add_turn": lambda store, at, _: store.add_turn(OTHER, at, _turn()),
    "turns": lambda store, at, _: store.turns(OTHER, at, 9),
    "vote": lambda store, at, turn: store.vote(OTHER, at, turn, Vote(verdict="tie")),
    "delete": lambda store, at, _: store.delete(OTHER, at),
    "restore": lambda store, at, _: store.restore(OTHER, at),
}
WITHOUT_A_TARGET = {"begin", "page", "voted", "purge"}


def test_every_function_is_tried_as_another_owner() -> None:
    functions = {name for name, _ in inspect.getmembers(Comparisons, inspect.isfunction) if not name.startswith("_")}
    assert functions == set(CALLS) | WITHOUT_A_TARGET


@pytest.mark.parametrize("name", sorted(CALLS))
def test_anothers_comparison_is_not_found(comparisons: Comparisons, name: str) -> None:
    record, turn = _begun(comparisons), _turn()
    comparisons.add_turn(ME, record.id, turn)
    before = comparisons.find(ME, record.id), comparisons.turns(ME, record.id, 9)
    with pytest.raises(NotFound):
        CALLS[name](comparisons, record.id, turn.id)
    assert (comparisons.find(ME, record.id), comparisons.turns(ME, record.id, 9)) == before
    assert comparisons.page(OTHER, 9) == ()
    assert comparisons.voted(OTHER, record.id) == ()
