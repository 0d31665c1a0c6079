"""What is asked in a window of its own: a new title, a folder, what to export, which file to import."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from components.asking import Asking
from components.browser import show_copy_button
from components.chosen import value_key
from components.errors import word
from components.language import _, number
from components.prompts.saving import show_saving
from components.visit import go_to
from services.errors import NotReadable, SeseragiError
from services.exchange.files import file_name, read_file, write_all
from services.exchange.json_file import write_json
from services.exchange.markdown import write_markdown
from services.history.records import FOLDER_CHARACTERS, TITLE_CHARACTERS
from services.talking import Talk
from services.templates import variables_in

TITLE: Final = "new_title"
NEW_FOLDER: Final = "new_folder"
FILE: Final = "import_file"
MOST_BYTES: Final = 50_000_000


def show_dialog(asking: Asking) -> None:
    """Open the window that was asked for, once."""
    if asking.visit.dialog is None:
        return
    (kind, conversation_id), asking.visit.dialog = asking.visit.dialog, None
    talk = asking.services.talk()
    match kind:
        case "rename":
            st.dialog(_("Rename"))(_rename)(talk, conversation_id)
        case "move":
            st.dialog(_("Move to a folder"))(_move)(talk, conversation_id)
        case "export":
            st.dialog(_("Export"))(_export)(talk, conversation_id)
        case "save prompt":
            st.dialog(_("Save to the library"))(_save_prompt)(asking)
        case "import":
            st.dialog(_("Import and export"))(_import)(asking)


def _save_prompt(asking: Asking) -> None:
    written = str(st.session_state.get("system_message") or "")
    defaults = {name: str(st.session_state.get(value_key(name)) or "") for name in variables_in([written])}
    show_saving(asking.services, "", written, defaults)


def _try(act: Callable[[], object]) -> bool:
    """Whether it could be done; what went wrong is told in the window."""
    try:
        act()
    except SeseragiError as error:
        wording = word(error)
        st.error(f"**{wording.what}** {wording.advice}", icon=":material/error:")
        return False
    return True


def _rename(talk: Talk, conversation_id: str) -> None:
    try:
        title = talk.history.find(talk.owner, conversation_id).title
    except SeseragiError as error:
        st.error(word(error).what)
        return
    with st.form("rename", border=False):
        given = st.text_input(_("Title"), title, max_chars=TITLE_CHARACTERS, key=TITLE)
        if st.form_submit_button(_("Save"), type="primary"):
            named = " ".join(given.split())
            if not named:
                st.error(_("Write a title."))
            elif _try(lambda: talk.history.rename(talk.owner, conversation_id, named, "person")):
                st.rerun()


def _move(talk: Talk, conversation_id: str) -> None:
    folder = st.selectbox(
        _("Folder"),
        talk.history.folders(talk.owner),
        index=None,
        placeholder=_("Choose a folder or write a new one"),
        accept_new_options=True,
        key=NEW_FOLDER,
    )
    with st.container(horizontal=True):
        chosen = " ".join((folder or "").split())[:FOLDER_CHARACTERS]
        move = st.button(_("Move"), key="move", type="primary", disabled=not chosen)
        out = st.button(_("Out of all folders"), key="unfile")
    if (move or out) and _try(lambda: talk.history.move(talk.owner, conversation_id, chosen if move else "")):
        st.rerun()


def _export(talk: Talk, conversation_id: str) -> None:
    try:
        whole = talk.whole(conversation_id)
    except SeseragiError as error:
        st.error(word(error).what)
        return
    markdown, title = write_markdown(whole), whole.conversation.title
    st.caption(
        _("Markdown has the branch that is shown, for people; JSON the whole tree, for Seseragi to import again.")
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Markdown",
            markdown,
            file_name(title, "md"),
            "text/markdown",
            key="as_markdown",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "JSON",
            write_json([whole]),
            file_name(title, "json"),
            "application/json",
            key="as_json",
            on_click="ignore",
            icon=":material/download:",
        )
        show_copy_button(markdown, key="copy-all")


def _import(asking: Asking) -> None:
    st.markdown(_("**Import** conversations from a file: Seseragi's own JSON, or an export of ChatGPT or Open WebUI."))
    given = st.file_uploader(
        _("File"), type=["json", "zip"], key=FILE, label_visibility="collapsed", max_upload_size=MOST_BYTES // 1_000_000
    )
    if given is not None and st.button(_("Import"), key="import", type="primary"):
        _take_in(asking, given.name, given.getvalue())
    st.divider()
    st.markdown(_("**Export** all conversations."))
    talk = asking.services.talk()
    st.download_button(
        _("All as JSON"),
        lambda: write_all(talk, "json"),
        file_name("seseragi", "json"),
        "application/json",
        key="all_json",
        on_click="ignore",
        icon=":material/download:",
    )
    st.download_button(
        _("All as Markdown"),
        lambda: write_all(talk, "md"),
        file_name("seseragi", "zip"),
        "application/zip",
        key="all_markdown",
        on_click="ignore",
        icon=":material/download:",
    )


def _take_in(asking: Asking, name: str, content: bytes) -> None:
    talk = asking.services.talk()
    try:
        conversations = read_file(name, content)
    except NotReadable as error:
        wording = word(error)
        st.error(f"**{wording.what}** {wording.advice}", icon=":material/error:")
        return

    def put() -> None:
        for whole in conversations:
            talk.history.begin(talk.owner, whole.conversation, whole.messages)

    if _try(put):
        words = _("Conversations imported: {count}. This is the first of them.")
        go_to(conversations[0].conversation.id, talk).told = words.format(count=number(len(conversations)))
        st.rerun()
