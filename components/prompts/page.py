"""The prompt library: find a prompt, change it, see and take back its versions, import and export files."""

from __future__ import annotations

import streamlit as st

from components.browser import open_parts
from components.language import _, current_language, number
from components.leaving import show_links
from components.plain import plain
from components.prompts.editing import NEW, SELECTED, select, show_editor, take_starter
from components.prompts.files import show_files
from components.sidebar import choose_language
from components.unreadable import show_or_tell
from services.composition import Services
from services.history.records import LOCAL_OWNER
from services.prompts.records import Prompt
from services.prompts.starters import starters

SEARCH = "prompt_search"
TAG = "prompt_tag"


def show_prompts(services: Services) -> None:
    """Draw the page, or say that the database cannot be read."""
    show_or_tell(lambda: _show_page(services))


def _show_page(services: Services) -> None:
    everything = services.prompts.search(LOCAL_OWNER)
    with st.sidebar:
        show_links()
        st.button(
            _("New prompt"), icon=":material/add:", key="new-prompt", on_click=select, args=(NEW,), width="stretch"
        )
        show_files(services, everything)
        with st.expander(_("Settings"), icon=":material/settings:"):
            choose_language()
        open_parts()
    with st.container(key="library"):
        st.markdown("#### " + _("Prompt library"))
        listed, shown = st.columns([2, 3], gap="large")
    with listed:
        _show_list(services, everything)
    with shown:
        show_editor(services)


def _show_list(services: Services, everything: tuple[Prompt, ...]) -> None:
    words = st.text_input(
        _("Search"), key=SEARCH, icon=":material/search:", placeholder=_("Search"), label_visibility="collapsed"
    )
    tags = sorted({tag for prompt in everything for tag in prompt.tags})
    if st.session_state.get(TAG) not in tags:
        st.session_state[TAG] = None
    tag = st.pills(_("Tags"), tags, key=TAG, label_visibility="collapsed") if tags else None
    found = services.prompts.search(LOCAL_OWNER, words.strip(), tag) if words.strip() or tag else everything
    if everything and not found:
        st.caption(_("Nothing found"))
    for prompt in found:
        _show_row(prompt)
    _show_starters(services, everything)


def _show_row(prompt: Prompt) -> None:
    version = _("version {number}").format(number=number(prompt.latest.number))
    is_shown = st.session_state.get(SELECTED) == prompt.id
    st.button(
        f"**{plain(prompt.name, 60)}** :small[{version}{''.join(f' · {plain(tag)}' for tag in prompt.tags)}]",
        key=f"prompt-{prompt.id}",
        type="secondary" if is_shown else "tertiary",
        on_click=select,
        args=(prompt.id,),
        width="stretch",
    )


def _show_starters(services: Services, everything: tuple[Prompt, ...]) -> None:
    """Those that come with the program and aren't taken yet."""
    taken = {prompt.name for prompt in everything}
    left = [one for one in starters(current_language()) if one.name not in taken]
    if not left:
        return
    st.caption(_("To begin with"))
    for one in left:
        with st.expander(plain(one.name)):
            st.text(one.version.text)
            st.button(_("Take into my library"), key=f"starter-{one.name}", on_click=take_starter, args=(services, one))
