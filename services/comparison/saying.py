"""Figures and votes in words, in either language: for the page and for what is exported."""

from __future__ import annotations

from babel.numbers import format_decimal

from services.comparison.figures import Figures, Row
from services.languages import Language, load_catalogue


def row_names(language: Language) -> dict[Row, str]:
    """What the rows of figures are called."""
    _ = load_catalogue(language).gettext
    return {
        "first_token_s": _("First token"),
        "tokens_s": _("Tokens"),
        "total_s": _("Total"),
        "tokens_in": _("Tokens in"),
        "tokens_out": _("Tokens out"),
        "cost_usd": _("Cost"),
    }


def word_figure(row: Row, figures: Figures, language: Language) -> str:
    """One figure; what is unknown is said to be unknown."""
    _ = load_catalogue(language).gettext
    value = getattr(figures, row)
    if value is None:
        return _("unknown")
    match row:
        case "first_token_s" | "total_s":
            return _("{seconds} s").format(seconds=_number(value, 2, language))
        case "tokens_s":
            return _("{pace}/s").format(pace=_number(value, 1 if value < 100 else 0, language))
        case "cost_usd":
            return f"${_number(float(value), _digits(float(value)), language)}"
        case _other:
            return _number(value, 0, language)


def _number(value: float, digits: int, language: Language) -> str:
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return format_decimal(value, format=pattern, locale=language)


def _digits(value: float) -> int:
    """So many that two figures are left of a small sum."""
    digits = 2
    while digits < 8 and 0 < value < 10 ** (1 - digits):
        digits += 1
    return digits
