"""Endpoints and what each of their deployments can do, as values.

Where they come from is `settings` and `deployment_file`; how to talk to them is `services/endpoint`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

EndpointKind = Literal["azure", "azure-v1", "openai", "recording"]
TokenLimit = Literal["max_tokens", "max_completion_tokens"]

KINDS: Final[tuple[EndpointKind, ...]] = ("azure", "azure-v1", "openai")
"""Those that settings may name."""
DEFAULT_API_VERSION: Final = "2024-10-21"
DEFAULT_SCOPE: Final = "https://cognitiveservices.azure.com/.default"

_REASONING_NAME: Final = re.compile(r"(o\d|gpt-5)(?!.*chat)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where deployments live, and the key to them. Without a key Entra ID is asked for a token."""

    name: str
    kind: EndpointKind
    url: str
    api_key: str | None = field(default=None, repr=False)
    api_version: str = DEFAULT_API_VERSION
    scope: str = DEFAULT_SCOPE
    is_embedded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for a million tokens."""

    input: Decimal
    output: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A deployment under its own name. `token_limit` is the parameter in which it takes a limit.

    `price` is the name of a model under which prices are looked up, or the price itself.
    """

    name: str
    endpoint: Endpoint
    label: str = ""
    reasoning: bool = False
    vision: bool = False
    context_tokens: int | None = None
    token_limit: TokenLimit = "max_tokens"
    price: str | Price | None = None

    @property
    def id(self) -> str:
        """Unique among all endpoints."""
        return f"{self.endpoint.name}/{self.name}"

    @property
    def title(self) -> str:
        """What people read."""
        return self.label or self.name


def looks_like_reasoning(name: str) -> bool:
    """Whether a deployment named after its model is a reasoning one; a guess that the file can overrule."""
    return _REASONING_NAME.match(name) is not None


def plain_deployment(name: str, endpoint: Endpoint) -> Deployment:
    """A deployment of which only the name is known."""
    reasoning = looks_like_reasoning(name)
    return Deployment(
        name=name,
        endpoint=endpoint,
        reasoning=reasoning,
        token_limit="max_completion_tokens" if reasoning else "max_tokens",
    )
