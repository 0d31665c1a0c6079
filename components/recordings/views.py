"""The four ways to look at a recording: assembled, event by event, raw, and the HTTP around it.

Each draws only what is looked at, a page of it at a time, so that thousands of events stay quick.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import accumulate, islice
from typing import Any, Final

import streamlit as st

from components.assets import read_asset
from components.browser import show_copy_button
from components.language import _, current_language, number
from components.recordings.words import word_header, word_kind, word_remark, word_verdict
from services.exchange.files import file_name
from services.filtering import worst_first
from services.recording.measures import bursts_of, fragments_of
from services.recording.records import Head, Header, Recording
from services.recording.values import KINDS, Kind
from services.recording.wire import WireEvent

FRAGMENTS: Final = 500
"""In one block; what is full never changes again."""
ASSEMBLED: Final = 8 * FRAGMENTS
EVENTS: Final = 100
RAW_BYTES: Final = 200_000
MOST_LATE: Final = 100
"""Late objections that are marked in the text: a flood of them over all of it must not cost their product."""
_TEXT_KINDS: Final = ("content", "refusal", "tool call")

_ASSEMBLED: Final = st.components.v2.component(
    "seseragi_assembled",
    html='<div class="assembled"></div>',
    css=read_asset("assembled.css"),
    js=read_asset("assembled.js"),
)
_EVENTS: Final = st.components.v2.component(
    "seseragi_events", html='<div class="events"></div>', css=read_asset("events.css"), js=read_asset("events.js")
)
_RAW: Final = st.components.v2.component(
    "seseragi_raw", html='<pre tabindex="0"></pre>', css=read_asset("raw.css"), js=read_asset("raw.js")
)


def show_assembled(recording: Recording, events: Sequence[WireEvent]) -> None:
    """The text in blocks, a page of them; of a stream that is coming, the latest."""
    fragments = fragments_of(events)
    if not fragments:
        st.caption(_("No text came."))
        return
    st.caption(_("Each piece is a fragment as it came; what came in one burst has one colour. Point at a piece."))
    is_live = recording.end == "open"
    page = _turn_pages(f"assembled-{recording.id}", len(fragments), ASSEMBLED, is_at_end=is_live)
    bursts = bursts_of([event.at for event in fragments]) if recording.has_times else range(len(fragments))
    objections = _objections(events, fragments)
    end = min(page + ASSEMBLED, len(fragments))
    for block in range(page - page % FRAGMENTS, end, FRAGMENTS):
        places = range(max(block, page), min(block + FRAGMENTS, end))
        data = {
            "fragments": [[fragments[place].text, round(fragments[place].at, 4), bursts[place]] for place in places],
            "objections": {str(place): objections[place] for place in places if place in objections},
            "first": places.start,
            "before": round(fragments[max(0, places.start - 1)].at, 4),
            "has_times": recording.has_times,
            "words": _words_of_fragments(),
            "language": current_language(),
        }
        _ASSEMBLED(data=data, key=f"assembled-{recording.id}-{block}", height="content")


def _words_of_fragments() -> dict[str, str]:
    return {
        "at": _("Fragment {number}: at {at} s, {gap} ms after the one before, burst {burst}"),
        "untimed": _("Fragment {number}"),
    }


def _objections(events: Sequence[WireEvent], fragments: Sequence[WireEvent]) -> dict[int, str]:
    """What the filter objects to in which fragment: in its own event, or late, by the characters it speaks of."""
    found = {place: word_verdict(one)[0] for place, one in enumerate(fragments) if worst_first(one.verdicts)}
    ends = list(accumulate(len(one.text) for one in fragments))
    late = (event for event in events if event.offsets is not None and worst_first(event.verdicts))
    for event in islice(late, MOST_LATE):
        start, end = event.offsets or (0, 0)
        places = range(bisect_right(ends, start), min(bisect_left(ends, end) + 1, len(fragments)))
        found |= dict.fromkeys(places, word_verdict(event)[0])
    return found


def show_events(recording: Recording, events: Sequence[WireEvent]) -> None:
    """A page of them; of a stream that is coming, the latest."""
    counted = Counter(event.kind for event in events)
    kinds = [kind for kind in KINDS if counted[kind]]
    is_live = recording.end == "open"

    def label(kind: Kind) -> str:
        # Streamlit knows a choice by its label: one that is counting up could never be pressed.
        return word_kind(kind) if is_live else f"{word_kind(kind)} {number(counted[kind])}"

    chosen = st.pills(
        _("Only these kinds"),
        kinds,
        selection_mode="multi",
        format_func=label,
        key=f"kinds-{recording.id}",
        label_visibility="collapsed",
    )
    shown = [event for event in events if not chosen or event.kind in chosen]
    first = _turn_pages(f"events-{recording.id}", len(shown), EVENTS, is_at_end=is_live)
    page = [_event(event, _before(events, event), recording) for event in shown[first : first + EVENTS]]
    _EVENTS(data={"events": page, "words": _columns()}, key=f"event-list-{recording.id}", height="content")


def _before(events: Sequence[WireEvent], event: WireEvent) -> float | None:
    """When the event before it came."""
    return events[event.number - 2].at if event.number > 1 else None


def _columns() -> dict[str, str]:
    return {
        "number": "#",
        "at": _("time"),
        "gap": _("gap"),
        "kind": _("kind"),
        "text": _("what it says"),
        "verdict": _("content filter"),
        "why": _("(why?)"),
    }


def _event(event: WireEvent, before: float | None, recording: Recording) -> dict[str, Any]:
    verdict, tone = word_verdict(event)
    gap = event.at - (before or 0.0)
    return {
        "number": event.number,
        "at": f"{number(event.at, 3)} s" if recording.has_times else "",
        "gap": f"+{number(1000 * gap, 1)} ms" if recording.has_times and before is not None else "",
        "kind": word_kind(event.kind),
        "text": event.text.replace("\n", "⏎").replace(" ", "␣") if event.kind in _TEXT_KINDS else event.text,
        "visible": event.kind in _TEXT_KINDS,
        "verdict": verdict,
        "verdict_tone": tone,
        "tone": _tone(event),
        "remark": word_remark(event.remark) if event.remark else "",
        "raw": event.raw,
    }


def _tone(event: WireEvent) -> str:
    if event.kind == "error":
        return "bad-event"
    if event.remark is not None and event.kind != "comment":
        return "odd-event"
    return "text-event" if event.kind in _TEXT_KINDS else ""


def _turn_pages(key: str, count: int, size: int, *, is_at_end: bool = False, unit: str = "") -> int:
    """Where the page that is shown begins; nothing to press where there is only one, or the end is followed."""
    pages = max(1, -(-count // size))
    page = min(int(st.session_state.get(key, 0)), pages - 1)
    first = max(0, count - size) if is_at_end else page * size
    if pages == 1:
        return 0
    words = _("{first}–{last} of {count}").format(
        first=number(first + 1), last=number(min(count, first + size)), count=number(count)
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"pages-{key}"):
        if not is_at_end:
            _page_button(key, "before", page - 1, ":material/chevron_left:", _("Previous"), is_there=page > 0)
        st.caption(f"{words} {unit}".strip(), width="content")
        if not is_at_end:
            _page_button(key, "after", page + 1, ":material/chevron_right:", _("Next"), is_there=page < pages - 1)
    return first


def _page_button(key: str, name: str, to: int, icon: str, label: str, *, is_there: bool) -> None:
    def turn() -> None:
        st.session_state[key] = to

    st.button(icon, key=f"{key}-{name}", help=label, type="tertiary", disabled=not is_there, on_click=turn)


def show_raw(recording: Recording) -> None:
    """The bytes as text, line ends visible; to copy, to download, and to compare by their digest."""
    count = len(recording.body)
    if not count:
        st.caption(_("Not a single byte of a body came."))
        return
    is_live = recording.end == "open"
    first = _turn_pages(f"raw-{recording.id}", count, RAW_BYTES, is_at_end=is_live, unit=_("bytes"))
    part = recording.body[first : first + RAW_BYTES]
    text = part.decode(errors="replace")
    if recording.is_cut:
        words = _("Only the first {kept} of {total} bytes were kept.")
        st.caption(words.format(kept=number(count), total=number(recording.total_bytes)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_copy_button(text, key=f"copy-{recording.id}")
        st.download_button(
            _("Download the bytes"),
            lambda: recording.body,
            file_name(recording.name or "stream", "txt"),
            "application/octet-stream",
            key=f"bytes-{recording.id}",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )
        st.caption(f"SHA-256 `{recording.digest}`")
    _RAW(data={"text": text, "from": first}, key=f"raw-text-{recording.id}", height="content")


def show_http(recording: Recording) -> None:
    """What was asked, and the head that came, with a sentence on each header."""
    sent, head = recording.sent, recording.head
    if sent is None and head is None:
        st.caption(_("Only the body is known of this recording."))
        return
    if head is not None:
        st.markdown("##### " + _("Response"))
        st.code(f"{head.http_version} {head.status} {head.reason}".rstrip(), language=None)
        st.html(_gauges(head) + _header_table(head.headers, explained=True))
    if sent is not None:
        st.markdown("##### " + _("Request"))
        st.code(f"{sent.method} {sent.url}", language=None, wrap_lines=True)
        st.caption(_("Keys and tokens are left out where the recording is made; they are never kept anywhere."))
        st.html(_header_table(sent.headers, explained=False))
        if sent.body:
            st.code(_pretty(sent.body), language="json", wrap_lines=True, height=320)


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


def _header_table(headers: Sequence[Header], *, explained: bool) -> str:
    rows = (
        f"<tr><th>{escape(name)}</th><td>{escape(value)}"
        + (f"<p>{escape(said)}</p>" if explained and (said := word_header(name)) else "")
        + "</td></tr>"
        for name, value in headers
    )
    return f'<table class="stream-headers">{"".join(rows)}</table>'


def _gauges(head: Head) -> str:
    """What is left of requests and tokens, where the response says so."""
    names = {"requests": _("Requests left"), "tokens": _("Tokens left")}
    drawn = [_gauge(words, head, name) for name, words in names.items()]
    return f'<div class="stream-gauges">{"".join(drawn)}</div>' if any(drawn) else ""


def _gauge(words: str, head: Head, name: str) -> str:
    left = _count(head.header(f"x-ratelimit-remaining-{name}"))
    limit = _count(head.header(f"x-ratelimit-limit-{name}"))
    if left is None or not limit:
        return ""
    share = min(100.0, 100 * left / limit)
    said = _("{left} of {limit}").format(left=number(left), limit=number(limit))
    return f'<div><span>{escape(words)}</span><b>{escape(said)}</b><i style="--share: {share:.1f}%"></i></div>'


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
