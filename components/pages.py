"""The pages and the way between them. Each gets the services as its argument."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from components.chat import show_chat
from components.compare.page import show_compare
from components.language import _
from components.leaving import PageName, carry_out, note_shown
from components.prompts.page import show_prompts
from services.composition import Services


def show_pages(services: Services) -> None:
    """Draw the navigation and the page that is wanted."""
    pages: dict[PageName, st.Page] = {
        "chat": _page("chat", show_chat, services, _("Chat"), ":material/chat_bubble:"),
        "compare": _page("compare", show_compare, services, _("Compare"), ":material/view_column_2:"),
        "prompts": _page("prompts", show_prompts, services, _("Prompts"), ":material/library_books:"),
    }
    shown = st.navigation(list(pages.values()), position="top")
    carry_out(pages)
    shown.run()


def _page(name: PageName, show: Callable[[Services], None], services: Services, title: str, icon: str) -> st.Page:
    return st.Page(partial(_show, name, show, services), title=title, icon=icon, url_path=name, default=name == "chat")


def _show(name: PageName, show: Callable[[Services], None], services: Services) -> None:
    note_shown(name)
    show(services)
