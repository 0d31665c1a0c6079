"""Draws an answer's elements at their place on the page, stored or while they grow.

Remembers per session how many elements stand at each place: Streamlit leaves what an earlier run drew beyond them
until a run ends, which may be a whole answer later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import TracebackType
from typing import Self

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services.markdown.elements import Drawn, Elements, elements_of

_KEY = "drawn"


def clear_leftovers(place: str, count: int) -> list[DeltaGenerator]:
    """Empty what stands at `place` beyond the first `count` elements; gives the slots that are left."""
    drawn: dict[str, int] = st.session_state.setdefault(_KEY, {})
    left = [st.empty() for _ in range(drawn.get(place, 0) - count)]
    drawn[place] = count
    return left


def draw_text(place: str, text: str) -> None:
    """A text that is whole."""
    elements = elements_of(text)
    for element in elements:
        st.markdown(element)
    clear_leftovers(place, len(elements))


class Drawing:
    """A text that grows from `so_far` on. While it is entered, `st.write_stream` writes into its last element."""

    def __init__(self, place: str, so_far: str) -> None:
        self._place = place
        self._drawn: dict[str, int] = st.session_state.setdefault(_KEY, {})
        self._elements = Elements()
        self._so_far = so_far
        self._slots: list[DeltaGenerator] = []
        self._left: list[DeltaGenerator] = []
        self._is_open = False

    def live_characters(self) -> int:
        """What every frame sends again: the part that is not finished."""
        return len(self._elements.live)

    def __enter__(self) -> Self:
        """Draw what is finished and open the element for the rest."""
        self._draw("", self._elements.add(self._so_far))
        live = self._slot(self._elements.count)
        self._left = clear_leftovers(self._place, len(self._slots))
        self._open(live)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What follows is drawn below."""
        self._close()

    def fill(self, texts: Iterable[str]) -> Iterator[str | Callable[[], None]]:
        """What `st.write_stream` takes: `texts`, and a callable wherever a block is finished."""
        written = self._elements.live
        if written:
            yield written
        for text in texts:
            finished = self._elements.add(text)
            if not finished:
                written += text
                yield text
                continue
            yield partial(self._turn_over, written, finished)
            written = self._elements.live
            if written:
                yield written
        yield partial(self._draw, written, self._elements.finish())

    def _turn_over(self, written: str, finished: list[Drawn]) -> None:
        self._draw(written, finished)
        self._open(self._slot(self._elements.count))

    def _draw(self, written: str, finished: list[Drawn]) -> None:
        """Put the finished elements in their places; the live one has been `written` by `st.write_stream`."""
        live = len(self._slots) - 1
        self._close()
        for element in finished:
            if element.index != live or element.text != written.strip():
                self._slot(element.index).markdown(element.text)

    def _slot(self, index: int) -> DeltaGenerator:
        while index >= len(self._slots):
            self._slots.append(self._left.pop(0) if self._left else st.empty())
            self._drawn[self._place] = max(len(self._slots), self._drawn.get(self._place, 0))
        return self._slots[index]

    def _open(self, live: DeltaGenerator) -> None:
        live.__enter__()
        self._is_open = True

    def _close(self) -> None:
        if self._is_open:
            self._slots[-1].__exit__(None, None, None)
        self._is_open = False
