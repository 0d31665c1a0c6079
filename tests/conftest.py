from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, running_postgres
from tests.running import Running, running_emulator

for _name in ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
    os.environ.pop(_name, None)
# A developer's own settings must not lead the tests to a real endpoint.
os.environ["SESERAGI_ENV_FILE"] = os.devnull
os.environ["SESERAGI_DEPLOYMENTS_FILE"] = "/nowhere/deployments.toml"
# Nor to a developer's own conversations; and a test that looks at what was asked wants no titles asked for.
_FOLDER = tempfile.TemporaryDirectory(prefix="seseragi-tests-")
os.environ["DATABASE_URL"] = f"sqlite:///{_FOLDER.name}/history.db"
os.environ["SESERAGI_TITLES"] = "false"


@pytest.fixture(scope="session")
def fast() -> Iterator[Running]:
    """An emulator a thousand times as fast as life."""
    with running_emulator() as running:
        yield running


@pytest.fixture(scope="session")
def lifelike() -> Iterator[Running]:
    """An emulator at life's own pace."""
    with running_emulator(speed=1.0) as running:
        yield running


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A real PostgreSQL server."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as running:
        yield running
