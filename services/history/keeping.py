"""The keeper: puts what replies say on record while they say it, in a thread of its own.

Neither a page nor the stream ever waits for it: every 0.4 s it takes what has come to all live
replies, in one transaction for each owner. Tells the other servers that this one lives, and stops what they
were asked to stop.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from services.history.history import History, Journal, Piece
from services.history.writers import Writer
from services.recording.tape import Tape
from services.streaming.reply import Reply, join_fragments

_log = logging.getLogger(__name__)
INTERVAL_S: Final = 0.4
BEAT_S: Final = 2.0
LAST_TRIES: Final = 3
TRY_AGAIN_S: Final = 1.0
"""Between two tries while the database fails."""


@dataclass(slots=True, kw_only=True)
class Kept:
    """A reply that is being put on record, and how far that has come."""

    owner: str
    history: History
    conversation_id: str
    reply: Reply
    after: Callable[[], None] = field(default=lambda: None)
    fragments: int = 0
    pieces: int = 0


class Keeper:
    """Keeps every live reply of this process. Close it after the replies have ended."""

    def __init__(self, journal: Journal, interval_s: float = INTERVAL_S) -> None:
        self.writer = Writer()
        self._journal = journal
        self._interval_s = interval_s
        self._kept: dict[str, Kept] = {}
        self._jobs: list[Callable[[], None]] = []
        self._wake = threading.Event()
        self._is_closing = False
        self._has_failed = False
        self._beat_at = -math.inf
        self.announce()
        self.look_for_dead()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    def announce(self) -> None:
        """Say that this server lives, from time to time."""
        if time.monotonic() - self._beat_at > BEAT_S:
            self._journal.beat(self.writer)
            self._beat_at = time.monotonic()

    def look_for_dead(self) -> None:
        """Mark what servers that live no more have left unfinished."""
        self._journal.interrupt_dead(self.writer)

    def keep(self, kept: Kept) -> None:
        """Put `kept.reply` on record as it grows; its message must be there already."""
        self._kept[kept.reply.id] = kept
        kept.reply.when_ended(self._wake.set)

    def find(self, message_id: str) -> Reply | None:
        """The reply that writes this message here, until all of it is on record."""
        kept = self._kept.get(message_id)
        return kept.reply if kept is not None else None

    def tapes(self, owner: str, message_id: str) -> tuple[Tape, ...] | None:
        """What is being written down of an answer of the owner's; None where it isn't written here."""
        kept = self._kept.get(message_id)
        return tuple(kept.reply.tapes) if kept is not None and kept.owner == owner else None

    def replies(self) -> dict[str, Reply]:
        """All that are not wholly on record, by their messages' ids."""
        return {one.reply.id: one.reply for one in list(self._kept.values())}

    def do(self, job: Callable[[], None]) -> None:
        """Do something on the keeper's thread, for whoever must not wait for the database."""
        self._jobs.append(job)
        self._wake.set()

    def close(self) -> None:
        """Put the rest on record and end the thread."""
        self._is_closing = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_closing:
            is_due = not self._wake.wait(TRY_AGAIN_S if self._has_failed else self._interval_s)
            self._wake.clear()
            self._finish_ended()
            if is_due:
                self._step()
        self._close()

    def _close(self) -> None:
        for _ in range(LAST_TRIES):
            self._step()
            if not self._kept:
                return

    def _step(self) -> None:
        self._has_failed = False
        for group in _by_owner(one for one in list(self._kept.values()) if one.reply.is_live):
            self._try(partial(self._grow, group))
        self._finish_ended()
        if self._kept:
            self._try(self._stop_those_asked)
            self._try(self.announce)

    def _finish_ended(self) -> None:
        for one in list(self._kept.values()):
            if not one.reply.is_live:
                self._try(partial(self._finish, one))
        while self._jobs:
            self._try(self._jobs.pop(0))

    def _grow(self, group: list[Kept]) -> None:
        counts = [len(one.reply.fragments) for one in group]
        pieces = [_piece(one, to) for one, to in zip(group, counts, strict=True)]
        group[0].history.grow(group[0].owner, pieces)
        for one, to in zip(group, counts, strict=True):
            one.fragments, one.pieces = to, one.pieces + 1

    def _finish(self, one: Kept) -> None:
        one.history.finish(one.owner, one.reply.id, one.reply.answer(), one.reply.ended_at)
        self._try(partial(_keep_recordings, one))
        del self._kept[one.reply.id]
        self._try(one.after)

    def _stop_those_asked(self) -> None:
        for message_id in self._journal.stops_asked(self.writer):
            reply = self.find(message_id)
            if reply is not None:
                reply.stop()

    def _try(self, step: Callable[[], None]) -> None:
        """A database that fails for a while costs nothing but time: everything is still in memory."""
        try:
            step()
        except Exception:  # noqa: BLE001 - whatever it is, the thread must live on
            self._has_failed = True
            _log.exception("the keeper could not write; it tries again")


def _keep_recordings(one: Kept) -> None:
    """What travelled under the answer; one that cannot be kept costs the answer nothing."""
    if one.reply.tapes:
        recordings = [tape.recording() for tape in one.reply.tapes]
        one.history.recordings.keep(one.owner, one.conversation_id, one.reply.id, recordings)


def _by_owner(live: Iterable[Kept]) -> list[list[Kept]]:
    """Those with something new, in groups that can be written together."""
    groups: dict[tuple[int, str], list[Kept]] = {}
    for one in live:
        if len(one.reply.fragments) > one.fragments:
            groups.setdefault((id(one.history), one.owner), []).append(one)
    return list(groups.values())


def _piece(one: Kept, to: int) -> Piece:
    text = join_fragments(one.reply.fragments[one.fragments : to])
    return Piece(message_id=one.reply.id, position=one.pieces, text=text)
