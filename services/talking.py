"""Everything a visitor can do in a conversation: ask, edit, ask again, continue, walk, fork, remove.

Puts the question and the empty answer on record before the request leaves, then starts the reply and hands it
to the keeper. Raises what cannot be done before anything has changed. Knows no page.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from services.context import DEFAULT_CONTEXT_TOKENS
from services.conversation import Choices, Turn, request_for, request_rest, turns_of
from services.deployments import Deployment
from services.errors import NotFound, QuestionTooLong, StillWriting
from services.history.far import FarReply
from services.history.history import History
from services.history.keeping import Keeper, Kept
from services.history.records import (
    AskedWith,
    Branch,
    ConversationRecord,
    Look,
    MessageRecord,
    Whole,
    first_words,
    new_id,
)
from services.history.titles import Titles
from services.recording.records import Recording
from services.streaming.folding import Answer
from services.streaming.replies import Replies
from services.streaming.reply import Followed, Reply
from services.streaming.request import ChatRequest

FEW_MESSAGES: Final = 20
"""Messages that a page shows of a long conversation, until more are asked for."""
READ_AT_ONCE: Final = 100
"""Messages read in one step on the way back to what still fits the context."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A reply that was started, and its surroundings as they were just before.

    Read before the request left: every statement afterwards would hand the interpreter to the stream's thread
    and get it back milliseconds later, before the first word is shown.
    """

    conversation_id: str
    reply: Reply
    look: Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What one owner can do with one store."""

    owner: str
    history: History
    replies: Replies
    keeper: Keeper
    titles: Titles
    most_question_characters: int
    comparison_id: str | None = None
    """The comparison whose column every conversation begun here is."""

    def ask(self, conversation_id: str | None, below: str | None, question: str, choices: Choices) -> Asked:
        """A question below the message `below`, or the first one; a conversation is begun where none is named."""
        if len(question) > self.most_question_characters:
            raise QuestionTooLong(len(question), self.most_question_characters)
        self._check_quiet(conversation_id, below)
        turns = self._told(conversation_id, below, choices.deployment)
        message = MessageRecord(parent_id=below, role="user", text=question)
        request, asked = request_for(turns, question, choices)
        return self._start(conversation_id, [message], message.id, request, asked)

    def edit(self, conversation_id: str, question_id: str, text: str, choices: Choices) -> Asked:
        """Another question in place of one, as a branch beside it."""
        return self.ask(conversation_id, self._message(conversation_id, question_id).parent_id, text, choices)

    def again(self, conversation_id: str, question_id: str, choices: Choices) -> Asked:
        """Another answer to a question, beside those it has."""
        self._check_quiet(conversation_id, question_id)
        question = self._message(conversation_id, question_id)
        turns = self._told(conversation_id, question.parent_id, choices.deployment)
        request, asked = request_for(turns, question.text, choices)
        return self._start(conversation_id, [], question_id, request, asked)

    def rest(self, conversation_id: str, answer_id: str, choices: Choices) -> Asked:
        """The rest of an answer that broke off, joined to it."""
        self._check_quiet(conversation_id, answer_id)
        turns = self._told(conversation_id, answer_id, choices.deployment)
        if not turns:
            raise NotFound(answer_id)
        request, asked = request_rest(turns, choices)
        return self._start(conversation_id, [], answer_id, request, asked)

    def read(self, conversation_id: str, leaf_id: str, most: int) -> Branch:
        """The latest messages of a branch, those still in the making as far as they have come."""
        here = self.keeper.replies()  # before the store is read: what ends meanwhile is then in the store
        branch = self.history.branch(self.owner, conversation_id, leaf_id, most)
        return replace(branch, messages=_newest(branch.messages, here))

    def look(self, conversation_id: str, leaf_id: str | None, most: int) -> Look:
        """A branch and what stands beside it, those messages still in the making as far as they have come."""
        here = self.keeper.replies()
        look = self.history.look(self.owner, conversation_id, leaf_id, most)
        return replace(look, branch=replace(look.branch, messages=_newest(look.branch.messages, here)))

    def below(self, question_ids: Collection[str]) -> dict[str, tuple[MessageRecord, ...]]:
        """The answers to each question, oldest first, those in the making as far as they have come."""
        here = self.keeper.replies()
        found = self.history.below(self.owner, question_ids)
        return {question_id: _newest(answers, here) for question_id, answers in found.items()}

    def follow(self, message: MessageRecord) -> Followed | None:
        """The reply that writes `message`, here or on another server; None where nobody does."""
        reply = self.keeper.find(message.id)
        if reply is not None or message.answer is None or message.answer.status != "streaming":
            return reply
        return FarReply(self.owner, self.history, message.id, self.keeper.look_for_dead)

    def is_written_here(self, message_id: str) -> bool:
        """Whether this process writes the answer and has not yet put all of it on record."""
        return self.keeper.tapes(self.owner, message_id) is not None

    def recordings(self, message_id: str) -> tuple[Recording, ...]:
        """What travelled under an answer, as far as it has come where it is written here."""
        tapes = self.keeper.tapes(self.owner, message_id)
        if tapes is not None:
            return tuple(tape.recording() for tape in tapes)
        return self.history.recordings.of_message(self.owner, message_id)

    def fork(self, conversation_id: str, leaf_id: str, title: str) -> str:
        """A new conversation that is a copy of one branch up to `leaf_id`; gives its id."""
        found = self.history.find(self.owner, conversation_id)
        messages = self._whole_branch(conversation_id, leaf_id)
        ids = {message.id: new_id() for message in messages}
        copies = [_settled(replace(m, id=ids[m.id], parent_id=ids.get(m.parent_id or ""))) for m in messages]
        record = ConversationRecord(
            title=title, titled_by="person", folder=found.folder, begun_with=found.begun_with, leaf_id=copies[-1].id
        )
        self.history.begin(self.owner, record, copies)
        return record.id

    def whole(self, conversation_id: str) -> Whole:
        """Everything of a conversation, those messages still in the making as far as they have come."""
        here = self.keeper.replies()
        found = self.history.whole(self.owner, conversation_id)
        return replace(found, messages=_newest(found.messages, here))

    def remove(self, conversation_id: str, message_id: str) -> None:
        """Delete a message with all below it; replies that are written there are stopped."""
        below = {message_id}
        for message in self.history.whole(self.owner, conversation_id).messages:
            if message.parent_id in below or message.id in below:
                below.add(message.id)
                self._stop(message)
        self.history.remove(self.owner, conversation_id, message_id)

    def _stop(self, message: MessageRecord) -> None:
        reply = self.follow(message)
        if reply is not None:
            reply.stop()

    def _start(
        self,
        conversation_id: str | None,
        questions: Sequence[MessageRecord],
        below: str,
        request: ChatRequest,
        asked: AskedWith,
    ) -> Asked:
        pending = MessageRecord(parent_id=below, role="assistant", asked_with=asked, answer=Answer())
        reply = self.replies.admit(request, pending.id)
        try:
            look = self._put(conversation_id, [*questions, pending], asked)
        except BaseException:
            self.replies.dismiss(reply)
            raise
        at = look.conversation.id
        kept = Kept(owner=self.owner, history=self.history, conversation_id=at, reply=reply)
        kept.after = lambda: self.titles.consider(kept)
        self.keeper.keep(kept)
        self.replies.begin(reply)
        return Asked(conversation_id=at, reply=reply, look=look)

    def _put(self, conversation_id: str | None, messages: Sequence[MessageRecord], asked: AskedWith) -> Look:
        if conversation_id is not None:
            self.history.add(self.owner, conversation_id, messages, self.keeper.writer)
            return self.history.look(self.owner, conversation_id, messages[-1].id, FEW_MESSAGES)
        title = first_words(messages[0].text)
        record = ConversationRecord(
            title=title, begun_with=asked, leaf_id=messages[-1].id, comparison_id=self.comparison_id
        )
        self.history.begin(self.owner, record, messages, self.keeper.writer)
        children = {message.parent_id: (message.id,) for message in messages}
        return Look(
            conversation=record, leaf_id=record.leaf_id, branch=Branch(messages=tuple(messages)), children=children
        )

    def _told(self, conversation_id: str | None, leaf_id: str | None, deployment: Deployment) -> tuple[Turn, ...]:
        """The turns up to `leaf_id`, as far back as could fit the deployment's context."""
        if conversation_id is None or leaf_id is None:
            return ()
        room = 4 * (deployment.context_tokens or DEFAULT_CONTEXT_TOKENS)  # characters, more than ever fit
        messages: list[MessageRecord] = []
        while leaf_id is not None and room > 0:
            branch = self.read(conversation_id, leaf_id, READ_AT_ONCE)
            messages = [*branch.messages, *messages]
            room -= sum(len(message.text) for message in branch.messages)
            leaf_id = branch.messages[0].parent_id
        return turns_of(messages)

    def _whole_branch(self, conversation_id: str, leaf_id: str) -> tuple[MessageRecord, ...]:
        above = {message.id: message for message in self.whole(conversation_id).messages}
        messages: list[MessageRecord] = []
        place: str | None = leaf_id
        while place is not None:
            if place not in above:
                raise NotFound(place)
            messages.append(above[place])
            place = above[place].parent_id
        return tuple(reversed(messages))

    def _message(self, conversation_id: str, message_id: str) -> MessageRecord:
        return self.read(conversation_id, message_id, 1).messages[-1]

    def _check_quiet(self, conversation_id: str | None, leaf_id: str | None) -> None:
        """Raises `StillWriting` where an answer is being written below, asked for in another tab."""
        if conversation_id is None or leaf_id is None:
            return
        for message in self.look(conversation_id, leaf_id, 1).branch.messages:
            if message.answer is not None and message.answer.status == "streaming":
                raise StillWriting


def _newest(messages: Sequence[MessageRecord], here: Mapping[str, Reply]) -> tuple[MessageRecord, ...]:
    """With what this process knows better than the store: answers of its own that aren't all on record yet."""
    return tuple(_as_said(message, here[message.id]) if message.id in here else message for message in messages)


def _as_said(message: MessageRecord, reply: Reply) -> MessageRecord:
    answer = reply.answer()
    ended_at = None if reply.is_live else reply.ended_at
    return replace(message, text=answer.words, answer=answer, ended_at=ended_at)


def _settled(message: MessageRecord) -> MessageRecord:
    """A copy of an answer in the making stands still."""
    if message.answer is None or message.answer.status != "streaming":
        return message
    return replace(message, answer=replace(message.answer, status="interrupted"))
