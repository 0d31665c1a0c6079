"""Reads from a system message and a question what the answer should look like.

A documented handful of instructions (README of the emulator: docs/emulator.md), recognised by words in
English and Japanese. No understanding happens here and none is pretended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

Language = Literal["en", "ja"]
Length = Literal["sentence", "short", "normal", "long"]
Tone = Literal["plain", "formal", "casual"]

_Name = TypeVar("_Name", bound=str)

MOST_TOKENS_ON_REQUEST: Final = 20_000

_JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_LANGUAGES: Final[dict[Language, re.Pattern[str]]] = {
    "ja": re.compile(r"\bin Japanese\b|日本語で", re.IGNORECASE),
    "en": re.compile(r"\bin English\b|英語で", re.IGNORECASE),
}
_LENGTHS: Final[dict[Length, re.Pattern[str]]] = {
    "sentence": re.compile(r"\b(one|a single) sentence\b|一文で|1文で|ひとことで|一言で", re.IGNORECASE),
    "short": re.compile(r"\b(short|brief|briefly|concise|concisely)\b|短く|簡潔", re.IGNORECASE),
    "long": re.compile(
        r"\blong (answer|text|story|essay|version)\b|\b(detailed|in detail|at length)\b|長く|長い|長文|詳しく|詳細",
        re.IGNORECASE,
    ),
}
_TONES: Final[dict[Tone, re.Pattern[str]]] = {
    "formal": re.compile(r"\b(formal|formally|polite|politely)\b|敬語|丁寧", re.IGNORECASE),
    "casual": re.compile(r"\b(casual|informal|friendly)\b|くだけた|カジュアル|友だち|親しみ", re.IGNORECASE),
}
_PARTS: Final = {
    "bullets": re.compile(r"\b(bullets?|bullet points?|list)\b|箇条書き|リスト", re.IGNORECASE),
    "table": re.compile(r"\btable\b|表[でにをとも]|一覧表", re.IGNORECASE),
    "code": re.compile(r"\b(code|python|script)\b|コード|プログラム", re.IGNORECASE),
    "formula": re.compile(r"\b(formula|equation|math)\b|数式|公式", re.IGNORECASE),
}
_TOKENS: Final = re.compile(r"(\d[\d,]{0,6})\s*(tokens?\b|words?\b|トークン|文字|字|語)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the answer should look like."""

    language: Language = "en"
    length: Length = "normal"
    tone: Tone = "plain"
    parts: tuple[str, ...] = ()
    at_least_tokens: int = 0


def read_wishes(system_message: str, question: str) -> Wishes:
    """The wishes in both texts; where they contradict each other the system message wins."""
    asked = _asked_tokens(system_message) or _asked_tokens(question)
    length: Length = _first(_LENGTHS, system_message) or _first(_LENGTHS, question) or "normal"
    return Wishes(
        language=_first(_LANGUAGES, system_message) or _first(_LANGUAGES, question) or _language_of(question),
        length="long" if asked else length,
        tone=_first(_TONES, system_message) or _first(_TONES, question) or "plain",
        parts=tuple(name for name, words in _PARTS.items() if words.search(f"{system_message}\n{question}")),
        at_least_tokens=asked,
    )


def _first(patterns: dict[_Name, re.Pattern[str]], text: str) -> _Name | None:
    return next((name for name, pattern in patterns.items() if pattern.search(text)), None)


def _language_of(question: str) -> Language:
    return "ja" if _JAPANESE.search(question) else "en"


def _asked_tokens(text: str) -> int:
    match = _TOKENS.search(text)
    return min(int(match[1].replace(",", "")), MOST_TOKENS_ON_REQUEST) if match else 0
