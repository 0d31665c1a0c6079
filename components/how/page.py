"""How streaming works: the article's subject, part by part, each with something to press."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.browser import open_parts
from components.chosen import read_deployment
from components.errors import word
from components.how.code import show_code
from components.how.live import Followed, Running, current_how, play, start, stop
from components.how.request import read_request
from components.language import _, current_language, number
from components.leaving import leave_for, show_links
from components.recordings.views import show_events
from components.sidebar import choose_deployment, choose_language, choose_pace
from components.unreadable import show_or_tell
from services.composition import Services
from services.errors import ReplyError, SeseragiError
from services.recording.builtin import find_built_in
from services.recording.measures import measure
from services.recording.records import Recording
from services.recording.wire import read_wire
from services.streaming.pacing import Pace

DELAYS_MS: Final = (0, 33, 120)
HEIGHT: Final = 260
_AT_ONCE: Final = Pace(delay_s=0.0)
_ARTICLE: Final = "built-in-article"


def show_how(services: Services) -> None:
    """Draw the page, or say that the database cannot be read."""
    show_or_tell(lambda: _show_page(services))


def _show_page(services: Services) -> None:
    followed = Followed(services=services)
    with st.sidebar:
        show_links()
        choose_deployment(services.deployments)
        with st.expander(_("Settings"), icon=":material/settings:"):
            choose_pace()
            choose_language()
        open_parts()
    with st.container(key="how"):
        st.markdown("## " + _("How streaming works"))
        st.markdown(
            _(
                "An answer is made token by token. A server can wait until all of it is there, or send each piece as "
                "it comes: the answer takes as long either way, but the first words are there at once. This page "
                "follows the article that this program grew from; every part of it is live."
            )
        )
        _show_at_once_and_streamed(followed)
        _show_the_wire()
        _show_delay(followed)
        _show_stop(followed)
        show_code(services)
    followed.wait()


def _press(services: Services, part: str, question: str, *, both: bool) -> None:
    """Ask; what refuses the request is told in the part."""
    request = read_request(services.deployments, question)
    asked = (replace(request, is_streamed=False), request) if both else (request,)
    try:
        start(services, part, *asked)
    except SeseragiError as error:
        st.session_state["how-refused"] = word(error).what


def _show_at_once_and_streamed(followed: Followed) -> None:
    st.markdown("#### " + _("1. The same answer at once, and as a stream"))
    st.markdown(
        _(
            "Both columns send the same request to {deployment}; only `stream` differs. The left one gets JSON with "
            "everything in it, the right one Server-Sent Events."
        ).format(deployment=f"`{read_deployment(followed.services.deployments).title}`")
    )
    question = _("What does it mean to receive an answer as a stream? Briefly.")
    press = partial(_press, followed.services, "both", question, both=True)
    st.button(_("Ask both"), icon=":material/play_arrow:", key="how-both", type="primary", on_click=press)
    if (refused := st.session_state.pop("how-refused", None)) is not None:
        st.warning(refused, icon=":material/info:")
    running = current_how().running.get("both")
    if running is None:
        return
    boxes = _boxes("both", ("`stream: false`", "`stream: true`"))
    followed.show("both", boxes, (_AT_ONCE, _AT_ONCE))
    for box, said in zip(boxes, _told(running), strict=True):
        box.caption(said)


def _boxes(part: str, names: tuple[str, ...]) -> list[DeltaGenerator]:
    """A column for each, under its name."""
    boxes = []
    for place, (column, name) in enumerate(zip(st.columns(len(names)), names, strict=True)):
        with column:
            st.markdown(f"**{name}**")
            boxes.append(st.container(height=HEIGHT, border=True, autoscroll=True, key=f"how-box-{part}-{place}"))
    return boxes


def _told(running: Running) -> list[str]:
    """What can be said of each answer that has ended."""
    said = []
    for reply in running.replies:
        answer = reply.answer()
        if reply.is_live:
            said.append("")
        elif isinstance(answer.error, ReplyError):
            said.append(word(answer.error).what)
        elif answer.withdrawn:
            said.append(_("The content filter has taken this answer back."))
        else:
            words = _("First words after {first} s, all of it after {total} s, {bytes} bytes, {type}")
            tape = reply.tapes[-1].recording() if reply.tapes else Recording()
            said.append(
                words.format(
                    first=number(answer.timings.first_token_s or 0.0, 2),
                    total=number(answer.timings.total_s or 0.0, 2),
                    bytes=number(tape.total_bytes) if reply.tapes else "–",
                    type=f"`{tape.head.header('content-type') if tape.head else '–'}`",
                )
            )
    return said


def _show_the_wire() -> None:
    st.markdown("#### " + _("2. What travels: Server-Sent Events"))
    st.markdown(
        _(
            "The response says `Content-Type: text/event-stream` and `Transfer-Encoding: chunked`; the connection "
            "stays open, and the server writes a `data:` line with JSON and a blank line for each piece: first what "
            "the content filter says of the question, then the role, then fragments, then why it ends, then `[DONE]`. "
            "These are the article's own lines. Press one to open it; the second one lacks its `data:`."
        )
    )
    article = find_built_in(_ARTICLE, current_language())
    show_events(article, read_wire(article))
    st.button(
        _("Open it in the inspector"),
        icon=":material/data_object:",
        key="how-article",
        type="tertiary",
        on_click=leave_for,
        args=("recordings",),
        kwargs={"r": _ARTICLE},
    )


def _show_delay(followed: Followed) -> None:
    st.markdown("#### " + _("3. What the delay does"))
    st.markdown(
        _(
            "One answer, shown three times: as it comes, with the article's 33 ms between two fragments, and with "
            "120 ms. The delay is for the eye only. Nothing is received, kept or counted later for it. A recording is "
            "played here, so this works without a network."
        )
    )
    request = read_request(followed.services.deployments, _("Play it."))
    press = partial(play, followed.services, "delay", request, len(DELAYS_MS))
    st.button(_("Play"), icon=":material/play_arrow:", key="how-delay", type="primary", on_click=press)
    if "delay" in current_how().running:
        boxes = _boxes("delay", tuple(_("{delay} ms").format(delay=delay) for delay in DELAYS_MS))
        followed.show("delay", boxes, [Pace(delay_s=delay / 1000, keep_up=False) for delay in DELAYS_MS])


def _show_stop(followed: Followed) -> None:
    st.markdown("#### " + _("4. What Stop does on the wire"))
    st.markdown(
        _(
            "Stop cancels the request, as the article's cancellation token does: the connection is closed, the "
            "endpoint sees that and makes no more tokens. What had come stays. Hiding the text and letting the "
            "endpoint go on would look the same and cost the whole answer."
        )
    )
    running = current_how().running.get("stop")
    question = _("Tell me the long story of a small stream on its way to the sea.")
    with st.container(horizontal=True):
        press = partial(_press, followed.services, "stop", question, both=False)
        st.button(_("Start"), icon=":material/play_arrow:", key="how-start", type="primary", on_click=press)
        slot = st.empty()
        if running is not None and running.is_growing:
            slot.button(_("Stop"), icon=":material/stop_circle:", key="how-stop", on_click=_press_stop)
    if running is None:
        return
    (box,) = _boxes("stop", (_("The answer"),))
    followed.show("stop", [box], [_AT_ONCE])
    if not running.replies[0].is_live:
        _tell_stop(running)


def _press_stop() -> None:
    current_how().running["stop"].stopped_at = time.monotonic()
    stop("stop")


def _tell_stop(running: Running) -> None:
    reply = running.replies[0]
    if isinstance(reply.answer().error, ReplyError):
        st.caption(_told(running)[0])
        return
    if not reply.tapes:
        return
    tape = reply.tapes[-1]
    recording = tape.recording()
    measures = measure(recording, read_wire(recording))
    came = _("{events} events in {bytes} bytes had come, {fragments} of them with text.").format(
        events=number(measures.events), bytes=number(measures.wire_bytes), fragments=number(measures.fragments)
    )
    if running.stopped_at is None:
        st.caption(came + " " + _("It came to its end before anybody pressed Stop."))
        return
    after_ms = max(0.0, 1000 * (tape.began_at + recording.ended_at - running.stopped_at))
    closed = _("The connection was closed {after} ms after Stop; the last line that came was:")
    st.caption(came + " " + closed.format(after=number(after_ms, 1)))
    last = recording.body.rstrip().rpartition(b"\n")[2].decode(errors="replace")
    st.code(last[:400] + ("…" if len(last) > 400 else ""), language=None, wrap_lines=True)
