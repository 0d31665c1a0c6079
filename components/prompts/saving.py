"""The window in which a prompt is saved to the library, from wherever it was written."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.errors import word
from components.language import _
from services.composition import Services
from services.errors import SeseragiError
from services.history.records import LOCAL_OWNER
from services.prompts.records import NAME_CHARACTERS, NOTE_CHARACTERS, Version, tidy_tags


def show_saving(services: Services, name: str, text: str, defaults: Mapping[str, str]) -> None:
    """Name, tags and a note; under a name that exists it becomes another version."""
    if not text.strip():
        st.info(_("There is no prompt to save yet."))
        return
    with st.form("save-prompt", border=False):
        given = st.text_input(_("Name"), name, max_chars=NAME_CHARACTERS, key="prompt_name")
        tags = st.text_input(_("Tags, separated by commas"), key="prompt_tags")
        note = st.text_input(_("What has changed (optional)"), max_chars=NOTE_CHARACTERS, key="prompt_note")
        st.caption(_("Under a name that is in the library already, it becomes the next version."))
        if st.form_submit_button(_("Save"), type="primary"):
            version = Version(text=text, defaults=dict(defaults), note=note.strip(), author=LOCAL_OWNER)
            if _save(services, " ".join(given.split()), tags, version):
                st.rerun()


def _save(services: Services, name: str, tags: str, version: Version) -> bool:
    if not name:
        st.error(_("Write a name."))
        return False
    try:
        known = services.prompts.named(LOCAL_OWNER, name)
        kept = tidy_tags(tags) or (known.tags if known else ())
        services.prompts.save(LOCAL_OWNER, name, kept, version)
    except SeseragiError as error:
        st.error(word(error).what)
        return False
    return True
