"""The sidebar: deployment, system message, output delay, parameters, language.

Gives what is chosen as values; changing anything mid-answer disturbs nothing, because a reply keeps what
it was asked with and the page finds it again.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.browser import guard_composition
from components.language import KEY as LANGUAGE_KEY
from components.language import _
from components.presets import find_preset, preset_names
from components.visit import start_anew
from services.conversation import Choices
from services.deployments import Deployment
from services.languages import LANGUAGES
from services.streaming.pacing import DEFAULT_DELAY_MS, LONGEST_DELAY_MS, Pace
from services.streaming.request import EFFORTS, VERBOSITIES, Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the sidebar says."""

    choices: Choices
    pace: Pace


def show_sidebar(deployments: tuple[Deployment, ...]) -> Chosen:
    """Draw the sidebar and read it."""
    with st.sidebar:
        st.button(_("New conversation"), icon=":material/add:", key="new", on_click=start_anew, width="stretch")
        deployment = _choose_deployment(deployments)
        system_message = _write_system_message()
        pace = _choose_pace()
        parameters = _tune(deployment)
        _choose_language()
        guard_composition()
    choices = Choices(deployment=deployment, system_message=system_message, parameters=parameters)
    return Chosen(choices=choices, pace=pace)


def _choose_deployment(deployments: tuple[Deployment, ...]) -> Deployment:
    by_id = {deployment.id: deployment for deployment in deployments}
    if st.session_state.get("deployment") not in by_id:
        st.session_state["deployment"] = deployments[0].id
    chosen = st.selectbox(_("Deployment"), list(by_id), format_func=lambda name: by_id[name].title, key="deployment")
    return by_id[chosen]


def _write_system_message() -> str:
    st.selectbox(
        _("System message"),
        preset_names(),
        index=None,
        placeholder=_("Take a preset …"),
        key="preset",
        on_change=_take_preset,
    )
    return st.text_area(
        _("System message"),
        key="system_message",
        height=120,
        placeholder=_("How should the deployment answer?"),
        label_visibility="collapsed",
    )


def _take_preset() -> None:
    name = st.session_state.get("preset")
    if name:
        st.session_state["system_message"] = find_preset(name)


def _choose_pace() -> Pace:
    delay_ms = st.slider(
        _("Output delay (ms)"),
        0,
        LONGEST_DELAY_MS,
        DEFAULT_DELAY_MS,
        key="delay_ms",
        help=_("The shortest time between two fragments shown. Display only: nothing is received or kept later."),
    )
    keep_up = st.toggle(
        _("Keep up with the model"),
        value=True,
        key="keep_up",
        help=_("On: the display never lags more than half a second. Off: strictly one fragment at a time."),
    )
    return Pace(delay_s=delay_ms / 1000, keep_up=keep_up)


def _tune(deployment: Deployment) -> Parameters:
    with st.expander(_("Parameters")):
        most_tokens = st.number_input(
            _("Most tokens"), min_value=1, value=None, step=100, placeholder=_("as deployed"), key="most_tokens"
        )
        if deployment.reasoning:
            return _tune_reasoning(most_tokens)
        temperature = st.number_input(
            _("Temperature"), 0.0, 2.0, None, 0.1, placeholder=_("as deployed"), key="temperature"
        )
        top_p = st.number_input(_("Top p"), 0.0, 1.0, None, 0.05, placeholder=_("as deployed"), key="top_p")
    return Parameters(temperature=temperature, top_p=top_p, most_tokens=most_tokens)


def _tune_reasoning(most_tokens: int | None) -> Parameters:
    levels = {"minimal": _("minimal"), "low": _("low"), "medium": _("medium"), "high": _("high")}
    effort = st.segmented_control(
        _("Reasoning effort"), EFFORTS, format_func=levels.__getitem__, key="reasoning_effort"
    )
    verbosity = st.segmented_control(_("Verbosity"), VERBOSITIES, format_func=levels.__getitem__, key="verbosity")
    return Parameters(most_tokens=most_tokens, reasoning_effort=effort, verbosity=verbosity)


def _choose_language() -> None:
    names = {"": _("Language: as the browser")} | {str(code): name for code, name in LANGUAGES.items()}
    st.selectbox(
        _("Language"),
        list(names),
        format_func=lambda name: names[name],
        key=LANGUAGE_KEY,
        label_visibility="collapsed",
    )
