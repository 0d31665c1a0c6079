"""What stands in place of a page whose database cannot be read at the moment, with a way to try again."""

from __future__ import annotations

import logging
from collections.abc import Callable

import streamlit as st

from components.errors import word
from components.language import _
from services.errors import StoreFailed

_log = logging.getLogger(__name__)


def show_or_tell(draw: Callable[[], object]) -> None:
    """Draw the page, or say that the database cannot be read."""
    try:
        draw()
    except StoreFailed as error:
        _log.exception("a page could not be drawn")
        wording = word(error)
        st.error(f"**{wording.what}** {wording.advice}", icon=":material/error:")
        st.button(_("Try again"), icon=":material/refresh:", key="page_again")
