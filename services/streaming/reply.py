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

from services.errors import ReplyError
from services.streaming.events import ChatEvent
from services.streaming.folding import Answer, Folding, Status
from services.streaming.request import ChatRequest


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text and when it came."""

    text: str
    at: float


class Reply:
    """One answer in the making. `fragments` only ever grows, so a follower may index it without a lock."""

    def __init__(self, request: ChatRequest, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.id = uuid.uuid4().hex
        self.request = request
        self.started_at = clock()
        self.ended_at = self.started_at
        self._clock = clock
        self.fragments: list[Fragment] = []
        self._folding = Folding()
        self._ended: Answer | None = None
        self._version = 0
        self._changed = threading.Condition()
        self._cancel: Callable[[], object] = lambda: None
        self._stop_asked = False

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
    def version(self) -> int:
        """Grows with every change; for `wait`."""
        return self._version

    def answer(self) -> Answer:
        """The answer as far as it has come, or as it ended."""
        return self._ended or self._folding.answer()

    def wait(self, version: int, timeout_s: float) -> None:
        """Until something is newer than `version`, or `timeout_s` has passed."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != version or self._ended is not None, timeout_s)

    def wait_for_text(self, shown: int, timeout_s: float) -> None:
        """Until there are more than `shown` fragments, no more can come, or `timeout_s` has passed."""
        with self._changed:
            self._changed.wait_for(
                lambda: len(self.fragments) > shown or self.is_withdrawn or not self.is_live, timeout_s
            )

    def stop(self) -> None:
        """End the answer here; the text so far stays. From any thread, any number of times."""
        self._stop_asked = True
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
        self._tell()

    def end(self, status: Status, error: ReplyError | None = None) -> None:
        """No more comes. Only the first end counts."""
        if self._ended is None:
            self.ended_at = self._clock()
            self._ended = self._folding.answer(status, error)
            self._tell()

    @property
    def finish_reason(self) -> str | None:
        """Why the endpoint ended the answer, as far as it said so."""
        return self._folding.finish_reason

    def _tell(self) -> None:
        with self._changed:
            self._version += 1
            self._changed.notify_all()


def join_fragments(fragments: Sequence[Fragment]) -> str:
    """Their text."""
    return "".join(fragment.text for fragment in fragments)
