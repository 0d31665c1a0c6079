"""The set-up on the page: a card for each variant, what differs between prompts, the values of variables."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

import streamlit as st

from components.compare.acts import SETUP_OPEN, Acts
from components.compare.visit import field_key, value_key
from components.compare.words import differing_words
from components.drawing import clear_leftovers
from components.language import _, number
from components.plain import plain
from services import templates
from services.comparison.variants import FEWEST, MOST, NAME_CHARACTERS, Setup, Variant, name_of
from services.deployments import Deployment
from services.streaming.request import Parameters

DIFFERENCES = "show_differences"
BLIND = "compare_blind"


def show_setup(acts: Acts) -> None:
    """The cards, folded away once there are answers; the values below stay in sight."""
    setup = acts.visit.setup
    label = _("Set-up: {count} variants").format(count=number(len(setup.variants)))
    st.session_state[SETUP_OPEN] = acts.visit.is_setup_open
    folded = st.expander(label, key=SETUP_OPEN, on_change=acts.fold_setup, icon=":material/tune:")
    if folded.open:
        with folded:
            _show_tools(acts, setup)
            with st.container(horizontal=True, wrap=False, gap="small", key="cells-setup"):
                for variant in setup.variants:
                    _show_card(acts, setup, variant)
            _show_notes(setup)
    _show_values(setup)


def _show_tools(acts: Acts, setup: Setup) -> None:
    st.session_state[BLIND] = setup.is_blind
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            _("Add a variant"),
            icon=":material/add:",
            key="add-variant",
            on_click=acts.add,
            disabled=len(setup.variants) >= MOST,
            help=_("At most {most} variants.").format(most=number(MOST)) if len(setup.variants) >= MOST else None,
        )
        st.toggle(
            _("Blind"),
            key=BLIND,
            on_change=lambda: acts.set_blind(is_blind=bool(st.session_state[BLIND])),
            help=_("Names and figures stay hidden and the order is shuffled, turn by turn, until you have voted."),
        )
        words = _("Differences from “{name}”").format(name=name_of(setup.variants, setup.base_variant.id))
        st.toggle(words, key=DIFFERENCES, persist_state="session")


def _show_card(acts: Acts, setup: Setup, variant: Variant) -> None:
    with st.container(border=True, gap="small", key=f"card-{variant.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _show_name(setup, variant)
            _show_menu(acts, setup, variant)
        _show_deployment(acts, variant)
        _show_prompt(variant)
        tuned = word_parameters(variant.parameters)
        if tuned:
            st.caption(tuned)
        if st.session_state.get(DIFFERENCES) and variant.id != setup.base_variant.id:
            st.html(differing_words(setup.base_variant.system_message, variant.system_message))


def _show_name(setup: Setup, variant: Variant) -> None:
    key = field_key("name", variant.id)
    st.session_state.setdefault(key, variant.name)
    unnamed = name_of((*setup.variants[: setup.variants.index(variant)], Variant(id=variant.id)), variant.id)
    st.text_input(
        _("Name"),
        key=key,
        max_chars=NAME_CHARACTERS,
        placeholder=unnamed,
        label_visibility="collapsed",
        width="stretch",
    )


def _show_menu(acts: Acts, setup: Setup, variant: Variant) -> None:
    words = _menu_words()
    key = field_key("menu", variant.id)
    options = [name for name in words if name != "remove" or len(setup.variants) > FEWEST]
    st.menu_button(
        ":material/more_vert:",
        options,
        key=key,
        help=_("More"),
        type="tertiary",
        format_func=words.__getitem__,
        on_click=partial(acts.act_on_variant, variant.id),
    )


def _menu_words() -> dict[str, str]:
    return {
        "parameters": ":material/tune: " + _("Parameters …"),
        "library": ":material/library_books: " + _("Take a prompt from the library …"),
        "save": ":material/bookmark_add: " + _("Save the prompt to the library …"),
        "duplicate": ":material/content_copy: " + _("Duplicate"),
        "left": ":material/arrow_back: " + _("Move left"),
        "right": ":material/arrow_forward: " + _("Move right"),
        "base": ":material/difference: " + _("Hold the others against this one"),
        "deployment": ":material/dns: " + _("This deployment for all"),
        "system_message": ":material/notes: " + _("This prompt for all"),
        "all_parameters": ":material/instant_mix: " + _("These parameters for all"),
        "remove": ":material/delete: " + _("Remove"),
    }


def _show_deployment(acts: Acts, variant: Variant) -> None:
    known: dict[str, Deployment] = {one.id: one for one in acts.comparing.deployments}
    key = field_key("deployment", variant.id)
    st.session_state.setdefault(key, variant.deployment)
    vanished = [] if variant.deployment in known else [variant.deployment]
    gone = _("{name} (no longer here)")
    st.selectbox(
        _("Deployment"),
        [*vanished, *known],
        key=key,
        format_func=lambda name: known[name].title if name in known else gone.format(name=name or "?"),
        label_visibility="collapsed",
    )


def _show_prompt(variant: Variant) -> None:
    key = field_key("system_message", variant.id)
    st.session_state.setdefault(key, variant.system_message)
    st.text_area(
        _("System message"),
        key=key,
        height=150,
        placeholder=_("How should the deployment answer?"),
        label_visibility="collapsed",
    )


def word_parameters(parameters: Parameters) -> str:
    """Those that are not left to the deployment, in a line."""
    names = {
        "temperature": _("Temperature"),
        "top_p": _("Top p"),
        "most_tokens": _("Most tokens"),
        "reasoning_effort": _("Reasoning effort"),
        "verbosity": _("Verbosity"),
    }
    said = [(names[name], value) for name, value in asdict(parameters).items() if value is not None]
    return " · ".join(f"{name}: {value:g}" if isinstance(value, float) else f"{name}: {value}" for name, value in said)


def _show_notes(setup: Setup) -> None:
    """What makes a comparison tell nothing, before it is run."""
    for group in setup.equals():
        names = ", ".join(plain(name_of(setup.variants, variant.id), 60) for variant in group)
        words = _("{names} ask the same: only chance tells their answers apart.").format(names=names)
        st.caption(f":material/info: {words}")
    if not any(variant.system_message.strip() for variant in setup.variants):
        words = _("No variant has a system prompt yet.")
        st.caption(f":material/info: {words}")


def _show_values(setup: Setup) -> None:
    """A field for each variable, and a finger on those that are probably misspelt."""
    texts = setup.texts(setup.input)
    names = templates.variables_in(texts)
    slot = st.empty()
    if names:
        with slot.container(horizontal=True, gap="small", key="variables"):
            for name in names:
                _show_value(setup, name)
            clear_leftovers("variables", len(names))
    for one in templates.misspelt(texts, setup.values):
        words = _("{variable} looks like {meant}. Is it misspelt?").format(
            variable=plain(f"{{{{{one.name}}}}}"), meant=plain(f"{{{{{one.meant}}}}}")
        )
        st.caption(f":material/spellcheck: {words}")
    for broken in templates.broken_in(texts):
        words = _("{text} lacks a brace: a variable stands in two on each side.").format(text=plain(broken))
        st.caption(f":material/spellcheck: {words}")


def _show_value(setup: Setup, name: str) -> None:
    key = value_key(name)
    st.session_state.setdefault(key, setup.values.get(name, ""))
    with st.container(width=260):
        st.text_area(f"`{{{{{name}}}}}`", key=key, height=68, placeholder=_("Value of {name}").format(name=name))
