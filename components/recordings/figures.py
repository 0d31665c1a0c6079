"""The figures of a recording, and of two beside each other."""

from __future__ import annotations

from html import escape

from components.language import _, number
from components.recordings.words import word_end
from services.recording.measures import Measures
from services.recording.records import Recording


def figures_of(recording: Recording, measures: Measures) -> list[tuple[str, str]]:
    """Name and value of each; a dash where it cannot be known."""
    per_byte = measures.bytes_per_text_byte
    return [
        (_("Status"), "–" if recording.status is None else str(recording.status)),
        (_("Time to the head"), _seconds(measures.head_s)),
        (_("Time to first token"), _seconds(measures.first_token_s)),
        (_("Median gap"), _milliseconds(measures.median_gap_s)),
        (_("95 % of gaps below"), _milliseconds(measures.p95_gap_s)),
        (_("Tokens per second"), "–" if measures.tokens_per_s is None else number(measures.tokens_per_s, 1)),
        (_("Fragments in bursts"), f"{number(measures.fragments)} / {number(measures.bursts)}"),
        (_("Bytes on the wire"), number(measures.wire_bytes)),
        (_("… for one byte of text"), "–" if per_byte is None else number(per_byte, 1)),
        (_("Events"), number(measures.events)),
        (word_end(recording.end), _seconds(measures.total_s)),
    ]


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{number(value, 3)} s"


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{number(value * 1000, 1)} ms"


def draw_figures(figures: list[tuple[str, str]]) -> str:
    """As a row of small cards, as HTML."""
    cards = (f"<div><span>{escape(name)}</span><b>{escape(value)}</b></div>" for name, value in figures)
    return f'<div class="stream-figures">{"".join(cards)}</div>'


def draw_beside(one: list[tuple[str, str]], other: list[tuple[str, str]], names: tuple[str, str]) -> str:
    """Two columns of the same figures, as HTML."""
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    pairs = zip(one, other, strict=True)
    named = ((name if name == same else _("End"), mine, theirs) for (name, mine), (same, theirs) in pairs)
    rows = (
        f"<tr><th>{escape(n)}</th><td>{escape(mine)}</td><td>{escape(theirs)}</td></tr>" for n, mine, theirs in named
    )
    return f'<table class="stream-beside"><tr><th></th>{head}</tr>{"".join(rows)}</table>'
