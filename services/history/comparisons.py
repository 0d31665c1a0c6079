"""The store of comparisons, on the same database as the conversations that are their columns.

Every function carries the owner: what belongs to another is not found. Knows no page and starts no reply.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast, get_args

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, delete, func, insert, select, update

from services.comparison.setup_json import read_setup, write_setup
from services.comparison.variants import Setup
from services.comparison.votes import NOTE_CHARACTERS, Verdict, Vote
from services.errors import NotFound
from services.history.comparison_records import Cell, ComparisonRecord, ComparisonTurn
from services.history.records import TitledBy
from services.history.rows import Values, storable
from services.history.search_text import fold
from services.history.tables import COMPARISON_TURNS, COMPARISONS
from services.history.transactions import Transactions


class Comparisons:
    """Comparisons of all owners. Raises `NotFound` for what the owner doesn't have."""

    def __init__(self, engine: Engine) -> None:
        self._on = Transactions(engine)

    def begin(self, owner: str, record: ComparisonRecord) -> None:
        """Take in a new comparison."""
        with self._on.write() as connection:
            row = {**_write_text(record.title, record.setup), "id": record.id, "owner": owner}
            times = {"created_at": record.created_at, "updated_at": record.updated_at}
            connection.execute(insert(COMPARISONS), {**row, **times, "titled_by": record.titled_by})

    def find(self, owner: str, comparison_id: str) -> ComparisonRecord:
        """The comparison without its turns."""
        with self._on.read() as connection:
            return _read_record(_row(connection, owner, comparison_id))

    def change(self, owner: str, comparison_id: str, setup: Setup, title: str | None = None) -> None:
        """Another set-up for the next turn; a title of the first words where one is given and no person gave any."""
        with self._on.write() as connection:
            row = _row(connection, owner, comparison_id)
            named = title if title is not None and row.titled_by != "person" else row.title
            _change(connection, owner, comparison_id, **_write_text(named, setup), updated_at=time.time())

    def rename(self, owner: str, comparison_id: str, title: str) -> None:
        """A person's title."""
        with self._on.write() as connection:
            record = _read_record(_row(connection, owner, comparison_id))
            _change(connection, owner, comparison_id, **_write_text(title, record.setup), titled_by="person")

    def add_turn(self, owner: str, comparison_id: str, turn: ComparisonTurn) -> None:
        """One more turn."""
        with self._on.write() as connection:
            _row(connection, owner, comparison_id)
            connection.execute(insert(COMPARISON_TURNS), _write_turn(owner, comparison_id, turn))
            _change(connection, owner, comparison_id, updated_at=turn.created_at)

    def turns(self, owner: str, comparison_id: str, most: int) -> tuple[ComparisonTurn, ...]:
        """The latest `most` turns, oldest first."""
        with self._on.read() as connection:
            _row(connection, owner, comparison_id)
            asked = select(COMPARISON_TURNS).where(_is_in(owner, comparison_id))
            rows = connection.execute(asked.order_by(COMPARISON_TURNS.c.key.desc()).limit(most)).all()
        return tuple(_read_turn(row) for row in reversed(rows))

    def vote(self, owner: str, comparison_id: str, turn_id: str, vote: Vote) -> None:
        """Keep the vote on a turn; the first one counts."""
        with self._on.write() as connection:
            of = and_(_is_in(owner, comparison_id), COMPARISON_TURNS.c.id == turn_id)
            if connection.scalar(select(COMPARISON_TURNS.c.id).where(of)) is None:
                raise NotFound(turn_id)
            is_open = and_(of, COMPARISON_TURNS.c.vote.is_(None))
            connection.execute(update(COMPARISON_TURNS).where(is_open).values(vote=_write_vote(vote)))

    def voted(self, owner: str, comparison_id: str) -> tuple[ComparisonTurn, ...]:
        """The turns with a vote."""
        with self._on.read() as connection:
            is_voted = and_(_is_in(owner, comparison_id), COMPARISON_TURNS.c.vote.is_not(None))
            rows = connection.execute(select(COMPARISON_TURNS).where(is_voted).order_by(COMPARISON_TURNS.c.key)).all()
        return tuple(_read_turn(row) for row in rows)

    def page(self, owner: str, most: int, words: str = "") -> tuple[ComparisonRecord, ...]:
        """The latest, or of those with `words` in their title, inputs, names or prompts."""
        asked = select(COMPARISONS).where(COMPARISONS.c.owner == owner, COMPARISONS.c.deleted_at.is_(None))
        folded = fold(words).replace("\0", "")
        with self._on.read() as connection:
            if folded:
                has = func.instr if connection.dialect.name == "sqlite" else func.strpos
                asked = asked.where(has(COMPARISONS.c.folded_text, folded) > 0)
            place = COMPARISONS.c.updated_at.desc(), COMPARISONS.c.id.desc()
            return tuple(_read_record(row) for row in connection.execute(asked.order_by(*place).limit(most)))

    def delete(self, owner: str, comparison_id: str) -> None:
        """Out of sight; `restore` brings it back until it is purged."""
        with self._on.write() as connection:
            _row(connection, owner, comparison_id)
            _change(connection, owner, comparison_id, deleted_at=time.time())

    def restore(self, owner: str, comparison_id: str) -> None:
        """Undo `delete`."""
        with self._on.write() as connection:
            _row(connection, owner, comparison_id, deleted=True)
            _change(connection, owner, comparison_id, deleted_at=None)

    def purge(self, deleted_before: float) -> int:
        """Delete for good what was deleted before, columns and all; gives how many."""
        with self._on.write() as connection:
            return connection.execute(delete(COMPARISONS).where(COMPARISONS.c.deleted_at < deleted_before)).rowcount


def _is(owner: str, comparison_id: str) -> ColumnElement[bool]:
    return and_(COMPARISONS.c.id == comparison_id, COMPARISONS.c.owner == owner)


def _is_in(owner: str, comparison_id: str) -> ColumnElement[bool]:
    return and_(COMPARISON_TURNS.c.comparison_id == comparison_id, COMPARISON_TURNS.c.owner == owner)


def _row(connection: Connection, owner: str, comparison_id: str, *, deleted: bool = False) -> Row[Any]:
    state = COMPARISONS.c.deleted_at.is_not(None) if deleted else COMPARISONS.c.deleted_at.is_(None)
    row = connection.execute(select(COMPARISONS).where(_is(owner, comparison_id), state)).first()
    if row is None:
        raise NotFound(comparison_id)
    return row


def _change(connection: Connection, owner: str, comparison_id: str, **values: Any) -> None:
    connection.execute(update(COMPARISONS).where(_is(owner, comparison_id)).values(values))


def _write_text(title: str, setup: Setup) -> Values:
    written = _storable(write_setup(setup))
    words = [title, setup.input, *(text for v in setup.variants for text in (v.name, v.system_message))]
    return {"title": storable(title), "setup": written, "folded_text": storable(fold("\n".join(words)))}


def _read_record(row: Row[Any]) -> ComparisonRecord:
    return ComparisonRecord(
        id=row.id,
        title=row.title,
        titled_by=cast("TitledBy", row.titled_by),
        setup=read_setup(row.setup),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _write_turn(owner: str, comparison_id: str, turn: ComparisonTurn) -> Values:
    return {
        "id": turn.id,
        "comparison_id": comparison_id,
        "owner": owner,
        "setup": _storable(write_setup(turn.setup)),
        "cells": [asdict(cell) for cell in turn.cells],
        "vote": _write_vote(turn.vote) if turn.vote else None,
        "created_at": turn.created_at,
    }


def _read_turn(row: Row[Any]) -> ComparisonTurn:
    return ComparisonTurn(
        id=row.id,
        setup=read_setup(row.setup),
        cells=tuple(Cell(**cell) for cell in row.cells),
        vote=read_vote(row.vote),
        created_at=row.created_at,
    )


def _write_vote(vote: Vote) -> Values:
    return {**asdict(vote), "note": storable(vote.note[:NOTE_CHARACTERS])}


def read_vote(value: object) -> Vote | None:
    """From JSON; None where there is none."""
    if not isinstance(value, Mapping) or value.get("verdict") not in get_args(Verdict):
        return None
    return Vote(
        verdict=value["verdict"],
        best=str(value.get("best", "")),
        worst=str(value.get("worst", "")),
        note=str(value.get("note", "")),
        shown=_ids(value.get("shown")),
        answers=_ids(value.get("answers")),
        at=float(value.get("at", 0.0)),
    )


def _ids(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, Sequence) else ()


def _storable(value: Any) -> Any:
    """JSON that PostgreSQL can hold too."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): _storable(part) for name, part in value.items()}
    return [_storable(part) for part in value] if isinstance(value, list) else value
