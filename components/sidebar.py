"""The sidebar: a new conversation, the deployment, the settings of the next answer, and the conversations kept.

Only draws; `chosen` reads what its widgets say. Changing anything mid-answer disturbs nothing, because a
reply keeps what it was asked with and the page finds it again.
"""

from __future__ import annotations

import streamlit as st

from components.asking import Asking
from components.browser import open_parts
from components.chosen import read_deployment, value_key
from components.conversations import show_conversations
from components.language import KEY as LANGUAGE_KEY
from components.language import _
from components.leaving import show_links
from components.library import find_prompt, prompt_names
from components.plain import plain
from components.player import is_player, player, show_player
from components.shown import Shown
from components.visit import current_visit, start_anew
from services.composition import Services
from services.deployments import Deployment
from services.errors import SeseragiError
from services.languages import LANGUAGES
from services.streaming.pacing import DEFAULT_DELAY_MS, LONGEST_DELAY_MS
from services.streaming.request import EFFORTS, VERBOSITIES
from services.templates import broken_in, variables_in

_HAS_HISTORY = "began_with_history"


def show_sidebar(asking: Asking, shown: Shown) -> None:
    """Draw the sidebar."""
    deployments = asking.services.deployments
    with st.sidebar:
        show_links()
        st.button(_("New conversation"), icon=":material/add:", key="new", on_click=start_anew, width="stretch")
        choose_deployment((*deployments, player()))
        if is_player(st.session_state.get("deployment")):
            show_player(asking.services)
        settings, conversations = st.tabs(
            [_("Settings"), _("Conversations")], default=_("Conversations") if _has_history(asking) else None
        )
        with settings:
            _write_system_message(asking)
            choose_pace()
            _tune(read_deployment(deployments))
            choose_language()
        with conversations:
            show_conversations(asking, shown)
            st.button(
                _("Import and export"),
                icon=":material/swap_vert:",
                key="files",
                type="tertiary",
                on_click=_open_files,
                args=(asking,),
            )
        open_parts()


def _has_history(asking: Asking) -> bool:
    """Whether there was anything to come back to when this session began; asked once."""
    if _HAS_HISTORY not in st.session_state:
        talk = asking.services.talk()
        latest = talk.history.page(talk.owner, 2)
        st.session_state[_HAS_HISTORY] = any(record.id != asking.visit.conversation_id for record in latest)
    return bool(st.session_state[_HAS_HISTORY])


def _open_files(asking: Asking) -> None:
    asking.visit.dialog = "import", ""


def choose_deployment(deployments: tuple[Deployment, ...]) -> None:
    """Which deployment answers."""
    by_id = {deployment.id: deployment for deployment in deployments}
    is_played = player().id in by_id and is_player(st.session_state.get("deployment"))
    st.session_state["deployment"] = player().id if is_played else read_deployment(deployments).id
    st.selectbox(
        _("Deployment"),
        list(by_id),
        format_func=lambda name: by_id[name].title,
        key="deployment",
        persist_state="session",
    )


def _write_system_message(asking: Asking) -> None:
    services = asking.services
    st.selectbox(
        _("System message"),
        prompt_names(services),
        index=None,
        placeholder=_("Take a prompt …"),
        key="preset",
        on_change=_take_prompt,
        args=(services,),
    )
    st.text_area(
        _("System message"),
        key="system_message",
        persist_state="session",
        height=120,
        placeholder=_("How should the deployment answer?"),
        label_visibility="collapsed",
    )
    _write_values()
    if st.session_state.get("system_message"):
        st.button(
            _("Save to the library"),
            icon=":material/bookmark_add:",
            key="save-system-message",
            type="tertiary",
            on_click=_open_saving,
            args=(asking,),
        )


def _open_saving(asking: Asking) -> None:
    asking.visit.dialog = "save prompt", ""


def _write_values() -> None:
    """A field for each variable of the system message."""
    written = st.session_state.get("system_message") or ""
    for name in variables_in([written]):
        st.text_input(f"`{{{{{name}}}}}`", key=value_key(name), persist_state="session")
    for broken in broken_in([written]):
        words = _("{text} lacks a brace: a variable stands in two on each side.").format(text=plain(broken))
        st.caption(f":material/spellcheck: {words}")


def _take_prompt(services: Services) -> None:
    try:
        found = find_prompt(services, st.session_state.get("preset") or "")
    except SeseragiError as error:
        current_visit().refused = error
        return
    if found is None:
        return
    st.session_state["system_message"] = found.version.text
    for name, value in found.version.defaults.items():
        if not st.session_state.get(value_key(name)):
            st.session_state[value_key(name)] = value


def choose_pace() -> None:
    """How fragments are shown."""
    st.slider(
        _("Output delay (ms)"),
        0,
        LONGEST_DELAY_MS,
        DEFAULT_DELAY_MS,
        key="delay_ms",
        persist_state="session",
        help=_("The shortest time between two fragments shown. Display only: nothing is received or kept later."),
    )
    st.toggle(
        _("Keep up with the model"),
        value=True,
        key="keep_up",
        persist_state="session",
        help=_("On: the display never lags more than half a second. Off: strictly one fragment at a time."),
    )


def _tune(deployment: Deployment) -> None:
    with st.expander(_("Parameters")):
        as_deployed = _("as deployed")
        st.number_input(_("Most tokens"), 1, None, None, 100, placeholder=as_deployed, key="most_tokens")
        if deployment.reasoning:
            _tune_reasoning()
        else:
            st.number_input(_("Temperature"), 0.0, 2.0, None, 0.1, placeholder=as_deployed, key="temperature")
            st.number_input(_("Top p"), 0.0, 1.0, None, 0.05, placeholder=as_deployed, key="top_p")


def _tune_reasoning() -> None:
    levels = {"minimal": _("minimal"), "low": _("low"), "medium": _("medium"), "high": _("high")}
    st.segmented_control(_("Reasoning effort"), EFFORTS, format_func=levels.__getitem__, key="reasoning_effort")
    st.segmented_control(_("Verbosity"), VERBOSITIES, format_func=levels.__getitem__, key="verbosity")


def choose_language() -> None:
    """The language of the page."""
    names = {"": _("Language: as the browser")} | {str(code): name for code, name in LANGUAGES.items()}
    st.selectbox(
        _("Language"),
        list(names),
        format_func=lambda name: names[name],
        key=LANGUAGE_KEY,
        persist_state="session",
        label_visibility="collapsed",
    )
