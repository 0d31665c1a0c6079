"""The inspector: what travelled under one answer, at rest or while it comes.

A recording in the making is drawn anew every second by a fragment; one at rest is drawn once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, cast, get_args

import streamlit as st

from components.compare.visit import PARAMETER as COMPARISON
from components.language import _, current_language
from components.leaving import PageName, came_from, leave_for
from components.plain import plain
from components.recordings.acts import Acts
from components.recordings.figures import draw_beside, draw_figures, figures_of
from components.recordings.timeline import draw_legend, draw_timeline
from components.recordings.views import show_assembled, show_events, show_http, show_raw
from components.recordings.visit import View, go_to_list
from components.recordings.words import word_origin, word_remark
from components.unreadable import show_or_tell
from components.visit import PARAMETER as CONVERSATION
from services.exchange.files import file_name
from services.recording.builtin import built_in
from services.recording.measures import measure
from services.recording.records import Recording
from services.recording.sse_file import write_sse
from services.recording.wire import WireEvent

TICK_S: Final = 1.0
VIEW: Final = "recording_view"
BESIDE: Final = "recording_beside"
ATTEMPT: Final = "recording_attempt"
_MOST_BESIDE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What is inspected: a recording by itself, or all that belong to an answer."""

    acts: Acts
    recordings: tuple[Recording, ...]
    message_id: str | None = None
    is_live: bool = False

    def renewed(self) -> tuple[Recording, ...]:
        """As it is now; where something has ended or begun since, the whole page is drawn anew."""
        if not self.is_live or self.message_id is None:
            return self.recordings
        is_live, now = self.acts.is_growing(self.message_id), self.acts.of_message(self.message_id)
        if len(now) > len(self.recordings):
            st.session_state.pop(ATTEMPT, None)
        if not is_live or len(now) != len(self.recordings):
            st.rerun()
        return now


def show_inspector(inspected: Inspected) -> None:
    """Draw it; while something comes, again and again."""
    if not inspected.recordings:
        _wait_for_request(inspected)
        return
    chosen = _choose(inspected.recordings)
    _show_head(inspected, chosen)

    def draw() -> None:
        one = next((one for one in inspected.renewed() if one.id == chosen.id), chosen)
        _show_body(inspected.acts, one)

    @st.fragment(run_every=TICK_S if inspected.is_live else None)
    def body() -> None:
        show_or_tell(draw)  # what the page's own does not reach when only this part runs

    body()


def _wait_for_request(inspected: Inspected) -> None:
    """The answer waits in line: nothing has travelled yet."""

    @st.fragment(run_every=TICK_S)
    def look_again() -> None:
        st.caption(_("The request has not left yet."))
        show_or_tell(inspected.renewed)

    look_again()


def _choose(recordings: tuple[Recording, ...]) -> Recording:
    """The last one, where the SDK had to try more than once and nobody chose another."""
    if len(recordings) == 1:
        return recordings[0]
    by_id = {one.id: one for one in recordings}
    if st.session_state.get(ATTEMPT) not in by_id:
        st.session_state[ATTEMPT] = recordings[-1].id
    places = {one.id: place for place, one in enumerate(recordings, start=1)}
    chosen = st.segmented_control(
        _("Requests"),
        list(by_id),
        format_func=lambda key: f"{places[key]}: {by_id[key].status or '…'}",
        key=ATTEMPT,
        help=_("The SDK sent the request more than once: each try has a recording of its own."),
    )
    return by_id.get(chosen or "", recordings[-1])


def _show_head(inspected: Inspected, one: Recording) -> None:
    acts = inspected.acts
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="recording-head"):
        title = plain(one.name, 120) if one.name else _("Inside the stream")
        st.markdown(f"#### {title}", width="stretch")
        if one.end != "open":
            st.button(
                _("Play in the chat"),
                icon=":material/play_arrow:",
                key="play-it",
                type="tertiary",
                on_click=acts.play_this,
                args=(one,),
            )
            st.download_button(
                _("Save as .sse"),
                lambda: write_sse(one),
                file_name(one.name or "recording", "sse"),
                "text/event-stream",
                key="save-it",
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
            )
        if inspected.message_id is not None:
            _show_way_back()
        else:
            st.button(
                _("All recordings"), icon=":material/list:", key="all-recordings", type="tertiary", on_click=go_to_list
            )
    about = [plain(one.deployment, 80), word_origin(one.origin), plain(one.note, 300)]
    st.caption(" · ".join(part for part in about if part))


def _show_way_back() -> None:
    """To where the address says that the answer stands, or for a temporary one to the page that was shown last."""
    at: dict[str, PageName] = {CONVERSATION: "chat", COMPARISON: "compare"}
    named = next((name for name in at if st.query_params.get(name)), None)
    back = came_from() if named is None else at[named]
    if back is not None:
        query = {} if named is None else {named: st.query_params[named]}
        st.button(
            _("Back to the answer"),
            icon=":material/arrow_back:",
            key="back",
            type="tertiary",
            on_click=leave_for,
            args=(back,),
            kwargs=query,
        )


def _show_body(acts: Acts, one: Recording) -> None:
    events = acts.visit.read(one)
    measures = measure(one, events)
    _show_findings(events)
    line = st.container()
    with st.container(horizontal=True, vertical_alignment="center", key="below-line"):
        st.html(draw_legend() if one.has_times else "<span></span>", width="stretch")
        beside = None if one.end == "open" else _choose_beside(acts, one)
    other = None if beside is None else (beside, acts.visit.read(beside))
    scale = max(one.ended_at, other[0].ended_at if other else 0.0)
    line.html(draw_timeline(one, events, measures, scale))
    figures = figures_of(one, measures)
    if other is None:
        st.html(draw_figures(figures))
    else:
        theirs = measure(*other)
        line.html(draw_timeline(*other, theirs, scale))
        names = one.name or _("this one"), other[0].name
        st.html(draw_beside(figures, figures_of(other[0], theirs), names))
    _show_view(one, events)


def _choose_beside(acts: Acts, one: Recording) -> Recording | None:
    """Another recording to compare with."""
    own = {listed.id: listed.name or listed.deployment for listed in acts.latest(most=_MOST_BESIDE)}
    names = {**own, **{built.id: built.name for built in built_in(current_language())}}
    names.pop(one.id, None)
    if st.session_state.get(BESIDE) not in names:
        st.session_state[BESIDE] = None
    chosen = st.selectbox(
        _("Compare with"),
        list(names),
        index=None,
        format_func=lambda key: names[key],
        placeholder=_("Compare with another recording …"),
        key=BESIDE,
        label_visibility="collapsed",
        width=300,
    )
    return acts.find(chosen) if chosen else None


def _show_findings(events: Sequence[WireEvent]) -> None:
    """What is odd about the stream, each thing once; comments are nothing odd."""
    odd: dict[str, list[int]] = {}
    for event in events:
        if event.remark is not None and event.remark not in {"comment", "not a stream"}:
            odd.setdefault(word_remark(event.remark), []).append(event.number)
    found = []
    for words, numbers in odd.items():
        where = ", ".join(f"#{number}" for number in numbers[:5]) + (" …" if len(numbers) > 5 else "")
        found.append(f"<p><b>{where}</b> {escape(words)}</p>")
    if found:
        st.html(f'<div class="stream-findings">{"".join(found)}</div>')


def _show_view(one: Recording, events: Sequence[WireEvent]) -> None:
    names: dict[View, str] = {
        "assembled": _("Assembled"),
        "events": _("Events"),
        "raw": _("Raw"),
        "http": _("HTTP"),
    }
    if st.session_state.get(VIEW) not in names:
        st.session_state[VIEW] = "assembled"
    chosen = st.segmented_control(
        _("How to look at it"),
        list(get_args(View)),
        format_func=lambda name: names[name],
        key=VIEW,
        persist_state="session",
        label_visibility="collapsed",
        width="stretch",
    )
    match cast("View", chosen or "assembled"):
        case "assembled":
            show_assembled(one, events)
        case "events":
            show_events(one, events)
        case "raw":
            show_raw(one)
        case "http":
            show_http(one)
