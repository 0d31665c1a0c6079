"""What a chunk costs from the socket to our events: the SDK's typed stream beside our reader (docs/adr/0007).

Both go through the same SDK client to an endpoint in a process of its own, in turns. Prints microseconds of processor
time per chunk. `python -m benchmarks.reading [--tokens 4000] [--rounds 5]`.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial

from openai import AsyncAzureOpenAI

from benchmarks.crowd import KEY, endpoint
from services.deployments import Endpoint, plain_deployment
from services.endpoint.source import EndpointSource
from services.streaming.chunks import read_chunk
from services.streaming.request import ChatRequest, Message


async def typed(where: str, deployment: str, *, is_read: bool) -> int:
    """The SDK's typed stream; each chunk read into our events, or none."""
    client = AsyncAzureOpenAI(azure_endpoint=where, api_key=KEY, api_version="2024-10-21")
    stream = await client.chat.completions.create(
        model=deployment, messages=[{"role": "user", "content": "Hello"}], stream=True
    )
    count = 0
    async for chunk in stream:
        count += len(list(read_chunk(chunk.model_dump(), 0.0))) if is_read else 1
    await client.close()
    return count


async def ours(where: str, deployment: str) -> int:
    """The whole source as it is used."""
    at = plain_deployment(deployment, Endpoint(name="bench", kind="azure", url=where, api_key=KEY))
    source, count = EndpointSource(), 0
    async for _ in source.stream(ChatRequest(deployment=at, messages=(Message(role="user", content="Hello"),))):
        count += 1
    await source.close()
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    ways: dict[str, Callable[[str, str], Awaitable[int]]] = {
        "SDK's typed stream": partial(typed, is_read=False),
        "SDK's typed stream, read into our events": partial(typed, is_read=True),
        "our reader, read into our events": ours,
    }
    measured: dict[str, list[float]] = {name: [] for name in ways}
    with endpoint() as where:
        for _ in range(options.rounds + 1):
            for name, way in ways.items():
                began = time.process_time()
                asyncio.run(_count(way, where, f"paced-{options.tokens}x0"))
                measured[name].append((time.process_time() - began) / options.tokens * 1e6)
    print(f"Processor time per chunk, {options.tokens} chunks at full speed, {options.rounds} rounds\n")
    print("| | µs |\n|---|---:|")
    for name, times in measured.items():
        print(f"| {name} | {statistics.median(times[1:]):.0f} |")


async def _count(way: Callable[[str, str], Awaitable[int]], where: str, deployment: str) -> None:
    if await way(where, deployment) < 2:
        raise RuntimeError("nothing was streamed")


if __name__ == "__main__":
    main()
