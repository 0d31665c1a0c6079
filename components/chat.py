"""The chat page: carries out what the visitor asked for, draws the turns, and follows the live one."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.answer import Following, show_turn
from components.cards import Actions
from components.composer import KEY as COMPOSER_KEY
from components.composer import show_composer
from components.language import _
from components.sidebar import show_sidebar
from components.start import show_start
from components.visit import Ask, Visit, Wish, open_visit, remember_address
from services.composition import Services
from services.conversation import Choices, Turn
from services.errors import TooManyReplies


def show_chat(services: Services) -> None:
    """Draw the page."""
    visit = open_visit(services.shelf)
    chosen = show_sidebar(services.deployments)
    _carry_out(visit, chosen.choices, services)
    end_stop = show_composer(visit, chosen.pace, most_characters=services.settings.seseragi_most_question_characters)
    _show_beginning(visit, is_embedded=services.embedded is not None)
    following = Following(pace=chosen.pace, view_of=visit.view_of, on_end=end_stop)
    _show_turns(visit, following)


def _show_beginning(visit: Visit, *, is_embedded: bool) -> None:
    """What stands before the first question, in a slot that is emptied at once with the first answer."""
    slot = st.empty()
    if visit.conversation.turns:
        return
    with slot.container():
        if visit.is_lost:
            st.info(_("This conversation is no longer here. Begin a new one below."), icon=":material/info:")
        show_start(lambda question: visit.wants(Ask(question)), is_embedded=is_embedded)


def _show_turns(visit: Visit, following: Following) -> None:
    turns = visit.conversation.turns
    actions = Actions(again=partial(visit.wants, "again"), rest=partial(visit.wants, "rest"))
    for turn in turns[:-1]:
        show_turn(turn, following)
    for turn in turns[-1:]:
        show_turn(turn, following, actions)


def _carry_out(visit: Visit, choices: Choices, services: Services) -> None:
    """Start what was asked for. What cannot be started is given back with a word."""
    wish = visit.take_wish()
    if wish is None or visit.conversation.live is not None:
        return
    try:
        _start(wish, visit, choices, services)
    except TooManyReplies as error:
        visit.refused = error
        if isinstance(wish, Ask):
            st.session_state[COMPOSER_KEY] = wish.question
        return
    visit.is_lost = False
    services.shelf.put(visit.conversation)
    remember_address(visit)


def _start(wish: Wish, visit: Visit, choices: Choices, services: Services) -> None:
    conversation = visit.conversation
    if isinstance(wish, Ask):
        reply = services.replies.start(conversation.request(wish.question, choices))
        conversation.turns.append(Turn(question=wish.question, choices=choices, replies=[reply]))
        return
    turn = conversation.turns[-1]
    if wish == "rest":
        turn.replies.append(services.replies.start(conversation.request_rest()))
        return
    reply = services.replies.start(conversation.request_again(choices))
    if turn.text:
        conversation.turns.append(Turn(question=turn.question, choices=choices, replies=[reply]))
    else:
        conversation.turns[-1] = Turn(question=turn.question, choices=choices, replies=[reply])
