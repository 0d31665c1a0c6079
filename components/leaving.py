"""From one page to another, with something in the address: asked for in callbacks, carried out before the next page.

The only place that knows the pages' names; what they show is in `pages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import streamlit as st
from streamlit.navigation.page import Page

PageName = Literal["chat", "compare", "prompts"]

_WANTED: Final = "page_wanted"
_SHOWN: Final = "page_shown"
_RETURNED: Final = "page_returned_to"


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
    st.session_state[_RETURNED] = st.session_state.get(_SHOWN, name) != name
    st.session_state[_SHOWN] = name


def has_come_from_elsewhere() -> bool:
    """Whether the page before this one was another: its address says nothing of where one was here."""
    return bool(st.session_state.get(_RETURNED))
