"""Under which heading a conversation stands in the list: today, yesterday, this week, or its month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel.dates import format_skeleton

from components.language import _, current_language


def visitors_timezone() -> tzinfo:
    """Where the visitor's browser is; UTC where it doesn't say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def word_day(at: float, now: float, zone: tzinfo) -> str:
    """The heading for a time."""
    day, today = _day(at, zone), _day(now, zone)
    if day >= today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    if day > today - timedelta(days=7):
        return _("Previous 7 days")
    if day > today - timedelta(days=30):
        return _("Previous 30 days")
    return str(format_skeleton("yMMMM", day, locale=current_language()))


def _day(at: float, zone: tzinfo) -> date:
    return datetime.fromtimestamp(at, zone).date()
