"""Which browsers cannot take what they are sent: a page asks before it draws another frame.

Watches the WebSockets as ASGI middleware (`server.py`). Streamlit itself cuts a browser off that has let 500
messages wait; one that is behind gets fewer, fuller ones instead.
"""

from __future__ import annotations

import time
import uuid
from typing import Final

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "x-seseragi-connection"
BEHIND_S: Final = 0.05
"""A message that has waited so long for its browser has others before it."""

_sending_since: dict[str, float] = {}


def is_behind() -> bool:
    """Whether this session's browser has yet to take a message that was sent before."""
    since = _sending_since.get(st.context.headers.get(HEADER, ""))
    return since is not None and time.monotonic() - since > BEHIND_S


class Connections:
    """Middleware that gives each WebSocket a name and notes since when a message of its waits to be taken."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; what a browser says of its own name is not believed."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        name = uuid.uuid4().hex
        headers = [(key, value) for key, value in scope["headers"] if key.lower() != HEADER.encode()]

        async def send_watched(message: Message) -> None:
            _sending_since[name] = time.monotonic()
            try:
                await send(message)
            finally:
                del _sending_since[name]

        await self._app({**scope, "headers": [*headers, (HEADER.encode(), name.encode())]}, receive, send_watched)
