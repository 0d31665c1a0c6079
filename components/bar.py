"""The line under a turn: copy, other answers, the walk between branches, and what else can be done with it.

One small component of the browser's own for each turn, because buttons of Streamlit's would cost each page
several times as much; its words and its marks come from here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from components.asking import Asking
from components.browser import part
from components.compare.visit import compare_question
from components.figures import word_figures
from components.language import _
from components.player import is_player
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
        "others": [[deployment.id, deployment.title] for deployment in asking.services.deployments],
        "menu": _menu(has_answer=bool(turn.answers)),
        "inside": bool(turn.answers),
    }
    draw_bar(data, key, lambda act: _carry_out(asking, turn, act))


def draw_bar(data: dict[str, Any], key: str, carry_out: Callable[[dict[str, Any]], object]) -> None:
    """The line itself; what is pressed comes as `what` and what goes with it.

    `data`: text, question, figures, deployment; walks; others (deployments to ask again, None for no such button);
    menu (icon, label, what, and what to confirm with); inside (whether the stream can be looked into).
    """

    def act() -> None:
        carry_out(st.session_state[key].act)

    _BAR(data={**data, "words": _words()}, key=key, height="content", on_act_change=act)


def entry(icon: str, label: str, what: str, **more: Any) -> dict[str, Any]:
    """One line of the menu."""
    return {"icon": icon, "label": label, "what": what, **more}


def walk(name: str, place: Place | None) -> list[dict[str, Any]]:
    """The way between siblings; nothing where there are none."""
    if place is None:
        return []
    return [{"name": name, "at": place.at, "of": place.of, "before": place.before, "after": place.after}]


def _menu(*, has_answer: bool) -> list[dict[str, Any]]:
    really = _("Really delete?")
    remove_answer = entry("delete", _("Delete the answer and what follows"), "remove answer", confirm=really)
    return [
        entry("edit", _("Edit the question"), "edit"),
        entry("content_copy", _("Copy the question"), "copy question"),
        entry("view_column_2", _("Compare this question"), "compare"),
        entry("fork_right", _("Go on from here in a new conversation"), "fork"),
        *([remove_answer] if has_answer else []),
        entry("delete", _("Delete the question and what follows"), "remove question", confirm=really),
    ]


def _title_of(asking: Asking, turn: Turn) -> str:
    """The deployment that answered, where there is a choice."""
    asked = turn.last.asked_with
    if asked is not None and is_player(asked.deployment):
        return asked.deployment.replace("/", " ", 1)
    titles = {deployment.id: deployment.title for deployment in asking.services.deployments}
    if asked is None or (len(titles) < 2 and asked.deployment in titles):
        return ""
    return titles.get(asked.deployment, asked.deployment)


def _walks(shown: Shown, turn: Turn) -> list[dict[str, Any]]:
    """Where the question and the answer stand among their siblings."""
    question = walk(_("Question"), _place(shown, turn.question))
    places = [_place(shown, message) for message in reversed(turn.answers)]
    answer = next((place for place in places if place is not None), None)
    return [*question, *walk(_("Answer"), answer)]


def _place(shown: Shown, message: MessageRecord) -> Place | None:
    return place_of(shown.children, message.parent_id, message.id)


def _carry_out(asking: Asking, turn: Turn, act: dict[str, Any]) -> None:
    match act["what"]:
        case "again":
            asking.again(turn.question.id, act.get("deployment"))
        case "edit":
            asking.edit(turn.question.id)
        case "walk":
            asking.walk(str(act["to"]))
        case "compare":
            compare_question(turn, _deployment_to_compare(asking, turn))
        case "inside":
            asking.look_inside(turn.last.id)
        case "fork":
            asking.fork(turn.last.id)
        case "remove answer" if turn.answers:
            asking.remove(turn.answers[0].id)
        case "remove question":
            asking.remove(turn.question.id)


def _deployment_to_compare(asking: Asking, turn: Turn) -> str:
    """The one that answered; in place of a recording that was played, the first there is."""
    asked = turn.last.asked_with
    if asked is None or is_player(asked.deployment):
        return asking.services.deployments[0].id
    return asked.deployment


def _words() -> dict[str, str]:
    return {
        "copy": _("Copy"),
        "copied": _("Copied ✓"),
        "not_copied": _("Copying is not allowed here"),
        "again": _("Another answer"),
        "again_with": _("Another answer by"),
        "before": _("Previous"),
        "after": _("Next"),
        "more": _("More"),
        "inside": _("Look inside the stream"),
    }
