"""Reads a chat completion request and refuses it as Azure would.

Gives a `Call` that the answering parts can trust. Doesn't know about keys, quotas or URLs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from emulator.deployments import Deployment
from emulator.errors import (
    Refused,
    context_too_long,
    invalid,
    unsupported_parameter,
    unsupported_value,
)
from emulator.tokens import count_tokens

ROLES: Final = frozenset({"system", "developer", "user", "assistant"})
MOST_MESSAGES: Final = 2048
MOST_CHARACTERS: Final = 1_048_576
EFFORTS: Final = frozenset({"minimal", "low", "medium", "high"})
VERBOSITIES: Final = frozenset({"low", "medium", "high"})
_TOKENS_AROUND_A_MESSAGE: Final = 4
_RANGES: Final = {
    "temperature": (0.0, 2.0),
    "top_p": (0.0, 1.0),
    "presence_penalty": (-2.0, 2.0),
    "frequency_penalty": (-2.0, 2.0),
}
_REFUSED_BY_REASONING: Final = (
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "logprobs",
    "top_logprobs",
    "logit_bias",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of the conversation sent."""

    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that passed validation."""

    deployment: Deployment
    messages: tuple[Message, ...]
    stream: bool
    include_usage: bool
    obfuscate: bool
    most_tokens: int | None
    parameters: dict[str, Any]

    @property
    def system_message(self) -> str:
        """All system and developer messages, joined."""
        return "\n".join(m.text for m in self.messages if m.role in {"system", "developer"})

    @property
    def question(self) -> str:
        """The last message of the user."""
        return next((m.text for m in reversed(self.messages) if m.role == "user"), "")

    @property
    def turn(self) -> int:
        """Which turn of the conversation this is, from 1."""
        return max(1, sum(1 for m in self.messages if m.role == "user"))

    @property
    def prompt_tokens(self) -> int:
        """What the messages weigh."""
        return sum(count_tokens(m.text) + _TOKENS_AROUND_A_MESSAGE for m in self.messages)


def read_call(deployment: Deployment, raw: bytes, content_type: str) -> Call:
    """The call in `raw`; raises `Refused` with Azure's own error otherwise."""
    body = _read_object(raw, content_type)
    messages = _read_messages(body.get("messages"))
    _check_parameters(deployment, body)
    options = body.get("stream_options") or {}
    call = Call(
        deployment=deployment,
        messages=messages,
        stream=body.get("stream") is True,
        include_usage=options.get("include_usage") is True,
        obfuscate=options.get("include_obfuscation") is not False,
        most_tokens=body.get("max_completion_tokens", body.get("max_tokens")),
        parameters={k: v for k, v in body.items() if k not in {"messages", "model", "stream", "stream_options"}},
    )
    if call.prompt_tokens > deployment.context_tokens:
        raise Refused(context_too_long(deployment.context_tokens, call.prompt_tokens))
    return call


def _read_object(raw: bytes, content_type: str) -> dict[str, Any]:
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refused(invalid("Invalid content type. Content-Type must be application/json."))
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Refused(invalid("We could not parse the JSON body of your request.")) from error
    if not isinstance(body, dict):
        raise Refused(invalid("The body of the request must be a JSON object."))
    return body


def _read_messages(value: object) -> tuple[Message, ...]:
    if not isinstance(value, list):
        raise Refused(invalid("'messages' is a required property"))
    if not value:
        raise Refused(invalid("[] is too short - 'messages'", "messages"))
    if len(value) > MOST_MESSAGES:
        raise Refused(invalid(f"Too many messages: at most {MOST_MESSAGES}.", "messages", "array_above_max_length"))
    return tuple(_read_message(index, item) for index, item in enumerate(value))


def _read_message(index: int, item: object) -> Message:
    where = f"messages[{index}]"
    if not isinstance(item, dict) or item.get("role") not in ROLES:
        raise Refused(invalid(f"Invalid value for '{where}.role'.", f"{where}.role", "invalid_value"))
    text = _read_text(item.get("content"))
    if text is None:
        raise Refused(invalid(f"Invalid type for '{where}.content'.", f"{where}.content", "invalid_type"))
    if len(text) > MOST_CHARACTERS:
        message = f"Invalid '{where}.content': string too long. Expected at most {MOST_CHARACTERS} characters."
        raise Refused(invalid(message, f"{where}.content", "string_above_max_length"))
    return Message(role=item["role"], text=text)


def _read_text(content: object) -> str | None:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return None
    parts = [part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text"]
    texts = [text for text in parts if isinstance(text, str)]
    return "\n".join(texts) if texts and len(texts) == len(parts) else None


def _check_parameters(deployment: Deployment, body: dict[str, Any]) -> None:
    if deployment.reasoning:
        _check_reasoning(body)
    elif "reasoning_effort" in body or "verbosity" in body:
        name = "reasoning_effort" if "reasoning_effort" in body else "verbosity"
        raise Refused(invalid(f"Unrecognized request argument supplied: {name}"))
    for name, (low, high) in _RANGES.items():
        _check_number(name, body.get(name), low, high)
    for name in ("max_tokens", "max_completion_tokens"):
        value = body.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise Refused(invalid(f"Invalid '{name}': expected an integer of at least 1.", name))
    if body.get("n") not in {None, 1}:
        raise Refused(invalid("The emulator gives one choice: 'n' must be 1.", "n"))


def _check_reasoning(body: dict[str, Any]) -> None:
    if body.get("max_tokens") is not None:
        raise Refused(unsupported_parameter("max_tokens", "max_completion_tokens"))
    for name in _REFUSED_BY_REASONING:
        if body.get(name) is not None:
            raise Refused(unsupported_parameter(name))
    if body.get("temperature") not in {None, 1}:
        raise Refused(unsupported_value("temperature", body["temperature"]))
    for name, allowed in (("reasoning_effort", EFFORTS), ("verbosity", VERBOSITIES)):
        if body.get(name) is not None and body[name] not in allowed:
            raise Refused(unsupported_value(name, repr(body[name])))


def _check_number(name: str, value: object, low: float, high: float) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(invalid(f"Invalid type for '{name}': expected a number.", name, "invalid_type"))
    if not low <= value <= high:
        raise Refused(invalid(f"{value} is not between {low:g} and {high:g} - '{name}'", name))
