"""Opens the database that the settings name, and brings its schema up to date before anybody reads it.

SQLite is opened as a server needs it: WAL, foreign keys, and patience with other writers. Migrations run in
one transaction under the database's own lock, so that any number of servers may start at once.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from services.errors import ConfigurationError, Problem

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"
WRITES: Final = "seseragi_writes"
BUSY_MS: Final = 15_000
_LOCK: Final = 7_355_608_201
"""A number of our own for PostgreSQL's advisory lock."""


def open_database(url: str) -> Engine:
    """The engine of the database at `url`, its schema up to date; raises `ConfigurationError`."""
    parsed = read_url(url)
    try:
        engine = make_engine(parsed)
    except (SQLAlchemyError, OSError) as error:
        raise _wrong("no_database", _first_line(error)) from error
    try:
        migrate(engine)
    except CommandError as error:
        engine.dispose()
        raise _wrong("later_database", str(error)) from error
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        engine.dispose()
        raise _wrong("no_database", _first_line(error)) from error
    return engine


def read_url(url: str) -> URL:
    """`url` with the drivers that are installed; raises `ConfigurationError` for anything else."""
    try:
        parsed = make_url(url.strip())
    except ArgumentError as error:
        raise _wrong("not_a_database") from error
    drivers = {"sqlite": "sqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
    known = parsed.drivername.partition("+")[0]
    if known not in drivers or (known == "sqlite" and parsed.database in {None, "", ":memory:"}):
        raise _wrong("not_a_database", parsed.drivername)
    return parsed.set(drivername=drivers[known])


def make_engine(url: URL) -> Engine:
    """An engine with the pragmas of a server; makes the folder of an SQLite file."""
    if url.get_backend_name() != "sqlite":
        # A prepared statement has one plan for all words, which for rare ones reads every text there is.
        return create_engine(
            url, pool_pre_ping=True, pool_size=10, max_overflow=20, connect_args={"prepare_threshold": None}
        )
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin` says
    for pragma in (f"busy_timeout = {BUSY_MS}", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A transaction that will write takes its place at once: waiting later could only fail."""
    is_writing = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def migrate(engine: Engine, target: str = "head") -> None:
    """Bring the schema to `target`. Raises alembic's `CommandError` where a later program has been here."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, target)


def revisions() -> list[str]:
    """Every revision, the first one first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [script.revision for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _wrong(kind: Any, detail: str = "") -> ConfigurationError:
    return ConfigurationError((Problem(variable="DATABASE_URL", kind=kind, detail=detail),))
