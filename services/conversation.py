"""A branch of a conversation as turns, and what of it is sent to the endpoint.

Pure: reads records (`services.history`), gives requests. Neither stores nor starts anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.context import fit, room_for
from services.deployments import Deployment
from services.history.records import AskedWith, MessageRecord
from services.recording.playback import Playback
from services.streaming.folding import Answer
from services.streaming.request import ChatRequest, Message, Parameters

CONTINUE: Final = "Continue exactly where you stopped. Repeat nothing and add no introduction."


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the visitor has chosen for the next request; a `playback` answers it in the deployment's place."""

    deployment: Deployment
    system_message: str = ""
    parameters: Parameters = field(default_factory=Parameters)
    playback: Playback | None = None

    def as_asked(self, sent_latest: int = 0) -> AskedWith:
        """For the record."""
        return AskedWith(
            deployment=self.deployment.id,
            system_message=self.system_message,
            parameters=self.parameters,
            sent_latest=sent_latest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question and its answer: none yet, one message, or several where it was continued."""

    question: MessageRecord
    answers: tuple[MessageRecord, ...] = ()

    @property
    def last(self) -> MessageRecord:
        """The end of the turn."""
        return self.answers[-1] if self.answers else self.question

    @property
    def answer(self) -> Answer:
        """The latest answer, as far as it has come; an empty one where there is none."""
        return (self.answers[-1].answer if self.answers else None) or Answer(status="interrupted")

    @property
    def text_before(self) -> str:
        """What the earlier messages of a continued answer gave."""
        return "".join(message.text for message in self.answers[:-1])

    @property
    def text(self) -> str:
        """The whole answer so far; nothing of it once it was withdrawn."""
        return "" if self.answer.withdrawn else f"{self.text_before}{self.answer.words}"


def turns_of(messages: Iterable[MessageRecord]) -> tuple[Turn, ...]:
    """The turns of a branch. Answers whose question is not among `messages` are left out."""
    turns: list[Turn] = []
    for message in messages:
        if message.role == "user":
            turns.append(Turn(question=message))
        elif turns:
            turns[-1] = Turn(question=turns[-1].question, answers=(*turns[-1].answers, message))
    return tuple(turns)


def request_for(turns: Sequence[Turn], question: str, choices: Choices) -> tuple[ChatRequest, AskedWith]:
    """The request for `question` after all of `turns`, and what goes on record of it."""
    return _request(choices, _told(turns), [Message(role="user", content=question)])


def request_rest(turns: Sequence[Turn], choices: Choices) -> tuple[ChatRequest, AskedWith]:
    """The request for the rest of the last answer."""
    last = turns[-1]
    tail = [*_pair(last.question.text, last.text), Message(role="user", content=CONTINUE)]
    return _request(choices, _told(turns[:-1]), tail)


def _request(choices: Choices, told: list[Message], tail: list[Message]) -> tuple[ChatRequest, AskedWith]:
    """Drops the oldest of what was told until all fits the deployment's context."""
    system = choices.system_message.strip()
    first = [Message(role="system", content=system)] if system else []
    fixed = (message.content for message in [*first, *tail])
    room = room_for(choices.deployment, choices.parameters, fixed)
    kept = told[len(told) - fit([message.content for message in told], room) :]
    if kept and kept[0].role == "assistant":
        kept = kept[1:]
    asked = choices.as_asked(sent_latest=len(kept) + len(tail) if len(kept) < len(told) else 0)
    sent = (*first, *kept, *tail)
    request = ChatRequest(
        deployment=choices.deployment, messages=sent, parameters=choices.parameters, playback=choices.playback
    )
    return request, asked


def _told(turns: Iterable[Turn]) -> list[Message]:
    """What of `turns` the deployment is told: not those filtered, which would be filtered again, nor empty ones."""
    kept = [turn for turn in turns if turn.text and turn.answer.status != "filtered"]
    return [message for turn in kept for message in _pair(turn.question.text, turn.text)]


def _pair(question: str, answer: str) -> tuple[Message, Message]:
    return Message(role="user", content=question), Message(role="assistant", content=answer)


def may_continue(turn: Turn) -> bool:
    """Whether asking for the rest of the turn's answer makes sense."""
    answer = turn.answer
    if not turn.text or answer.refusal:
        return False
    return answer.finish_reason == "length" or answer.status in {"stopped", "failed", "interrupted"}
