"""What the sidebar's widgets say, read from session state under their keys.

Read by callbacks too, which run before the sidebar is drawn; a widget that is not there gives its default.
"""

from __future__ import annotations

from dataclasses import fields

import streamlit as st

from services.conversation import Choices
from services.deployments import Deployment
from services.errors import NotReady, Unready
from services.streaming.pacing import DEFAULT_DELAY_MS, Pace
from services.streaming.request import Parameters
from services.templates import fill, unfilled, variables_in


def read_deployment(deployments: tuple[Deployment, ...]) -> Deployment:
    """The deployment chosen, or the first where that one has vanished."""
    return find_deployment(deployments, st.session_state.get("deployment"))


def find_deployment(deployments: tuple[Deployment, ...], deployment_id: str | None) -> Deployment:
    """The deployment of that id, or the first where it has vanished."""
    return next((d for d in deployments if d.id == deployment_id), deployments[0])


def read_choices(deployments: tuple[Deployment, ...]) -> Choices:
    """What the next request is made of; raises `NotReady`."""
    said, deployment = st.session_state.get, read_deployment(deployments)
    tuned = Parameters(**{field.name: said(field.name) for field in fields(Parameters)})
    return Choices(
        deployment=deployment,
        system_message=_read_system_message(),
        parameters=tuned.for_deployment(reasoning=deployment.reasoning),
    )


def value_key(name: str) -> str:
    """Of the widget for the value of a variable in the system message."""
    return f"value-{name}"


def _read_system_message() -> str:
    """With the values of its variables; raises `NotReady` where one has none."""
    written = st.session_state.get("system_message") or ""
    names = variables_in([written])
    values = {name: str(st.session_state.get(value_key(name)) or "") for name in names}
    missing = unfilled([written], values)
    if missing:
        raise NotReady(tuple(Unready(kind="unfilled", name=name) for name in missing))
    return fill(written, values)


def read_pace() -> Pace:
    """How fragments are to be shown."""
    delay_ms = st.session_state.get("delay_ms", DEFAULT_DELAY_MS)
    return Pace(delay_s=delay_ms / 1000, keep_up=st.session_state.get("keep_up", True))
