"""What of a request may stand in a recording: an address without keys in it, and headers known to be harmless.

Everything not on the list keeps its name and loses its value, so that a header nobody thought of cannot leak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from services.recording.records import Header
from services.recording.tape import LEFT_OUT

_HARMLESS: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    }
)
_HARMLESS_BEGINNINGS: Final = ("x-stainless-", "x-ms-client-request-id")
_HARMLESS_PARAMETERS: Final = frozenset({"api-version"})
_OPENS_DOORS: Final = re.compile(r"key|token|secret|auth|cookie|password|signature", re.IGNORECASE)
_SHORTEST_SECRET: Final = 8


def shown_headers(headers: Iterable[Header]) -> tuple[Header, ...]:
    """The headers of a request as they may be kept."""
    return tuple((name, value if _is_harmless(name.lower()) else LEFT_OUT) for name, value in headers)


def secrets_in(headers: Iterable[Header]) -> tuple[str, ...]:
    """What those hold that open doors: to be found wherever else it may turn up."""
    values = [value for name, value in headers if _OPENS_DOORS.search(name)]
    bare = [value.partition(" ")[2] for value in values]
    return tuple(value for value in dict.fromkeys([*values, *bare]) if len(value) >= _SHORTEST_SECRET)


def shown_address(url: str) -> str:
    """The address without user, password, fragment, and the values of parameters that could be keys.

    One that is none is left out as a whole.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return LEFT_OUT
    query = "&".join(
        f"{name}={value if name.lower() in _HARMLESS_PARAMETERS else LEFT_OUT}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def _is_harmless(name: str) -> bool:
    return name in _HARMLESS or name.startswith(_HARMLESS_BEGINNINGS)
