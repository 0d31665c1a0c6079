"""The visitor's language: chosen in the sidebar, else by the settings, else by the browser.

`_` looks it up with every call, so that callbacks and fragments speak it too.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import streamlit as st
from babel import Locale
from babel.numbers import NumberPattern, parse_pattern

from services.languages import Language, choose_language, load_catalogue

KEY: Final = "language"
DEFAULT_KEY: Final = "default_language"


def current_language() -> Language:
    """The language of this visitor's page."""
    chosen = st.session_state.get(KEY) or st.session_state.get(DEFAULT_KEY)
    return choose_language(chosen or st.context.locale)


def _(message: str) -> str:
    """`message` in the visitor's language."""
    return load_catalogue(current_language()).gettext(message)


def number(value: float, digits: int = 0) -> str:
    """`value` as the visitor writes numbers."""
    written: str = _pattern(digits).apply(value, _locale(current_language()))
    return written


@cache
def _pattern(digits: int) -> NumberPattern:
    """Read once: a timeline alone has a thousand numbers."""
    return parse_pattern("#,##0." + "0" * digits if digits else "#,##0")


_locale = cache(Locale.parse)
