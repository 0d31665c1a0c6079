"""The store of the prompt library, on the same database. Every function carries the owner.

A name stands for one prompt; saving under it makes a new version. Knows no page and no file.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, delete, func, insert, select, update

from services.errors import NameTaken, NotFound
from services.history.records import new_id
from services.history.rows import storable
from services.history.search_text import fold
from services.history.tables import PROMPT_VERSIONS, PROMPTS
from services.history.transactions import Transactions
from services.prompts.records import Prompt, Version


class Prompts:
    """Prompts of all owners. Raises `NotFound` for what the owner doesn't have."""

    def __init__(self, engine: Engine) -> None:
        self._on = Transactions(engine)

    def save(self, owner: str, name: str, tags: tuple[str, ...], version: Version) -> Prompt:
        """A new prompt, or a new version of the one of that name; none where nothing but tags has changed."""
        with self._on.write() as connection:
            row = connection.execute(select(PROMPTS).where(_is_named(owner, storable(name)))).first()
            prompt_id = new_id() if row is None else row.id
            latest = None if row is None else _latest(connection, prompt_id)
            written = replace(version, number=latest.number + 1 if latest else 1)
            if latest is None or (latest.text, dict(latest.defaults)) != (written.text, dict(written.defaults)):
                _put(connection, owner, prompt_id, name, tags, written, is_new=row is None)
            else:
                _describe(connection, prompt_id, name, tags, latest.text)
            return _find(connection, owner, prompt_id)

    def find(self, owner: str, prompt_id: str) -> Prompt:
        """The prompt with its latest version."""
        with self._on.read() as connection:
            return _find(connection, owner, prompt_id)

    def named(self, owner: str, name: str) -> Prompt | None:
        """The prompt of that name."""
        with self._on.read() as connection:
            prompt_id = connection.scalar(select(PROMPTS.c.id).where(_is_named(owner, name)))
            return None if prompt_id is None else _find(connection, owner, prompt_id)

    def versions(self, owner: str, prompt_id: str) -> tuple[Version, ...]:
        """All of them, the latest first."""
        with self._on.read() as connection:
            _find(connection, owner, prompt_id)
            asked = select(PROMPT_VERSIONS).where(PROMPT_VERSIONS.c.prompt_id == prompt_id)
            rows = connection.execute(asked.order_by(PROMPT_VERSIONS.c.number.desc()))
            return tuple(_read_version(row) for row in rows)

    def rename(self, owner: str, prompt_id: str, name: str) -> None:
        """Another name; raises `NameTaken`."""
        with self._on.write() as connection:
            found = _find(connection, owner, prompt_id)
            other = connection.scalar(select(PROMPTS.c.id).where(_is_named(owner, storable(name))))
            if other is not None and other != prompt_id:
                raise NameTaken(name)
            _describe(connection, prompt_id, name, found.tags, found.latest.text)

    def delete(self, owner: str, prompt_id: str) -> None:
        """For good, with its versions."""
        with self._on.write() as connection:
            if connection.execute(delete(PROMPTS).where(_is(owner, prompt_id))).rowcount == 0:
                raise NotFound(prompt_id)

    def names(self, owner: str) -> tuple[str, ...]:
        """Of all of them, in their order."""
        with self._on.read() as connection:
            found = connection.scalars(select(PROMPTS.c.name).where(PROMPTS.c.owner == owner)).all()
        return tuple(sorted(found, key=lambda name: (fold(name), name)))

    def search(self, owner: str, words: str = "", tag: str | None = None) -> tuple[Prompt, ...]:
        """Those with the words in name, tags or latest text, by name."""
        asked = select(PROMPTS).where(PROMPTS.c.owner == owner)
        folded = fold(words).replace("\0", "")
        with self._on.read() as connection:
            if folded:
                has = func.instr if connection.dialect.name == "sqlite" else func.strpos
                asked = asked.where(has(PROMPTS.c.folded_text, folded) > 0)
            rows = connection.execute(asked).all()
            latest = _all_latest(connection, [row.id for row in rows])
        found = [_read_prompt(row, latest[row.id]) for row in rows if row.id in latest]
        kept = (prompt for prompt in found if tag is None or tag in prompt.tags)
        return tuple(sorted(kept, key=lambda prompt: (fold(prompt.name), prompt.name)))


def _is(owner: str, prompt_id: str) -> ColumnElement[bool]:
    return and_(PROMPTS.c.id == prompt_id, PROMPTS.c.owner == owner)


def _is_named(owner: str, name: str) -> ColumnElement[bool]:
    return and_(PROMPTS.c.name == name, PROMPTS.c.owner == owner)


def _find(connection: Connection, owner: str, prompt_id: str) -> Prompt:
    row = connection.execute(select(PROMPTS).where(_is(owner, prompt_id))).first()
    latest = _latest(connection, prompt_id)
    if row is None or latest is None:
        raise NotFound(prompt_id)
    return _read_prompt(row, latest)


def _latest(connection: Connection, prompt_id: str) -> Version | None:
    return _all_latest(connection, [prompt_id]).get(prompt_id)


def _all_latest(connection: Connection, prompt_ids: list[str]) -> Mapping[str, Version]:
    of = PROMPT_VERSIONS.c
    newest = select(of.prompt_id, func.max(of.number).label("number")).where(of.prompt_id.in_(prompt_ids))
    last = newest.group_by(of.prompt_id).subquery()
    rows = connection.execute(
        select(PROMPT_VERSIONS).join(last, and_(of.prompt_id == last.c.prompt_id, of.number == last.c.number))
    )
    return {row.prompt_id: _read_version(row) for row in rows}


def _put(
    connection: Connection,
    owner: str,
    prompt_id: str,
    name: str,
    tags: tuple[str, ...],
    version: Version,
    *,
    is_new: bool,
) -> None:
    if is_new:
        row = {"id": prompt_id, "owner": owner, "name": storable(name), "tags": [], "folded_text": ""}
        connection.execute(insert(PROMPTS), {**row, "created_at": version.created_at, "updated_at": version.created_at})
    connection.execute(insert(PROMPT_VERSIONS), _write_version(prompt_id, version))
    _describe(connection, prompt_id, name, tags, version.text)


def _describe(connection: Connection, prompt_id: str, name: str, tags: tuple[str, ...], text: str) -> None:
    folded = fold(storable("\n".join([name, *tags, text])))
    row = {"name": storable(name), "tags": [storable(tag) for tag in tags], "folded_text": folded}
    connection.execute(update(PROMPTS).where(PROMPTS.c.id == prompt_id).values(**row, updated_at=time.time()))


def _write_version(prompt_id: str, version: Version) -> dict[str, Any]:
    return {
        "prompt_id": prompt_id,
        "number": version.number,
        "text": storable(version.text),
        "defaults": {storable(name): storable(value) for name, value in version.defaults.items()},
        "note": storable(version.note),
        "author": storable(version.author),
        "created_at": version.created_at,
    }


def _read_version(row: Row[Any]) -> Version:
    return Version(
        number=row.number,
        text=row.text,
        defaults=dict(row.defaults),
        note=row.note,
        author=row.author,
        created_at=row.created_at,
    )


def _read_prompt(row: Row[Any], latest: Version) -> Prompt:
    return Prompt(id=row.id, name=row.name, tags=tuple(row.tags), latest=latest, updated_at=row.updated_at)
