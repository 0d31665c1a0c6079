"""The list of recordings: the owner's by day, then those that come with the program."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from components.bar import entry
from components.language import _, current_language, number
from components.recordings.acts import NAME, Acts
from components.recordings.words import word_origin
from components.rows import by_day, draw_rows
from services.history.recordings import Listed
from services.recording.builtin import built_in
from services.recording.records import Recording

SEARCH: Final = "recording_search"
PAGE: Final = 50
_LENGTH: Final = "recordings_shown"


def show_list(acts: Acts) -> None:
    """Both lists, the owner's narrowed by what is searched for."""
    st.caption(
        _(
            "A recording is what travelled under one answer: every byte with its time. Each answer is recorded; here "
            "they can be looked into, kept, shared, and played again without a network."
        )
    )
    words = st.text_input(
        _("Search"), key=SEARCH, icon=":material/search:", placeholder=_("Search"), label_visibility="collapsed"
    ).strip()
    if acts.visit.renaming is not None:
        _show_renaming(acts, acts.visit.renaming)
    _show_own(acts, words)
    if not words:
        _show_built_in(acts)


def _show_own(acts: Acts, words: str) -> None:
    length = st.session_state.get(_LENGTH, PAGE)
    found = acts.latest(words, length + 1)
    groups = by_day(found[:length], _row)
    if words and not found:
        groups = [{"title": _("Nothing found"), "rows": []}]
    if len(found) > length:
        groups.append({"title": "", "rows": [], "more": True})

    def act(pressed: dict[str, Any]) -> None:
        if pressed["what"] == "more":
            st.session_state[_LENGTH] = length + PAGE
        else:
            acts.act_on_list(pressed)

    said = {"list": _("Recordings"), "none": _("No recordings of yours yet: ask something in the chat.")}
    draw_rows("recordings", groups, None, said, act)


def _row(one: Listed) -> dict[str, Any]:
    small = [one.deployment, _("{seconds} s").format(seconds=number(one.seconds, 1)), _kilobytes(one.bytes)]
    if one.status is not None and one.status != 200:
        small.insert(0, str(one.status))
    if one.origin != "recorded":
        small.append(word_origin(one.origin))  # type: ignore[arg-type]  # as it was written
    menu = [
        entry("play_arrow", _("Play in the chat"), "play"),
        entry("edit", _("Rename"), "rename"),
        entry("delete", _("Delete"), "delete", confirm=_("Really delete?")),
    ]
    return {"id": one.id, "title": one.name or one.deployment, "small": " · ".join(small), "menu": menu}


def _kilobytes(count: int) -> str:
    return _("{count} kB").format(count=number(count / 1000, 1))


def _show_renaming(acts: Acts, recording_id: str) -> None:
    if NAME not in st.session_state:
        st.session_state[NAME] = next((one.name for one in acts.latest() if one.id == recording_id), "")
    with st.container(horizontal=True, vertical_alignment="bottom", key="renaming"):
        st.text_input(_("Name of the recording"), key=NAME, max_chars=200)
        st.button(_("Rename"), key="rename-it", type="primary", on_click=acts.rename, args=(recording_id,))
        st.button(_("Cancel"), key="leave-name", on_click=acts.leave_name)


def _show_built_in(acts: Acts) -> None:
    rows = [_built_in_row(one) for one in built_in(current_language())]
    groups = [{"title": _("These come with the program"), "rows": rows}]
    draw_rows("built-in", groups, None, {"list": _("These come with the program"), "none": ""}, acts.act_on_list)


def _built_in_row(one: Recording) -> dict[str, Any]:
    menu = [entry("play_arrow", _("Play in the chat"), "play")]
    return {"id": one.id, "title": one.name, "small": one.note, "menu": menu}
