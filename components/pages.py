"""The pages and the way between them. Each gets the services as its argument."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Literal

import streamlit as st

from components.chat import show_chat
from components.compare.page import show_compare
from components.how.page import show_how
from components.language import _
from components.leaving import PageName, carry_out, note_shown, remember
from components.prompts.page import show_prompts
from components.recordings.page import show_recordings
from services.composition import Services

Layout = Literal["centered", "wide"]

ICON: Final = Path(__file__).parent / "assets" / "icon.svg"
COLUMNS: Final = Path(__file__).parent / "assets" / "columns.css"
_CONFIGURED: Final = "configured"


def show_pages(services: Services) -> None:
    """Draw the navigation and the page that is wanted."""
    pages: dict[PageName, st.Page] = {
        "chat": _page("chat", show_chat, services, _("Chat")),
        "compare": _page("compare", show_compare, services, _("Compare")),
        "prompts": _page("prompts", show_prompts, services, _("Prompts")),
        "recordings": _page("recordings", show_recordings, services, _("Recordings")),
        "how": _page("how", show_how, services, _("How it works")),
    }
    # Streamlit's own menu would be drawn before anything else: 8 ms of the first word (benchmarks/first_token.py).
    shown = st.navigation(list(pages.values()), position="hidden")
    remember(pages)
    carry_out(pages)
    shown.run()


def _page(name: PageName, show: Callable[[Services], None], services: Services, title: str) -> st.Page:
    """Without an icon: Streamlit would make it the browser's, fetched from elsewhere."""
    return st.Page(partial(_show, name, show, services), title=title, url_path=name, default=name == "chat")


def configure(layout: Layout, name: str = "") -> None:
    """Title, icon and width of the page called `name`: said only when it is another one, as the browser keeps them."""
    if st.session_state.get(_CONFIGURED) != name:
        st.set_page_config(page_title="Seseragi", page_icon=ICON, layout=layout)
        st.session_state[_CONFIGURED] = name


def _show(name: PageName, show: Callable[[Services], None], services: Services) -> None:
    configure("centered" if name == "chat" else "wide", name)
    if name != "chat":
        st.html(COLUMNS)
    note_shown(name)
    show(services)
