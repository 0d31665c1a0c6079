"""Plays a recording in a deployment's place: which one, how fast, and step by step while it is being played.

The bytes go through the SDK and the whole way of an answer (`services/endpoint/replaying`); only the network is spared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from components.language import _, current_language, number
from components.visit import current_visit, start_anew
from services.composition import Services
from services.deployments import Deployment, Endpoint
from services.history.records import LOCAL_OWNER
from services.recording.builtin import PREFIX, built_in, find_built_in
from services.recording.playback import PACES, Playback
from services.recording.records import Recording

ENDPOINT: Final = Endpoint(name="▷", kind="recording", url="http://recordings.invalid")
CHOSEN: Final = "played_recording"
PACE: Final = "played_pace"
MOST_OFFERED: Final = 100
MOST_NAME: Final = 80
_STEPS: Final = "steps"
PLAYER_ID: Final = f"{ENDPOINT.name}/play"


def player() -> Deployment:
    """What stands among the deployments."""
    return Deployment(name="play", endpoint=ENDPOINT, label=_("▷ Play a recording"))


def is_player(deployment_id: str | None) -> bool:
    """Whether a recording is played in its place."""
    return (deployment_id or "").startswith(f"{ENDPOINT.name}/")


def show_player(services: Services) -> None:
    """Which recording, and how fast."""
    names = _offered(services)
    if st.session_state.get(CHOSEN) not in names:
        st.session_state[CHOSEN] = next(iter(names))
    st.selectbox(_("Recording"), list(names), format_func=lambda key: names[key], key=CHOSEN, persist_state="session")
    st.session_state.setdefault(PACE, 1.0)
    st.selectbox(_("Pace"), [_STEPS, *PACES], format_func=_word_pace, key=PACE, persist_state="session")


def _offered(services: Services) -> dict[str, str]:
    own = services.recordings.latest(LOCAL_OWNER, most=MOST_OFFERED)
    programs = {one.id: one.name for one in built_in(current_language())}
    return {**{one.id: one.name or one.deployment for one in own}, **programs}


def _word_pace(pace: float | str) -> str:
    if pace == _STEPS:
        return _("step by step")
    return _("as it was") if pace == 1.0 else f"× {pace:g}"


def choose_recording(recording: Recording) -> None:
    """In a new conversation; what was asked then stands in the box."""
    start_anew()
    st.session_state["deployment"] = PLAYER_ID
    st.session_state[CHOSEN] = recording.id
    current_visit().given_back = recording.question or _("What do you say?")


def playback(services: Services) -> tuple[Deployment, Playback]:
    """What the next answer is: the recording chosen, under its name; raises `NotFound`."""
    chosen = st.session_state.get(CHOSEN) or next(iter(_offered(services)))
    pace: float | str = st.session_state.get(PACE, 1.0)
    if chosen.startswith(PREFIX):
        recording = find_built_in(chosen, current_language())
    else:
        recording = services.recordings.find(LOCAL_OWNER, chosen)
    name = " ".join((recording.name or PLAYER_ID).split())[:MOST_NAME]
    return replace(player(), name=name), Playback(recording, pace if isinstance(pace, float) else None)


def show_steps(playing: Playback) -> None:
    """The next event, or the rest without steps; and how many have come: not every one of them shows in the text."""
    taken, there_are = playing.steps
    label = _("Next event ({taken}/{all})").format(taken=number(taken), all=number(there_are))
    st.button(label, icon=":material/skip_next:", key="step", type="primary", on_click=playing.step)
    st.button(_("Let the rest come"), icon=":material/fast_forward:", key="let_all", on_click=playing.let_all)
