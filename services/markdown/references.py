"""What one part of a text says that another part needs: link definitions and footnotes.

Each element of a page is Markdown by itself, so a definition goes along to every block that uses it, and footnotes
become raised numbers in the order in which the text names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from markdown_it.common.utils import normalizeReference

from services.markdown.blocks import parse_blocks

_LABEL: Final = re.compile(r"\[([^\[\]\n]{1,200})\]")
_CODE_OR_NOTE: Final = re.compile(r"(?P<ticks>`+)[\s\S]*?(?<!`)(?P=ticks)(?!`)|(?<!\\)\[\^(?P<label>[^\]\s]{1,100})\]")
_NOTE_LINE: Final = re.compile(r"^ {0,3}\[\^([^\]\s]{1,100})\]:[ \t]*(.*)$")
_INDENT: Final = re.compile(r"^(?: {4}|\t)")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class References:
    """What a growing text has defined and named so far."""

    def __init__(self) -> None:
        self._links: dict[str, str] = {}
        self._notes: set[str] = set()
        self._numbers: dict[str, int] = {}

    def learn(self, block: str) -> set[str]:
        """Take in a block; gives the labels that it is the first to define."""
        for match in _CODE_OR_NOTE.finditer(block) if "[^" in block else ():
            if match["label"] is not None:
                self._numbers.setdefault(match["label"], len(self._numbers) + 1)
        return self._define(block) if "]:" in block else set()

    def labels(self, block: str) -> set[str]:
        """The labels whose definition would change how `block` looks."""
        found = set(_LABEL.findall(block)) if "[" in block else set()
        return {label if label.startswith("^") else normalizeReference(label) for label in found}

    def draw(self, block: str) -> str:
        """The block as Markdown that stands by itself."""
        text = block.rstrip()
        if "[" not in text:
            return text
        used = self.labels(text) & self._links.keys()
        own = {normalizeReference(label) for label in parse_blocks(text)[1].get("references", {})} if used else set()
        definitions = [self._links[label] for label in sorted(used - own)]
        with_notes = self._raise_notes(text) if "[^" in text else text
        return "\n\n".join([with_notes, "\n".join(definitions)]) if definitions else with_notes

    def _define(self, block: str) -> set[str]:
        found = parse_blocks(block)[1]
        links = {normalizeReference(label): link for label, link in found.get("references", {}).items()}
        notes = dict.fromkeys(label[1:] for label in found.get("footnotes", {}).get("refs", {}))
        for label in notes:
            self._numbers.setdefault(label, len(self._numbers) + 1)
        new = {label for label in links if label not in self._links} | {f"^{n}" for n in notes.keys() - self._notes}
        for label, link in links.items():
            self._links.setdefault(label, _definition(label, link["href"], link["title"]))
        self._notes |= notes.keys()
        return new

    def _raise_notes(self, text: str) -> str:
        lines = self._note_lines(text.split("\n")) if "]:" in text else [text]
        return _CODE_OR_NOTE.sub(self._raise, "\n".join(lines)).strip("\n")

    def _note_lines(self, lines: Iterable[str]) -> Iterator[str]:
        """A footnote becomes a paragraph with its number before it; what is indented below goes on with it."""
        is_inside = False
        for line in lines:
            match = _NOTE_LINE.match(line)
            if match and match[1] in self._notes:
                is_inside = True
                yield f"\n{self._number(match[1])} {match[2]}"
            else:
                yield _INDENT.sub("", line) if is_inside else line

    def _raise(self, match: re.Match[str]) -> str:
        label = match["label"]
        return match[0] if label is None or label not in self._notes else self._number(label)

    def _number(self, label: str) -> str:
        return str(self._numbers[label]).translate(_RAISED)


def _definition(label: str, href: str, title: str) -> str:
    quoted = title.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'[{label}]: <{href}> "{quoted}"' if quoted else f"[{label}]: <{href}>"
