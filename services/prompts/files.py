"""Prompts as files that git likes: Markdown with front matter, one for each prompt, nothing in them that changes alone.

    ---
    name: Support
    tags: [work]
    variables: {product: Seseragi}
    note: kinder
    ---
    You answer questions about {{product}} …

Described in docs/prompts.md. Whatever a file holds gives prompts or `PromptNotReadable`; knows no store.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

import yaml

from services.errors import PromptNotReadable
from services.prompts.records import (
    NAME_CHARACTERS,
    NOTE_CHARACTERS,
    TEXT_CHARACTERS,
    Prompt,
    Version,
    tidy_tags,
)
from services.templates import NAME_CHARACTERS as VARIABLE_CHARACTERS

MOST_BYTES: Final = 1_000_000
"""Of one file."""
MOST_FILES: Final = 1_000
_FENCE: Final = "---"
_HEAD: Final = re.compile(r"\A---[ \t]*\n(?P<head>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_NOT_IN_NAMES: Final = re.compile(r"[^\w\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFile:
    """What a file says of a prompt."""

    name: str
    tags: tuple[str, ...]
    version: Version


def write_prompt(prompt: Prompt) -> str:
    """The file's text."""
    head: dict[str, Any] = {"name": prompt.name}
    if prompt.tags:
        head["tags"] = list(prompt.tags)
    if prompt.latest.defaults:
        head["variables"] = dict(prompt.latest.defaults)
    if prompt.latest.note:
        head["note"] = prompt.latest.note
    written = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=1_000)
    return f"{_FENCE}\n{written}{_FENCE}\n{prompt.latest.text}\n"


def write_prompts(prompts: Iterable[Prompt]) -> bytes:
    """An archive with a file for each; the same prompts give the same bytes."""
    packed, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for prompt in prompts:
            name = _free_name(prompt.name, taken)
            archive.writestr(zipfile.ZipInfo(f"prompts/{name}"), write_prompt(prompt), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def prompt_file_name(name: str) -> str:
    """A file's name that every system and every diff takes."""
    return f"{_NOT_IN_NAMES.sub('-', name).strip('-')[:80] or 'prompt'}.md"


def read_prompts(name: str, content: bytes) -> list[PromptFile]:
    """The prompts in a Markdown file or an archive of them; raises `PromptNotReadable`."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [read_prompt(name, content)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.endswith(".md")]
            if len(entries) > MOST_FILES or any(entry.file_size > MOST_BYTES for entry in entries):
                raise PromptNotReadable("too_large", name)
            found = [read_prompt(entry.filename, archive.read(entry)) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise PromptNotReadable("not_valid", name) from error
    if not found:
        raise PromptNotReadable("empty", name)
    return found


def read_prompt(name: str, content: bytes) -> PromptFile:
    """The prompt in one file; one without front matter is called after its file. Raises `PromptNotReadable`."""
    if len(content) > MOST_BYTES:
        raise PromptNotReadable("too_large", name)
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise PromptNotReadable("not_valid", name) from error
    match = _HEAD.match(text)
    head = _read_head(name, match["head"]) if match else {}
    body = (text[match.end() :] if match else text).removesuffix("\n")
    if not body.strip():
        raise PromptNotReadable("empty", name)
    if len(body) > TEXT_CHARACTERS:
        raise PromptNotReadable("too_large", name)
    called = _text(head, "name", name) or PurePosixPath(name).stem
    version = Version(text=body, defaults=_variables(head, name), note=_text(head, "note", name)[:NOTE_CHARACTERS])
    return PromptFile(name=" ".join(called.split())[:NAME_CHARACTERS], tags=_tags(head, name), version=version)


def _read_head(name: str, written: str) -> Mapping[str, Any]:
    try:
        head = yaml.safe_load(written)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PromptNotReadable("not_valid", name) from error
    if head is None:
        return {}
    if not isinstance(head, dict):
        raise PromptNotReadable("not_valid", name)
    return head


def _text(head: Mapping[str, Any], key: str, name: str) -> str:
    value = head.get(key)
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise PromptNotReadable("not_valid", f"{name}: {key}")
    return str(value)


def _tags(head: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = head.get("tags") or []
    tags = [value] if isinstance(value, str) else value
    if not isinstance(tags, list) or not all(isinstance(tag, str | int | float) for tag in tags):
        raise PromptNotReadable("not_valid", f"{name}: tags")
    return tidy_tags(",".join(map(str, tags)))


def _variables(head: Mapping[str, Any], name: str) -> dict[str, str]:
    value = head.get("variables") or {}
    if not isinstance(value, dict) or not all(isinstance(v, str | int | float) for v in value.values()):
        raise PromptNotReadable("not_valid", f"{name}: variables")
    return {str(key)[:VARIABLE_CHARACTERS]: str(v) for key, v in value.items()}


def _free_name(name: str, taken: set[str]) -> str:
    wanted = prompt_file_name(name)
    n = 1
    while wanted.lower() in taken:
        n += 1
        wanted = f"{prompt_file_name(name).removesuffix('.md')}-{n}.md"
    taken.add(wanted.lower())
    return wanted
