"""A reply: an answer being produced, alive without any page.

Its own task on the loop adds to it; any number of pages follow it from other threads. Knows nothing of
what produces the events nor of how they are shown.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.errors import ReplyError
from services.recording.playback import Playback
from services.recording.tape import Tape
from services.streaming.events import ChatEvent
from services.streaming.folding import Answer, Folding, Status
from services.streaming.request import ChatRequest


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text and when it came."""

    text: str
    at: float


class Followed(Protocol):
    """A reply as a page sees it, wherever it is written."""

    @property
    def id(self) -> str:
        """That of the message it becomes."""
        ...

    @property
    def fragments(self) -> Sequence[Fragment]:
        """What has come; only ever grows."""
        ...

    @property
    def is_live(self) -> bool:
        """Whether more may come."""
        ...

    @property
    def is_withdrawn(self) -> bool:
        """Whether a late verdict has taken the text back."""
        ...

    @property
    def is_stop_asked(self) -> bool:
        """Whether somebody pressed Stop."""
        ...

    @property
    def attempt(self) -> int:
        """The SDK's try that is under way."""
        ...

    @property
    def failed_status(self) -> int | None:
        """The status of the last try, while the SDK waits to try again."""
        ...

    @property
    def place_in_line(self) -> int | None:
        """How many turns until its request leaves; None once it may."""
        ...

    @property
    def started_at(self) -> float:
        """When, on the monotonic clock."""
        ...

    @property
    def playback(self) -> Playback | None:
        """The recording that is played in a deployment's place."""
        ...

    def wait_for_text(self, shown: int, timeout_s: float) -> None:
        """Until there are more than `shown` fragments, no more can come, or `timeout_s` has passed."""
        ...

    def wait_for_end(self, timeout_s: float) -> None:
        """Until no more can come, or about `timeout_s` has passed."""
        ...

    def stop(self) -> None:
        """End the answer here."""
        ...


class Reply:
    """One answer in the making. `fragments` and `tapes` only ever grow, so a follower may index them without a lock.

    `started_at` and the times of events are the clock's; `ended_at` is the time of day, for the record.
    """

    def __init__(
        self,
        request: ChatRequest,
        reply_id: str | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        place: Callable[[str], int | None] = lambda _id: None,
    ) -> None:
        self.id = reply_id or uuid.uuid4().hex
        self.request = request
        self.started_at = clock()
        self.ended_at = 0.0
        self._place = place
        self.fragments: list[Fragment] = []
        self.tapes: list[Tape] = []
        self._folding = Folding()
        self._ended: Answer | None = None
        self._changed = threading.Condition()
        self._cancel: Callable[[], object] = lambda: None
        self._stop_asked = False
        self._told_at_end: list[Callable[[], object]] = []

    @property
    def is_live(self) -> bool:
        """Whether more may come."""
        return self._ended is None

    @property
    def is_withdrawn(self) -> bool:
        """Whether a late verdict has taken the text back."""
        return self._folding.withdrawn

    @property
    def is_stop_asked(self) -> bool:
        """Whether somebody pressed Stop, even if the task has not ended yet."""
        return self._stop_asked

    @property
    def attempt(self) -> int:
        """The SDK's try that is under way, from 1; 0 before the first has left."""
        return self._folding.attempts

    @property
    def failed_status(self) -> int | None:
        """The status of the last try, while the SDK waits to try again."""
        return self._folding.failed_status

    @property
    def place_in_line(self) -> int | None:
        """How many turns until its request leaves; None once it may."""
        return self._place(self.id)

    @property
    def playback(self) -> Playback | None:
        """The recording that is played in a deployment's place."""
        return self.request.playback

    def answer(self) -> Answer:
        """The answer as far as it has come, or as it ended."""
        return self._ended or self._folding.answer()

    def wait_for_end(self, timeout_s: float) -> None:
        """Until no more can come, or `timeout_s` has passed."""
        with self._changed:
            self._changed.wait_for(lambda: not self.is_live, timeout_s)

    def wait_for_text(self, shown: int, timeout_s: float) -> None:
        """Until there are more than `shown` fragments, no more can come, or `timeout_s` has passed."""
        with self._changed:
            self._changed.wait_for(
                lambda: len(self.fragments) > shown or self.is_withdrawn or not self.is_live, timeout_s
            )

    def when_ended(self, tell: Callable[[], object]) -> None:
        """Call `tell` once no more can come, or at once; it must not take long."""
        with self._changed:
            if self.is_live:
                self._told_at_end.append(tell)
                return
        tell()

    def stop(self) -> None:
        """End the answer here; the text so far stays. From any thread, any number of times."""
        self._stop_asked = True
        self._cancel()

    def interrupt(self) -> None:
        """End the answer because the server ends."""
        self._cancel()

    def attach(self, cancel: Callable[[], object]) -> None:
        """Tell what cancels the task; a Stop that came before is carried out at once."""
        self._cancel = cancel
        if self._stop_asked:
            cancel()

    def add(self, event: ChatEvent) -> None:
        """Take in one event. For the reply's own task only."""
        self._folding.add(event)
        if event.type in {"content.delta", "refusal.delta"}:
            self.fragments.append(Fragment(event.text, event.at))
        elif event.type == "tape.begun":
            self.tapes.append(event.tape)
        self._tell()

    def end(self, status: Status, error: ReplyError | None = None) -> None:
        """No more comes. Only the first end counts."""
        if self._ended is not None:
            return
        for tape in self.tapes:
            tape.note_end("closed" if tape.has_head else "broken")
        with self._changed:
            self.ended_at = time.time()
            self._ended = self._folding.answer(status, error)
        self._tell()
        for tell in self._told_at_end:
            tell()

    @property
    def finish_reason(self) -> str | None:
        """Why the endpoint ended the answer, as far as it said so."""
        return self._folding.finish_reason

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()


def join_fragments(fragments: Sequence[Fragment]) -> str:
    """Their text."""
    return "".join(fragment.text for fragment in fragments)
