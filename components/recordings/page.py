"""The page of recordings: the list or, where the address names an answer or a recording, the inspector."""

from __future__ import annotations

import streamlit as st

from components.browser import open_parts
from components.errors import word
from components.language import _
from components.leaving import show_links
from components.recordings.acts import Acts
from components.recordings.files import show_files
from components.recordings.inspector import Inspected, show_inspector
from components.recordings.listing import show_list
from components.recordings.visit import MESSAGE, RECORDING, go_to_list
from components.sidebar import choose_language
from components.unreadable import show_or_tell
from services.composition import Services
from services.errors import NotFound
from services.recording.records import Recording


def show_recordings(services: Services) -> None:
    """Draw the page, or say that the database cannot be read."""
    show_or_tell(lambda: _show_page(Acts(services)))


def _show_page(acts: Acts) -> None:
    message_id, recording_id = st.query_params.get(MESSAGE), st.query_params.get(RECORDING)
    with st.sidebar:
        show_links()
        show_files(acts, has_any=bool(acts.latest(most=1)))
        with st.expander(_("Settings"), icon=":material/settings:"):
            choose_language()
        open_parts()
    _tell(acts)
    if message_id is None and recording_id is None:
        st.markdown("#### " + _("Recordings"))
        show_list(acts)
        return
    is_live = message_id is not None and acts.is_growing(message_id)  # asked first: what ends meanwhile is then found
    found = _find(acts, message_id, recording_id)
    if found or is_live:
        show_inspector(Inspected(acts=acts, recordings=found, message_id=message_id, is_live=is_live))
    else:
        _show_nothing(acts, is_answer=message_id is not None)


def _find(acts: Acts, message_id: str | None, recording_id: str | None) -> tuple[Recording, ...]:
    if message_id is not None:
        return acts.of_message(message_id)
    try:
        return (acts.find(recording_id or ""),)
    except NotFound:
        return ()


def _show_nothing(acts: Acts, *, is_answer: bool) -> None:
    if not is_answer:
        words = _("This recording is no longer here.")
    elif not acts.services.settings.seseragi_record:
        words = _("Nothing is recorded here: whoever runs this page has switched it off (SESERAGI_RECORD).")
    else:
        words = _(
            "There is no recording of this answer: it is older than recordings are kept, was imported or copied, or is "
            "being written by another server and will be here when it has ended."
        )
    st.info(words, icon=":material/info:")
    st.button(_("All recordings"), icon=":material/list:", key="all-recordings", on_click=go_to_list)


def _tell(acts: Acts) -> None:
    """What was done, or why it was not, once."""
    given, acts.visit.given = acts.visit.given, None
    if isinstance(given, Exception):
        wording = word(given)
        st.error(f"**{wording.what}** {wording.advice}", icon=":material/error:")
    elif given is not None:
        st.toast(given, icon=":material/check:")
