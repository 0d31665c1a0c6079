"""The bodies of Azure's refusals, as recorded (azure-wire §1.5 and §1.6).

Knows the words and the status of each; which one applies is decided by `calls` and `faults`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from emulator.steps import HTML_BODY, JSON_BODY, Play, Send
from emulator.wire import Json, to_json

_SAFE: Final = {"filtered": False, "severity": "safe"}
_FILTER_MESSAGE: Final = (
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
    "Please modify your prompt and retry. To learn more about our content filtering policies please read "
    "our documentation: "
)


class Refused(Exception):
    """A request that is answered with an error body instead of an answer."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.status)
        self.refusal = refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Status, body and headers of an error response. A text body is sent as HTML, as proxies do."""

    status: int
    body: Json | str
    headers: dict[str, str] = field(default_factory=dict)
    from_gateway: bool = False

    def as_play(self) -> Play:
        """The response that says so."""
        is_json = not isinstance(self.body, str)
        text = to_json(self.body) if is_json else str(self.body)
        return Play(
            steps=[Send(text.encode())],
            status=self.status,
            content_type=JSON_BODY if is_json else HTML_BODY,
            headers=self.headers,
            from_gateway=self.from_gateway,
        )


def _coded(status: int, code: str, message: str, **headers: str) -> Refusal:
    body = {"error": {"code": code, "message": message}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refusal(status=status, body=body, headers=named, from_gateway=True)


def invalid(message: str, param: str | None = None, code: str | None = None) -> Refusal:
    """A 400 from the model's own validation."""
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return Refusal(status=400, body={"error": error})


def unsupported_parameter(name: str, instead: str | None = None) -> Refusal:
    """A parameter that this deployment refuses altogether."""
    hint = f" Use '{instead}' instead." if instead else ""
    message = f"Unsupported parameter: '{name}' is not supported with this model.{hint}"
    return invalid(message, name, "unsupported_parameter")


def unsupported_value(name: str, value: object) -> Refusal:
    """A parameter of which this deployment takes only the default."""
    message = (
        f"Unsupported value: '{name}' does not support {value} with this model. "
        "Only the default (1) value is supported."
    )
    return invalid(message, name, "unsupported_value")


def context_too_long(limit: int, tokens: int) -> Refusal:
    """More tokens than the deployment's context."""
    message = (
        f"This model's maximum context length is {limit} tokens. However, your messages resulted in "
        f"{tokens} tokens. Please reduce the length of the messages."
    )
    return invalid(message, "messages", "context_length_exceeded")


def context_too_long_requested(limit: int, messages: int, completion: int) -> Refusal:
    """The same, where the limit on the answer is counted in."""
    message = (
        f"This model's maximum context length is {limit} tokens. However, you requested {messages + completion} "
        f"tokens ({messages} in the messages, {completion} in the completion). Please reduce the length of the "
        "messages or completion."
    )
    return invalid(message, "messages", "context_length_exceeded")


def input_too_long(limit: int, tokens: int) -> Refusal:
    """The same, in the words of gpt-5 deployments."""
    message = (
        f"Input tokens exceed the configured limit of {limit} tokens. Your messages resulted in {tokens} tokens. "
        "Please reduce the length of the messages."
    )
    return invalid(message, "messages", "context_length_exceeded")


def _filtered_results() -> Json:
    return {
        "hate": _SAFE,
        "jailbreak": {"filtered": True, "detected": True},
        "self_harm": _SAFE,
        "sexual": _SAFE,
        "violence": {"filtered": True, "severity": "medium"},
    }


def prompt_filtered() -> Refusal:
    """The filter's 400, shape (a)."""
    inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": _filtered_results()}
    error: dict[str, Any] = {
        "message": f"{_FILTER_MESSAGE}https://go.microsoft.com/fwlink/?linkid=2198766",
        "type": None,
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
        "innererror": inner,
    }
    return Refusal(status=400, body={"error": error})


def prompt_filtered_snake() -> Refusal:
    """The filter's 400, shape (b): `inner_error` and the plural key."""
    results = {"jailbreak": {"filtered": True, "detected": True}}
    error = {
        "inner_error": {"code": "ResponsibleAIPolicyViolation", "content_filter_results": results},
        "code": "content_filter",
        "message": f"{_FILTER_MESSAGE}\r\nhttps://go.microsoft.com/fwlink/?linkid=2198766.",
        "param": "prompt",
        "type": None,
    }
    return Refusal(status=400, body={"error": error})


def prompt_filtered_bare() -> Refusal:
    """The filter's 400, shape (c): without any details."""
    error = {
        "message": f"{_FILTER_MESSAGE}https://go.microsoft.com/fwlink/?linkid=2198766",
        "type": None,
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
    }
    return Refusal(status=400, body={"error": error})


def rate_limited(seconds: int, *, milliseconds: int | None = None) -> Refusal:
    """A 429 that says when to come back."""
    message = (
        "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have "
        f"exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after {seconds} seconds. "
        "Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default "
        "rate limit."
    )
    precise = {} if milliseconds is None else {"retry_after_ms": str(milliseconds)}
    return _coded(429, "429", message, retry_after=str(seconds), **precise)


CALL_RATE: Final = _coded(
    429,
    "429",
    "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded call "
    "rate limit of your current AIServices S0 pricing tier. Please retry after 2 seconds.",
    retry_after="2",
)
MODEL_RATE: Final = _coded(
    429,
    "429",
    "Your requests to gpt-4.1-mini for my-deployment in eastus2 have exceeded token rate limit.",
    retry_after="2",
)
NO_CAPACITY_MESSAGE: Final = (
    "The system is currently experiencing high demand and cannot process your request. Your request exceeds "
    "the maximum usage size allowed during peak load."
)

NO_CAPACITY: Final = Refusal(
    status=429,
    body={
        "error": {
            "message": NO_CAPACITY_MESSAGE,
            "type": "too_many_requests",
            "param": None,
            "code": "no_capacity",
        }
    },
)
WRONG_KEY: Final = _coded(
    401,
    "401",
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for "
    "an active subscription and use a correct regional API endpoint for your resource.",
)
UNAUTHORIZED: Final = _coded(
    401,
    "Unauthorized",
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for "
    "an active subscription and use a correct regional API endpoint for your resource.",
)
WRONG_TOKEN: Final = Refusal(
    status=401,
    body={
        "statusCode": 401,
        "message": "Unauthorized. Access token is missing, invalid, audience is incorrect "
        "(https://cognitiveservices.azure.com), or have expired.",
    },
    from_gateway=True,
)
WRONG_TENANT: Final = _coded(
    400,
    "Tenant provided in token does not match resource token",
    "Token tenant 33e01921-4d64-4f8c-a055-5bdaffd5e33d does not match resource tenant.",
)
MISSING_ROLE: Final = _coded(
    401,
    "PermissionDenied",
    "The principal `0a1b2c3d` lacks the required data action "
    "`Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform "
    "`POST /openai/deployments/{deployment-id}/chat/completions` operation.",
)
NO_ACCESS: Final = _coded(401, "PermissionDenied", "Principal does not have access to API/Operation.")
VIRTUAL_NETWORK: Final = _coded(
    403,
    "403",
    "A Virtual Network is configured for this resource. Please use the correct endpoint for making requests. "
    "Check https://aka.ms/cogsvc-vnet for more details.",
)
FIREWALL: Final = _coded(
    403,
    "403",
    "Access denied due to Virtual Network/Firewall rules.",
    policy_id="ThrowExceptionDueToTrafficDenied",
)
KEYS_DISABLED: Final = _coded(
    403, "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource."
)
NO_DEPLOYMENT: Final = _coded(
    404,
    "DeploymentNotFound",
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 "
    "minutes, please wait a moment and try again.",
)
NO_RESOURCE: Final = _coded(404, "404", "Resource not found")
WRONG_VERSION: Final = _coded(400, "BadRequest", "API version not supported")
TIMEOUT: Final = _coded(408, "Timeout", "The operation was timeout.")
SERVER_ERROR: Final = Refusal(
    status=500,
    body={
        "error": {
            "message": "The server had an error while processing your request. Sorry about that!",
            "type": "server_error",
            "param": None,
            "code": None,
        }
    },
)
SERVER_ERROR_BARE: Final = Refusal(
    status=500,
    body={"statusCode": 500, "message": "Internal server error", "activityId": "3f0c1c6e-4f43-4a4a-9d4c-0f5a"},
)


def from_proxy(status: int, title: str) -> Refusal:
    """An HTML page from a proxy that stands before the endpoint."""
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return Refusal(status=status, body=page, from_gateway=True)
