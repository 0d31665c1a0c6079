"""The line under a turn: copy, other answers, the walk between branches, and what else can be done with it.

One small component of the browser's own for each turn, because buttons of Streamlit's would cost each page
several times as much; its words and its marks come from here.
"""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from components.asking import Asking
from components.browser import part
from components.figures import word_figures
from components.language import _
from components.shown import Place, Shown, place_of
from services.conversation import Turn
from services.history.records import MessageRecord

_BAR: Final = part("bar", '<div class="bar"></div>')


def show_bar(asking: Asking, shown: Shown, turn: Turn) -> None:
    """Draw the line; whatever is pressed is carried out before the page is drawn again."""
    key = f"bar-{turn.last.id}"
    is_live = bool(turn.answers) and turn.answer.status == "streaming"
    if is_live:
        return
    data = {
        "text": turn.text,
        "question": turn.question.text,
        "figures": word_figures(turn.answer),
        "deployment": _title_of(asking, turn),
        "walks": _walks(shown, turn),
        "deployments": [[deployment.id, deployment.title] for deployment in asking.services.deployments],
        "answer_id": turn.answers[0].id if turn.answers else None,
        "words": _words(),
    }
    _BAR(data=data, key=key, height="content", on_act_change=lambda: _carry_out(asking, turn, key))


def _title_of(asking: Asking, turn: Turn) -> str:
    """The deployment that answered, where there is a choice."""
    asked = turn.last.asked_with
    titles = {deployment.id: deployment.title for deployment in asking.services.deployments}
    if asked is None or (len(titles) < 2 and asked.deployment in titles):
        return ""
    return titles.get(asked.deployment, asked.deployment)


def _walks(shown: Shown, turn: Turn) -> list[dict[str, Any]]:
    """Where the question and the answer stand among their siblings."""
    question = _walk(_("Question"), _place(shown, turn.question))
    places = [_place(shown, message) for message in reversed(turn.answers)]
    answer = next((place for place in places if place is not None), None)
    return [*question, *_walk(_("Answer"), answer)]


def _place(shown: Shown, message: MessageRecord) -> Place | None:
    return place_of(shown.children, message.parent_id, message.id)


def _walk(name: str, place: Place | None) -> list[dict[str, Any]]:
    if place is None:
        return []
    return [{"name": name, "at": place.at, "of": place.of, "before": place.before, "after": place.after}]


def _carry_out(asking: Asking, turn: Turn, key: str) -> None:
    act = st.session_state[key].act
    match act["what"]:
        case "again":
            asking.again(turn.question.id, act.get("deployment"))
        case "edit":
            asking.edit(turn.question.id)
        case "walk":
            asking.walk(str(act["to"]))
        case "fork":
            asking.fork(turn.last.id)
        case "remove answer" if turn.answers:
            asking.remove(turn.answers[0].id)
        case "remove question":
            asking.remove(turn.question.id)


def _words() -> dict[str, str]:
    return {
        "copy": _("Copy"),
        "copied": _("Copied ✓"),
        "not_copied": _("Copying is not allowed here"),
        "again": _("Another answer"),
        "again_with": _("Another answer by"),
        "edit": _("Edit the question"),
        "copy_question": _("Copy the question"),
        "fork": _("Go on from here in a new conversation"),
        "remove_answer": _("Delete the answer and what follows"),
        "remove_question": _("Delete the question and what follows"),
        "really": _("Really delete?"),
        "before": _("Previous"),
        "after": _("Next"),
        "more": _("More"),
    }
