"""A visitor without a browser: speaks Streamlit's WebSocket protocol and notes when which text arrived.

Works with Seseragi and with the ten-line script alike: it presses Enter in the chat box that the page sends.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Final, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Markdown_pb2 import Markdown
from websockets.asyncio.client import ClientConnection, connect

MOST_MESSAGE_BYTES: Final = 50_000_000


@dataclass(frozen=True, slots=True)
class Sight:
    """At `at` so many characters of the answer were there, spaces not counted."""

    at: float
    characters: int


@dataclass(slots=True)
class Visitor:
    """One open page. Times are monotonic seconds."""

    socket: ClientConnection
    asked_at: float = 0
    kilobytes: float = 0
    frames: int = 0
    sights: list[Sight] = field(default_factory=list)
    is_lost: bool = False
    _box: str = ""
    _runs: int = 0
    _elements: dict[tuple[int, ...], int] = field(default_factory=dict)

    @classmethod
    async def open(cls, address: str) -> Self:
        """Load the page and wait until it is drawn."""
        url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
        socket = await connect(url, subprotocols=["streamlit"], max_size=MOST_MESSAGE_BYTES, compression=None)  # type: ignore[list-item]  # a new type around str
        visitor = cls(socket)
        message = BackMsg()
        message.rerun_script.query_string = ""
        await socket.send(message.SerializeToString())
        while not (visitor._box and visitor._runs):
            visitor._take(await socket.recv())
        return visitor

    async def ask(self, question: str) -> None:
        """Ask, and read to the end of the answer; `is_lost` where the connection goes before."""
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self._box
        state.chat_input_value.data = question
        self._elements, runs = {}, self._runs
        self.asked_at = time.monotonic()
        try:
            await self.socket.send(message.SerializeToString())
            while self._runs == runs or not self.sights:
                self._take(await self.socket.recv())
        except Exception:  # noqa: BLE001 - whatever it is, the answer is lost
            self.is_lost = True

    async def rest(self) -> None:
        """Stay on the page and read what comes, until cancelled."""
        while True:
            self._take(await self.socket.recv())
            await asyncio.sleep(0)

    def _take(self, raw: bytes | str) -> None:
        message = ForwardMsg()
        message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
        self.kilobytes += len(raw) / 1000
        self.frames += 1
        match message.WhichOneof("type"):
            case "script_finished":
                self._runs += 1
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                self._see(message)

    def _see(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.WhichOneof("type") == "chat_input":
            self._box = element.chat_input.id
        path = tuple(message.metadata.delta_path)
        if not self.asked_at or path[0] != 0 or not _is_text(element, path):
            return
        self._elements[path] = len(bare(element.markdown.body))
        self.sights.append(Sight(time.monotonic(), sum(self._elements.values())))


def _is_text(element: Element, path: tuple[int, ...]) -> bool:
    """Answers are the native Markdown inside the page's blocks; captions and the like are of other types."""
    is_markdown = element.WhichOneof("type") == "markdown"
    return is_markdown and element.markdown.element_type == Markdown.Type.NATIVE and len(path) > 2


def bare(text: str) -> str:
    """Without spaces, which Streamlit takes away at the ends of elements."""
    return "".join(text.split())
