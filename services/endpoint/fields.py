"""What a request looks like in the SDK's words, and which parameters a deployment has refused.

Reasoning deployments get the developer role, `max_completion_tokens` and no temperature (azure-wire
§1.2). What a deployment refuses is remembered for as long as the process lives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from services.streaming.events import ParameterDropped
from services.streaming.request import ChatRequest

OPTIONAL: Final = frozenset(
    {
        "temperature",
        "top_p",
        "max_tokens",
        "max_completion_tokens",
        "reasoning_effort",
        "verbosity",
        "stream_options",
    }
)
_INSTEAD: Final = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_UNRECOGNIZED: Final = re.compile(r"Unrecognized request arguments? supplied: (\w+)")
_REFUSED_CODES: Final = frozenset({"unsupported_parameter", "unsupported_value"})


class Refusals:
    """Per deployment: each refused parameter, and what it is sent as instead (None: not at all)."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, str | None]] = {}

    def apply(self, deployment_id: str, fields: dict[str, Any]) -> dict[str, Any]:
        """`fields` as this deployment takes them."""
        refused = self._of.get(deployment_id, {})
        kept = {name: value for name, value in fields.items() if name not in refused}
        moved = {new: fields[old] for old, new in refused.items() if new and old in fields and new not in refused}
        return {**kept, **moved}

    def learn(self, deployment_id: str, sent: Mapping[str, Any], body: object) -> ParameterDropped | None:
        """What a 400 with this `body` says about the parameters `sent`; None where it says nothing of use."""
        name = _refused_name(body)
        if name not in OPTIONAL or name not in sent:
            return None
        known = self._of.setdefault(deployment_id, {})
        instead = _INSTEAD.get(name)
        known[name] = instead if instead not in known else None
        return ParameterDropped(name=name, instead=known[name])


def _refused_name(body: object) -> str:
    if not isinstance(body, Mapping):
        return ""
    if body.get("code") in _REFUSED_CODES:
        return str(body.get("param") or "")
    match = _UNRECOGNIZED.search(str(body.get("message") or ""))
    return match[1] if match else ""


def request_fields(request: ChatRequest) -> dict[str, Any]:
    """The arguments of `chat.completions.create`."""
    deployment, wanted = request.deployment, request.parameters
    system = "developer" if deployment.reasoning else "system"
    messages = [{"role": system if m.role == "system" else m.role, "content": m.content} for m in request.messages]
    optional: dict[str, Any] = {
        "temperature": None if deployment.reasoning else wanted.temperature,
        "top_p": None if deployment.reasoning else wanted.top_p,
        deployment.token_limit: wanted.most_tokens,
        "reasoning_effort": wanted.reasoning_effort if deployment.reasoning else None,
        "verbosity": wanted.verbosity if deployment.reasoning else None,
    }
    streaming = {"stream": True, "stream_options": {"include_usage": True}} if request.is_streamed else {}
    return {
        "model": deployment.name,
        "messages": messages,
        **streaming,
        **{name: value for name, value in optional.items() if value is not None},
    }
