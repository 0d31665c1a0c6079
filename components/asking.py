"""Carries out what the visitor asks for, as callbacks: before anything is drawn, so that the request leaves at once.

What cannot be done is given back with a word, never lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from components.chosen import find_deployment, read_choices
from components.language import _
from components.leaving import leave_for
from components.player import is_player, playback
from components.visit import PARAMETER, View, Visit, current_visit, go_to
from services.composition import Services
from services.conversation import Choices, Turn
from services.errors import SeseragiError
from services.talking import FEW_MESSAGES, Asked, Talk

COMPOSER: Final = "composer"
"""The key of the box for the question."""
SUBMITTED: Final = "submitted"
"""Set where the box's callback was called."""
EDITOR: Final = "editor"
"""The key of the box in which a question is edited."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What one session can ask for."""

    services: Services

    @property
    def visit(self) -> Visit:
        """The session's visit. Looked up each time: a question typed right after *New conversation* belongs there."""
        return current_visit()

    @property
    def talk(self) -> Talk:
        """With the store, or with this session's temporary one."""
        return self.services.talk(self.visit.temporary)

    def submit(self) -> None:
        """Ask what stands in the box."""
        st.session_state[SUBMITTED] = True
        question = (st.session_state[COMPOSER] or "").strip()
        if question:
            self.ask(question)

    def ask(self, question: str) -> None:
        """Ask `question` as a new turn."""
        visit = self.visit
        started = self._start(lambda: self.talk.ask(visit.conversation_id, visit.leaf_id, question, self._choices()))
        if not started:
            visit.given_back = question

    def edit(self, question_id: str) -> None:
        """Open the question in place of which another one is to be asked."""
        self.visit.editing = question_id

    def leave_edit(self) -> None:
        """Leave the question as it is."""
        self.visit.editing = None

    def submit_edit(self, question_id: str) -> None:
        """Ask what stands in the editor in place of the question."""
        text = (st.session_state.get(EDITOR) or "").strip()
        if text:
            self._start(lambda: self.talk.edit(self._conversation_id, question_id, text, self._choices()))

    def again(self, question_id: str, deployment_id: str | None = None) -> None:
        """Ask the question again, of another deployment where one is named."""
        self._start(lambda: self.talk.again(self._conversation_id, question_id, self._choices(deployment_id)))

    def rest(self, turn: Turn) -> None:
        """Ask for the rest of the answer, with what it was asked with."""

        def choices() -> Choices:
            asked = turn.last.asked_with
            if asked is None or is_player(asked.deployment):
                return self._choices()
            return Choices(
                deployment=find_deployment(self.services.deployments, asked.deployment),
                system_message=asked.system_message,
                parameters=asked.parameters,
            )

        self._start(lambda: self.talk.rest(self._conversation_id, turn.last.id, choices()))

    def stop(self, view: View) -> None:
        """End the answer here; what has come of it is shown at once."""
        self._try(view.reply.stop)
        view.show_all = True

    def walk(self, message_id: str) -> None:
        """Show the branch that goes through another message."""

        def show() -> None:
            leaf_id = self.talk.history.newest_leaf(self.talk.owner, self._conversation_id, message_id)
            if leaf_id is not None:
                self.talk.history.show(self.talk.owner, self._conversation_id, leaf_id)
            self.visit.move_to(self._conversation_id, leaf_id)

        self._try(show)

    def remove(self, message_id: str) -> None:
        """Delete a message with all below it."""

        def remove() -> None:
            self.talk.remove(self._conversation_id, message_id)
            found = self.talk.history.find(self.talk.owner, self._conversation_id)
            self.visit.move_to(found.id, found.leaf_id)

        self._try(remove)

    def fork(self, message_id: str) -> None:
        """Go on from here in a conversation of its own."""

        def fork() -> None:
            found = self.talk.history.find(self.talk.owner, self._conversation_id)
            title = _("{title} (fork)").format(title=found.title)
            forked = self.talk.fork(found.id, message_id, title)
            if self.visit.temporary is not None:
                self.visit.move_to(forked, self.talk.history.find(self.talk.owner, forked).leaf_id)
            else:
                go_to(forked, self.talk)

        self._try(fork)

    def look_inside(self, message_id: str) -> None:
        """Open the stream of an answer."""
        is_kept = self.visit.temporary is None and self.visit.conversation_id is not None
        leave_for("recordings", m=message_id, **({PARAMETER: self._conversation_id} if is_kept else {}))

    def show_earlier(self) -> None:
        """Draw more of a long conversation."""
        self.visit.most_messages += FEW_MESSAGES

    @property
    def _conversation_id(self) -> str:
        return self.visit.conversation_id or ""

    def _choices(self, deployment_id: str | None = None) -> Choices:
        """What the sidebar says, on another deployment where one is named; raises `NotReady`."""
        choices = read_choices(self.services.deployments)
        if is_player(deployment_id or st.session_state.get("deployment")):
            deployment, playing = playback(self.services)
            return replace(choices, deployment=deployment, playback=playing)
        if deployment_id is None:
            return choices
        return replace(choices, deployment=find_deployment(self.services.deployments, deployment_id))

    def _start(self, start: Callable[[], Asked]) -> bool:
        """Whether a reply was started; what refused it is told on the page."""
        started: list[Asked] = []
        self._try(lambda: started.append(start()))
        for asked in started:
            self.visit.follow(asked)
        return bool(started)

    def _try(self, act: Callable[[], object]) -> None:
        self.visit.refused = None
        try:
            act()
        except SeseragiError as error:
            self.visit.refused = error
