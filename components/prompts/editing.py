"""One prompt of the library: its text to be changed into the next version, and the versions there are."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st
from babel.dates import format_datetime

from components.compare.words import differing_words
from components.days import visitors_timezone
from components.errors import word
from components.language import _, current_language, number
from components.plain import plain
from services.composition import Services
from services.errors import NameTaken, NotFound, SeseragiError
from services.history.records import LOCAL_OWNER
from services.prompts.files import PromptFile, prompt_file_name, write_prompt
from services.prompts.records import NAME_CHARACTERS, NOTE_CHARACTERS, Prompt, Version, tidy_tags
from services.templates import broken_in, variables_in

SELECTED = "prompt_selected"
NEW = "new"
_REFUSED = "prompt_refused"
_SAVED = "prompt_saved"


def select(prompt_id: str) -> None:
    """Show a prompt, or with `NEW` an empty one."""
    st.session_state[SELECTED] = prompt_id


def take_starter(services: Services, starter: PromptFile) -> None:
    """A prompt that came with the program becomes one's own."""
    version = Version(text=starter.version.text, defaults=dict(starter.version.defaults), author=LOCAL_OWNER)
    _try_to_save(services, starter.name, starter.tags, version)


def show_editor(services: Services) -> None:
    """The prompt that is selected; where none is, what this page is for."""
    if _REFUSED in st.session_state:
        wording = word(st.session_state.pop(_REFUSED))
        st.error(f"**{wording.what}** {wording.advice}", icon=":material/error:")
    if st.session_state.pop(_SAVED, False):
        st.toast(_("Saved"), icon=":material/check:")
    selected = st.session_state.get(SELECTED)
    if selected is None:
        words = _("System prompts with a name. Every change is a version; the chat and the compare page can take them.")
        st.caption(words)
        return
    try:
        prompt = None if selected == NEW else services.prompts.find(LOCAL_OWNER, selected)
    except NotFound:
        del st.session_state[SELECTED]
        st.info(_("This prompt is no longer here."), icon=":material/info:")
        return
    _show_fields(services, prompt)
    if prompt is not None:
        _show_versions(services, prompt)


def _show_fields(services: Services, prompt: Prompt | None) -> None:
    at = f"{prompt.id}-{prompt.latest.number}" if prompt else NEW
    name = st.text_input(_("Name"), prompt.name if prompt else "", max_chars=NAME_CHARACTERS, key=f"p-name-{at}")
    text = st.text_area(
        _("System message"),
        prompt.latest.text if prompt else "",
        key=f"p-text-{at}",
        height=260,
        help=_("Variables stand in double braces: {{product}}"),
    )
    for broken in broken_in([text]):
        words = _("{text} lacks a brace: a variable stands in two on each side.").format(text=plain(broken))
        st.caption(f":material/spellcheck: {words}")
    defaults = _ask_defaults(prompt, text, at)
    tags = st.text_input(_("Tags, separated by commas"), ", ".join(prompt.tags) if prompt else "", key=f"p-tags-{at}")
    note = st.text_input(_("What has changed (optional)"), max_chars=NOTE_CHARACTERS, key=f"p-note-{at}")
    version = Version(text=text, defaults=defaults, note=note.strip(), author=LOCAL_OWNER)
    with st.container(horizontal=True):
        label = _("Save as the next version") if prompt else _("Save")
        save = partial(_save, services, prompt, " ".join(name.split()), tidy_tags(tags), version)
        st.button(
            label, key="save-version", type="primary", on_click=save, disabled=not (text.strip() and name.strip())
        )
        if prompt is not None:
            st.download_button(
                _("Download"),
                write_prompt(prompt),
                prompt_file_name(prompt.name),
                "text/markdown",
                key="download-prompt",
                on_click="ignore",
            )
            _offer_delete(services, prompt)


def _ask_defaults(prompt: Prompt | None, text: str, at: str) -> dict[str, str]:
    known = prompt.latest.defaults if prompt else {}
    label = _("Value of {name} where none is given")
    return {
        name: st.text_input(label.format(name=f"{{{{{name}}}}}"), known.get(name, ""), key=f"p-default-{at}-{name}")
        for name in variables_in([text])
    }


def _offer_delete(services: Services, prompt: Prompt) -> None:
    with st.popover(_("Delete"), type="tertiary", key="delete-prompt"):
        st.markdown(_("Delete this prompt with all its versions? That cannot be undone."))
        st.button(
            _("Really delete?"), key="really-delete", type="primary", on_click=_delete, args=(services, prompt.id)
        )


def _show_versions(services: Services, prompt: Prompt) -> None:
    versions = services.prompts.versions(LOCAL_OWNER, prompt.id)
    title = _("Versions")
    st.markdown(f"**{title}**")
    for newer, version in zip((None, *versions), versions, strict=False):
        with st.expander(_head(version), expanded=False):
            earlier = next((one for one in versions if one.number == version.number - 1), None)
            st.html(differing_words(earlier.text if earlier else version.text, version.text))
            if newer is not None:
                st.button(
                    _("Restore this version"),
                    key=f"restore-{version.number}",
                    icon=":material/restore:",
                    on_click=_restore,
                    args=(services, prompt, version),
                )


def _head(version: Version) -> str:
    at = datetime.fromtimestamp(version.created_at, visitors_timezone())
    when = format_datetime(at, "medium", locale=current_language())
    head = _("Version {number} · {when}").format(number=number(version.number), when=when)
    parts = [head, plain(version.author, 60), plain(version.note, 100)]
    return " · ".join(part for part in parts if part)


def _save(services: Services, prompt: Prompt | None, name: str, tags: tuple[str, ...], version: Version) -> None:
    if prompt is not None and name != prompt.name:
        try:
            services.prompts.rename(LOCAL_OWNER, prompt.id, name)
        except SeseragiError as error:
            st.session_state[_REFUSED] = error
            return
    if prompt is None and _is_taken(services, name):
        st.session_state[_REFUSED] = NameTaken(name)
        return
    _try_to_save(services, name, tags, version)


def _is_taken(services: Services, name: str) -> bool:
    """Whether a new prompt would become another one's next version, unasked."""
    return services.prompts.named(LOCAL_OWNER, name) is not None


def _restore(services: Services, prompt: Prompt, version: Version) -> None:
    """The text of an earlier version becomes the newest one: nothing is taken back from the others."""
    note = _("Version {number} again").format(number=number(version.number))
    again = Version(text=version.text, defaults=dict(version.defaults), note=note, author=LOCAL_OWNER)
    _try_to_save(services, prompt.name, prompt.tags, again)


def _try_to_save(services: Services, name: str, tags: tuple[str, ...], version: Version) -> None:
    try:
        select(services.prompts.save(LOCAL_OWNER, name, tags, version).id)
        st.session_state[_SAVED] = True
    except SeseragiError as error:
        st.session_state[_REFUSED] = error


def _delete(services: Services, prompt_id: str) -> None:
    try:
        services.prompts.delete(LOCAL_OWNER, prompt_id)
    except SeseragiError as error:
        st.session_state[_REFUSED] = error
    st.session_state[SELECTED] = None
