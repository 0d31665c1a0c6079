"""Files as a whole: told apart, unpacked, and written for download. Nothing is kept before all was read."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final

from services.errors import NotReadable
from services.exchange.chatgpt import is_chatgpt, read_chatgpt
from services.exchange.json_file import is_ours, read_json, write_json
from services.exchange.markdown import write_markdown
from services.exchange.open_webui import is_open_webui, read_open_webui
from services.history.records import ConversationRecord, Whole
from services.talking import Talk

MOST_BYTES: Final = 200_000_000
"""Of JSON, after unpacking."""
PAGE: Final = 200
_IN_ARCHIVE: Final = "conversations.json"
_NOT_IN_NAMES: Final = re.compile(r"[^\w\- ]+")


def read_file(name: str, content: bytes) -> list[Whole]:
    """The conversations in a file of any known kind; raises `NotReadable`."""
    value = _parse(_unpack(content) if zipfile.is_zipfile(io.BytesIO(content)) else content)
    if is_ours(value):
        found = read_json(value)
    elif is_chatgpt(value):
        found = read_chatgpt(value)
    elif is_open_webui(value):
        found = read_open_webui(value)
    else:
        raise NotReadable("unknown_format", name)
    if not found:
        raise NotReadable("empty", name)
    return found


def file_name(title: str, suffix: str) -> str:
    """A name that every file system takes."""
    name = " ".join(_NOT_IN_NAMES.sub(" ", title).split())[:60].strip()
    return f"{name or 'conversation'}.{suffix}"


def write_all(talk: Talk, kind: str) -> bytes:
    """Every conversation: one file of JSON, or an archive with a Markdown file for each."""
    everything = (talk.whole(record.id) for record in _every(talk))
    if kind == "json":
        return write_json(everything).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, whole in enumerate(everything, start=1):
            archive.writestr(f"{n:05d} {file_name(whole.conversation.title, 'md')}", write_markdown(whole))
    return packed.getvalue()


def _every(talk: Talk) -> Iterator[ConversationRecord]:
    for pinned in (True, False):
        after: ConversationRecord | None = None
        while page := talk.history.page(talk.owner, PAGE, pinned=pinned, after=after):
            yield from page
            after = page[-1]


def _unpack(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if _IN_ARCHIVE not in archive.namelist():
                raise NotReadable("missing", _IN_ARCHIVE)
            with archive.open(_IN_ARCHIVE) as packed:
                unpacked = packed.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError) as error:
        raise NotReadable("not_json", _IN_ARCHIVE) from error
    if len(unpacked) > MOST_BYTES:
        raise NotReadable("too_large", _IN_ARCHIVE)
    return unpacked


def _parse(content: bytes) -> Any:
    if len(content) > MOST_BYTES:
        raise NotReadable("too_large")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotReadable("not_json", f"byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise NotReadable("not_json", f"line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise NotReadable("not_valid", "$") from error
