"""A database is opened from nothing, from every released schema, and by two servers at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from services.errors import ConfigurationError
from services.history.database import DatabaseHistory
from services.history.opening import make_engine, migrate, open_database, read_url, revisions
from services.history.records import ConversationRecord
from services.history.tables import METADATA
from tests.services.history.trees import ME, chain

ROWS: dict[str, tuple[str, ...]] = {
    "0001": (
        "INSERT INTO conversations (id, owner, title, folded_title, titled_by, pinned, folder, begun_with, leaf_id, "
        "created_at, updated_at) VALUES ('talk', 'me', 'Old', 'old', 'person', {true}, '', '{{}}', 'q', 1, 1)",
        "INSERT INTO messages (id, conversation_id, owner, role, text, created_at, is_stop_asked) "
        "VALUES ('q', 'talk', 'me', 'user', 'an old question', 1, {false})",
        "INSERT INTO messages (id, conversation_id, owner, parent_id, role, text, status, answer, created_at, "
        "is_stop_asked) VALUES ('a', 'talk', 'me', 'q', 'assistant', 'an old answer', 'complete', "
        """'{{"finish_reason": "stop"}}', 2, {false})""",
    ),
}
ROWS["0002"] = (
    *ROWS["0001"],
    "INSERT INTO comparisons (id, owner, title, titled_by, folded_text, setup, created_at, updated_at) "
    """VALUES ('c', 'me', 'Old', 'person', 'old', '{{"variants": [{{}}, {{}}]}}', 1, 1)""",
)
ROWS["0003"] = (
    *ROWS["0002"],
    "INSERT INTO recordings (id, owner, conversation_id, message_id, position, name, is_named, folded_text, origin, "
    "deployment, seconds, bytes, content, created_at) VALUES ('r', 'me', 'talk', 'a', 0, 'Old', {true}, 'old', "
    "'recorded', 'azure/x', 1, 1, '', 1)",
)
"""For each released schema, what a program of that time could have written."""


def test_every_released_schema_has_rows_to_be_brought_along() -> None:
    assert list(ROWS) == revisions()


def test_from_nothing_the_schema_is_what_the_tables_say(empty_url: str) -> None:
    engine = open_database(empty_url)
    with engine.begin() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    engine.dispose()
    assert [one for one in differences if not _is_known(one)] == []


def _is_known(difference: Any) -> bool:
    """Our own search tables, and a cascade that SQLAlchemy doesn't see on a column added to SQLite's table."""
    kind, what = difference[0], difference[1]
    if kind in {"add_fk", "remove_fk"}:
        return what.table.name == "conversations" and [*what.column_keys] == ["comparison_id"]
    return str(getattr(what, "name", "")).startswith("search")


def test_what_belongs_to_a_comparison_goes_with_it_on_sqlite_too(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/history.db")
    with engine.begin() as connection:
        (key,) = connection.execute(text("PRAGMA foreign_key_list(conversations)")).mappings()
    engine.dispose()
    assert (key["from"], key["table"], key["on_delete"]) == ("comparison_id", "comparisons", "CASCADE")


@pytest.mark.parametrize("released", ROWS)
def test_what_an_earlier_program_has_written_is_there_afterwards(empty_url: str, released: str) -> None:
    engine = make_engine(read_url(empty_url))
    migrate(engine, released)
    truths = {"sqlite": ("1", "0"), "postgresql": ("true", "false")}[engine.dialect.name]
    with engine.begin() as connection:
        for statement in ROWS[released]:
            connection.execute(text(statement.format(true=truths[0], false=truths[1]).replace(":", "\\:")))
    engine.dispose()
    store = DatabaseHistory(open_database(empty_url))
    (record,) = store.page(ME, 9, pinned=True)
    assert [message.text for message in store.whole(ME, record.id).messages] == ["an old question", "an old answer"]
    store.rename(ME, record.id, "New", "person")
    store.close()


def test_opening_again_changes_nothing(empty_url: str) -> None:
    first = DatabaseHistory(open_database(empty_url))
    record = ConversationRecord(title="kept")
    first.begin(ME, record, chain(4))
    first.close()
    second = DatabaseHistory(open_database(empty_url))
    assert len(second.whole(ME, record.id).messages) == 4
    second.close()


def test_two_servers_may_start_at_once(empty_url: str) -> None:
    program = (
        "import sys; from services.history.opening import open_database; "
        "sys.stdin.readline(); open_database(sys.argv[1]).dispose(); print('open')"
    )
    command = [sys.executable, "-c", program, empty_url]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    results = [process.communicate(timeout=60) for process in started]
    assert [output.strip() for output, _ in results] == ["open"] * 4, results


def test_a_database_of_a_later_program_is_refused_with_a_word(empty_url: str) -> None:
    engine = open_database(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(ConfigurationError) as caught:
        open_database(empty_url)
    (problem,) = caught.value.problems
    assert (problem.variable, problem.kind) == ("DATABASE_URL", "later_database")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("nonsense", "not_a_database"),
        ("mysql://x/y", "not_a_database"),
        ("postgresql://nobody:secret@127.0.0.1:1/x", "no_database"),
        ("sqlite:////proc/nowhere/x.db", "no_database"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_without_its_password(url: str, kind: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_database(url)
    (problem,) = caught.value.problems
    assert problem.kind == kind
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "x.db"
    wrong.write_text("this is no database at all, but long enough to look like a header of one" * 20)
    with pytest.raises(ConfigurationError) as caught:
        open_database(f"sqlite:///{wrong}")
    assert caught.value.problems[0].kind == "no_database"


def test_the_short_names_of_postgresql_are_understood() -> None:
    for url in ("postgres://h/d", "postgresql://h/d", "postgresql+psycopg2://h/d"):
        assert read_url(url).drivername == "postgresql+psycopg"


def test_sqlite_is_opened_as_a_server_needs_it(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/x.db")
    with engine.begin() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys")
        }
        patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    engine.dispose()
    assert said == {"journal_mode": "wal", "foreign_keys": 1}
    assert patience is not None
    assert patience >= 5_000
