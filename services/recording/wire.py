"""Reads a recording's bytes line by line as the standard does, and says of each event what it is and what is odd.

https://html.spec.whatwg.org/multipage/server-sent-events.html. Where `services/endpoint/sse` keeps only what counts,
this keeps everything with its place, its time and a remark. Takes bytes as they come, at a cost in proportion to them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from services.filtering import FilterResult
from services.recording.records import Recording
from services.recording.values import Kind, Remark, read_value
from services.streaming.chunks import clean_text
from services.streaming.events import Usage

_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_DONE: Final = "[DONE]"
_FIELDS: Final = frozenset({"id", "event", "retry"})
_LONGEST_SHOWN: Final = 200
MOST_EVENTS: Final = 30_000
"""That are told apart: more than an answer of Azure's has within the cap on its bytes. A flood ends here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireEvent:
    """One event, or a line that is none. `start` and `end` are its place among the recording's bytes.

    `text` is what it adds to the answer, or a short word of what it says; `raw` is its data as it came.
    """

    number: int
    at: float
    start: int
    end: int
    kind: Kind
    raw: str = ""
    text: str = ""
    verdicts: tuple[FilterResult, ...] = ()
    offsets: tuple[int, int] | None = None
    usage: Usage | None = None
    remark: Remark | None = None


class WireReader:
    """Takes bytes with their times and gives the events that they complete; `close` gives what was left open."""

    def __init__(self) -> None:
        self.events: list[WireEvent] = []
        self.offset = 0
        self.is_closed = False
        self._rest: list[bytes] = []
        self._line_at = 0
        self._event_at = 0
        self._data: list[str] = []
        self._is_first = True
        self._is_done = False
        self._is_broken = False
        self._skips_newline = False

    def feed(self, part: bytes, at: float) -> None:
        """The next bytes, which came at `at`."""
        self.offset += len(part)
        if len(self.events) > MOST_EVENTS:
            return
        if self._skips_newline and part.startswith(b"\n"):
            part, self._line_at = part[1:], self._line_at + 1
        self._skips_newline = part.endswith(b"\r") if part else self._skips_newline
        begin = 0
        for match in _LINE_END.finditer(part):
            self._rest.append(part[begin : match.start()])
            self._end_line(len(match[0]), at)
            begin = match.end()
        if begin < len(part):
            self._rest.append(part[begin:])

    def close(self, at: float) -> None:
        """The body has ended: an event that no blank line closed is none, and says so."""
        self.is_closed = True
        if len(self.events) > MOST_EVENTS:
            return
        if self._rest:
            self._end_line(0, at)
        if self._data:
            self._add("ignored", self._event_at, at, "\n".join(self._data), remark="unclosed")
            self._data = []

    def _end_line(self, end_bytes: int, at: float) -> None:
        line, start = b"".join(self._rest), self._line_at
        self._rest = []
        self._line_at += len(line) + end_bytes
        self._read(line, start, at)

    def _read(self, line: bytes, start: int, at: float) -> None:
        if self._is_first:
            self._is_first = False
            if line.startswith(_BYTE_ORDER_MARK):
                line = line.removeprefix(_BYTE_ORDER_MARK)
                self._add("ignored", start, at, "", remark="byte order mark")
        if not line:
            self._dispatch(at)
            return
        if not self._data:
            self._event_at = start
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode(errors="replace")
            self._is_broken = True
        name, _, value = text.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
        else:
            self._note_line(name, text, start, at)

    def _note_line(self, name: str, text: str, start: int, at: float) -> None:
        """A line that adds nothing to an event."""
        if not name:
            self._add("comment", start, at, text, text=text[1:].strip(), remark="comment")
        elif name in _FIELDS:
            self._add("ignored", start, at, text, text=text, remark="unused field")
        else:
            remark: Remark = "no data prefix" if text.lstrip().startswith(("{", "[")) else "unknown field"
            self._add("ignored", start, at, text, text=text, remark=remark)

    def _dispatch(self, at: float) -> None:
        if not self._data:
            return
        data, lines, self._data = "\n".join(self._data), len(self._data), []
        is_broken, self._is_broken = self._is_broken, False
        if self._is_done:
            self._add("ignored", self._event_at, at, data, text=data, remark="after done")
        elif is_broken:
            self._add("error", self._event_at, at, data, text=data, remark="not utf-8")
        elif data.startswith(_DONE):
            self._is_done = True
            self._add("done", self._event_at, at, data, text=data)
        else:
            self._add_data(data, at, several=lines > 1)

    def _add_data(self, data: str, at: float, *, several: bool) -> None:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            remark: Remark = "empty data" if not data.strip() else "not json"
            self._add("error", self._event_at, at, data, text=data, remark=remark)
            return
        seen = read_value(value)
        self._add(
            seen.kind,
            self._event_at,
            at,
            data,
            text=seen.text,
            verdicts=seen.verdicts,
            offsets=seen.offsets,
            usage=seen.usage,
            remark=seen.remark or ("several lines" if several else None),
        )

    def _add(self, kind: Kind, start: int, at: float, raw: str, **more: Any) -> None:
        if len(self.events) >= MOST_EVENTS:
            self._end_flood(start, at)
            return
        shown = more.pop("text", "")
        text = shown if kind in {"content", "refusal"} else shown[:_LONGEST_SHOWN]
        number = len(self.events) + 1
        event = WireEvent(
            number=number, at=at, start=start, end=self._line_at, kind=kind, raw=raw, text=clean_text(text), **more
        )
        self.events.append(event)

    def _end_flood(self, start: int, at: float) -> None:
        """Once: what comes from here on is only counted."""
        if len(self.events) == MOST_EVENTS:
            number = MOST_EVENTS + 1
            self.events.append(
                WireEvent(number=number, at=at, start=start, end=self._line_at, kind="ignored", remark="too many")
            )


def read_wire(recording: Recording) -> tuple[WireEvent, ...]:
    """All events of a recording; a body that is no event stream is one of its own kind."""
    reader = WireReader()
    feed_from(reader, recording)
    if recording.end != "open":
        reader.close(recording.ended_at)
    return tuple(reader.events)


def feed_from(reader: WireReader, recording: Recording) -> None:
    """Give `reader` what it hasn't had yet."""
    if not recording.is_stream:
        _take_whole(reader, recording)
        return
    for read in recording.reads:
        if read.end > reader.offset:
            reader.feed(recording.body[reader.offset : read.end], read.at)


def _take_whole(reader: WireReader, recording: Recording) -> None:
    if recording.end == "open":
        return
    if recording.body and not reader.events:
        raw = recording.body.decode(errors="replace")
        reader.events.append(
            WireEvent(
                number=1,
                at=recording.ended_at,
                start=0,
                end=len(recording.body),
                kind="error" if (recording.status or 0) >= 400 else "body",
                raw=raw,
                text=clean_text(raw[:_LONGEST_SHOWN]),
                remark="not a stream",
            )
        )
    reader.offset = len(recording.body)
