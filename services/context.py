"""How much of a conversation fits into a deployment's context, estimated on the safe side.

Counting exactly would need each model's own vocabulary; the estimate is one token for three Latin characters
and one for each of any other script. Knows no endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from services.deployments import Deployment
from services.streaming.request import Parameters

DEFAULT_CONTEXT_TOKENS: Final = 128_000
"""For a deployment of which `context_tokens` is not known."""
MOST_ANSWER_TOKENS: Final = 4_096
_PER_MESSAGE: Final = 5
_LATIN_PER_TOKEN: Final = 3


def estimate_tokens(text: str) -> int:
    """At least about as many tokens as `text` weighs, with what a message takes around it."""
    latin = len(text.encode("ascii", "ignore"))
    return latin // _LATIN_PER_TOKEN + 1 + len(text) - latin + _PER_MESSAGE


def room_for(deployment: Deployment, parameters: Parameters, fixed: Iterable[str]) -> int:
    """Tokens left for what was said before, beside the texts that must go along and the answer."""
    context = deployment.context_tokens or DEFAULT_CONTEXT_TOKENS
    answer = min(parameters.most_tokens or MOST_ANSWER_TOKENS, context // 4)
    return context - answer - sum(map(estimate_tokens, fixed))


def fit(texts: Sequence[str], room: int) -> int:
    """How many of the latest `texts` fit into `room` tokens."""
    count = 0
    for text in reversed(texts):
        room -= estimate_tokens(text)
        if room < 0:
            break
        count += 1
    return count
