"""The languages of the house and their gettext catalogues; English is the language of the source.

Catalogues are compiled from `locale/` in memory, so that no binary has to be kept in step by hand.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path
from typing import Final, Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["en", "ja"]

LANGUAGES: Final[dict[Language, str]] = {"en": "English", "ja": "日本語"}
LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"
DOMAIN: Final = "seseragi"


def choose_language(wanted: str | None) -> Language:
    """The language for a browser's locale such as `ja-JP`; English where we don't speak it."""
    return "ja" if (wanted or "").lower().startswith("ja") else "en"


def catalogue_file(language: Language) -> Path:
    """Where the catalogue of `language` lies."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def load_catalogue(language: Language) -> gettext.NullTranslations:
    """The translations of `language`; English is itself."""
    if language == "en":
        return gettext.NullTranslations()
    with catalogue_file(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
