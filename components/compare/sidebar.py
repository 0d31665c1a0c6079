"""The sidebar of the compare page: a new comparison, those that are kept, the pace and the language."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.bar import entry
from components.browser import open_parts
from components.compare.acts import Acts
from components.errors import word
from components.language import _
from components.leaving import show_links
from components.plain import plain
from components.rows import by_day, draw_rows
from components.sidebar import choose_language, choose_pace
from services.comparison.variants import name_of
from services.errors import SeseragiError
from services.history.comparison_records import ComparisonRecord

SEARCH = "comparison_search"
MOST = 50


def show_compare_sidebar(acts: Acts) -> None:
    """Draw the sidebar."""
    with st.sidebar:
        show_links()
        st.button(
            _("New comparison"), icon=":material/add:", key="new-comparison", on_click=acts.begin_anew, width="stretch"
        )
        _show_list(acts)
        with st.expander(_("Settings"), icon=":material/settings:"):
            choose_pace()
            choose_language()
        open_parts()


def _show_list(acts: Acts) -> None:
    slot = st.empty()
    deleted = acts.visit.deleted
    if deleted is not None:
        with slot.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = plain(deleted[1] or _("Untitled"), 40)
            st.caption(_("“{title}” was deleted.").format(title=title), width="stretch")
            st.button(
                _("Undo"), key="undo-comparison", icon=":material/undo:", on_click=acts.restore, args=(deleted[0],)
            )
    st.text_input(
        _("Search"), key=SEARCH, icon=":material/search:", placeholder=_("Search"), label_visibility="collapsed"
    )
    words = (st.session_state.get(SEARCH) or "").strip()
    try:
        found = acts.comparing.store.page(acts.comparing.owner, MOST, words)
    except SeseragiError as error:
        st.caption(word(error).what)
        return
    groups = by_day(found, _row)
    if words and not groups:
        groups = [{"title": _("Nothing found"), "rows": []}]
    said = {"list": _("Comparisons"), "none": _("No comparisons yet. They appear here and are kept.")}
    draw_rows("comparisons", groups, acts.visit.comparison_id, said, acts.act_on_list)


def _row(record: ComparisonRecord) -> dict[str, Any]:
    menu = [
        entry("edit", _("Rename"), "rename"),
        entry("download", _("Export"), "export"),
        entry("delete", _("Delete"), "delete"),
    ]
    names = " / ".join(name_of(record.setup.variants, one.id) for one in record.setup.variants)
    return {"id": record.id, "title": record.title or names, "small": "", "menu": menu}
