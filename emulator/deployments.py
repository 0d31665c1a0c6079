"""The deployments of the emulator and how each of them differs, as real ones do.

Names starting with `fault-` belong to `faults`; `paced-<tokens>x<milliseconds>` gives an answer of an
exact number of tokens at an exact pace, for measurements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Cadence = Literal["tokens", "bursts"]
Filter = Literal["default", "asynchronous"]

MOST_PACED_TOKENS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """How a deployment answers. Times are seconds of the emulator's clock."""

    name: str
    model: str = "gpt-4.1-mini-2025-04-14"
    cadence: Cadence = "tokens"
    filter: Filter = "default"
    reasoning: bool = False
    first_token_s: float = 0.25
    token_s: float = 0.02
    burst_tokens: int = 40
    context_tokens: int = 128_000
    exact_tokens: int | None = None
    echoes: bool = False


TOKEN_BY_TOKEN: Final = Deployment(name="demo-token-by-token")

CATALOGUE: Final[dict[str, Deployment]] = {
    deployment.name: deployment
    for deployment in (
        TOKEN_BY_TOKEN,
        Deployment(name="demo-azure-bursts", cadence="bursts", first_token_s=0.8),
        Deployment(
            name="demo-reasoning",
            model="gpt-5-mini-2025-08-07",
            reasoning=True,
            first_token_s=4.0,
            context_tokens=272_000,
        ),
        Deployment(name="demo-async-filter", filter="asynchronous"),
        Deployment(name="echo", first_token_s=0.05, token_s=0.004, echoes=True),
    )
}

_PACED: Final = re.compile(r"paced-(\d{1,6})x(\d{1,5})")


def find_deployment(name: str) -> Deployment | None:
    """The deployment called `name`, or None where the emulator has no such deployment."""
    return CATALOGUE.get(name) or _paced(name)


def _paced(name: str) -> Deployment | None:
    match = _PACED.fullmatch(name)
    if match is None:
        return None
    tokens, milliseconds = int(match[1]), int(match[2])
    if not 1 <= tokens <= MOST_PACED_TOKENS:
        return None
    return Deployment(name=name, first_token_s=0, token_s=milliseconds / 1000, exact_tokens=tokens)
