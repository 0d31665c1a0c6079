"""Everything that can go wrong, as one tree.

* SeseragiError
  x ConfigurationError        settings that cannot work, all problems at once
  x QuestionTooLong           refused before anything is sent
  x ServerEnding              the process is about to end
  x StillWriting              an answer of this conversation is being written
  x StoreFailed               the database cannot be read or written at the moment
  x NotFound                  no such conversation or message, or another owner's
  x NotReadable               a file that cannot be imported; says where and why
    - PromptNotReadable       the same of a file with prompts
    - RecordingNotReadable    the same of a file or a paste with a recording
  x LinkTooLong               a set-up that no address can carry
  x LinkDamaged               an address whose set-up does not come out as it went in
  x NotReady                  a set-up or an input with which nothing can be asked yet
  x NameTaken                 a prompt of that name is in the library already
  + ReplyError                a reply that did not come to its end
    - PromptFiltered          the content filter refused the prompt
    - AuthenticationFailed    key or token not accepted
    - AccessDenied            network rules, roles, keys switched off
    - DeploymentNotFound
    - ResourceNotFound        wrong address or missing api-version
    - ContextTooLong
    - InvalidRequest          refused for another reason of ours
    - RateLimited             too many requests or tokens; says when to come back
    - NoCapacity              the service has no room
    - EndpointFailed          the endpoint's or a proxy's own failure
    - EndpointUnreachable     no connection
    - TimedOut                first token, silence or total
    - StreamBroken            the connection was lost midway
    - StreamIncomplete        a clean end without a finish_reason
    - NotAStream              a 200 that is no event stream
    - MalformedStream         bytes that are no chunks
    - AnswerTooLarge          beyond our own caps

Each carries the request ids and whether another try makes sense. No words for people here: those are
in components/errors.py. Follows azure-wire §1.5, §1.6 and §2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from services.filtering import FilterResult

DETAIL_CHARACTERS: Final = 500

Phase = Literal["first_token", "silence", "total"]
ProblemKind = Literal[
    "missing",
    "not_a_url",
    "not_https",
    "not_valid",
    "unreadable",
    "unknown_key",
    "duplicate",
    "no_deployments",
    "not_a_database",
    "no_database",
    "later_database",
]


class SeseragiError(Exception):
    """The root of the tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One setting that cannot work: which variable, what is wrong with it, and the value's own words."""

    variable: str
    kind: ProblemKind
    detail: str = ""


class ConfigurationError(SeseragiError):
    """Settings that cannot work; holds every problem found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.variable}: {p.kind} {p.detail}".strip() for p in problems))
        self.problems = problems


class QuestionTooLong(SeseragiError):
    """A question of more characters than the limit."""

    def __init__(self, characters: int, limit: int) -> None:
        super().__init__(f"{characters} characters, limit {limit}")
        self.characters = characters
        self.limit = limit


class ServerEnding(SeseragiError):
    """The process is about to end; nothing is begun any more."""


class StoreFailed(SeseragiError):
    """The database cannot be read or written at the moment; nothing has changed."""


class StillWriting(SeseragiError):
    """An answer is being written where another one was asked for."""


class NotFound(SeseragiError):
    """There is no such conversation or message; another owner's is not found either."""


ImportProblem = Literal["not_json", "too_large", "unknown_format", "later_version", "missing", "not_valid", "empty"]


class NotReadable(SeseragiError):
    """A file that cannot be imported: `place` names where in it, `problem` what is wrong there."""

    def __init__(self, problem: ImportProblem, place: str = "") -> None:
        super().__init__(f"{problem} {place}".strip())
        self.problem: ImportProblem = problem
        self.place = place


class LinkTooLong(SeseragiError):
    """A set-up that makes an address longer than browsers and proxies carry."""

    def __init__(self, characters: int, limit: int) -> None:
        super().__init__(f"{characters} characters, limit {limit}")
        self.characters = characters
        self.limit = limit


class LinkDamaged(SeseragiError):
    """The set-up in an address does not come out as it went in: cut, changed, or of a later version."""


UnreadyKind = Literal["unfilled", "misspelt", "no_deployment", "too_long"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unready:
    """One thing that stands in the way of asking: what, where it is, and what was probably meant."""

    kind: UnreadyKind
    name: str
    meant: str = ""


class NotReady(SeseragiError):
    """A set-up or an input with which nothing can be asked yet; holds everything that is in the way."""

    def __init__(self, problems: tuple[Unready, ...]) -> None:
        super().__init__("; ".join(f"{p.kind} {p.name}" for p in problems))
        self.problems = problems


class NameTaken(SeseragiError):
    """A prompt of that name is in the library already."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class PromptNotReadable(NotReadable):
    """The same of a file with prompts."""


class RecordingNotReadable(NotReadable):
    """The same of a file or a paste with a recording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestIds:
    """The ids by which Microsoft's support finds a request. Gateway errors often have only the second."""

    request: str | None = None
    gateway: str | None = None

    def __str__(self) -> str:
        return " / ".join(i for i in (self.request, self.gateway) if i)


class ReplyError(SeseragiError):
    """A reply that did not come to its end.

    `detail` is the endpoint's own message, cut to a bearable length, or ours for the log; `retry_after_s`
    is when the endpoint asks us to come back.
    """

    may_retry: ClassVar[bool] = True

    def __init__(
        self,
        detail: str = "",
        *,
        status: int | None = None,
        request_ids: RequestIds | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail[:DETAIL_CHARACTERS])
        self.detail = detail[:DETAIL_CHARACTERS]
        self.status = status
        self.request_ids = request_ids or RequestIds()
        self.retry_after_s = retry_after_s


class PromptFiltered(ReplyError):
    """The content filter refused the prompt; `results` says for what, where the endpoint said it."""

    may_retry = False

    def __init__(
        self, results: tuple[FilterResult, ...], *, status: int | None, request_ids: RequestIds | None
    ) -> None:
        super().__init__(status=status, request_ids=request_ids)
        self.results = results


class AuthenticationFailed(ReplyError):
    """The endpoint accepts neither our key nor our token."""

    may_retry = False


class AccessDenied(ReplyError):
    """Known to the endpoint, and not allowed in."""

    may_retry = False


class DeploymentNotFound(ReplyError):
    """The resource has no such deployment (yet)."""


class ResourceNotFound(ReplyError):
    """The address is wrong, or the api-version is missing or unknown."""

    may_retry = False


class ContextTooLong(ReplyError):
    """More tokens than the deployment can read."""

    may_retry = False


class InvalidRequest(ReplyError):
    """The endpoint refuses the request; `parameter` is what it names as the cause."""

    may_retry = False

    def __init__(
        self,
        detail: str = "",
        *,
        status: int | None = None,
        request_ids: RequestIds | None = None,
        parameter: str | None = None,
    ) -> None:
        super().__init__(detail, status=status, request_ids=request_ids)
        self.parameter = parameter


class RateLimited(ReplyError):
    """Too many requests or tokens in a while; `retry_after_s` says when to come back."""


class NoCapacity(ReplyError):
    """The service has no room for anybody's request at the moment."""


class EndpointFailed(ReplyError):
    """A failure of the endpoint itself or of a proxy before it."""


class EndpointUnreachable(ReplyError):
    """No connection came about."""


class TimedOut(ReplyError):
    """One of our own deadlines passed; `phase` says which, `seconds` how long it was."""

    def __init__(self, phase: Phase, seconds: float) -> None:
        super().__init__(f"{phase} {seconds:g} s")
        self.phase = phase
        self.seconds = seconds


class StreamBroken(ReplyError):
    """The connection was lost midway."""


class StreamIncomplete(ReplyError):
    """The stream ended in good order but without a finish_reason: the answer may lack its end."""


class NotAStream(ReplyError):
    """The endpoint answered 200 with something else than an event stream; `content_type` says what."""

    def __init__(self, content_type: str, *, request_ids: RequestIds | None) -> None:
        super().__init__(content_type, status=200, request_ids=request_ids)
        self.content_type = content_type


class MalformedStream(ReplyError):
    """Bytes that are no chunks of a chat completion."""


class AnswerTooLarge(ReplyError):
    """More characters or bytes than our own caps allow."""

    may_retry = False
