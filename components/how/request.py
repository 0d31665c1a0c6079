"""The request of this page: the current settings of the sidebar and one question."""

from __future__ import annotations

import streamlit as st

from components.chosen import read_choices, read_deployment
from services.deployments import Deployment
from services.errors import NotReady
from services.streaming.request import ChatRequest, Message, Parameters


def read_request(deployments: tuple[Deployment, ...], question: str) -> ChatRequest:
    """With the system message as it is, where one of its variables has no value yet."""
    try:
        choices = read_choices(deployments)
    except NotReady:
        deployment, system, parameters = read_deployment(deployments), st.session_state["system_message"], Parameters()
    else:
        deployment, system, parameters = choices.deployment, choices.system_message, choices.parameters
    first = [Message(role="system", content=system.strip())] if system.strip() else []
    return ChatRequest(
        deployment=deployment, messages=(*first, Message(role="user", content=question)), parameters=parameters
    )
