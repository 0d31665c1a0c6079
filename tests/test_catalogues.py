"""Every string that a visitor sees is in every catalogue, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from services.languages import LANGUAGES, Language, catalogue_file

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [ROOT / "app.py", *sorted([*(ROOT / "components").rglob("*.py"), *(ROOT / "services").rglob("*.py")])]
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def _said() -> set[str]:
    found = [extract_from_file("python", str(path), keywords={"_": None}) for path in SOURCES]
    return {str(message) for messages in found for _, message, _, _ in messages}


def _catalogue(language: Language) -> Catalog:
    with catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_string_is_missing_and_none_is_unused(language: Language) -> None:
    translated = {str(m.id) for m in _catalogue(language) if m.id and m.string and not m.fuzzy}
    said = _said()
    assert said - translated == set()
    assert translated - said == set()
    assert len(said) > 100


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_same_gaps_to_fill(language: Language) -> None:
    gaps = re.compile(r"\{\w+\}")
    for message in _catalogue(language):
        assert sorted(gaps.findall(str(message.id))) == sorted(gaps.findall(str(message.string)))
