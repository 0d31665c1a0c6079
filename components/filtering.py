"""The content filter's categories and severities in words."""

from __future__ import annotations

from components.language import _
from services.filtering import FilterResult, worst_first


def word_results(results: tuple[FilterResult, ...]) -> list[str]:
    """A line for each category that the filter objected to."""
    return [_word_result(result) for result in worst_first(results)]


def _word_result(result: FilterResult) -> str:
    category = _categories().get(result.category, result.category)
    severity = _severities().get(result.severity or "")
    return f"{category}: {severity}" if severity else category


def _categories() -> dict[str, str]:
    return {
        "hate": _("Hate"),
        "sexual": _("Sexual content"),
        "violence": _("Violence"),
        "self_harm": _("Self-harm"),
        "jailbreak": _("Attempt to get around the rules"),
        "indirect_attack": _("Hidden instructions in the material"),
        "protected_material_text": _("Protected text"),
        "protected_material_code": _("Protected code"),
        "profanity": _("Profanity"),
        "custom_blocklists": _("Words on a blocklist"),
        "personally_identifiable_information": _("Personal information"),
        "ungrounded_material": _("Claims without a source"),
    }


def _severities() -> dict[str, str]:
    return {"low": _("low"), "medium": _("medium"), "high": _("high")}
