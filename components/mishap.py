"""What a visitor sees of a mistake of ours: an id, and that nothing else is told here."""

from __future__ import annotations

import streamlit as st

from components.language import _


def show_mishap(mishap_id: str) -> None:
    """The words for an error that nobody foresaw."""
    st.warning(
        _("Something went wrong in Seseragi itself. Reload the page; if it happens again, report “{id}”.").format(
            id=mishap_id
        ),
        icon=":material/error:",
    )
