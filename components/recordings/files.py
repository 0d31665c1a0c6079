"""Opens recordings from files and pastes, and gives all of them away: folded away in the sidebar."""

from __future__ import annotations

import streamlit as st

from components.language import _
from components.recordings.acts import FILE, PASTE, Acts
from services.recording.opening import MOST_BYTES


def show_files(acts: Acts, *, has_any: bool) -> None:
    """The two, and the export."""
    with st.expander(_("Open a recording"), icon=":material/folder_open:"):
        st.file_uploader(
            _("Files of Seseragi (.sse) or of a browser (.har)"),
            type=["sse", "har", "txt", "json"],
            accept_multiple_files=True,
            key=FILE,
            max_upload_size=MOST_BYTES // 1_000_000,
        )
        if st.session_state.get(FILE):
            st.button(_("Open"), key="open-files", type="primary", on_click=acts.open_files)
        st.text_area(_("Or paste `data:` lines"), key=PASTE, height=120, placeholder='data: {"choices":[…]}')
        if (st.session_state.get(PASTE) or "").strip():
            st.button(_("Open what is pasted"), key="open-paste", type="primary", on_click=acts.open_paste)
    st.download_button(
        _("All as files (zip)"),
        acts.export_all,
        "recordings.zip",
        "application/zip",
        key="export-recordings",
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
        disabled=not has_any,
    )
