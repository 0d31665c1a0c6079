from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.running import Running, running_emulator

for _name in ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
    os.environ.pop(_name, None)
# A developer's own settings must not lead the tests to a real endpoint.
os.environ["SESERAGI_ENV_FILE"] = os.devnull
os.environ["SESERAGI_DEPLOYMENTS_FILE"] = "/nowhere/deployments.toml"


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
