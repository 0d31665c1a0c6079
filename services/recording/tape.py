"""A tape: a recording in the making, written on the loop of replies and read from any thread.

Costs one append for each read. Secrets that the request carried are overwritten wherever the endpoint might repeat
them, before anybody sees a byte.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from services.recording.records import End, Head, Header, Origin, Read, Recording, Sent

MOST_BYTES: Final = 8_000_000
LEFT_OUT: Final = "(left out)"
_SHORTEST_HIDDEN: Final = 4
"""So many characters of a secret at the very end of what has come are held back until it is known how it goes on."""


class Tape:
    """Takes what happens to one request; gives the recording as far as it has come."""

    def __init__(
        self,
        sent: Sent,
        secrets: tuple[str, ...],
        *,
        deployment: str,
        origin: Origin = "recorded",
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)
        self._made = Recording(sent=_without(sent, self._secrets), deployment=deployment, origin=origin, end="open")
        self._most_bytes = most_bytes
        self._clock = clock
        self._began_at = clock()
        self._parts: list[bytes] = []
        # Two lists of plain numbers: a thousand values of our own would be looked at by the garbage collector.
        self._times: list[float] = []
        self._ends: list[int] = []
        self._kept = self._total = 0
        self._unpack: Callable[[bytes], bytes] | None = None

    @property
    def began_at(self) -> float:
        """When the request left, on the clock."""
        return self._began_at

    @property
    def has_head(self) -> bool:
        """Whether a response has begun."""
        return self._made.head is not None

    def note_head(self, status: int, reason: str, http_version: str, headers: tuple[Header, ...]) -> None:
        """The head is there."""
        shown = tuple((name, self._hide(_shown(name, value))) for name, value in headers)
        head = Head(status=status, reason=reason, http_version=http_version, headers=shown, at=self._now())
        self._made = replace(self._made, head=head)
        if head.header("content-encoding").lower() in {"gzip", "deflate"}:
            unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
            self._unpack = lambda part: unpacking.decompress(part, self._most_bytes)

    def note_read(self, part: bytes) -> None:
        """Bytes have come."""
        if self._unpack is not None:
            part = self._unpacked(part)
        self._total += len(part)
        kept = part[: self._most_bytes - self._kept]
        if kept:
            self._kept += len(kept)
            self._parts.append(kept)
            self._times.append(self._now())
            self._ends.append(self._kept)

    def note_end(self, end: End) -> None:
        """No more comes. Only the first end counts."""
        if self._made.end == "open":
            self._made = replace(self._made, end=end, ended_at=self._now())

    def recording(self) -> Recording:
        """What has come so far, or all of it."""
        made, reads = self._made, tuple(map(Read, self._times, tuple(self._ends)))
        body = b"".join(self._parts[: len(reads)])
        for secret in self._secrets:
            body = body.replace(secret.encode(), b"*" * len(secret.encode()))
        if made.end == "open":
            body = body[: len(body) - self._held_back(body)]
            reads = _within(reads, len(body))
            made = replace(made, ended_at=self._now())
        return replace(made, body=body, reads=reads, total_bytes=max(self._total, len(body)))

    def _now(self) -> float:
        return self._clock() - self._began_at

    def _unpacked(self, part: bytes) -> bytes:
        """What came compressed, as text: a reader of events could do nothing with it otherwise."""
        try:
            return self._unpack(part) if self._unpack is not None else part
        except zlib.error:
            return part

    def _hide(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "*" * len(secret))
        return text

    def _held_back(self, body: bytes) -> int:
        """How many bytes at the end may be the beginning of a secret."""
        beginnings = (
            length
            for secret in self._secrets
            for length in range(len(secret) - 1, _SHORTEST_HIDDEN - 1, -1)
            if body.endswith(secret[:length].encode())
        )
        return max(beginnings, default=0)


def _within(reads: tuple[Read, ...], length: int) -> tuple[Read, ...]:
    kept = tuple(read for read in reads if read.end <= length)
    reached = kept[-1].end if kept else 0
    return kept if reached == length else (*kept, Read(reads[len(kept)].at, length))


def _shown(name: str, value: str) -> str:
    return LEFT_OUT if name.lower() == "set-cookie" else value


def _without(sent: Sent, secrets: tuple[str, ...]) -> Sent:
    url, body = sent.url, sent.body
    for secret in secrets:
        url, body = url.replace(secret, LEFT_OUT), body.replace(secret, LEFT_OUT)
    return replace(sent, url=url, body=body)
