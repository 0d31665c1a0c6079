"""The list of conversations in the sidebar: search, folders, groups by day, and what can be done with each.

The list itself is one small component of the browser's own, however many rows it has; the search is
Streamlit's. Reads one page of the store at every run.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Final

import streamlit as st

from components.asking import Asking
from components.bar import entry
from components.errors import word
from components.language import _
from components.plain import plain
from components.rows import by_day, draw_rows
from components.shown import Shown
from components.visit import Visit, go_to, start_anew
from services.errors import SeseragiError
from services.history.records import ConversationRecord, Found
from services.talking import Talk

PAGE: Final = 30
"""Conversations in the list, until more are asked for."""
_LENGTH: Final = "list_length"
SEARCH: Final = "search"
FOLDER: Final = "folder"
MOST_FOUND: Final = 50
TITLE_WAIT_S: Final = 30.0
_KEY: Final = "conversations"


def show_conversations(asking: Asking, shown: Shown) -> None:
    """Draw the list. Once more every second while a title is on its way."""
    _show_undo(asking)
    st.text_input(
        _("Search"), key=SEARCH, icon=":material/search:", placeholder=_("Search"), label_visibility="collapsed"
    )
    talk = asking.services.talk()
    folder = _choose_folder(talk)
    waits = _waits_for_title(asking, shown)

    if not waits:
        _show_rows(asking, talk, folder)
        return

    @st.fragment(run_every=1.0)
    def rows_until_named() -> None:
        is_pressed = _show_rows(asking, talk, folder)
        if is_pressed or not _waits_for_title(asking, shown):
            st.rerun()

    rows_until_named()


def _show_rows(asking: Asking, talk: Talk, folder: str | None) -> bool:
    """Draw the rows; tells whether something was pressed in them."""
    try:
        groups = _groups(talk, folder)
    except SeseragiError as error:
        st.caption(word(error).what)
        return False
    words = {"list": _("Conversations"), "none": _("No conversations yet. They appear here and are kept.")}
    return draw_rows(_KEY, groups, asking.visit.conversation_id, words, partial(_carry_out, asking, talk))


def _waits_for_title(asking: Asking, shown: Shown) -> bool:
    """Whether the deployment is about to name the conversation that is shown."""
    record = shown.conversation
    if record is None or asking.visit.temporary is not None or not asking.services.titles.is_on:
        return False
    if time.time() - record.updated_at > TITLE_WAIT_S or len(shown.turns) != 1:
        return False
    talk = asking.talk
    try:
        return talk.history.find(talk.owner, record.id).titled_by == "first words"
    except SeseragiError:
        return False


def _choose_folder(talk: Talk) -> str | None:
    """The folder to look into; None for all. One that has been emptied meanwhile is none any more."""
    folders = talk.history.folders(talk.owner)
    if not folders:
        return None
    if st.session_state.get(FOLDER) not in folders:
        st.session_state[FOLDER] = None
    return st.selectbox(
        _("Folder"),
        folders,
        index=None,
        placeholder=_("All folders"),
        key=FOLDER,
        label_visibility="collapsed",
    )


def _groups(talk: Talk, folder: str | None) -> list[dict[str, Any]]:
    words = (st.session_state.get(SEARCH) or "").strip()
    if words:
        found = talk.history.search(talk.owner, words, MOST_FOUND)
        title = _("Found") if found else _("Nothing found")
        return [{"title": title, "rows": [_row_found(one) for one in found]}]
    length = st.session_state.get(_LENGTH, PAGE)
    pinned = talk.history.page(talk.owner, length, pinned=True, folder=folder)
    latest = talk.history.page(talk.owner, length + 1, folder=folder)
    groups = by_day(latest[:length], _row)
    if pinned:
        groups.insert(0, {"title": _("Pinned"), "rows": [_row(record) for record in pinned]})
    if len(latest) > length:
        groups.append({"title": "", "rows": [], "more": True})
    return groups


def _row(record: ConversationRecord) -> dict[str, Any]:
    title = record.title or _("Untitled")
    return {"id": record.id, "title": title, "small": record.folder, "menu": _menu(record)}


def _menu(record: ConversationRecord) -> list[dict[str, str]]:
    pin = ("keep_off", _("Unpin"), "unpin") if record.pinned else ("keep", _("Pin"), "pin")
    return [
        entry(*pin),
        entry("edit", _("Rename"), "rename"),
        entry("folder", _("Move to a folder"), "move"),
        entry("download", _("Export"), "export"),
        entry("delete", _("Delete"), "delete"),
    ]


def _row_found(found: Found) -> dict[str, Any]:
    return {**_row(found.conversation), "small": found.around or found.conversation.folder}


def _carry_out(asking: Asking, talk: Talk, act: dict[str, Any]) -> None:
    conversation_id = str(act.get("id", ""))
    try:
        match act["what"]:
            case "open":
                go_to(conversation_id, talk)
            case "more":
                st.session_state[_LENGTH] = st.session_state.get(_LENGTH, PAGE) + PAGE
            case "pin" | "unpin":
                talk.history.pin(talk.owner, conversation_id, pinned=act["what"] == "pin")
            case "rename" | "move" | "export":
                asking.visit.dialog = act["what"], conversation_id
            case "delete":
                _delete(asking.visit, talk, conversation_id)
    except SeseragiError as error:
        asking.visit.refused = error


def _delete(visit: Visit, talk: Talk, conversation_id: str) -> None:
    title = talk.history.find(talk.owner, conversation_id).title
    talk.history.delete(talk.owner, conversation_id)
    visit.deleted = conversation_id, title
    if visit.conversation_id == conversation_id:
        start_anew(deleted=visit.deleted)


def _show_undo(asking: Asking) -> None:
    slot = st.empty()
    deleted = asking.visit.deleted
    if deleted is None:
        return
    with slot.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_("“{title}” was deleted.").format(title=_shorten(deleted[1])), width="stretch")
        st.button(_("Undo"), key="undo", icon=":material/undo:", on_click=_restore, args=(asking, deleted[0]))


def _shorten(title: str) -> str:
    return plain(title, 40)


def _restore(asking: Asking, conversation_id: str) -> None:
    talk = asking.services.talk()
    asking.visit.deleted = None
    try:
        talk.history.restore(talk.owner, conversation_id)
    except SeseragiError as error:
        asking.visit.refused = error
        return
    if asking.visit.conversation_id is None:
        go_to(conversation_id, talk)
