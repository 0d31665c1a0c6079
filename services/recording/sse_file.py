"""Our file of a recording: the stream itself, with everything else in comments, so that any reader of events reads it.

The format is documented in docs/recordings.md. What is written is read back byte for byte, whatever bytes they are;
where an editor has changed line ends, the places of the comments still tell the times.
"""

from __future__ import annotations

import heapq
import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Final

from services.errors import RecordingNotReadable
from services.recording.records import (
    ENDS,
    NAME_CHARACTERS,
    ORIGINS,
    Head,
    Header,
    Read,
    Recording,
    Sent,
)

VERSION: Final = 1
OURS: Final = b": seseragi "
_OPENING: Final = OURS + b"recording "
_OURS_LINE: Final = re.compile(rb": seseragi ([^\r\n]*(?:\r\n|\r|\n|\Z))")
"""At the beginning of a line only, which is looked at afterwards: said here, it would take ten times as long."""
_BREAK: Final = re.compile(rb"\r\n|\r|\n")
_LATEST: Final = 253_402_300_799.0  # the last second of the year 9999
_LONGEST_S: Final = 1e7
_MOST_BYTES: Final = 10**15


def is_ours(content: bytes) -> bool:
    """Whether a file says that it is ours."""
    return content.removeprefix(b"\xef\xbb\xbf").startswith(_OPENING)


def write_sse(recording: Recording) -> bytes:
    """The file."""
    return b"".join([*(_comment(*pair) for pair in _about(recording)), *_body_with_times(recording)])


def _comment(name: str, value: str) -> bytes:
    return OURS + f"{name} {' '.join(value.splitlines())}".rstrip().encode(errors="replace") + b"\n"


def _about(recording: Recording) -> Iterator[tuple[str, str]]:
    yield "recording", str(VERSION)
    made_at = datetime.fromtimestamp(recording.created_at, UTC).isoformat(timespec="milliseconds")
    about = {
        "name": recording.name,
        "note": recording.note,
        "origin": recording.origin,
        "deployment": recording.deployment,
        "created": made_at,
    }
    yield from ((name, value) for name, value in about.items() if value)
    if recording.sent is not None:
        yield "request", f"{recording.sent.method} {recording.sent.url}"
        yield from (("request-header", f"{name}: {value}") for name, value in recording.sent.headers)
        yield "request-body", json.dumps(recording.sent.body, ensure_ascii=True)
    if recording.head is not None:
        head = recording.head
        yield "response", f"{head.at:.6f} {head.http_version} {head.status} {head.reason}"
        yield from (("header", f"{name}: {value}") for name, value in head.headers)
    yield "end", f"{recording.ended_at:.6f} {recording.end} {recording.total_bytes}"
    if not recording.has_times:
        yield "times", "unknown"


def _body_with_times(recording: Recording) -> Iterator[bytes]:
    """The body, with each read told before the line in which its first byte stands."""
    body, at = recording.body, 0
    for place, comment in heapq.merge(_told_reads(recording), _escapes(body), key=itemgetter(0)):
        yield body[at:place]
        yield comment
        at = place
    yield body[at:]


def _told_reads(recording: Recording) -> Iterator[tuple[int, bytes]]:
    """Where in the body which comment is to stand. Looks at each byte of the body once, however it was read."""
    body, begins_at, line_at, seen = recording.body, 0, 0, 0
    for read in recording.reads:
        # Where a read begins between the two bytes of a line's end, that line has not ended yet.
        reached = begins_at - 1 if body[begins_at - 1 : begins_at + 1] == b"\r\n" else begins_at
        last = max(body.rfind(b"\n", seen, reached), body.rfind(b"\r", seen, reached))
        line_at, seen = (last + 1 if last >= 0 else line_at), max(seen, reached)
        yield line_at, b"%bread %.6f %d\n" % (OURS, read.at, read.end - begins_at)
        begins_at = read.end


def _escapes(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines of the stream itself that look like ours."""
    at = body.find(OURS)
    while at >= 0:
        if _begins_line(body, at):
            yield at, OURS + b"line "
        at = body.find(OURS, at + 1)


def _begins_line(text: bytes, at: int) -> bool:
    return at == 0 or text[at - 1] in b"\r\n"


@dataclass(slots=True)
class _Reading:
    """What has been read of a file so far."""

    made: Recording
    parts: list[bytes] = field(default_factory=list)
    length: int = 0
    reads: list[tuple[float, int, int]] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)
    sent_headers: list[Header] = field(default_factory=list)


def read_sse(content: bytes) -> Recording:
    """The recording in a file of ours; raises `RecordingNotReadable`."""
    content, at = content.removeprefix(b"\xef\xbb\xbf"), 0
    reading = _Reading(Recording(origin="opened", created_at=0.0))
    for match in _OURS_LINE.finditer(content):
        if not _begins_line(content, match.start()):
            continue
        _append(reading, content[at : match.start()])
        at = match.end()
        try:
            _read_ours(reading, match[1])
        except (ValueError, OverflowError, RecursionError) as error:
            line = len(_BREAK.findall(content, 0, match.start())) + 1
            raise RecordingNotReadable("not_valid", f"line {line}") from error
    _append(reading, content[at:])
    return _finish(reading)


def _append(reading: _Reading, part: bytes) -> None:
    reading.parts.append(part)
    reading.length += len(part)


def _read_ours(reading: _Reading, line: bytes) -> None:
    name, _, rest = line.partition(b" ")
    if name == b"line":
        _append(reading, rest)
    else:
        _take(reading, name.decode(errors="replace").strip(), _BREAK.sub(b"", rest).decode(errors="replace"))


def _take(reading: _Reading, name: str, value: str) -> None:
    """One comment of ours; those of a later version that we don't know are passed over."""
    made = reading.made
    match name:
        case "recording":
            if int(value) > VERSION:
                raise RecordingNotReadable("later_version", value[:20])
        case "read":
            at, count = value.split()
            reading.reads.append((_seconds(at), int(count), reading.length))
        case "header" | "request-header":
            key, _, text = value.partition(":")
            (reading.headers if name == "header" else reading.sent_headers).append((key.strip(), text.strip()))
        case "request":
            method, _, url = value.partition(" ")
            reading.made = replace(made, sent=replace(made.sent or Sent(), method=method, url=url))
        case "request-body":
            reading.made = replace(made, sent=replace(made.sent or Sent(), body=str(json.loads(value))))
        case "response":
            reading.made = replace(made, head=_read_head(value))
        case "end":
            reading.made = _read_end(made, value)
        case "times":
            reading.made = replace(made, has_times=False)
        case _:
            reading.made = _describe(made, name, value)


def _describe(made: Recording, name: str, value: str) -> Recording:
    match name:
        case "name":
            return replace(made, name=value[:NAME_CHARACTERS])
        case "deployment":
            return replace(made, deployment=value[:NAME_CHARACTERS])
        case "note":
            return replace(made, note=value)
        case "origin" if value in ORIGINS:
            return replace(made, origin=value)
        case "created":
            created_at = datetime.fromisoformat(value).timestamp()
            return replace(made, created_at=min(max(created_at, 0.0), _LATEST))
    return made


def _read_head(value: str) -> Head:
    at, version, status, *reason = value.split(" ", 3)
    if not 100 <= int(status) <= 999:
        raise ValueError(status)
    return Head(at=_seconds(at), http_version=version, status=int(status), reason=" ".join(reason))


def _read_end(made: Recording, value: str) -> Recording:
    at, how, total = value.split()
    if how not in ENDS or not 0 <= int(total) <= _MOST_BYTES:
        raise ValueError(value)
    return replace(made, ended_at=_seconds(at), end=how, total_bytes=int(total))


def _seconds(text: str) -> float:
    seconds = float(text)
    if not math.isfinite(seconds) or not 0 <= seconds <= _LONGEST_S:
        raise ValueError(text)
    return seconds


def _finish(reading: _Reading) -> Recording:
    body = b"".join(reading.parts)
    made = reading.made
    changes: dict[str, Any] = {"body": body, "reads": _reads(reading, len(body))}
    if made.head is not None:
        changes["head"] = replace(made.head, headers=tuple(reading.headers))
    if reading.sent_headers or made.sent is not None:
        changes["sent"] = replace(made.sent or Sent(), headers=tuple(reading.sent_headers))
    if not changes["reads"] and body:
        changes |= {"has_times": False, "reads": (Read(0.0, len(body)),)}
    changes["total_bytes"] = max(made.total_bytes, len(body))
    return replace(made, **changes)


def _reads(reading: _Reading, length: int) -> tuple[Read, ...]:
    """By their counts where these add up to the body; else by the places where their comments stand."""
    counts = [count for _at, count, _place in reading.reads]
    if all(count > 0 for count in counts) and sum(counts) == length:
        ends, end = [], 0
        for count in counts:
            end += count
            ends.append(end)
    else:
        places = sorted({place for _at, _count, place in reading.reads} | {length})
        ends = [places[bisect_right(places, place)] if place < length else length for *_, place in reading.reads]
    kept: list[Read] = []
    for (at, _count, _place), end in zip(reading.reads, ends, strict=True):
        latest = max(at, kept[-1].at) if kept else at
        if kept and kept[-1].end >= end:
            kept[-1] = Read(latest, kept[-1].end)
        elif end > 0:
            kept.append(Read(latest, end))
    return tuple(kept)
