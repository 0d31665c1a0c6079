"""The shapes that go over the wire: chunks, events, and the whole completion of a request not streamed.

Key order, line ends and empty values are those of Azure's recordings (azure-wire §1.4); Azure sorts the
keys of a chunk but not those inside `prompt_filter_results` or in an annotation of the asynchronous filter.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]

DONE: Final = b"data: [DONE]\n\n"
FINGERPRINT: Final = "fp_b6f445fc1c"

_ALPHABET: Final = string.ascii_letters + string.digits
_SAFE: Final = {"filtered": False, "severity": "safe"}
_CLEAR: Final = {"detected": False, "filtered": False}


def prompt_results() -> Json:
    """What the filter says of a harmless prompt."""
    return {"hate": _SAFE, "jailbreak": _CLEAR, "self_harm": _SAFE, "sexual": _SAFE, "violence": _SAFE}


def completion_results() -> Json:
    """What the default filter says of a harmless piece of an answer."""
    return {
        "hate": _SAFE,
        "protected_material_code": _CLEAR,
        "protected_material_text": _CLEAR,
        "self_harm": _SAFE,
        "sexual": _SAFE,
        "violence": _SAFE,
    }


def severity_results() -> Json:
    """The four categories with a severity, as annotations of the asynchronous filter carry them."""
    return {"hate": _SAFE, "self_harm": _SAFE, "sexual": _SAFE, "violence": _SAFE}


def to_json(value: object) -> str:
    """Compact JSON with text as it is, the way Azure writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def event(value: object) -> bytes:
    """One Server-Sent Event."""
    return f"data: {to_json(value)}\n\n".encode()


def _random_text(source: random.Random, length: int) -> str:
    return "".join(source.choices(_ALPHABET, k=length))


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one request, as Azure bills them."""

    prompt: int
    completion: int
    reasoning: int = 0

    def as_json(self) -> Json:
        """The `usage` object."""
        return {
            "completion_tokens": self.completion + self.reasoning,
            "completion_tokens_details": {
                "accepted_prediction_tokens": 0,
                "audio_tokens": 0,
                "reasoning_tokens": self.reasoning,
                "rejected_prediction_tokens": 0,
            },
            "prompt_tokens": self.prompt,
            "prompt_tokens_details": {"audio_tokens": 0, "cached_tokens": 0},
            "total_tokens": self.prompt + self.completion + self.reasoning,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Makes the events of one answer, which share an id, a time and a model."""

    id: str
    created: int
    model: str
    include_usage: bool = False
    obfuscate: bool = True
    source: random.Random = field(default_factory=random.Random)

    @classmethod
    def new(cls, *, model: str, created: int, include_usage: bool, obfuscate: bool, source: random.Random) -> Shapes:
        """Shapes with an id of their own."""
        return cls(
            id=f"chatcmpl-{_random_text(source, 29)}",
            created=created,
            model=model,
            include_usage=include_usage,
            obfuscate=obfuscate,
            source=source,
        )

    def prompt_filter(self) -> bytes:
        """The first event: what the filter says of the prompt."""
        results = [{"prompt_index": 0, "content_filter_results": prompt_results()}]
        head = {"choices": [], "created": 0, "id": "", "model": "", "object": ""}
        return event({**head, "prompt_filter_results": results, **self._no_usage()})

    def role(self) -> bytes:
        """The event that names the role."""
        return self._chunk({"content": "", "refusal": None, "role": "assistant"}, {"content_filter_results": {}})

    def content(self, text: str, verdict: Mapping[str, Any] | None = None) -> bytes:
        """A fragment of text with the filter's verdict on it."""
        results = {"content_filter_results": completion_results()} if verdict is None else verdict
        return self._chunk({"content": text}, results)

    def unannotated(self, text: str) -> bytes:
        """A fragment as the asynchronous filter lets it pass: before any verdict."""
        return self._chunk({"content": text}, {})

    def refusal(self, text: str) -> bytes:
        """A fragment of a refusal."""
        return self._chunk({"refusal": text}, {"content_filter_results": {}})

    def tool_call(self, call: Json) -> bytes:
        """A fragment of a tool call."""
        return self._chunk({"tool_calls": [call]}, {"content_filter_results": {}})

    def finish(self, reason: str, results: Json | None = None) -> bytes:
        """The event that says why the answer ends."""
        return self._chunk({}, {"content_filter_results": results or {}}, reason)

    def usage(self, usage: Usage) -> bytes:
        """The extra event before the end, sent when the request asks for usage."""
        return event(self._envelope([], {"usage": usage.as_json()}))

    def annotation(self, results: Json, start: int, end: int, finish_reason: str | None = None) -> bytes:
        """The asynchronous filter's verdict on characters `start` to `end`: a choice without a delta."""
        choice = {
            "index": 0,
            "finish_reason": finish_reason,
            "content_filter_results": results,
            "content_filter_offsets": {"check_offset": start, "start_offset": start, "end_offset": end},
        }
        return event({"id": "", "object": "", "created": 0, "model": "", "choices": [choice], "usage": None})

    def whole(self, text: str, usage: Usage, reason: str) -> Json:
        """The body of an answer that is not streamed."""
        choice = {
            "content_filter_results": completion_results(),
            "finish_reason": reason,
            "index": 0,
            "logprobs": None,
            "message": {"annotations": [], "content": text, "refusal": None, "role": "assistant"},
        }
        return {
            "choices": [choice],
            "created": self.created,
            "id": self.id,
            "model": self.model,
            "object": "chat.completion",
            "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": prompt_results()}],
            "system_fingerprint": FINGERPRINT,
            "usage": usage.as_json(),
        }

    def _chunk(self, delta: Json, results: Mapping[str, Any], reason: str | None = None) -> bytes:
        tail = {"delta": delta, "finish_reason": reason, "index": 0, "logprobs": None}
        return event(self._envelope([{**results, **tail}], self._no_usage()))

    def _envelope(self, choices: list[Json], usage: Json) -> Json:
        hidden = {"obfuscation": _random_text(self.source, self.source.randint(1, 16))} if self.obfuscate else {}
        return {
            "choices": choices,
            "created": self.created,
            "id": self.id,
            "model": self.model,
            **hidden,
            "object": "chat.completion.chunk",
            "system_fingerprint": FINGERPRINT,
            **usage,
        }

    def _no_usage(self) -> Json:
        return {"usage": None} if self.include_usage else {}
