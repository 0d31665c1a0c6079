from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from services.history.comparisons import Comparisons
from services.history.database import DatabaseHistory
from services.history.history import Store
from services.history.memory import MemoryHistory
from services.history.opening import open_database
from services.history.prompts import Prompts
from tests.postgres import Postgres

TABLES = (
    "conversations, messages, pieces, writers, search, comparisons, comparison_turns, prompts, prompt_versions, "
    "recordings"
)


@pytest.fixture(scope="session")
def _on_postgres(postgres: Postgres) -> Iterator[DatabaseHistory]:
    engine = open_database(postgres.new_database())
    yield DatabaseHistory(engine)
    engine.dispose()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every store, one after the other, each empty."""
    if request.param == "memory":
        yield MemoryHistory()
    else:
        yield from _open(request, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseHistory]:
    """The stores that servers can share."""
    yield from _open(request, tmp_path)


@pytest.fixture
def comparisons(database: DatabaseHistory) -> Comparisons:
    """The comparisons on the same database."""
    return Comparisons(database._engine)


@pytest.fixture
def prompts(database: DatabaseHistory) -> Prompts:
    """The prompt library on the same database."""
    return Prompts(database._engine)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that nobody has ever opened."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/history.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.new_database()


def _open(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseHistory]:
    if request.param == "sqlite":
        history = DatabaseHistory(open_database(f"sqlite:///{tmp_path}/history.db"))
        yield history
        history.close()
        return
    on_postgres: DatabaseHistory = request.getfixturevalue("_on_postgres")
    with on_postgres._engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {TABLES}"))
    yield on_postgres
