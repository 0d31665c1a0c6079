"""Everything a visitor can do in a comparison: ask all variants at once, one again, vote, go on in the chat.

Each column is a conversation of its own (`services/talking`), so that its replies live, are kept and are found again
as any other. Raises what cannot be done before anything has been sent. Knows no page.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from services import templates
from services.comparison.variants import Setup, Variant, filled, name_of
from services.comparison.votes import Tally, Vote, count
from services.conversation import Choices, Turn
from services.deployments import Deployment
from services.errors import NotFound, NotReady, QuestionTooLong, SeseragiError, StillWriting, Unready
from services.history.comparison_records import Cell, ComparisonRecord, ComparisonTurn
from services.history.comparisons import Comparisons
from services.history.records import MessageRecord, first_words
from services.talking import Asked, Talk

MOST_TURNS: Final = 10_000
"""That an export reads."""
_SHUFFLE: Final = random.SystemRandom().shuffle


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A turn that was begun, with the replies of its cells in their order."""

    turn: ComparisonTurn
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A turn with what stands in its cells: all answers to its input by each variant, the latest last."""

    turn: ComparisonTurn
    answers: tuple[tuple[MessageRecord, ...], ...]

    @property
    def is_live(self) -> bool:
        """Whether any answer may still grow."""
        return any(_is_live(answers) for answers in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeComparison:
    """Everything of one comparison: all turns with all answers, and the tally."""

    record: ComparisonRecord
    turns: tuple[Seen, ...]
    tally: Tally
    deployments: tuple[Deployment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """What one owner can do with comparisons."""

    talk: Talk
    store: Comparisons
    deployments: tuple[Deployment, ...]

    @property
    def owner(self) -> str:
        """Whose they are."""
        return self.talk.owner

    def begin(self, setup: Setup) -> ComparisonRecord:
        """A new comparison on record."""
        record = ComparisonRecord(setup=setup)
        self.store.begin(self.owner, record)
        return record

    def save(self, comparison_id: str, setup: Setup) -> None:
        """Another set-up for the next turn."""
        self.store.change(self.owner, comparison_id, setup)

    def check(self, setup: Setup, question: str) -> None:
        """Raises `NotReady` with everything that stands in the way of asking, or `QuestionTooLong`."""
        limit = self.talk.most_question_characters
        if len(question) > limit:
            raise QuestionTooLong(len(question), limit)
        texts = setup.texts(question)
        meant = {one.name: one.meant for one in templates.misspelt(texts, setup.values)}
        problems = [
            Unready(kind="misspelt" if name in meant else "unfilled", name=name, meant=meant.get(name, ""))
            for name in templates.unfilled(texts, setup.values)
        ]
        for variant in setup.variants:
            name = name_of(setup.variants, variant.id)
            if self.deployment_of(variant) is None:
                problems.append(Unready(kind="no_deployment", name=name, meant=variant.deployment))
            if len(filled(setup, variant)) > limit:
                problems.append(Unready(kind="too_long", name=name, meant=str(limit)))
        if problems:
            raise NotReady(tuple(problems))

    def ask(self, comparison_id: str, setup: Setup, question: str, below: Mapping[str, str] | None = None) -> Asking:
        """The question to every variant, each with its own history; `below` names the answer to go on from, by cell."""
        self.check(setup, question)
        last = self._last(comparison_id)
        if last is not None and last.is_live:
            raise StillWriting
        order = list(setup.variants)
        if setup.is_blind:
            _SHUFFLE(order)
        asked = self._ask_all(comparison_id, setup, question, _places(last, below or {}), order)
        cells = [
            Cell(variant_id=v.id, conversation_id=a.conversation_id, question_id=a.look.branch.messages[-2].id)
            for v, a in zip(order, asked, strict=True)
        ]
        turn = ComparisonTurn(setup=replace(setup, input=question), cells=tuple(cells))
        with _none_goes_on(asked):
            self.store.add_turn(self.owner, comparison_id, turn)
        title = first_words(question) if last is None else None
        self.store.change(self.owner, comparison_id, replace(setup, input=""), title)
        return Asking(turn=turn, asked=tuple(asked))

    def again(self, turn: ComparisonTurn, cell: Cell) -> Asked:
        """Another answer in one cell, by the variant as it was asked then."""
        variant = turn.setup.find(cell.variant_id)
        if variant is None:
            raise NotFound(cell.variant_id)
        choices = self._choices(turn.setup, variant)
        return self.talk.again(cell.conversation_id, cell.question_id, choices)

    def look(self, comparison_id: str, most: int) -> tuple[Seen, ...]:
        """The latest turns with their answers, those in the making as far as they have come."""
        turns = self.store.turns(self.owner, comparison_id, most)
        answers = self.talk.below([cell.question_id for turn in turns for cell in turn.cells])
        return tuple(
            Seen(turn=turn, answers=tuple(answers.get(cell.question_id, ()) for cell in turn.cells)) for turn in turns
        )

    def whole(self, comparison_id: str) -> WholeComparison:
        """Everything of one comparison, for an export."""
        record = self.store.find(self.owner, comparison_id)
        turns = self.look(comparison_id, MOST_TURNS)
        tally = self.tally(comparison_id, record.setup.variants)
        return WholeComparison(record=record, turns=turns, tally=tally, deployments=self.deployments)

    def vote(self, comparison_id: str, seen: Seen, vote: Vote) -> None:
        """Keep a vote, with what stood in which place."""
        last = tuple(answers[-1].id if answers else "" for answers in seen.answers)
        kept = replace(vote, shown=tuple(cell.variant_id for cell in seen.turn.cells), answers=last)
        self.store.vote(self.owner, comparison_id, seen.turn.id, kept)

    def tally(self, comparison_id: str, current: Sequence[Variant]) -> Tally:
        """What all votes amount to."""
        voted = self.store.voted(self.owner, comparison_id)
        return count([(turn.shown, turn.vote) for turn in voted if turn.vote is not None], current)

    def to_chat(self, cell: Cell, leaf_id: str, title: str) -> str:
        """A conversation in the chat that goes on from a cell; gives its id."""
        return self.talk.fork(cell.conversation_id, leaf_id, title)

    def stop(self, turns: Sequence[Seen]) -> None:
        """Stop everything that is being written."""
        for seen in turns:
            for answers in seen.answers:
                reply = self.talk.follow(answers[-1]) if _is_live(answers) else None
                if reply is not None:
                    reply.stop()

    def delete(self, comparison_id: str) -> None:
        """Out of sight, its replies stopped."""
        self.stop(self.look(comparison_id, 1))
        self.store.delete(self.owner, comparison_id)

    def deployment_of(self, variant: Variant) -> Deployment | None:
        """The variant's deployment; None where it has vanished."""
        return next((one for one in self.deployments if one.id == variant.deployment), None)

    def _last(self, comparison_id: str) -> Seen | None:
        seen = self.look(comparison_id, 1)
        return seen[-1] if seen else None

    def _ask_all(
        self,
        comparison_id: str,
        setup: Setup,
        question: str,
        places: Mapping[str, tuple[str, str]],
        order: Sequence[Variant],
    ) -> list[Asked]:
        """All of them, or none that goes on."""
        talk, text = replace(self.talk, comparison_id=comparison_id), templates.fill(question, setup.values)
        asked: list[Asked] = []
        with _none_goes_on(asked):
            for variant in order:
                conversation_id, leaf_id = places.get(variant.id, (None, None))
                asked.append(talk.ask(conversation_id, leaf_id, text, self._choices(setup, variant)))
        return asked

    def _choices(self, setup: Setup, variant: Variant) -> Choices:
        deployment = self.deployment_of(variant)
        if deployment is None:
            name = name_of(setup.variants, variant.id)
            raise NotReady((Unready(kind="no_deployment", name=name, meant=variant.deployment),))
        parameters = variant.parameters.for_deployment(reasoning=deployment.reasoning)
        return Choices(deployment=deployment, system_message=filled(setup, variant), parameters=parameters)


@contextmanager
def _none_goes_on(asked: Sequence[Asked]) -> Iterator[None]:
    """Stop those that were asked where the rest cannot be done: nobody would find their answers."""
    try:
        yield
    except SeseragiError:
        for one in asked:
            one.reply.stop()
        raise


def as_turn(seen: Seen, place: int, answer: MessageRecord | None) -> Turn:
    """A cell as a turn of a conversation, for what draws and words those."""
    cell = seen.turn.cells[place]
    text = templates.fill(seen.turn.setup.input, seen.turn.setup.values)
    question = MessageRecord(id=cell.question_id, parent_id=None, role="user", text=text)
    return Turn(question=question, answers=() if answer is None else (answer,))


def _places(last: Seen | None, below: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Where each variant's next question goes: its conversation, and the answer below which it stands."""
    if last is None:
        return {}
    return {
        cell.variant_id: (cell.conversation_id, _leaf(cell, answers, below.get(cell.question_id)))
        for cell, answers in zip(last.turn.cells, last.answers, strict=True)
    }


def _leaf(cell: Cell, answers: Sequence[MessageRecord], wanted: str | None) -> str:
    ids = [answer.id for answer in answers]
    return wanted if wanted in ids and wanted is not None else (ids[-1] if ids else cell.question_id)


def _is_live(answers: Sequence[MessageRecord]) -> bool:
    return bool(answers) and answers[-1].answer is not None and answers[-1].answer.status == "streaming"
