"""Folds events into an answer: a pure accumulation, apart from all I/O.

`fold` is the whole truth; `Folding` does the same one event at a time, at a cost that doesn't grow
with what came before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, assert_never

from services.errors import ReplyError, RequestIds
from services.filtering import FilterResult, worst_first
from services.streaming.events import ChatEvent, Finished, ParameterDropped, Usage

Status = Literal["streaming", "complete", "stopped", "failed", "filtered", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """When things happened, in seconds of the reply's clock."""

    asked_at: float | None = None
    first_text_at: float | None = None
    last_text_at: float | None = None
    fragments: int = 0

    @property
    def first_token_s(self) -> float | None:
        """Time to first token, from the first request that left."""
        if self.asked_at is None or self.first_text_at is None:
            return None
        return self.first_text_at - self.asked_at

    @property
    def total_s(self) -> float | None:
        """From the first request that left to the last text that came."""
        if self.asked_at is None or self.last_text_at is None:
            return None
        return self.last_text_at - self.asked_at

    def tokens_per_second(self, tokens: int) -> float | None:
        """The pace of the text after its first fragment; None where there is too little to tell."""
        if self.first_text_at is None or self.last_text_at is None or tokens < 2:
            return None
        seconds = self.last_text_at - self.first_text_at
        return (tokens - 1) / seconds if seconds > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A message of a deployment, as far as it has come."""

    status: Status = "streaming"
    text: str = ""
    refusal: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    prompt_filter: tuple[FilterResult, ...] = ()
    completion_filter: tuple[FilterResult, ...] = ()
    withdrawn: bool = False
    dropped: tuple[ParameterDropped, ...] = ()
    attempts: int = 0
    request_ids: RequestIds = field(default_factory=RequestIds)
    timings: Timings = field(default_factory=Timings)
    error: ReplyError | None = None

    @property
    def words(self) -> str:
        """What there is to read: the text, or the words with which the model refuses."""
        return self.text + self.refusal


class Folding:
    """An answer in the making. Only one thread may add; any may read."""

    def __init__(self) -> None:
        self.attempts = 0
        self.failed_status: int | None = None
        self.withdrawn = False
        self.finish_reason: str | None = None
        self._texts: list[str] = []
        self._refusals: list[str] = []
        self._usage: Usage | None = None
        self._prompt_filter: tuple[FilterResult, ...] = ()
        self._completion_filter: dict[str, FilterResult] = {}
        self._dropped: list[ParameterDropped] = []
        self._ids = RequestIds()
        self._asked_at: float | None = None
        self._first_text_at: float | None = None
        self._last_text_at: float | None = None

    def add(self, event: ChatEvent) -> None:
        """Take in one event."""
        match event.type:
            case "content.delta":
                self._texts.append(event.text)
                self._note_text(event.at)
            case "refusal.delta":
                self._refusals.append(event.text)
                self._note_text(event.at)
            case "completion.filter":
                self._completion_filter |= {r.category: r for r in worst_first(event.results)}
            case "finish":
                self._finish(event)
            case "usage":
                self._usage = event
            case "request.sent":
                self.attempts = event.attempt
                self._asked_at = event.at if self._asked_at is None else self._asked_at
            case "attempt.failed":
                self.failed_status = event.status
            case "response.started":
                self.failed_status = None
                self._ids = event.request_ids
            case "parameter.dropped":
                self._dropped.append(event)
            case "prompt.filter":
                self._prompt_filter += event.results
            case "role" | "tape.begun":
                pass
            case _:
                assert_never(event.type)

    def answer(self, status: Status = "streaming", error: ReplyError | None = None) -> Answer:
        """What has come so far. A withdrawn answer has no text any more."""
        return Answer(
            status=status,
            text="" if self.withdrawn else "".join(self._texts),
            refusal="" if self.withdrawn else "".join(self._refusals),
            finish_reason=self.finish_reason,
            usage=self._usage,
            prompt_filter=self._prompt_filter,
            completion_filter=tuple(self._completion_filter.values()),
            withdrawn=self.withdrawn,
            dropped=tuple(self._dropped),
            attempts=self.attempts,
            request_ids=self._ids,
            timings=self._timings(),
            error=error,
        )

    def _note_text(self, at: float) -> None:
        self._first_text_at = at if self._first_text_at is None else self._first_text_at
        self._last_text_at = at

    def _finish(self, event: Finished) -> None:
        """A `content_filter` wins over everything, also after a `stop`; a late one takes the text back."""
        if self.finish_reason != "content_filter":
            self.finish_reason = event.reason
        if event.reason == "content_filter" and event.late:
            self.withdrawn = True

    def _timings(self) -> Timings:
        return Timings(
            asked_at=self._asked_at,
            first_text_at=self._first_text_at,
            last_text_at=self._last_text_at,
            fragments=len(self._texts) + len(self._refusals),
        )


def fold(events: Iterable[ChatEvent]) -> Answer:
    """The answer that `events` amount to."""
    folding = Folding()
    for event in events:
        folding.add(event)
    return folding.answer()
