"""Our own deadlines on a stream: first token, silence amid the text, and the whole.

The SDK's read timeout counts bytes, so keep-alive comments reset it for ever; these count what an
answer is made of. Knows nothing of the endpoint.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from services.errors import Phase, TimedOut
from services.streaming.events import ChatEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The longest waits, in seconds."""

    first_token_s: float = 120
    silence_s: float = 60
    total_s: float = 900


UNHURRIED: Final = Deadlines(first_token_s=86_400, silence_s=86_400, total_s=86_400)
"""For what is played step by step: somebody may be explaining it."""


async def within(deadlines: Deadlines, events: AsyncGenerator[ChatEvent, None]) -> AsyncGenerator[ChatEvent, None]:
    """`events` as they come; raises `TimedOut` when a deadline passes. Closes `events` in any case."""
    loop = asyncio.get_running_loop()
    total_at = loop.time() + deadlines.total_s
    next_at, phase, seconds = _waiting(loop.time(), "first_token", deadlines.first_token_s)
    async with aclosing(events):
        while True:
            try:
                async with asyncio.timeout_at(min(next_at, total_at)):
                    event = await anext(events)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                if next_at <= total_at:
                    raise TimedOut(phase, seconds) from error
                raise TimedOut("total", deadlines.total_s) from error
            if event.type in {"content.delta", "refusal.delta", "finish"}:
                next_at, phase, seconds = _waiting(loop.time(), "silence", deadlines.silence_s)
            yield event


def _waiting(now: float, phase: Phase, seconds: float) -> tuple[float, Phase, float]:
    return now + seconds, phase, seconds
