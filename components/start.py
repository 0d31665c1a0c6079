"""What stands on the page before the first question: a title, a sentence, four suggestions, a plain note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from components.language import _
from components.visit import current_visit, start_anew

_TEMPORARY: Final = "temporary"


def show_start(on_ask: Callable[[str], None], *, is_embedded: bool, is_temporary: bool) -> None:
    """The start; `on_ask` takes the suggestion that is pressed."""
    st.title(_("Seseragi"), anchor=False)
    st.markdown(_("Watch the answer come, word by word."))
    columns = [*st.columns(2), *st.columns(2)]
    for index, (column, (icon, label, question)) in enumerate(zip(columns, _suggestions(), strict=True)):
        column.button(label, icon=icon, key=f"suggestion-{index}", on_click=on_ask, args=(question,), width="stretch")
    _offer_temporary(is_temporary=is_temporary)
    if is_embedded:
        _show_embedded_note()


def _offer_temporary(*, is_temporary: bool) -> None:
    st.session_state[_TEMPORARY] = is_temporary
    st.toggle(
        _("Temporary conversation"),
        key=_TEMPORARY,
        on_change=_switch_temporary,
        help=_("Nothing of it is kept, and it is gone with this page."),
    )


def _switch_temporary() -> None:
    """Only before the first question: Streamlit may report the switch once more after it has left the page."""
    visit, wanted = current_visit(), bool(st.session_state[_TEMPORARY])
    if visit.conversation_id is None and wanted != (visit.temporary is not None):
        start_anew(temporary=wanted)


def _suggestions() -> tuple[tuple[str, str, str], ...]:
    return (
        (
            ":material/table_chart:",
            _("Compare in a table"),
            _("Compare receiving an answer at once and as a stream, in a table."),
        ),
        (
            ":material/code:",
            _("Show me the code"),
            _("Show me Python code that receives a streamed answer, and the formula for how long it takes."),
        ),
        (
            ":material/article:",
            _("Tell a long story"),
            _("Tell me the long story of a small stream on its way to the sea."),
        ),
        (
            ":material/translate:",
            _("Answer in Japanese"),
            _("Explain in Japanese, as a bullet list, how a streamed answer arrives."),
        ),
    )


def _show_embedded_note() -> None:
    st.caption(
        _(
            "Answers are scripted: no endpoint is configured, so the embedded one answers. To talk to Azure OpenAI, "
            "set `AZURE_OPENAI_ENDPOINT`, `AZURE_OPENAI_API_KEY` and `AZURE_OPENAI_DEPLOYMENTS` and start again."
        )
    )
