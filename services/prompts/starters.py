"""The prompts that come with the program, a few for each language, as files like any other's."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from services.languages import Language
from services.prompts.files import PromptFile, read_prompt

_FOLDER: Final = Path(__file__).parent / "starters"


@cache
def starters(language: Language) -> tuple[PromptFile, ...]:
    """In the order of their files."""
    return tuple(read_prompt(path.name, path.read_bytes()) for path in sorted((_FOLDER / language).glob("*.md")))
