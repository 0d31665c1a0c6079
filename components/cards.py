"""What stands under an answer that needs a word: an error, a filter's verdict, an end that isn't "stop".

The words for errors are in `errors`; here is how they are shown and what can be done. Never an empty
bubble: an answer without text always says why. Buttons stand in slots that are drawn empty too, so that none
lingers under an earlier turn while the next answer is written.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components.errors import Wording, may_try_again, word
from components.filtering import word_results
from components.language import _, number
from components.plain import plain
from services.conversation import Turn, may_continue
from services.errors import PromptFiltered, ReplyError
from services.streaming.folding import Answer

LONGEST_COUNTDOWN_S = 600
DETAIL_CHARACTERS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """What the visitor can ask for with the last turn; `rest` is None where no answer is continued."""

    again: Callable[[], None]
    rest: Callable[[], None] | None


def show_cards(turn: Turn, actions: Actions | None) -> None:
    """Everything that has to be said about the turn's answer beside its text."""
    answer = turn.answer
    if not turn.answers:
        _show_unanswered(turn, actions)
        return
    _show_dropped(answer)
    if answer.error is not None and answer.status == "failed":
        _show_error(turn, answer.error, actions)
    elif answer.status == "filtered":
        _show_filtered(answer)
    else:
        _show_end(turn, answer, actions)


def _show_unanswered(turn: Turn, actions: Actions | None) -> None:
    st.caption(_("This question has no answer."))
    slot = st.empty()
    if actions is not None:
        with slot.container():
            _show_again(turn, actions)


def _show_dropped(answer: Answer) -> None:
    for dropped in answer.dropped:
        name = plain(dropped.name)
        if dropped.instead:
            words = _("This deployment does not take “{name}”; it was sent as “{instead}” and will be from now on.")
        else:
            words = _("This deployment does not take “{name}”; it was left out and will be from now on.")
        st.caption(words.format(name=name, instead=plain(dropped.instead or "")))


def _show_error(turn: Turn, error: ReplyError, actions: Actions | None) -> None:
    with st.container(border=True):
        _show_wording(":material/error:", word(error))
        _show_traces(error)
        slot = st.empty()
        if actions is None:
            return
        with slot.container(horizontal=True):
            if error.retry_after_s is not None:
                _count_down(turn, error, actions)
            elif may_try_again(error):
                _show_again(turn, actions)
            if may_continue(turn) and actions.rest is not None:
                _show_continue(turn, actions.rest)


def _show_wording(icon: str, wording: Wording) -> None:
    st.markdown(f"{icon} **{wording.what}**")
    st.markdown(wording.advice)


def _show_traces(error: ReplyError) -> None:
    """The endpoint's own words and the ids that Microsoft's support asks for."""
    status = [_("status {status}").format(status=error.status)] if error.status else []
    ids = [_("request id {ids}").format(ids=plain(str(error.request_ids)))] if str(error.request_ids) else []
    detail = [plain(error.detail, DETAIL_CHARACTERS)] if error.status and error.detail else []
    if status or ids or detail:
        st.caption(" · ".join([*detail, *status, *ids]))


def _count_down(turn: Turn, error: ReplyError, actions: Actions) -> None:
    ready_at = (turn.last.ended_at or 0) + (error.retry_after_s or 0)
    left = ready_at - time.time()
    if left > LONGEST_COUNTDOWN_S:
        st.markdown(_("It will be ready again in about {hours} h.").format(hours=number(left / 3600, 1)))
        return

    @st.fragment(run_every=1 if left > 0 else None)
    def button() -> None:
        seconds = math.ceil(ready_at - time.time())
        label = _("Try again in {seconds} s").format(seconds=seconds) if seconds > 0 else _("Try again")
        clicked = st.button(
            label,
            icon=":material/refresh:",
            key=f"again-{turn.last.id}",
            disabled=seconds > 0,
            on_click=actions.again,
        )
        if clicked or (seconds <= 0 < left):
            st.rerun()

    button()


def _show_again(turn: Turn, actions: Actions) -> None:
    st.button(_("Try again"), icon=":material/refresh:", key=f"again-{turn.last.id}", on_click=actions.again)


def _show_continue(turn: Turn, rest: Callable[[], None]) -> None:
    st.button(_("Continue"), icon=":material/more_horiz:", key=f"rest-{turn.last.id}", on_click=rest)


def _show_filtered(answer: Answer) -> None:
    with st.container(border=True):
        if isinstance(answer.error, PromptFiltered):
            wording, results = word(answer.error), answer.error.results
        else:
            wording, results = _word_cut(answer), answer.completion_filter
        _show_wording(":material/shield:", wording)
        lines = word_results(results)
        if lines:
            st.markdown("\n".join(f"- {plain(line)}" for line in lines))
        if answer.error is not None:
            _show_traces(answer.error)


def _word_cut(answer: Answer) -> Wording:
    if answer.withdrawn:
        return Wording(
            _("The content filter has taken this answer back."),
            _("It objected to text that had been shown already. The turn is left out of what is sent from now on."),
        )
    return Wording(
        _("The content filter cut this answer off."),
        _("Ask in other words. The turn is left out of what is sent from now on."),
    )


def _show_end(turn: Turn, answer: Answer, actions: Actions | None) -> None:
    words = _word_end(answer, has_text=bool(turn.text))
    if words:
        st.caption(words)
    slot = st.empty()
    if actions is None or answer.status == "streaming":
        return
    if may_continue(turn):
        if actions.rest is not None:
            with slot.container():
                _show_continue(turn, actions.rest)
    elif not turn.text:
        with slot.container():
            _show_again(turn, actions)


def _word_end(answer: Answer, *, has_text: bool) -> str:
    if answer.status == "streaming":
        return ""
    if answer.status == "interrupted":
        return _("The server ended while this was being written.")
    if answer.status == "stopped":
        return _("Stopped here.") if has_text else _("Stopped before the first word.")
    if answer.finish_reason == "length":
        if has_text:
            return _("The answer reached the token limit.")
        return _("The token limit was used up before the first word, by reasoning. Raise “Most tokens” and try again.")
    if answer.refusal:
        return _("The model declined to answer.")
    if answer.finish_reason != "stop":
        return _("The answer ended with the finish reason “{reason}”.").format(reason=plain(answer.finish_reason or ""))
    return "" if has_text else _("The deployment sent an empty answer.")
