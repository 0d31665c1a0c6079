"""The server: `streamlit run server.py`. Security headers, health, and what happens to a mistake of ours.

Puts Streamlit's script into an ASGI application with the headers of facts/security.md. Knows nothing of
chats.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import logging
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Final

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.connections import Connections
from components.house import close_services, open_services
from components.mishap import show_mishap
from services.errors import ConfigurationError

_log = logging.getLogger("seseragi")
COLLECT_AFTER: Final = 20_000, 20, 50
"""Allocations before a collection of the youngest, and how many of each generation before one of the next."""
_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def script_hashes(page: str) -> list[str]:
    """The CSP sources of the inline scripts in Streamlit's own page."""
    digests = [hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(page)]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def content_security_policy(page: str) -> str:
    """No request leaves for another host, whatever an answer contains.

    `blob:` scripts are Streamlit's inline components, made by its own script (docs/adr/0003).
    """
    scripts = " ".join(["'self'", "blob:", *script_hashes(page)])
    rules = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "frame-src": "'none'",
        "frame-ancestors": "'none'",
        "base-uri": "'self'",
        "object-src": "'none'",
        "form-action": "'self'",
        "manifest-src": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def security_headers() -> dict[str, str]:
    """The headers of every response."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    return {
        "content-security-policy": content_security_policy(page),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }


class SecurityHeaders:
    """Middleware that adds the headers, and closes Streamlit's metrics to the world."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the headers."""
        if scope["type"] == "http" and scope["path"].startswith("/_stcore/metrics"):
            await JSONResponse({"status": "closed"}, status_code=404)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)


async def is_alive(_request: Request) -> JSONResponse:
    """`/healthz`: the process answers."""
    return JSONResponse({"status": "ok"})


async def is_ready(_request: Request) -> JSONResponse:
    """`/readyz`: the services stand. Names variables, never values."""
    try:
        await to_thread.run_sync(open_services)
    except ConfigurationError as error:
        problems = [{"variable": p.variable, "kind": p.kind} for p in error.problems]
        return JSONResponse({"status": "not set up", "problems": problems}, status_code=503)
    return JSONResponse({"status": "ok"})


def settle_memory() -> None:
    """Collections look at what visitors bring, not at a hundred thousand objects of libraries each time (0.3 s).

    The page's modules are loaded before, so that the first visitor doesn't wait for them.
    """
    import_module("components.chat")
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


@asynccontextmanager
async def open_house(_app: st.App) -> AsyncIterator[None]:
    """Put the services together before the first visitor comes; problems with the settings go to the log."""
    try:
        await to_thread.run_sync(open_services)
    except ConfigurationError as error:
        for problem in error.problems:
            _log.error("not set up: %s %s %s", problem.variable, problem.kind, problem.detail)
    settle_memory()
    yield
    await to_thread.run_sync(close_services)


def on_script_error(error: Exception) -> bool:
    """A mistake of ours: the log gets all of it, the browser an id to report."""
    mishap = uuid.uuid4().hex[:8]
    _log.error("mishap %s", mishap, exc_info=error)
    show_mishap(mishap)
    return True


app = st.App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(SecurityHeaders, headers=security_headers()), Middleware(Connections)],
    routes=[Route("/healthz", is_alive), Route("/readyz", is_ready)],
    lifespan=open_house,
    on_script_error=on_script_error,
)
