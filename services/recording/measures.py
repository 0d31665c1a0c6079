"""What a recording's times amount to: waiting, first token, gaps, bursts, stalls, pace, and what the wire costs.

Pure arithmetic on the events of `wire`. Seconds since the request left; a figure that cannot be known is None.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from services.recording.records import Recording
from services.recording.wire import WireEvent

BURST_S: Final = 0.005
"""Fragments that came closer together than this came in one burst."""
STALL_S: Final = 0.5
STALL_TIMES: Final = 8
"""A stall is at least half a second, and so many times the median gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The figures of one recording."""

    head_s: float | None = None
    first_token_s: float | None = None
    last_token_s: float | None = None
    total_s: float | None = None
    median_gap_s: float | None = None
    p95_gap_s: float | None = None
    tokens: int = 0
    tokens_per_s: float | None = None
    wire_bytes: int = 0
    text_bytes: int = 0
    events: int = 0
    fragments: int = 0
    bursts: int = 0
    stalls: tuple[tuple[float, float], ...] = ()

    @property
    def bytes_per_text_byte(self) -> float | None:
        """How many bytes travelled for each byte of text."""
        return self.wire_bytes / self.text_bytes if self.text_bytes else None


def fragments_of(events: Sequence[WireEvent]) -> tuple[WireEvent, ...]:
    """Those that brought text."""
    return tuple(event for event in events if event.kind in {"content", "refusal"})


def bursts_of(times: Sequence[float]) -> tuple[int, ...]:
    """To which burst each of the times belongs, counted from 0."""
    numbers: list[int] = []
    for place, at in enumerate(times):
        begins = place > 0 and at - times[place - 1] >= BURST_S
        numbers.append((numbers[-1] if numbers else 0) + begins)
    return tuple(numbers)


def measure(recording: Recording, events: Sequence[WireEvent]) -> Measures:
    """The figures; those of time only where the recording has times."""
    fragments = fragments_of(events)
    usage = next((event.usage for event in reversed(events) if event.usage is not None), None)
    tokens = usage.completion_tokens - usage.reasoning_tokens if usage else len(fragments)
    counted = Measures(
        tokens=tokens,
        wire_bytes=recording.total_bytes,
        text_bytes=sum(len(event.text.encode(errors="replace")) for event in fragments),
        events=len(events),
        fragments=len(fragments),
    )
    if not recording.has_times:
        return counted
    return _with_times(counted, recording, [event.at for event in fragments])


def _with_times(counted: Measures, recording: Recording, times: Sequence[float]) -> Measures:
    gaps = [after - before for before, after in itertools.pairwise(times)]
    middle = median(gaps) if gaps else None
    seconds = times[-1] - times[0] if times else 0.0
    return Measures(
        head_s=recording.head.at if recording.head else None,
        first_token_s=times[0] if times else None,
        last_token_s=times[-1] if times else None,
        total_s=recording.ended_at,
        median_gap_s=middle,
        p95_gap_s=percentile(gaps, 0.95) if gaps else None,
        tokens=counted.tokens,
        tokens_per_s=(counted.tokens - 1) / seconds if seconds > 0 and counted.tokens > 1 else None,
        wire_bytes=counted.wire_bytes,
        text_bytes=counted.text_bytes,
        events=counted.events,
        fragments=counted.fragments,
        bursts=bursts_of(times)[-1] + 1 if times else 0,
        stalls=_stalls(times, middle or 0.0),
    )


def _stalls(times: Sequence[float], middle: float) -> tuple[tuple[float, float], ...]:
    least = max(STALL_S, STALL_TIMES * middle)
    return tuple(pair for pair in itertools.pairwise(times) if pair[1] - pair[0] >= least)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
