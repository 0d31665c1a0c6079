"""The same request as code, filled in with the current settings; a key never stands in it."""

from __future__ import annotations

import streamlit as st

from components.how.request import read_request
from components.language import _
from services.composition import Services
from services.snippets import write_csharp, write_curl, write_python
from services.streaming.pacing import DEFAULT_DELAY_MS


def show_code(services: Services) -> None:
    """Three tabs."""
    st.markdown("#### " + _("5. The same by yourself"))
    st.markdown(
        _(
            "With your deployment, system message and parameters as they stand in the sidebar of the chat. The key "
            "comes from the environment; put it nowhere else."
        )
    )
    request = read_request(services.deployments, _("What does it mean to receive an answer as a stream? Briefly."))
    delay_ms = int(st.session_state.get("delay_ms", DEFAULT_DELAY_MS))
    written = {
        "curl": (write_curl(request), "bash"),
        "Python": (write_python(request, delay_ms), "python"),
        "C#": (write_csharp(request, delay_ms), "csharp"),
    }
    for tab, (code, language) in zip(st.tabs(list(written)), written.values(), strict=True):
        tab.code(code, language=language, wrap_lines=True)
