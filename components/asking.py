"""Carries out what the visitor asks for, as callbacks: before anything is drawn, so that the request leaves at once.

What cannot be started is given back with a word, never lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from components.chosen import read_choices
from components.visit import Visit
from services.composition import Services
from services.conversation import Turn
from services.errors import QuestionTooLong, TooManyReplies
from services.streaming.reply import Reply
from services.streaming.request import ChatRequest

COMPOSER: Final = "composer"
"""The key of the box for the question."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What one session can ask for."""

    services: Services
    visit: Visit

    def submit(self) -> None:
        """Ask what stands in the box."""
        question = (st.session_state[COMPOSER] or "").strip()
        if question:
            self.ask(question)

    def ask(self, question: str) -> None:
        """Ask `question` as a new turn."""
        most = self.services.settings.seseragi_most_question_characters
        if len(question) > most:
            self._give_back(question, QuestionTooLong(len(question), most))
            return
        conversation, choices = self.visit.conversation, read_choices(self.services.deployments)
        reply = self._start(conversation.request(question, choices), question)
        if reply is not None:
            conversation.turns.append(Turn(question=question, choices=choices, replies=[reply]))

    def again(self) -> None:
        """Ask the last question again, in a turn of its own where the first try had said something."""
        conversation = self.visit.conversation
        choices = read_choices(self.services.deployments)
        reply = self._start(conversation.request_again(choices))
        if reply is None:
            return
        turn = conversation.turns[-1]
        if not turn.text:
            conversation.turns.pop()
        conversation.turns.append(Turn(question=turn.question, choices=choices, replies=[reply]))

    def rest(self) -> None:
        """Ask for the rest of the last answer."""
        reply = self._start(self.visit.conversation.request_rest())
        if reply is not None:
            self.visit.conversation.turns[-1].replies.append(reply)

    def _start(self, request: ChatRequest, question: str | None = None) -> Reply | None:
        """The reply to `request`; None where another one is alive here, from this tab or a second one."""
        if self.visit.conversation.live is not None:
            self._give_back(question, None)
            return None
        try:
            reply = self.services.replies.start(request)
        except TooManyReplies as error:
            self._give_back(question, error)
            return None
        self.services.shelf.put(self.visit.conversation)
        self.visit.is_lost = False
        return reply

    def _give_back(self, question: str | None, refused: Exception | None) -> None:
        self.visit.refused = refused
        if question is not None:
            self.visit.is_too_early = refused is None
            st.session_state[COMPOSER] = question
