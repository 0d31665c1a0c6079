"""Translates what the SDK and its transport raise into our own tree, in one function.

Follows azure-wire §1.5, §1.6 and §2. No words for people here; messages of the endpoint are kept as
`detail`, cut short.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from json import JSONDecodeError
from time import time
from typing import Final

import httpx2
import openai
from azure.core.exceptions import AzureError

from services import errors
from services.errors import ReplyError, RequestIds
from services.filtering import FilterResult, read_filter_results

_LONGEST_ID: Final = 100


def translate(error: Exception, *, is_streaming: bool, request_ids: RequestIds | None = None) -> ReplyError:
    """Our error for `error`; use with `raise … from`. `is_streaming`: the head had already come."""
    match error:
        case ReplyError():
            return error
        case openai.APIStatusError():
            return _of_status(error)
        case openai.APIConnectionError() | httpx2.HTTPError():
            lost = errors.StreamBroken if is_streaming else errors.EndpointUnreachable
            return lost(_cause_of(error), request_ids=request_ids)
        case openai.APIError():
            return errors.EndpointFailed(_first_line(str(error)), request_ids=request_ids)
        case JSONDecodeError() | UnicodeDecodeError():
            return errors.MalformedStream(type(error).__name__, request_ids=request_ids)
        case AzureError() | openai.OpenAIError():
            return errors.AuthenticationFailed(_first_line(str(error)))
        case _:
            raise error


def _cause_of(error: Exception) -> str:
    return type(error.__cause__ or error).__name__


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def read_request_ids(headers: Mapping[str, str]) -> RequestIds:
    """The ids in a response's headers, made safe to show."""
    return RequestIds(request=_id(headers.get("x-request-id")), gateway=_id(headers.get("apim-request-id")))


def _id(value: str | None) -> str | None:
    kept = "".join(c for c in value or "" if c.isalnum() or c in "-_.")
    return kept[:_LONGEST_ID] or None


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `retry-after` (seconds or a date)."""
    precise = _positive(headers.get("retry-after-ms"))
    if precise is not None:
        return precise / 1000
    plain = headers.get("retry-after")
    return _positive(plain) or _seconds_until(plain)


def _positive(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if number > 0 and math.isfinite(number) else None


def _seconds_until(date: str | None) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(date or "").timestamp() - time())
    except ValueError:
        return None


class _Body:
    """An error body in any of the shapes seen: wrapped, bare, or no JSON at all."""

    def __init__(self, body: object) -> None:
        self._fields = body if isinstance(body, Mapping) else {}

    def text(self, name: str) -> str:
        value = self._fields.get(name)
        return value if isinstance(value, str) else ""

    def results(self) -> tuple[FilterResult, ...]:
        inner = self._fields.get("innererror") or self._fields.get("inner_error")
        if not isinstance(inner, Mapping):
            return ()
        return read_filter_results(inner.get("content_filter_result") or inner.get("content_filter_results"))


def _of_status(error: openai.APIStatusError) -> ReplyError:
    body, ids = _Body(error.body), read_request_ids(error.response.headers)
    status, code, message = error.status_code, body.text("code"), body.text("message")
    if code == "content_filter":
        return errors.PromptFiltered(body.results(), status=status, request_ids=ids)
    if status == 400 and _is_about_length(code, message):
        return errors.ContextTooLong(message, status=status, request_ids=ids)
    if status == 429 and code != "no_capacity":
        wait = read_retry_after(error.response.headers)
        return errors.RateLimited(message, status=status, request_ids=ids, retry_after_s=wait)
    kind = _kind_of(status, code, message)
    if kind is errors.InvalidRequest:
        return errors.InvalidRequest(message, status=status, request_ids=ids, parameter=body.text("param") or None)
    return kind(message, status=status, request_ids=ids)


def _is_about_length(code: str, message: str) -> bool:
    return code == "context_length_exceeded" or message.startswith("Input tokens exceed")


def _kind_of(status: int, code: str, message: str) -> type[ReplyError]:
    if status == 400 and message == "API version not supported":
        return errors.ResourceNotFound
    if status == 400 and code.startswith("Tenant provided in token"):
        return errors.AuthenticationFailed
    if status == 401 and (code == "PermissionDenied" or message.startswith("Principal does not have access")):
        return errors.AccessDenied
    if status == 404 and code in {"DeploymentNotFound", "model_not_found"}:
        return errors.DeploymentNotFound
    if 300 <= status < 400:
        return errors.ResourceNotFound
    if status == 408 or status >= 500:
        return errors.EndpointFailed
    by_status: dict[int, type[ReplyError]] = {
        401: errors.AuthenticationFailed,
        403: errors.AccessDenied,
        404: errors.ResourceNotFound,
        429: errors.NoCapacity,
    }
    return by_status.get(status, errors.InvalidRequest)


def translate_event(error: object, ids: RequestIds | None) -> ReplyError:
    """Our error for one that came as an event, after a 200."""
    body = _Body(error)
    code, kind, message = body.text("code"), body.text("type"), body.text("message")
    if code == "content_filter":
        return errors.PromptFiltered(body.results(), status=None, request_ids=ids)
    by_type: dict[str, type[ReplyError]] = {
        "too_many_requests": errors.NoCapacity if code == "no_capacity" else errors.RateLimited,
        "forbidden": errors.AccessDenied,
        "user_error": errors.InvalidRequest,
    }
    return by_type.get(kind, errors.EndpointFailed)(message, request_ids=ids)
