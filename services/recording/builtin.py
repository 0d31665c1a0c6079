"""The recordings that come with the program: some made with the embedded endpoint, one taken from the article.

Each says of itself where it is from. Their names and notes are worded here, in the visitor's language.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from services.errors import NotFound
from services.languages import Language, load_catalogue
from services.recording.records import Recording
from services.recording.sse_file import read_sse

FOLDER: Final = Path(__file__).parent / "collection"
PREFIX: Final = "built-in-"

NAMES: Final = (
    "plain-en", "plain-ja", "article", "bursts", "reasoning", "filtered", "late-verdict", "refusal", "rate-limit",
    "truncated",
)  # fmt: skip


def built_in(language: Language) -> tuple[Recording, ...]:
    """All of them, in the order of a first look."""
    words = _words(load_catalogue(language).gettext)
    return tuple(replace(_load(name), name=words[name][0], note=words[name][1]) for name in NAMES)


def find_built_in(recording_id: str, language: Language) -> Recording:
    """One of them; raises `NotFound`."""
    found = next((one for one in built_in(language) if one.id == recording_id), None)
    if found is None:
        raise NotFound(recording_id)
    return found


@cache
def _load(name: str) -> Recording:
    return replace(read_sse((FOLDER / f"{name}.sse").read_bytes()), id=f"{PREFIX}{name}", origin="built-in")


def _words(_: Callable[[str], str]) -> dict[str, tuple[str, str]]:
    made = _("Made with the embedded endpoint.")
    return {
        "plain-en": (_("A plain answer in English"), made),
        "plain-ja": (_("A plain answer in Japanese"), made),
        "article": (
            _("The article's own excerpt (2024)"),
            _("From the article that this program grew from. It gives no times, and one of its lines lacks “data:”."),
        ),
        "bursts": (
            _("Azure's bursts: text held back for the content filter"),
            _("Made with the embedded endpoint, at the pace in which Azure's default filter lets text through."),
        ),
        "reasoning": (_("A reasoning deployment: silence before the first word"), made),
        "filtered": (_("An answer cut off by the content filter"), made),
        "late-verdict": (
            _("The asynchronous filter's late verdict"),
            _("Made with the embedded endpoint: text was shown already when the filter took it back."),
        ),
        "refusal": (_("The model refuses"), made),
        "rate-limit": (_("429: too many requests"), made),
        "truncated": (
            _("A stream that ends too early"),
            _("Made with the embedded endpoint: a clean end without a finish_reason is not a complete answer."),
        ),
    }
