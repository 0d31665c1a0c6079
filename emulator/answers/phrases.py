"""What a phrase book has to have, so that both languages say the same things."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.answers.wishes import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """All sentences of the scripted answers in one language. Braces are filled by `writing`."""

    scripted: str
    received: str
    turn: str
    system_message: str
    no_system_message: str
    parameters: str
    sentence: str
    openings: dict[Tone, str]
    closings: dict[Tone, str]
    paragraphs: tuple[str, ...]
    bullets: str
    table: str
    code: str
    formula: str
    story_title: str
    story: tuple[tuple[str, str], ...]
    story_again: str
