"""One SDK client per endpoint, on one HTTP pool.

Classic Azure takes `AsyncAzureOpenAI`; Azure's v1 and compatible servers take `AsyncOpenAI` with a
base URL (azure-wire §1.1 tells why not otherwise). Redirects are off: the SDK would post the whole
conversation to another host.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

import httpx2
from openai import AsyncAzureOpenAI, AsyncOpenAI

from services.deployments import Endpoint
from services.endpoint.caps import Cap
from services.endpoint.replaying import ReplayTransport
from services.endpoint.taping import begin_tape, watch

CONNECT_S: Final = 10.0
_NO_KEY: Final = "none"

TokenProvider = Callable[[], Awaitable[str]]
Hook = Callable[[httpx2.Request], Awaitable[None]]
ResponseHook = Callable[[httpx2.Response], Awaitable[None]]


class Credential(Protocol):
    """What gives tokens for endpoints without a key."""

    def provider(self, scope: str) -> TokenProvider:
        """A function that gives a fresh token for `scope`."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class EntraCredential:
    """`DefaultAzureCredential`: environment, workload or managed identity, or who is signed in with az."""

    def __init__(self) -> None:
        from azure.identity.aio import DefaultAzureCredential  # noqa: PLC0415 - half a second, seldom needed

        self._credential = DefaultAzureCredential()

    def provider(self, scope: str) -> TokenProvider:
        """Tokens for `scope`, renewed by azure-identity."""
        from azure.identity.aio import get_bearer_token_provider  # noqa: PLC0415 - as above

        return get_bearer_token_provider(self._credential, scope)

    async def close(self) -> None:
        """Close the credential's own connections."""
        await self._credential.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Called with every request that leaves and every head that comes, retries among them."""

    request: Hook
    response: ResponseHook


class Clients:
    """Makes each endpoint's client once. Close it to close all of them."""

    def __init__(
        self, *, hooks: Hooks, max_retries: int, most_bytes: int, new_credential: Callable[[], Credential]
    ) -> None:
        self._max_retries = max_retries
        self._new_credential = new_credential
        self._credential: Credential | None = None
        self._clients: dict[Endpoint, AsyncOpenAI] = {}
        self._http = _http_client(hooks, most_bytes)
        self._played = _http_client(hooks, most_bytes, ReplayTransport())

    def of(self, endpoint: Endpoint) -> AsyncOpenAI:
        """The client of `endpoint`."""
        if endpoint not in self._clients:
            self._clients[endpoint] = self._connect(endpoint)
        return self._clients[endpoint]

    async def close(self) -> None:
        """Close the pool, and the credential where there is one."""
        await self._http.aclose()
        await self._played.aclose()
        if self._credential is not None:
            await self._credential.close()

    def _connect(self, endpoint: Endpoint) -> AsyncOpenAI:
        if endpoint.kind == "recording":
            return self._player(endpoint)
        if endpoint.kind == "azure":
            return self._classic(endpoint)
        key: str | TokenProvider = endpoint.api_key or _NO_KEY
        if endpoint.kind == "azure-v1" and endpoint.api_key is None:
            key = self._tokens(endpoint)
        return AsyncOpenAI(
            base_url=f"{endpoint.url}/", api_key=key, http_client=self._http, max_retries=self._max_retries
        )

    def _player(self, endpoint: Endpoint) -> AsyncAzureOpenAI:
        """One whose transport plays recordings; a response is played once, so nothing is tried again."""
        return AsyncAzureOpenAI(
            azure_endpoint=endpoint.url,
            api_version=endpoint.api_version,
            api_key=_NO_KEY,
            http_client=self._played,
            max_retries=0,
        )

    def _classic(self, endpoint: Endpoint) -> AsyncAzureOpenAI:
        return AsyncAzureOpenAI(
            azure_endpoint=endpoint.url,
            api_version=endpoint.api_version,
            api_key=endpoint.api_key,
            azure_ad_token_provider=None if endpoint.api_key else self._tokens(endpoint),
            http_client=self._http,
            max_retries=self._max_retries,
        )

    def _tokens(self, endpoint: Endpoint) -> TokenProvider:
        if self._credential is None:
            self._credential = self._new_credential()
        return self._credential.provider(endpoint.scope)


def _http_client(
    hooks: Hooks, most_bytes: int, transport: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    async def watch_body(response: httpx2.Response) -> None:
        watch(response, Cap(most_bytes))

    return httpx2.AsyncClient(
        follow_redirects=False,
        timeout=httpx2.Timeout(None, connect=CONNECT_S),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=100),
        transport=transport,
        event_hooks={"request": [begin_tape, hooks.request], "response": [watch_body, hooks.response]},
    )
