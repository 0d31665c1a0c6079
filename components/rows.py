"""A list of what is kept, in groups by day, with a menu for each row: one small component of the browser's own.

Knows neither what the rows are nor where they come from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol, TypeVar

import streamlit as st

from components.browser import part
from components.days import visitors_timezone, word_day
from components.language import _

_LIST: Final = part("conversations", '<nav class="list"></nav>')


class Dated(Protocol):
    """What has a day."""

    @property
    def updated_at(self) -> float:
        """When it was last changed."""
        ...


Record = TypeVar("Record", bound=Dated)


def draw_rows(
    key: str,
    groups: list[dict[str, Any]],
    shown: str | None,
    words: dict[str, str],
    carry_out: Callable[[dict[str, Any]], object],
) -> bool:
    """Draw them; `carry_out` gets what is pressed, as `what` and the row's `id`. Tells whether something was."""
    data = {"groups": groups, "shown": shown, "words": {**words, "more": _("Show more"), "menu": _("More")}}

    def act() -> None:
        carry_out(st.session_state[key].act)

    pressed = _LIST(data=data, key=key, height="content", on_act_change=act)
    return bool(pressed.act)


def by_day(records: Iterable[Record], row: Callable[[Record], dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows under their days, in their order."""
    now, zone = time.time(), visitors_timezone()
    groups: list[dict[str, Any]] = []
    for record in records:
        title = word_day(record.updated_at, now, zone)
        if not groups or groups[-1]["title"] != title:
            groups.append({"title": title, "rows": []})
        groups[-1]["rows"].append(row(record))
    return groups
