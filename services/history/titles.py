"""Titles: made by the deployment itself from the first exchange, in the background.

The question's first words serve until then, and for good where this is switched off or fails. A title is a
reply like any other, only nobody sees it grow.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from services.errors import NotFound, ServerEnding
from services.history.keeping import Keeper, Kept
from services.history.records import TITLE_CHARACTERS
from services.streaming.replies import Replies
from services.streaming.reply import Reply
from services.streaming.request import ChatRequest, Message, Parameters

INSTRUCTION: Final = (
    "Write a title for the conversation that follows: at most six words, in its own language, "
    "without quotation marks and without a full stop. Answer with the title only."
)
EXCERPT_CHARACTERS: Final = 1_000
MOST_TOKENS: Final = 40
MOST_REASONING_TOKENS: Final = 2_000
_AROUND: Final = " \t\"'“”「」『』*#。."


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """Asks for titles where `is_on`."""

    replies: Replies
    keeper: Keeper
    is_on: bool = True

    def consider(self, kept: Kept) -> None:
        """Ask for a title after the first answer of a conversation has ended well, where nobody waits for an answer."""
        if kept.reply.request.playback is not None:
            return
        if not self.is_on or self.replies.is_full or kept.reply.answer().status != "complete":
            return
        with suppress(NotFound, ServerEnding):
            exchange = kept.history.branch(kept.owner, kept.conversation_id, kept.reply.id, 3).messages
            conversation = kept.history.find(kept.owner, kept.conversation_id)
            if len(exchange) == 2 and conversation.titled_by == "first words":
                reply = self.replies.start(request_title(kept.reply, exchange[0].text))
                reply.when_ended(self._later(kept, reply))

    def _later(self, kept: Kept, reply: Reply) -> Callable[[], None]:
        def name() -> None:
            title = read_title(reply.answer().text)
            if not title or reply.answer().status != "complete":
                return
            with suppress(NotFound):
                kept.history.rename(kept.owner, kept.conversation_id, title, "deployment")

        return lambda: self.keeper.do(name)


def request_title(reply: Reply, question: str) -> ChatRequest:
    """The request for a title of what was asked and answered."""
    excerpts = f"{question[:EXCERPT_CHARACTERS]}\n\n---\n\n{reply.answer().text[:EXCERPT_CHARACTERS]}"
    deployment = reply.request.deployment
    tuned = Parameters(most_tokens=MOST_TOKENS)
    if deployment.reasoning:
        tuned = replace(tuned, most_tokens=MOST_REASONING_TOKENS, reasoning_effort="low")
    messages = Message(role="system", content=INSTRUCTION), Message(role="user", content=excerpts)
    return ChatRequest(deployment=deployment, messages=messages, parameters=tuned)


def read_title(text: str) -> str:
    """The title in an answer, however it was dressed up; empty where it is none."""
    lines = [line for line in text.splitlines() if line.strip(_AROUND)]
    title = " ".join(lines[0].split()).strip(_AROUND) if lines else ""
    return title if len(title) <= TITLE_CHARACTERS // 2 else ""
