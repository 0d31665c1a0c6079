"""The services of this process, put together once: by the server at its start, else with the first visitor."""

from __future__ import annotations

import streamlit as st

from services.composition import Services, build
from services.settings import load_settings


@st.cache_resource(show_spinner=False, on_release=Services.close)
def open_services() -> Services:
    """The one house of this process; raises `ConfigurationError`."""
    return build(load_settings())


def close_services() -> None:
    """Stop every reply and let go of everything."""
    open_services.clear()
