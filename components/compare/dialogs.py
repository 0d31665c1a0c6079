"""What is asked in a window of its own: parameters, a prompt of the library, a link to share, exports, a new title."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from components.browser import show_copy_button
from components.compare.acts import Acts
from components.compare.visit import LINK
from components.errors import word
from components.language import _, current_language
from components.library import find_prompt, prompt_names
from components.prompts.saving import show_saving
from services.comparison.links import write_link
from services.comparison.variants import Variant, name_of
from services.errors import SeseragiError
from services.exchange.comparison_report import write_report
from services.exchange.comparison_tables import write_comparison_markdown, write_csv, write_jsonl
from services.exchange.files import file_name
from services.history.records import TITLE_CHARACTERS
from services.streaming.request import EFFORTS, VERBOSITIES, Parameters
from services.templates import variables_in


def show_dialog(acts: Acts) -> None:
    """Open the window that was asked for, once."""
    visit = acts.visit
    if visit.dialog is None:
        return
    (kind, wanted), visit.dialog = visit.dialog, None
    variant = visit.setup.find(wanted)
    if variant is not None:
        _show_for_variant(acts, kind, variant)
    elif kind == "share":
        st.dialog(_("Share this set-up"))(_share)(acts)
    elif kind == "export":
        st.dialog(_("Export"))(_export)(acts, wanted)
    elif kind == "rename":
        st.dialog(_("Rename"))(_rename)(acts, wanted)


def _show_for_variant(acts: Acts, kind: str, variant: Variant) -> None:
    name = name_of(acts.visit.setup.variants, variant.id)
    if kind == "parameters":
        st.dialog(_("Parameters of {name}").format(name=name))(_tune)(acts, variant)
    elif kind == "library":
        st.dialog(_("Take a prompt from the library"))(_take)(acts, variant)
    elif kind == "save":
        defaults = {one: acts.visit.setup.values.get(one, "") for one in variables_in([variant.system_message])}
        st.dialog(_("Save to the library"))(show_saving)(acts.services, name, variant.system_message, defaults)


def _tune(acts: Acts, variant: Variant) -> None:
    deployment = acts.comparing.deployment_of(variant)
    parameters, as_deployed = variant.parameters, _("as deployed")
    with st.form("variant-parameters", border=False):
        most = st.number_input(_("Most tokens"), 1, None, parameters.most_tokens, 100, placeholder=as_deployed)
        if deployment is not None and deployment.reasoning:
            effort = st.segmented_control(_("Reasoning effort"), EFFORTS, default=parameters.reasoning_effort)
            verbosity = st.segmented_control(_("Verbosity"), VERBOSITIES, default=parameters.verbosity)
            tuned = replace(parameters, most_tokens=most, reasoning_effort=effort, verbosity=verbosity)
        else:
            warmth = st.number_input(_("Temperature"), 0.0, 2.0, parameters.temperature, 0.1, placeholder=as_deployed)
            share = st.number_input(_("Top p"), 0.0, 1.0, parameters.top_p, 0.05, placeholder=as_deployed)
            tuned = replace(parameters, most_tokens=most, temperature=warmth, top_p=share)
        with st.container(horizontal=True):
            save = st.form_submit_button(_("Save"), type="primary")
            clear = st.form_submit_button(_("All as deployed"))
    if save or clear:
        chosen = tuned if save else Parameters()
        visit = acts.visit
        found = visit.setup.find(variant.id)
        if found is not None:
            visit.setup = visit.setup.change(replace(found, parameters=chosen))
        st.rerun()


def _take(acts: Acts, variant: Variant) -> None:
    name = st.selectbox(
        _("Prompt"),
        prompt_names(acts.services),
        index=None,
        placeholder=_("Take a prompt …"),
        key="library-prompt",
        label_visibility="collapsed",
    )
    found = find_prompt(acts.services, name) if name else None
    if found is None or name is None:
        return
    st.code(found.version.text, language=None, wrap_lines=True)
    if st.button(_("Take it"), type="primary", key="take-prompt", on_click=partial(acts.take_prompt, variant.id, name)):
        st.rerun()


def _share(acts: Acts) -> None:
    try:
        link = write_link(acts.visit.setup)
    except SeseragiError as error:
        wording = word(error)
        st.error(f"**{wording.what}** {wording.advice}", icon=":material/error:")
        return
    here = urlsplit(st.context.url or "http://localhost:8501/compare")
    address = urlunsplit((here.scheme, here.netloc, here.path, f"{LINK}={link}", ""))
    st.markdown(_("Whoever opens this address gets all variants, values and the input, but no answers."))
    st.code(address, language=None, wrap_lines=True)
    show_copy_button(address, key="copy-link")


def _export(acts: Acts, comparison_id: str) -> None:
    try:
        whole = acts.comparing.whole(comparison_id)
    except SeseragiError as error:
        st.error(word(error).what)
        return
    title, language = whole.record.title or "comparison", current_language()
    kinds = (
        ("HTML", "html", "text/html", partial(write_report, whole, language)),
        ("CSV", "csv", "text/csv", partial(write_csv, whole)),
        ("JSONL", "jsonl", "application/jsonl", partial(write_jsonl, whole)),
        ("Markdown", "md", "text/markdown", partial(write_comparison_markdown, whole, language)),
    )
    st.caption(_("HTML is a report to read and print; CSV and JSONL have a line for each answer."))
    if any(seen.turn.is_hidden for seen in whole.turns):
        st.caption(_("Blind turns without a vote stay blind in it."))
    with st.container(horizontal=True):
        for name, suffix, kind, write in kinds:
            st.download_button(
                name,
                write,
                file_name(title, suffix),
                kind,
                key=f"as-{suffix}",
                on_click="ignore",
                icon=":material/download:",
            )


def _rename(acts: Acts, comparison_id: str) -> None:
    comparing = acts.comparing
    try:
        title = comparing.store.find(comparing.owner, comparison_id).title
    except SeseragiError as error:
        st.error(word(error).what)
        return
    with st.form("rename-comparison", border=False):
        given = " ".join(st.text_input(_("Title"), title, max_chars=TITLE_CHARACTERS, key="comparison_title").split())
        if not st.form_submit_button(_("Save"), type="primary"):
            return
        if not given:
            st.error(_("Write a title."))
            return
        try:
            comparing.store.rename(comparing.owner, comparison_id, given)
        except SeseragiError as error:
            st.error(word(error).what)
            return
        st.rerun()
