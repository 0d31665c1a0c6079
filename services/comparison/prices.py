"""What an answer has cost, in US dollars: prices of the genai-prices package, or those of `deployments.toml`.

What isn't known is None, never 0. Prices are the list's at the version installed; nothing is asked of the network.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price

from services.deployments import Deployment, Price
from services.streaming.events import Usage

_MILLION: Final = Decimal(1_000_000)


def cost(deployment: Deployment | None, usage: Usage | None) -> Decimal | None:
    """Of one answer; None where the deployment's price or the usage is unknown."""
    if deployment is None or usage is None or deployment.endpoint.is_embedded:
        return None
    price = deployment.price
    if isinstance(price, Price):
        return (usage.prompt_tokens * price.input + usage.completion_tokens * price.output) / _MILLION
    provider = "openai" if deployment.endpoint.kind == "openai" else "azure"
    return _listed(price or deployment.name, provider, usage.prompt_tokens, usage.completion_tokens)


@lru_cache(maxsize=1_000)
def _listed(model: str, provider: str, tokens_in: int, tokens_out: int) -> Decimal | None:
    """By the list; Azure's own prices first, the model's maker's otherwise."""
    usage = PricedUsage(input_tokens=tokens_in, output_tokens=tokens_out)
    for name in (provider, None):
        try:
            return calc_price(usage, model_ref=model, provider_id=name).total_price
        except LookupError:
            continue
    return None
