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
        if given and st.button(_("Import"), key="import-prompts", type="primary"):
            _take_in(services, [(one.name, one.getvalue()) for one in given])
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


def _take_in(services: Services, files: list[tuple[str, bytes]]) -> None:
    """All of them or, where one cannot be read, none."""
    try:
        found = [one for name, content in files for one in read_prompts(name, content)]
        for one in found:
            version = replace(one.version, author=LOCAL_OWNER)
            services.prompts.save(LOCAL_OWNER, one.name, one.tags, version)
    except SeseragiError as error:
        wording = word(error)
        st.error(f"**{wording.what}** {wording.advice}", icon=":material/error:")
        return
    st.success(_("Prompts imported: {count}").format(count=number(len(found))), icon=":material/check:")
