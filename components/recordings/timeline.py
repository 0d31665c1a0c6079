"""A recording's time as a line: waiting, each burst of text, stalls, the end. HTML of a bounded size.

Knows only times and numbers; what is drawn costs the same for ten events and for ten thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from components.language import _, number
from services.recording.measures import Measures, bursts_of
from services.recording.records import Recording
from services.recording.wire import WireEvent

MOST_BARS: Final = 320
_LEAST_HEIGHT: Final = 14
_SCALE_PARTS: Final = 4
_TEXT: Final = frozenset({"content", "refusal"})


def draw_timeline(recording: Recording, events: Sequence[WireEvent], measures: Measures, scale_s: float) -> str:
    """The line, `scale_s` seconds wide."""
    if not recording.has_times:
        words = _("This recording has no times: it was opened from a file that gives none.")
        return f'<p class="stream-none">{escape(words)}</p>'
    scale = max(scale_s, 1e-6)
    first = measures.first_token_s
    waiting = first if first is not None else recording.ended_at
    parts = [
        _span("wait", 0.0, waiting, scale, _("waiting: {seconds} s").format(seconds=number(waiting, 2))),
        *(
            _span("stall", begin, end, scale, _("stall: {seconds} s").format(seconds=number(end - begin, 2)))
            for begin, end in measures.stalls
        ),
        *_bars(events, scale),
        _mark("head", measures.head_s, scale, _("head")),
        _mark("end", recording.ended_at, scale, _("end")),
    ]
    label = _("Timeline: first token after {first} s, end after {end} s").format(
        first="–" if first is None else number(first, 2), end=number(recording.ended_at, 2)
    )
    line = f'<div class="stream-line" role="img" aria-label="{escape(label)}">{"".join(parts)}</div>'
    return line + _axis(scale)


def _span(name: str, begin: float, end: float, scale: float, title: str) -> str:
    left, width = 100 * begin / scale, 100 * max(0.0, end - begin) / scale
    return f'<div class="{name}" style="left: {left:.2f}%; width: {width:.2f}%" title="{escape(title)}"></div>'


def _mark(name: str, at: float | None, scale: float, title: str) -> str:
    if at is None:
        return ""
    said = f"{title}: {number(at, 3)} s"
    return f'<div class="mark {name}" style="left: {100 * at / scale:.2f}%" title="{escape(said)}"></div>'


def _bars(events: Sequence[WireEvent], scale: float) -> list[str]:
    """A bar for each moment in which something came, one for many where there are too many: the more, the higher."""
    counts: dict[float, list[int]] = {}
    texts = [event for event in events if event.kind in _TEXT]
    bursts = bursts_of([event.at for event in texts])
    is_many = len(events) - len(texts) + len(set(bursts)) > MOST_BARS
    begins: dict[int, float] = {}
    for event, burst in zip(texts, bursts, strict=True):
        _count(counts, _place(begins.setdefault(burst, event.at), scale, is_many=is_many))[0] += 1
    for event in events:
        if event.kind not in _TEXT:
            _count(counts, _place(event.at, scale, is_many=is_many))[1] += 1
    most = max((fragments for fragments, _others in counts.values()), default=1) or 1
    return [_bar(at, scale, fragments, others, most) for at, (fragments, others) in counts.items()]


def _count(counts: dict[float, list[int]], at: float) -> list[int]:
    return counts.setdefault(at, [0, 0])


def _place(at: float, scale: float, *, is_many: bool) -> float:
    return int(at / scale * MOST_BARS) / MOST_BARS * scale if is_many else at


def _bar(at: float, scale: float, fragments: int, others: int, most: int) -> str:
    share = (fragments / most) ** 0.5
    height = _LEAST_HEIGHT + (100 - _LEAST_HEIGHT) * share if fragments else _LEAST_HEIGHT
    name = "text" if fragments else "other"
    title = _("{at} s: {fragments} fragments, {others} other events").format(
        at=number(at, 2), fragments=number(fragments), others=number(others)
    )
    style = f"left: {min(100 * at / scale, 99.7):.2f}%; width: 0.3%; height: {height:.0f}%"
    return f'<div class="bin {name}" style="{style}" title="{escape(title)}"></div>'


def _axis(scale: float) -> str:
    digits = 2 if scale < 4 else 1
    told = (number(scale * part / _SCALE_PARTS, digits) for part in range(_SCALE_PARTS + 1))
    return f'<div class="stream-axis">{"".join(f"<span>{text} s</span>" for text in told)}</div>'


def draw_legend() -> str:
    """What the colours mean."""
    names = {"wait": _("waiting"), "text": _("text"), "other": _("other events"), "stall": _("stall")}
    keys = (f'<span><i class="{name}"></i>{escape(words)}</span>' for name, words in names.items())
    return f'<div class="stream-legend">{"".join(keys)}</div>'
