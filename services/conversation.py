"""A conversation: turns of a question and what was answered, and what of it goes to the endpoint.

Lives in session state; the shelf lets a reloaded page find it again by the id in its address, on the
same server. Records that outlive the server come with the history room.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from services.deployments import Deployment
from services.streaming.reply import Reply
from services.streaming.request import ChatRequest, Message, Parameters

CONTINUE: Final = "Continue exactly where you stopped. Repeat nothing and add no introduction."
MOST_CONVERSATIONS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the visitor has chosen for the next request."""

    deployment: Deployment
    system_message: str = ""
    parameters: Parameters = field(default_factory=Parameters)


@dataclass(slots=True)
class Turn:
    """A question and the replies that answer it; more than one where an answer was continued."""

    question: str
    choices: Choices
    replies: list[Reply]

    @property
    def reply(self) -> Reply:
        """The latest reply."""
        return self.replies[-1]

    @property
    def text_before(self) -> str:
        """What the earlier replies of a continued answer gave."""
        return "".join(reply.answer().words for reply in self.replies[:-1])

    @property
    def text(self) -> str:
        """The whole answer so far; nothing of it once it was withdrawn."""
        answer = self.reply.answer()
        return "" if answer.withdrawn else f"{self.text_before}{answer.words}"


class Conversation:
    """The turns in order. Changed only by the page that shows it."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.turns: list[Turn] = []

    @property
    def live(self) -> Reply | None:
        """The reply that is being written, if one is."""
        reply = self.turns[-1].reply if self.turns else None
        return reply if reply is not None and reply.is_live else None

    def request(self, question: str, choices: Choices) -> ChatRequest:
        """The request for a new question after all that has been said."""
        return _request(choices, [*_told(self.turns), Message(role="user", content=question)])

    def request_again(self, choices: Choices) -> ChatRequest:
        """The request for the last question once more."""
        return _request(choices, [*_told(self.turns[:-1]), Message(role="user", content=self.turns[-1].question)])

    def request_rest(self) -> ChatRequest:
        """The request for the rest of the last answer, with what it was asked with."""
        turn = self.turns[-1]
        said = [*_told(self.turns[:-1]), *_pair(turn.question, turn.text)]
        return _request(turn.choices, [*said, Message(role="user", content=CONTINUE)])


def _request(choices: Choices, messages: list[Message]) -> ChatRequest:
    system = choices.system_message.strip()
    first = [Message(role="system", content=system)] if system else []
    return ChatRequest(deployment=choices.deployment, messages=(*first, *messages), parameters=choices.parameters)


def _told(turns: list[Turn]) -> list[Message]:
    """What of `turns` the deployment is told: not those filtered, which would be filtered again, nor empty ones."""
    kept = [turn for turn in turns if turn.text and turn.reply.answer().status != "filtered"]
    return [message for turn in kept for message in _pair(turn.question, turn.text)]


def _pair(question: str, answer: str) -> tuple[Message, Message]:
    return Message(role="user", content=question), Message(role="assistant", content=answer)


def may_continue(turn: Turn) -> bool:
    """Whether asking for the rest of the turn's answer makes sense."""
    answer = turn.reply.answer()
    if not turn.text or answer.refusal:
        return False
    return answer.finish_reason == "length" or answer.status in {"stopped", "failed"}


class Shelf:
    """The conversations that this process still holds, the longest untouched going first."""

    def __init__(self, most: int = MOST_CONVERSATIONS) -> None:
        self._most = most
        self._held: OrderedDict[str, Conversation] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, conversation: Conversation) -> None:
        """Hold `conversation`, as the latest touched."""
        with self._lock:
            self._held[conversation.id] = conversation
            self._held.move_to_end(conversation.id)
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def find(self, conversation_id: str) -> Conversation | None:
        """The conversation of that id, if it is still held."""
        with self._lock:
            return self._held.get(conversation_id)
