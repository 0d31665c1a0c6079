"""The emulator as a Starlette application: URLs, keys, limits, and a ledger of what was asked.

Follows azure-wire §1.1 for URLs and §1.3 for headers. Only loopback, only for demos and tests.
"""

from __future__ import annotations

import hmac
import json
import re
import uuid
from dataclasses import dataclass
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from emulator import errors
from emulator.answering import answer
from emulator.calls import Call, read_call
from emulator.clock import Clock, ScaledClock
from emulator.deployments import TOKEN_BY_TOKEN, find_deployment
from emulator.errors import Refused
from emulator.faults import find_fault
from emulator.ledger import Ledger, Record
from emulator.limits import Limits
from emulator.playing import Playing
from emulator.steps import Play

_ALL_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_VERSION: Final = re.compile(r"20\d\d-\d\d-\d\d(-preview)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """One running endpoint: its key, its clock and what it remembers."""

    key: str
    clock: Clock
    ledger: Ledger
    limits: Limits

    @classmethod
    def new(
        cls, *, key: str, speed: float = 1.0, requests_a_minute: int = 6000, tokens_a_minute: int = 10_000_000
    ) -> Emulator:
        """An emulator on the real clock, `speed` times as fast as life."""
        clock = ScaledClock(speed)
        limits = Limits(clock, requests=requests_a_minute, tokens=tokens_a_minute)
        return cls(key=key, clock=clock, ledger=Ledger(clock), limits=limits)

    def application(self) -> Starlette:
        """The ASGI application."""
        classic = "/openai/deployments/{deployment}/chat/completions"
        return Starlette(
            routes=[
                Route(classic, _Endpoint(self, is_classic=True), methods=["POST"]),
                Route("/openai/v1/chat/completions", _Endpoint(self, is_classic=False), methods=["POST"]),
                Route("/emulator/requests", self._show_ledger),
                Route("/{path:path}", _nothing_here, methods=_ALL_METHODS),
            ]
        )

    def is_known(self, request: Request) -> bool:
        """Whether the request carries the key, in either of the two ways."""
        given = request.headers.get("api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), self.key.encode())

    async def _show_ledger(self, request: Request) -> JSONResponse:
        if not self.is_known(request):
            return JSONResponse(errors.WRONG_KEY.body, status_code=401)
        return JSONResponse(self.ledger.as_json())


async def _nothing_here(_request: Request) -> JSONResponse:
    return JSONResponse(errors.NO_RESOURCE.body, status_code=404)


class _Endpoint:
    """Answers chat completions on one of the two URLs."""

    def __init__(self, emulator: Emulator, *, is_classic: bool) -> None:
        self._emulator = emulator
        self._is_classic = is_classic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        raw = await request.body()
        record = self._open(request)
        headers = _base_headers()
        try:
            play = self._answer(request, raw, record, headers)
        except Refused as refused:
            play = refused.refusal.as_play()
        await Playing(play, headers, record, self._emulator.clock)(scope, receive, send)

    def _open(self, request: Request) -> Record:
        attempt = request.headers.get("x-stainless-retry-count", "0")
        return self._emulator.ledger.open(
            deployment=request.path_params.get("deployment", ""),
            url=str(request.url),
            attempt=int(attempt) if attempt.isdigit() else 0,
        )

    def _answer(self, request: Request, raw: bytes, record: Record, headers: dict[str, str]) -> Play:
        self._check_door(request)
        name = request.path_params.get("deployment") or _model_in(raw)
        record.deployment = name
        fault = find_fault(name, request.headers.get("x-emulator-fault"))
        deployment = find_deployment(name) or (TOKEN_BY_TOKEN if fault else None)
        if deployment is None:
            raise Refused(errors.NO_DEPLOYMENT)
        call = read_call(deployment, raw, request.headers.get("content-type", ""))
        record.body = _shown(call)
        headers |= self._emulator.limits.spend(name, call.prompt_tokens + (call.most_tokens or 0))
        play = fault(call, record.attempt) if fault else answer(call)
        if not play.from_gateway:
            headers |= _model_headers(name)
        return play

    def _check_door(self, request: Request) -> None:
        if not self._emulator.is_known(request):
            has_token = "authorization" in request.headers
            raise Refused(errors.WRONG_TOKEN if has_token else errors.WRONG_KEY)
        if not self._is_classic:
            return
        version = request.query_params.get("api-version")
        if version is None:
            raise Refused(errors.NO_RESOURCE)
        if not _VERSION.fullmatch(version):
            raise Refused(errors.WRONG_VERSION)


def _model_in(raw: bytes) -> str:
    try:
        body = json.loads(raw)
    except ValueError:
        return ""
    return str(body.get("model", "")) if isinstance(body, dict) else ""


def _shown(call: Call) -> dict[str, Any]:
    return {
        "messages": [{"role": m.role, "content": m.text} for m in call.messages],
        "parameters": call.parameters,
        "stream": call.stream,
    }


def _base_headers() -> dict[str, str]:
    return {
        "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
        "apim-request-id": str(uuid.uuid4()),
        "x-content-type-options": "nosniff",
        "x-ms-region": "Loopback",
    }


def _model_headers(deployment: str) -> dict[str, str]:
    return {
        "azureml-model-session": "d20260330170902-0e618f323d34",
        "skip-error-remapping": "true",
        "x-accel-buffering": "no",
        "x-ms-deployment-name": deployment,
        "x-ms-is-spilled-over": "false",
        "x-ms-rai-invoked": "true",
        "x-ratelimit-abusepenalty-active": "False",
        "x-request-id": str(uuid.uuid4()),
    }
