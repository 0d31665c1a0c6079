"""What one browser session holds of the compare page: which comparison, its set-up as edited, what it has to be told.

The set-up in here is the truth while the page is open; the widgets only say what of it was changed. It is on record
as soon as it has been changed, so that reload, a closed tab and a restart lose nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import streamlit as st

from components.leaving import has_come_from_elsewhere, leave_for
from components.visit import View
from services.comparing import Comparing
from services.comparison.links import read_link
from services.comparison.variants import NAME_CHARACTERS, Setup, Variant
from services.conversation import Turn
from services.errors import NotFound, SeseragiError
from services.history.records import AskedWith
from services.templates import literal, variables_in

PARAMETER: Final = "x"
LINK: Final = "setup"
FEW_TURNS: Final = 3
"""Turns that the page shows, until more are asked for."""
_KEY: Final = "comparison"

DialogKind = Literal["parameters", "library", "save", "share", "export", "rename"]


@dataclass(slots=True)
class CompareVisit:
    """The state of one session's compare page. `kept` is the set-up as it is on record, or as it was offered."""

    setup: Setup
    kept: Setup
    comparison_id: str | None = None
    is_addressed: bool = False
    is_lost: bool = False
    is_setup_open: bool = True
    most_turns: int = FEW_TURNS
    views: dict[str, View] = field(default_factory=dict)
    walked: dict[str, str] = field(default_factory=dict)
    chosen_best: dict[str, str] = field(default_factory=dict)
    differing: tuple[str, int, int] | None = None
    dialog: tuple[DialogKind, str] | None = None
    deleted: tuple[str, str] | None = None
    refused: Exception | None = None
    given_back: str | None = None

    def change(self, setup: Setup) -> None:
        """Another set-up, also in the widgets that stand on the page."""
        self.setup = setup
        for variant in setup.variants:
            for key, value in _fields(variant).items():
                st.session_state[key] = value
        for name, value in setup.values.items():
            st.session_state[value_key(name)] = value


def current_compare() -> CompareVisit:
    """The one of this session, with what the widgets say now."""
    visit: CompareVisit = st.session_state[_KEY]
    _gather(visit)
    return visit


def open_compare(comparing: Comparing, offered: Setup) -> CompareVisit:
    """The session's visit, on the comparison or the set-up that the address names; `offered` begins a new one."""
    visit: CompareVisit | None = st.session_state.get(_KEY)
    if LINK in st.query_params:
        return _take_link(offered)
    if visit is None:
        visit = st.session_state[_KEY] = CompareVisit(setup=offered, kept=offered)
    _gather(visit)
    if visit.comparison_id and (not visit.is_addressed or _is_back_without_address()):
        remember_address(visit)
    named = st.query_params.get(PARAMETER)
    if named != visit.comparison_id:
        visit = go_to_comparison(comparing, named, offered)
    return visit


def go_to_comparison(comparing: Comparing, comparison_id: str | None, offered: Setup) -> CompareVisit:
    """Show another comparison; a new one where none is named."""
    _forget_widgets()
    visit = CompareVisit(setup=offered, kept=offered)
    if comparison_id is not None:
        try:
            setup = comparing.store.find(comparing.owner, comparison_id).setup
            visit = CompareVisit(setup=setup, kept=setup, comparison_id=comparison_id, is_addressed=True)
            visit.is_setup_open = not comparing.store.turns(comparing.owner, comparison_id, 1)
            visit.given_back = setup.input or None
        except NotFound:
            visit.is_lost = True
    st.session_state[_KEY] = visit
    _write_address(visit.comparison_id)
    return visit


def begin_anew(setup: Setup, *, deleted: tuple[str, str] | None = None) -> CompareVisit:
    """A comparison that is on record with its first change or question."""
    _forget_widgets()
    visit = st.session_state[_KEY] = CompareVisit(setup=setup, kept=setup, deleted=deleted)
    visit.given_back = setup.input or None
    _write_address(None)
    return visit


def compare_question(turn: Turn, deployment_id: str) -> None:
    """From the chat: the turn's question, its system message beside a copy to be changed, on that deployment."""
    asked = turn.last.asked_with or AskedWith()
    first = Variant(
        name="#1",
        deployment=deployment_id,
        system_message=literal(asked.system_message),
        parameters=asked.parameters,
    )
    setup = Setup(variants=(first,), input=literal(turn.question.text)).duplicate(first.id)
    st.session_state[_KEY] = CompareVisit(setup=setup, kept=setup, given_back=setup.input)
    _forget_widgets()
    leave_for("compare")


def keep(comparing: Comparing, visit: CompareVisit) -> None:
    """Put a changed set-up on record. What fails is told; the set-up stays on the page."""
    if visit.setup == visit.kept:
        return
    try:
        if visit.comparison_id is None:
            visit.comparison_id = comparing.begin(visit.setup).id
        else:
            comparing.save(visit.comparison_id, visit.setup)
        visit.kept = visit.setup
    except NotFound:
        visit.comparison_id, visit.is_lost = None, True
    except SeseragiError as error:
        visit.refused = error


def remember_address(visit: CompareVisit) -> None:
    """Put the comparison's id into the address."""
    _write_address(visit.comparison_id)
    visit.is_addressed = True


def value_key(name: str) -> str:
    """Of the widget for a variable's value."""
    return f"variable-{name}"


def field_key(what: str, variant_id: str) -> str:
    """Of the widget for a part of a variant."""
    return f"variant-{what}-{variant_id}"


def _take_link(offered: Setup) -> CompareVisit:
    _forget_widgets()
    written = st.query_params[LINK]
    del st.query_params[LINK]
    try:
        setup = read_link(written)
    except SeseragiError as error:
        visit = begin_anew(offered)
        visit.refused = error
        return visit
    visit = begin_anew(setup)
    visit.kept = offered  # a set-up from a link is worth keeping before its first question
    return visit


def _gather(visit: CompareVisit) -> None:
    said = st.session_state
    for variant in visit.setup.variants:
        changed = {what: said[key] for what in _PARTS if (key := field_key(what, variant.id)) in said}
        if any(getattr(variant, what) != value for what, value in changed.items()):
            visit.setup = visit.setup.change(_changed(variant, changed))
    values = {name: str(said[key]) for name in _names(visit.setup) if (key := value_key(name)) in said}
    if any(visit.setup.values.get(name, "") != value for name, value in values.items()):
        visit.setup = replace(visit.setup, values={**visit.setup.values, **values})


_PARTS: Final = ("name", "deployment", "system_message")


def _changed(variant: Variant, changed: Mapping[str, object]) -> Variant:
    said = {what: str(changed.get(what, getattr(variant, what)) or "") for what in _PARTS}
    name = said["name"][:NAME_CHARACTERS]
    return replace(variant, name=name, deployment=said["deployment"], system_message=said["system_message"])


def _fields(variant: Variant) -> dict[str, str]:
    return {field_key(what, variant.id): getattr(variant, what) for what in _PARTS}


def _names(setup: Setup) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*variables_in(setup.texts(setup.input)), *setup.values]))


def _forget_widgets() -> None:
    """Values of another set-up's variables must not become this one's."""
    for key in [key for key in st.session_state if str(key).startswith(("variable-", "variant-"))]:
        del st.session_state[key]


def _is_back_without_address() -> bool:
    return has_come_from_elsewhere() and PARAMETER not in st.query_params


def _write_address(comparison_id: str | None) -> None:
    if comparison_id is None:
        if PARAMETER in st.query_params:
            del st.query_params[PARAMETER]
    elif st.query_params.get(PARAMETER) != comparison_id:
        st.query_params[PARAMETER] = comparison_id
