"""What is shown instead of the page when the settings cannot work: every problem at once, with its mending."""

from __future__ import annotations

import streamlit as st

from components.errors import word_problem
from components.language import _
from components.plain import plain
from services.errors import ConfigurationError


def show_setup_problems(error: ConfigurationError) -> None:
    """All problems, each naming its variable. Values are shown only where they are no secret."""
    st.title(_("Seseragi is not set up yet"), anchor=False)
    st.markdown(_("These settings stand in the way. Mend them and start again."))
    lines = [f"- **{plain(p.variable)}** {word_problem(p)}" + _detail(p.detail) for p in error.problems]
    st.markdown("\n".join(lines))


def _detail(detail: str) -> str:
    return f"  \n  {plain(detail)}" if detail else ""
