"""A comparison as rows, one for each answer: what every kind of export is made from.

A blind turn without a vote stays blind: its rows have letters for names and no figures. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from services import templates
from services.comparing import Seen, WholeComparison
from services.comparison.figures import Figures, figures_of
from services.comparison.variants import LETTERS, Variant, filled, name_of
from services.comparison.votes import Vote
from services.deployments import Deployment
from services.history.records import MessageRecord
from services.streaming.folding import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer. `repetition` counts from 1; `variant` is None and `name` a letter where the turn is still blind."""

    turn: int
    place: int
    input: str
    name: str
    variant: Variant | None
    system_message: str
    repetition: int
    text: str
    answer: Answer
    figures: Figures
    vote: str
    note: str


def rows_of(whole: WholeComparison) -> list[AnswerRow]:
    """In the order of the page."""
    return [row for number, seen in enumerate(whole.turns, start=1) for row in _rows(whole, number, seen)]


def turn_rows(whole: WholeComparison) -> list[list[AnswerRow]]:
    """The same, a list for each turn."""
    return [list(_rows(whole, number, seen)) for number, seen in enumerate(whole.turns, start=1)]


def _rows(whole: WholeComparison, number: int, seen: Seen) -> list[AnswerRow]:
    return [
        _row(whole, number, seen, place, repetition, answer)
        for place in range(len(seen.turn.cells))
        for repetition, answer in enumerate(seen.answers[place], start=1)
    ]


def _row(
    whole: WholeComparison, number: int, seen: Seen, place: int, repetition: int, message: MessageRecord
) -> AnswerRow:
    turn = seen.turn
    cell = turn.cells[place]
    variant = None if turn.is_hidden else turn.setup.find(cell.variant_id)
    answer = message.answer or Answer(status="interrupted")
    return AnswerRow(
        turn=number,
        place=place + 1,
        input=templates.fill(turn.setup.input, turn.setup.values),
        name=LETTERS[place] if variant is None else name_of(turn.setup.variants, cell.variant_id),
        variant=variant,
        system_message="" if variant is None else filled(turn.setup, variant),
        repetition=repetition,
        text="" if answer.withdrawn else answer.words,
        answer=answer,
        figures=Figures() if variant is None else figures_of(answer, _deployment(whole, message)),
        vote=_vote(turn.vote, cell.variant_id),
        note=turn.vote.note if turn.vote else "",
    )


def _deployment(whole: WholeComparison, message: MessageRecord) -> Deployment | None:
    asked = message.asked_with
    return next((one for one in whole.deployments if asked and one.id == asked.deployment), None)


def _vote(vote: Vote | None, variant_id: str) -> str:
    """What the vote says of one variant."""
    if vote is None or vote.verdict == "shown":
        return ""
    if vote.verdict != "best":
        return vote.verdict
    if vote.best == variant_id:
        return "best"
    return "worst" if vote.worst == variant_id else ""
