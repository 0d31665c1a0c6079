"""Import and export of the library: one Markdown file for each prompt, as git likes them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from components.errors import word
from components.language import _, number
from services.composition import Services
from services.errors import SeseragiError
from services.history.records import LOCAL_OWNER
from services.prompts.files import read_prompts, write_prompts
from services.prompts.records import Prompt

FILE = "prompt_files"
_DONE = "prompt_files_done"
MOST_MEGABYTES = 20


def show_files(services: Services, everything: tuple[Prompt, ...]) -> None:
    """The two, folded away."""
    with st.expander(_("Import and export"), icon=":material/swap_vert:"):
        given = st.file_uploader(
            _("Markdown files, or a zip of them"),
            type=["md", "zip"],
            accept_multiple_files=True,
            key=FILE,
            max_upload_size=MOST_MEGABYTES,
        )
        if given:
            st.button(_("Import"), key="import-prompts", type="primary", on_click=_take_in, args=(services,))
        _tell()
        st.download_button(
            _("All as files (zip)"),
            partial(write_prompts, everything),
            "prompts.zip",
            "application/zip",
            key="export-prompts",
            on_click="ignore",
            icon=":material/download:",
            disabled=not everything,
        )


def _take_in(services: Services) -> None:
    """All of them or, where one cannot be read, none; before the page is drawn, so that its list has them."""
    try:
        found = [one for file in st.session_state[FILE] for one in read_prompts(file.name, file.getvalue())]
        for one in found:
            version = replace(one.version, author=LOCAL_OWNER)
            services.prompts.save(LOCAL_OWNER, one.name, one.tags, version)
        st.session_state[_DONE] = len(found)
    except SeseragiError as error:
        st.session_state[_DONE] = error


def _tell() -> None:
    """What became of the files, once."""
    done = st.session_state.pop(_DONE, None)
    if isinstance(done, SeseragiError):
        wording = word(done)
        st.error(f"**{wording.what}** {wording.advice}", icon=":material/error:")
    elif done is not None:
        st.success(_("Prompts imported: {count}").format(count=number(done)), icon=":material/check:")
