"""One of each error, for the tests of their words."""

from __future__ import annotations

from typing import get_args

from services import errors
from services.errors import RequestIds, SeseragiError


def every_error() -> list[Exception]:
    ids = RequestIds(request="r")
    made: list[SeseragiError] = [
        errors.QuestionTooLong(3, 2),
        errors.ServerEnding(),
        errors.StillWriting(),
        errors.NotFound("x"),
        errors.StoreFailed("locked"),
        *(errors.NotReadable(problem, "$.x") for problem in get_args(errors.ImportProblem)),
        errors.PromptNotReadable("not_valid", "x.md"),
        errors.PromptNotReadable("empty", "x.md"),
        errors.LinkTooLong(9_000, 7_500),
        errors.LinkDamaged(),
        errors.NameTaken("Support"),
        *(errors.NotReady((errors.Unready(kind=kind, name="x", meant="y"),)) for kind in get_args(errors.UnreadyKind)),
        errors.PromptFiltered((), status=400, request_ids=ids),
        errors.InvalidRequest("m"),
        errors.InvalidRequest("m", parameter="top_p"),
        errors.NotAStream("text/html", request_ids=ids),
        errors.TimedOut("first_token", 1),
        errors.TimedOut("silence", 1),
        errors.TimedOut("total", 1),
    ]
    plain = (
        errors.AuthenticationFailed,
        errors.AccessDenied,
        errors.DeploymentNotFound,
        errors.ResourceNotFound,
        errors.ContextTooLong,
        errors.RateLimited,
        errors.NoCapacity,
        errors.EndpointFailed,
        errors.EndpointUnreachable,
        errors.StreamBroken,
        errors.StreamIncomplete,
        errors.MalformedStream,
        errors.AnswerTooLarge,
    )
    return [*made, *(kind("detail") for kind in plain), ZeroDivisionError()]
