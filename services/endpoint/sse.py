"""Reads Server-Sent Events from bytes as they come, strictly as the WHATWG standard says.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation. Knows nothing of what the
events hold. An event that no blank line has closed is not one.
"""

from __future__ import annotations

import re
from typing import Final

_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class EventReader:
    """Takes bytes and gives the `data` of the events that they complete."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._data: list[str] = []
        self._is_first = True
        self._ended_in_cr = False

    def feed(self, part: bytes) -> list[str]:
        """The data of each event that is complete now; raises `UnicodeDecodeError` where a line is no UTF-8."""
        if self._ended_in_cr and part.startswith(b"\n"):
            part = part[1:]
            self._ended_in_cr = False
        if not part:
            return []
        self._ended_in_cr = part.endswith(b"\r")
        *lines, rest = _LINE_END.split(part)
        if lines:
            lines[0] = b"".join([*self._rest, lines[0]])
            self._rest = []
        if rest:
            self._rest.append(rest)
        return [data for line in lines if (data := self._read(line)) is not None]

    def _read(self, line: bytes) -> str | None:
        """The data of the event that `line` ends, if it ends one that has any."""
        if self._is_first:
            line, self._is_first = line.removeprefix(_BYTE_ORDER_MARK), False
        if not line:
            data, self._data = self._data, []
            return "\n".join(data) if data else None
        name, _, value = line.decode().partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
        return None
