"""The Streamlit script: page config, services, the pages. Start it with `streamlit run server.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.house import open_services
from components.language import DEFAULT_KEY
from components.pages import configure, show_pages
from components.setup import show_setup_problems
from services.errors import ConfigurationError

ASSETS = Path(__file__).parent / "components" / "assets"
st.logo(ASSETS / "logo.svg", icon_image=ASSETS / "icon.svg", size="large")
st.html(ASSETS / "page.css")
try:
    services = open_services()
except ConfigurationError as error:
    configure("centered")
    show_setup_problems(error)
else:
    st.session_state[DEFAULT_KEY] = services.settings.seseragi_language
    show_pages(services)
