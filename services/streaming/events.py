"""One event per thing that the wire can say, told apart by `type`.

Matched on `event.type`, never by class: after a hot reload `isinstance` lies. Times are seconds of the
reply's monotonic clock. Follows azure-wire §1.3-1.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.errors import RequestIds
from services.filtering import FilterResult
from services.recording.tape import Tape


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSent:
    """A request has left; `attempt` counts from 1, higher ones are the SDK's own retries."""

    type: Literal["request.sent"] = "request.sent"
    attempt: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeBegun:
    """What happens to a request that is leaving is written down here."""

    type: Literal["tape.begun"] = "tape.begun"
    tape: Tape


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFailed:
    """The endpoint answered a try with `status`; the SDK waits and tries again."""

    type: Literal["attempt.failed"] = "attempt.failed"
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseStarted:
    """Status and headers are there."""

    type: Literal["response.started"] = "response.started"
    status: int
    request_ids: RequestIds
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterDropped:
    """The deployment refused a parameter; the request went out again with `instead` or without it."""

    type: Literal["parameter.dropped"] = "parameter.dropped"
    name: str
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFilterResults:
    """What the filter says of the prompt."""

    type: Literal["prompt.filter"] = "prompt.filter"
    results: tuple[FilterResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNamed:
    """Whose words follow."""

    type: Literal["role"] = "role"
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDelta:
    """A fragment of the answer's text."""

    type: Literal["content.delta"] = "content.delta"
    text: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalDelta:
    """A fragment of the words with which the model refuses."""

    type: Literal["refusal.delta"] = "refusal.delta"
    text: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionFilterResults:
    """What the filter objects to in a piece of the answer; the asynchronous filter says it late, with offsets."""

    type: Literal["completion.filter"] = "completion.filter"
    results: tuple[FilterResult, ...]
    start_offset: int | None = None
    end_offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Why the answer ends. `late` is a verdict on text that has been sent already."""

    type: Literal["finish"] = "finish"
    reason: str
    late: bool = False
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the answer weighs, in tokens."""

    type: Literal["usage"] = "usage"
    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int = 0


ChatEvent = (
    RequestSent
    | TapeBegun
    | AttemptFailed
    | ResponseStarted
    | ParameterDropped
    | PromptFilterResults
    | RoleNamed
    | ContentDelta
    | RefusalDelta
    | CompletionFilterResults
    | Finished
    | Usage
)
