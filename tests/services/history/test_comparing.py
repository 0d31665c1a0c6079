"""What a visitor can do in a comparison, with replies from a scripted source, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.comparing import Comparing, Seen, as_turn
from services.comparison.variants import Setup, Variant
from services.comparison.votes import Vote
from services.deployments import Deployment
from services.errors import NotFound, NotReady, QuestionTooLong, ServerEnding, StillWriting, StoreFailed
from services.history.comparison_records import ComparisonTurn
from services.history.comparisons import Comparisons
from services.history.database import DatabaseHistory
from services.streaming.request import Parameters
from tests.services.fakes import DEPLOYMENT, ScriptedSource, said
from tests.services.history.house import House
from tests.services.history.trees import ME
from tests.waiting import until

REASONING = Deployment(name="thinker", endpoint=DEPLOYMENT.endpoint, reasoning=True)
A = Variant(name="A", deployment=DEPLOYMENT.id, system_message="Be {{how}}.", parameters=Parameters(temperature=0.5))
B = Variant(name="B", deployment=REASONING.id, parameters=Parameters(temperature=0.5, verbosity="low"))
SETUP = Setup(variants=(A, B), values={"how": "brief", "what": "water"})

Build = Callable[..., tuple[House, Comparing]]


@pytest.fixture
def build(database: DatabaseHistory, comparisons: Comparisons) -> Iterator[Build]:
    made: list[House] = []

    def build_one(**options: Any) -> tuple[House, Comparing]:
        source = ScriptedSource(said("So", " it is."), hangs=options.pop("hangs", False))
        made.append(House(database, source, **options))
        return made[-1], Comparing(talk=made[-1].talk, store=comparisons, deployments=(DEPLOYMENT, REASONING))

    yield build_one
    for house in made:
        house.close()


def _source(house: House) -> ScriptedSource:
    source = house.replies._source
    assert isinstance(source, ScriptedSource)
    return source


def _look(comparing: Comparing, comparison_id: str) -> Seen:
    return comparing.look(comparison_id, 1)[-1]


def _texts(seen: Seen) -> list[list[str]]:
    return [[answer.text for answer in answers] for answers in seen.answers]


def test_every_variant_is_asked_with_its_own_prompt_and_parameters(build: Build) -> None:
    house, comparing = build()
    record = comparing.begin(SETUP)
    comparing.ask(record.id, SETUP, "Why does {{what}} flow?")
    house.settle()
    first, second = sorted(_source(house).asked, key=lambda request: request.deployment.name)
    assert [(m.role, m.content) for m in first.messages] == [
        ("system", "Be brief."),
        ("user", "Why does water flow?"),
    ]
    assert first.parameters == Parameters(temperature=0.5)
    assert [m.content for m in second.messages] == ["Why does water flow?"]
    assert second.parameters == Parameters(verbosity="low")
    assert _texts(_look(comparing, record.id)) == [["So it is."], ["So it is."]]


def test_the_first_input_names_the_comparison_and_leaves_the_box(build: Build) -> None:
    house, comparing = build()
    record = comparing.begin(replace(SETUP, input="draft"))
    comparing.ask(record.id, SETUP, "Why?")
    house.settle()
    found = comparing.store.find(ME, record.id)
    assert (found.title, found.setup.input) == ("Why?", "")
    comparing.ask(record.id, SETUP, "And then?")
    assert comparing.store.find(ME, record.id).title == "Why?"


def test_each_column_has_its_own_history(build: Build) -> None:
    house, comparing = build()
    record = comparing.begin(SETUP)
    comparing.ask(record.id, SETUP, "Why?")
    house.settle()
    third = Variant(name="C", deployment=DEPLOYMENT.id)
    comparing.ask(record.id, SETUP.add(third), "And then?")
    house.settle()
    told = [[m.content for m in request.messages if m.role != "system"] for request in _source(house).asked[2:]]
    assert sorted(told, key=len) == [
        ["And then?"],
        ["Why?", "So it is.", "And then?"],
        ["Why?", "So it is.", "And then?"],
    ]


def test_columns_stand_in_no_list(build: Build) -> None:
    house, comparing = build()
    record = comparing.begin(SETUP)
    comparing.ask(record.id, SETUP, "Why?")
    house.settle()
    assert house.store.page(ME, 9) == ()


def test_another_input_waits_until_all_are_done(build: Build) -> None:
    _house, comparing = build(hangs=True)
    record = comparing.begin(SETUP)
    asking = comparing.ask(record.id, SETUP, "Why?")
    asking.asked[0].reply.stop()
    until(lambda: not asking.asked[0].reply.is_live)
    with pytest.raises(StillWriting):
        comparing.ask(record.id, SETUP, "And then?")
    comparing.stop(comparing.look(record.id, 1))
    until(lambda: not asking.asked[1].reply.is_live)
    comparing.ask(record.id, SETUP, "And then?")


def test_one_stopped_leaves_the_others_alone(build: Build) -> None:
    _house, comparing = build(hangs=True)
    record = comparing.begin(SETUP)
    one, two = comparing.ask(record.id, SETUP, "Why?").asked
    one.reply.stop()
    until(lambda: not one.reply.is_live)
    assert two.reply.is_live
    statuses = [answers[-1].answer.status for answers in _look(comparing, record.id).answers if answers[-1].answer]
    assert statuses == ["stopped", "streaming"]


def test_one_asked_again_has_two_answers_and_goes_on_from_the_one_chosen(build: Build) -> None:
    house, comparing = build()
    record = comparing.begin(SETUP)
    turn = comparing.ask(record.id, SETUP, "Why?").turn
    house.settle()
    comparing.again(turn, turn.cells[0])
    house.settle()
    seen = _look(comparing, record.id)
    assert [len(answers) for answers in seen.answers] == [2, 1]
    first = seen.answers[0][0].id
    comparing.ask(record.id, SETUP, "And?", {turn.cells[0].question_id: first})
    house.settle()
    cell = _look(comparing, record.id).turn.cells[0]
    (question,) = house.store.below(ME, [first])[first]
    assert question.id == cell.question_id


def test_everything_that_stands_in_the_way_is_told_at_once_and_nothing_is_sent(build: Build) -> None:
    house, comparing = build()
    gone = Variant(name="C", deployment="no/such", system_message="{{hwo}} {{other}}")
    setup = SETUP.add(gone)
    record = comparing.begin(setup)
    with pytest.raises(NotReady) as caught:
        comparing.ask(record.id, setup, "{{empty}}?")
    assert [(p.kind, p.name) for p in caught.value.problems] == [
        ("misspelt", "hwo"),
        ("unfilled", "other"),
        ("unfilled", "empty"),
        ("no_deployment", "C"),
    ]
    assert _source(house).asked == []
    assert comparing.look(record.id, 9) == ()


def test_a_question_or_prompt_beyond_the_limit_is_refused(build: Build) -> None:
    _house, comparing = build(longest=50)
    with pytest.raises(QuestionTooLong):
        comparing.check(SETUP, "x" * 51)
    with pytest.raises(NotReady) as caught:
        comparing.check(SETUP.change(replace(A, system_message="x" * 51)), "Why?")
    assert [(p.kind, p.name) for p in caught.value.problems] == [("too_long", "A")]


def test_where_one_cannot_begin_none_goes_on(build: Build) -> None:
    house, comparing = build(hangs=True)
    record = comparing.begin(SETUP)
    begun: list[str] = []
    whole = house.replies.admit

    def once(request: Any, reply_id: str | None = None) -> Any:
        if begun:
            raise ServerEnding
        begun.append("one")
        return whole(request, reply_id)

    house.replies.admit = once  # type: ignore[method-assign]  # the server begins to end between two columns
    with pytest.raises(ServerEnding):
        comparing.ask(record.id, SETUP, "Why?")
    until(lambda: house.replies.live_count == 0)
    assert comparing.look(record.id, 9) == ()


class _Full(Comparisons):
    """A store whose disk is full once the questions have left."""

    def add_turn(self, owner: str, comparison_id: str, turn: ComparisonTurn) -> None:
        raise StoreFailed(f"{owner} {comparison_id} {turn.id}")


def test_where_the_turn_cannot_be_kept_no_answer_goes_on(build: Build, database: DatabaseHistory) -> None:
    house, comparing = build(hangs=True)
    record = comparing.begin(SETUP)
    with pytest.raises(StoreFailed):
        replace(comparing, store=_Full(database._engine)).ask(record.id, SETUP, "Why?")
    until(lambda: house.replies.live_count == 0)
    assert comparing.look(record.id, 9) == ()


def test_a_blind_turn_is_shuffled_and_keeps_who_stood_where(build: Build) -> None:
    house, comparing = build(most_live=99)
    setup = Setup(variants=tuple(Variant(name=n, deployment=DEPLOYMENT.id) for n in "ABCDEFGH"), is_blind=True)
    record = comparing.begin(setup)
    orders = set()
    for n in range(4):
        turn = comparing.ask(record.id, setup, f"question {n}").turn
        orders.add(turn.shown)
        house.settle()
    assert len(orders) > 1
    assert {frozenset(v.id for v in order) for order in orders} == {frozenset(v.id for v in setup.variants)}
    seen = _look(comparing, record.id)
    assert seen.turn.is_hidden
    best = seen.turn.cells[2].variant_id
    comparing.vote(record.id, seen, Vote(verdict="best", best=best))
    vote = _look(comparing, record.id).turn.vote
    assert vote is not None
    assert vote.shown == tuple(cell.variant_id for cell in seen.turn.cells)
    assert vote.answers == tuple(answers[-1].id for answers in seen.answers)
    assert comparing.tally(record.id, setup.variants).standings[0].variant.id == best


def test_a_column_goes_on_in_the_chat_as_a_conversation_of_its_own(build: Build) -> None:
    house, comparing = build()
    record = comparing.begin(SETUP)
    comparing.ask(record.id, SETUP, "Why?")
    house.settle()
    seen = _look(comparing, record.id)
    conversation_id = comparing.to_chat(seen.turn.cells[0], seen.answers[0][-1].id, "From a comparison")
    (listed,) = house.store.page(ME, 9)
    assert (listed.id, listed.comparison_id) == (conversation_id, None)
    assert [m.text for m in house.store.whole(ME, conversation_id).messages] == ["Why?", "So it is."]


def test_a_deleted_comparison_stops_writing(build: Build) -> None:
    house, comparing = build(hangs=True)
    record = comparing.begin(SETUP)
    comparing.ask(record.id, SETUP, "Why?")
    comparing.delete(record.id)
    until(lambda: house.replies.live_count == 0)
    with pytest.raises(NotFound):
        comparing.look(record.id, 1)


def test_a_cell_reads_as_a_turn_of_a_conversation(build: Build) -> None:
    house, comparing = build()
    record = comparing.begin(SETUP)
    comparing.ask(record.id, SETUP, "Why {{what}}?")
    house.settle()
    seen = _look(comparing, record.id)
    turn = as_turn(seen, 0, seen.answers[0][-1])
    assert (turn.question.text, turn.text) == ("Why water?", "So it is.")
    assert as_turn(seen, 0, None).answers == ()
