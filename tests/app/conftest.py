from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

FAULTS = (
    "length",
    "length-empty",
    "refusal",
    "tool-call",
    "prompt-filtered",
    "late-block",
    "cut-by-filter",
    "429",
    "429-a-day",
    "500",
    "truncated",
    "html-200",
    "unsupported-value",
)


@pytest.fixture(scope="package")
def _house() -> Iterator[None]:
    """One house for all tests of the page: the embedded endpoint, a thousand times as fast as life."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESERAGI_EMBEDDED_SPEED", "1000")
        patch.setenv("SESERAGI_EMBEDDED_DEPLOYMENTS", ",".join(f"fault-{name}" for name in FAULTS))
        patch.setenv("SESERAGI_MOST_QUESTION_CHARACTERS", "1000")
        patch.setenv("SESERAGI_MOST_LIVE_REPLIES", "5")
        patch.setenv("OPENAI_MAX_RETRIES", "0")
        yield
        st.cache_resource.clear()


@pytest.fixture
def page(_house: None) -> AppTest:
    made = AppTest.from_file("../../app.py", default_timeout=60)
    made.session_state["language"] = "en"
    return made.run()
