"""What Azure's content filter said of a prompt or an answer, read from untrusted JSON.

Knows the shapes of azure-wire §1.4 and §1.5; gives no words for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST_CATEGORIES: Final = 32
_LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterResult:
    """The verdict in one category. `severity` is safe, low, medium or high where the category has one."""

    category: str
    filtered: bool = False
    detected: bool = False
    severity: str | None = None


def read_filter_results(value: object) -> tuple[FilterResult, ...]:
    """The verdicts in a `content_filter_results` object; anything that isn't one is left out."""
    if not isinstance(value, Mapping):
        return ()
    pairs = list(value.items())[:MOST_CATEGORIES]
    return tuple(_read(str(name), verdict) for name, verdict in pairs if isinstance(verdict, Mapping))


def read_objections(value: object) -> tuple[FilterResult, ...]:
    """As `read_filter_results`, only what the filter objected to: nothing for almost every chunk there is."""
    if not isinstance(value, dict) or not any(map(_objects, list(value.values())[:MOST_CATEGORIES])):
        return ()
    return worst_first(read_filter_results(value))


def _objects(verdict: object) -> bool:
    if not isinstance(verdict, dict):
        return False
    blocked = verdict.get("filtered") is True or verdict.get("detected") is True
    return blocked or verdict.get("severity") not in (None, "safe")


def _read(name: str, verdict: Mapping[object, object]) -> FilterResult:
    severity = verdict.get("severity")
    return FilterResult(
        category=name[:_LONGEST_NAME].replace("-", "_"),
        filtered=verdict.get("filtered") is True,
        detected=verdict.get("detected") is True,
        severity=severity[:_LONGEST_NAME] if isinstance(severity, str) else None,
    )


def worst_first(results: tuple[FilterResult, ...]) -> tuple[FilterResult, ...]:
    """Only what the filter objected to, what it blocked before what it merely saw."""
    objected = [r for r in results if r.filtered or r.detected or r.severity not in {None, "safe"}]
    return tuple(sorted(objected, key=lambda r: (not r.filtered, r.category)))
