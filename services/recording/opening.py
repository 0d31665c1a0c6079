"""Opens what somebody brings along: our own file, a HAR of a browser's, or a bare paste of `data:` lines.

Whatever bytes they are, the result is recordings or a `RecordingNotReadable` that says why. What a HAR knows of keys
is left out as in our own recordings.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from services.errors import NotReadable, RecordingNotReadable
from services.exchange.checking import Object, a_list, an_object, child, text_of
from services.recording.records import NAME_CHARACTERS, Head, Header, Read, Recording, Sent
from services.recording.secrecy import secrets_in, shown_address, shown_headers
from services.recording.sse_file import is_ours, read_sse
from services.recording.tape import LEFT_OUT

MOST_BYTES: Final = 20_000_000
"""Of one file; a longer one is refused before it is read."""
MOST_RECORDINGS: Final = 100
_EVENT_LINE: Final = re.compile(rb"^(?:data|event|id|retry)?:", re.MULTILINE)
_STREAM: Final = "text/event-stream"
_CHAT: Final = "/chat/completions"


def open_recordings(name: str, content: bytes) -> list[Recording]:
    """What stands in a file called `name`, or in a paste; raises `RecordingNotReadable`."""
    if len(content) > MOST_BYTES:
        raise RecordingNotReadable("too_large", name)
    if not content.strip():
        raise RecordingNotReadable("empty", name)
    if is_ours(content):
        found = [read_sse(content)]
    elif content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and not _EVENT_LINE.search(content):
        found = _read_har(content, name)
    else:
        found = [_read_paste(content, name)]
    title = name.rpartition("/")[2].rpartition(".")[0] or name
    return [_settled(one, title[:NAME_CHARACTERS]) for one in found]


def _settled(recording: Recording, title: str) -> Recording:
    """With an id of its own, under its own name or the file's; never as one of the program's."""
    fresh = Recording()
    made_at = recording.created_at or fresh.created_at
    origin = "opened" if recording.origin == "built-in" else recording.origin
    return replace(recording, id=fresh.id, name=recording.name or title, created_at=made_at, origin=origin)


def _read_paste(content: bytes, name: str) -> Recording:
    """A bare stream, without times."""
    if not _EVENT_LINE.search(content):
        raise RecordingNotReadable("unknown_format", name)
    return _timeless(content)


def _timeless(body: bytes) -> Recording:
    return Recording(
        origin="opened",
        created_at=0.0,
        body=body,
        reads=(Read(0.0, len(body)),),
        total_bytes=len(body),
        has_times=False,
    )


def _read_har(content: bytes, name: str) -> list[Recording]:
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RecordingNotReadable("not_json", f"byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise RecordingNotReadable("not_json", f"line {error.lineno}, column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise RecordingNotReadable("not_valid", "$") from error
    try:
        log, place = child(an_object(value, "$"), "log", "$")
        entries, place = child(an_object(log, place), "entries", place)
        found = [_read_entry(entry, f"{place}[{n}]") for n, entry in enumerate(a_list(entries, place))]
    except NotReadable as error:
        raise RecordingNotReadable(error.problem, error.place) from error
    kept = [one for one in found if one is not None][:MOST_RECORDINGS]
    if not kept:
        raise RecordingNotReadable("empty", f"{name}: {_STREAM}")
    return kept


def _read_entry(entry: object, place: str) -> Recording | None:
    """The recording in an entry; None where it is no stream and no answer of a chat."""
    one = an_object(entry, place)
    request, at = child(one, "request", place)
    response, to = child(one, "response", place)
    request, response = an_object(request, at), an_object(response, to)
    content, where = child(response, "content", to)
    content = an_object(content, where)
    url = text_of(request, "url", at)
    is_stream = text_of(content, "mimeType", where, "").lower().startswith(_STREAM)
    if not is_stream and _CHAT not in url:
        return None
    return _of_entry(one, request, response, _body(content, where))


def _of_entry(entry: Object, request: Object, response: Object, body: bytes) -> Recording:
    sent_headers, headers = _headers(request), _headers(response)
    secrets = secrets_in(sent_headers)
    waited, seconds = _waited(entry)
    head = Head(
        status=_status(response.get("status")),
        reason=_text(response.get("statusText")),
        http_version=_text(response.get("httpVersion")) or "HTTP/1.1",
        headers=tuple((key, LEFT_OUT if key.lower() == "set-cookie" else _hide(v, secrets)) for key, v in headers),
        at=waited,
    )
    posted = request.get("postData")
    asked = _text(posted.get("text")) if isinstance(posted, Mapping) else ""
    sent = Sent(
        method=_text(request.get("method")) or "POST",
        url=_hide(shown_address(_text(request.get("url"))), secrets),
        headers=shown_headers(sent_headers),
        body=_hide(asked, secrets),
    )
    for secret in secrets:
        body = body.replace(secret.encode(errors="replace"), b"*" * len(secret.encode(errors="replace")))
    made = replace(_timeless(body), sent=sent, head=head, ended_at=seconds, created_at=_began_at(entry))
    return replace(made, reads=(Read(seconds, len(body)),) if body else ())


def _body(content: Object, place: str) -> bytes:
    text = text_of(content, "text", place, "") if len(_text(content.get("text"))) < MOST_BYTES else ""
    if content.get("encoding") != "base64":
        return text.encode(errors="replace")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RecordingNotReadable("not_valid", f"{place}.text") from error


def _headers(message: Object) -> list[Header]:
    listed = message.get("headers")
    pairs: Iterable[Any] = listed if isinstance(listed, list) else ()
    return [(_text(pair.get("name")), _text(pair.get("value"))) for pair in pairs if isinstance(pair, Mapping)]


def _hide(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, LEFT_OUT)
    return text


def _waited(entry: Object) -> tuple[float, float]:
    """Until the head and until the end, in seconds."""
    timings = entry.get("timings")
    timings = timings if isinstance(timings, Mapping) else {}
    parts = [_milliseconds(timings.get(name)) for name in ("blocked", "dns", "connect", "send", "wait", "receive")]
    return sum(parts[:-1]) / 1000, sum(parts) / 1000


def _milliseconds(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < 1e9 and math.isfinite(value) else 0.0  # type: ignore[operator,arg-type]  # a number, as said


def _began_at(entry: Object) -> float:
    try:
        return max(0.0, datetime.fromisoformat(_text(entry.get("startedDateTime"))).timestamp())
    except (ValueError, OverflowError):
        return 0.0


def _status(value: object) -> int:
    return value if type(value) is int and 100 <= value <= 999 else 200


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
