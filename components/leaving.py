"""From one page to another: by the links in the sidebar, or from a callback with something in the address.

Knows the pages' names; what they show is in `pages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import streamlit as st
from streamlit.navigation.page import Page

PageName = Literal["chat", "compare", "prompts", "recordings", "how"]

_PAGES: Final = "pages"
_WANTED: Final = "page_wanted"
_SHOWN: Final = "page_shown"
_RETURNED: Final = "page_returned_to"
_ANSWERS: Final = "page_of_answers"
_WITH_ANSWERS: Final = ("chat", "compare")


def remember(pages: Mapping[PageName, Page]) -> None:
    """Which pages there are, for the links."""
    st.session_state[_PAGES] = pages


def show_links() -> None:
    """The way to every page, at the top of the sidebar."""
    pages: Mapping[PageName, Page] = st.session_state.get(_PAGES, {})
    if pages:
        with st.container(horizontal=True, key="pages", gap="xsmall"):
            for page in pages.values():
                st.page_link(page)


def leave_for(name: PageName, **query: str) -> None:
    """Show another page next."""
    st.session_state[_WANTED] = name, query


def carry_out(pages: Mapping[PageName, Page]) -> None:
    """Go where a callback wanted to."""
    wanted: tuple[PageName, dict[str, str]] | None = st.session_state.pop(_WANTED, None)
    if wanted is not None:
        name, query = wanted
        st.switch_page(pages[name], query_params=query)


def note_shown(name: PageName) -> None:
    """Remember which page is shown, and whether the visitor has come from another one."""
    before = st.session_state.get(_SHOWN, name)
    st.session_state[_RETURNED] = before != name
    st.session_state[_SHOWN] = name
    if name in _WITH_ANSWERS:
        st.session_state[_ANSWERS] = name


def came_from() -> PageName | None:
    """The page of answers that was shown last, if any was."""
    name: PageName | None = st.session_state.get(_ANSWERS)
    return name


def has_come_from_elsewhere() -> bool:
    """Whether the page before this one was another: its address says nothing of where one was here."""
    return bool(st.session_state.get(_RETURNED))
