"""What is asked of a deployment: messages and parameters, as values.

Doesn't know how they look on the wire (`services/endpoint`) nor where they come from.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from services.deployments import Deployment
from services.recording.playback import Playback

Role = Literal["system", "user", "assistant"]
ReasoningEffort = Literal["minimal", "low", "medium", "high"]
Verbosity = Literal["low", "medium", "high"]

EFFORTS: Final[tuple[ReasoningEffort, ...]] = ("minimal", "low", "medium", "high")
VERBOSITIES: Final[tuple[Verbosity, ...]] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it is sent."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What may be tuned; None leaves it to the deployment."""

    temperature: float | None = None
    top_p: float | None = None
    most_tokens: int | None = None
    reasoning_effort: ReasoningEffort | None = None
    verbosity: Verbosity | None = None

    def for_deployment(self, *, reasoning: bool) -> Parameters:
        """Without what a reasoning deployment doesn't take, or only such a one does."""
        if reasoning:
            return replace(self, temperature=None, top_p=None)
        return replace(self, reasoning_effort=None, verbosity=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """One request for one answer: streamed or at once; from the endpoint or, with a `playback`, from a recording."""

    deployment: Deployment
    messages: tuple[Message, ...]
    parameters: Parameters = field(default_factory=Parameters)
    is_streamed: bool = True
    playback: Playback | None = None
