"""Composes a scripted answer from a phrase book: what arrived, what was wished for, a closing word."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from emulator.answers.english import ENGLISH
from emulator.answers.japanese import JAPANESE
from emulator.answers.phrases import Phrases
from emulator.answers.wishes import Language, Wishes, read_wishes
from emulator.calls import Call
from emulator.tokens import count_tokens

_BOOKS: Final[dict[Language, Phrases]] = {"en": ENGLISH, "ja": JAPANESE}
_LONG_TOKENS: Final = 900
_QUOTED_CHARACTERS: Final = 160
_TITLE: Final = re.compile(r"write a title|題名を(付|つ)けて", re.IGNORECASE)
_TITLE_CHARACTERS: Final = 40
_CONTINUE: Final = re.compile(r"continue exactly where|続きを", re.IGNORECASE)


def write_answer(call: Call, *, at_least_tokens: int = 0) -> str:
    """The Markdown of the answer to `call`; only the rest where it asks to go on with our own words."""
    if call.deployment.echoes:
        return call.question
    rest = _rest(call)
    if rest:
        return rest
    if _TITLE.match(call.system_message):
        return _title(call.question)
    wishes = read_wishes(call.system_message, call.question)
    phrases = _BOOKS[wishes.language]
    if at_least_tokens:
        return _join([phrases.scripted, *_story(phrases, at_least_tokens)])
    if wishes.length == "sentence":
        return phrases.sentence.format(turn=call.turn, system_message=_system_message(phrases, call).lstrip("- "))
    return _join([phrases.scripted, *_received(phrases, call), *_body(phrases, wishes)])


def _title(text: str) -> str:
    """The first words of the first line, without the marks that end it."""
    line = " ".join(text.strip().split("\n", 1)[0].split()).rstrip(".。?？!！")
    if len(line) <= _TITLE_CHARACTERS:
        return line
    words = line[:_TITLE_CHARACTERS].rsplit(" ", 1)[0]
    return f"{words.rstrip(',、;:')} …"


def _rest(call: Call) -> str:
    """What is missing of the answer before, if the question asks to go on with it."""
    if not _CONTINUE.match(call.question) or [m.role for m in call.messages[-2:]] != ["assistant", "user"]:
        return ""
    begun = call.messages[-2].text
    whole = write_answer(replace(call, messages=call.messages[:-2], most_tokens=None))
    return whole.removeprefix(begun) if whole.startswith(begun) else ""


def _join(parts: list[str]) -> str:
    return "\n\n".join(parts)


def _received(phrases: Phrases, call: Call) -> Iterator[str]:
    lines = [
        phrases.turn.format(turn=call.turn, question=_quote(call.question)),
        _system_message(phrases, call),
    ]
    if call.parameters:
        shown = ", ".join(f"`{name}={value}`" for name, value in sorted(call.parameters.items()))
        lines.append(phrases.parameters.format(parameters=shown))
    yield phrases.received
    yield "\n".join(lines)


def _system_message(phrases: Phrases, call: Call) -> str:
    if not call.system_message:
        return phrases.no_system_message
    return phrases.system_message.format(system_message=_quote(call.system_message))


def _quote(text: str) -> str:
    """One line of `text` that cannot change the Markdown around it."""
    line = " ".join(text.split())
    cut = line if len(line) <= _QUOTED_CHARACTERS else f"{line[:_QUOTED_CHARACTERS]}…"
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>$:#|~!" else letter for letter in cut)


def _body(phrases: Phrases, wishes: Wishes) -> Iterator[str]:
    yield phrases.openings[wishes.tone]
    if wishes.length == "long":
        yield from _story(phrases, wishes.at_least_tokens or _LONG_TOKENS)
    elif not wishes.parts:
        yield from phrases.paragraphs[: 1 if wishes.length == "short" else None]
    blocks = {
        "bullets": phrases.bullets,
        "table": phrases.table,
        "code": phrases.code,
        "formula": phrases.formula,
    }
    yield from (blocks[name] for name in wishes.parts)
    yield phrases.closings[wishes.tone]


def _story(phrases: Phrases, at_least_tokens: int) -> Iterator[str]:
    written = 0
    yield phrases.story_title
    for round_number in itertools.count(1):
        if round_number > 1:
            yield phrases.story_again.format(round=round_number)
        for title, text in phrases.story:
            section = f"### {title}\n\n{text}"
            yield section
            written += count_tokens(section)
        if written >= at_least_tokens:
            return
