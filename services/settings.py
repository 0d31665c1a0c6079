"""Settings from the environment and `.env`, checked as a whole; SDK names first.

All problems are reported at once (`ConfigurationError`). Endpoints come from here only, never from a
page. Doesn't know what a deployment is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.deployment_file import read_deployment_file
from services.deployments import (
    DEFAULT_API_VERSION,
    DEFAULT_SCOPE,
    Deployment,
    Endpoint,
    plain_deployment,
)
from services.errors import ConfigurationError, Problem

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(BaseSettings):
    """Every setting, under the name of its environment variable. Times are seconds."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    azure_openai_endpoint: str | None = Field(None, description="Address of the Azure OpenAI resource")
    azure_openai_api_key: SecretStr | None = Field(None, description="Its key; without one Entra ID is used")
    azure_openai_deployments: str = Field("", description="Names of its deployments, separated by commas")
    openai_api_version: str = Field(DEFAULT_API_VERSION, description="api-version of the classic API")
    azure_openai_scope: str = Field(DEFAULT_SCOPE, description="Scope of the Entra ID token")
    openai_base_url: str | None = Field(None, description="Address of an OpenAI-compatible server")
    openai_api_key: SecretStr | None = Field(None, description="Its key, where it wants one")
    openai_models: str = Field("", description="Names of its models, separated by commas")
    openai_max_retries: int = Field(2, ge=0, le=10, description="Further tries before the answer begins")
    seseragi_deployments_file: Path = Field(
        Path("deployments.toml"), description="File with more endpoints and what each deployment can do"
    )
    seseragi_language: Literal["", "en", "ja"] = Field("", description="Language of the page; empty: the browser's")
    database_url: SecretStr = Field(
        SecretStr("sqlite:///data/seseragi.db"), description="Where conversations are kept: SQLite or PostgreSQL"
    )
    seseragi_titles: bool = Field(
        default=True, description="Let the deployment make a title of each conversation's first exchange"
    )
    seseragi_embedded_speed: float = Field(1.0, gt=0, description="Pace of the embedded endpoint; 2 is twice as fast")
    seseragi_embedded_deployments: str = Field(
        "", description="More deployments of the embedded endpoint, such as fault-429 or paced-1000x10"
    )
    seseragi_first_token_seconds: float = Field(120, gt=0, description="Longest wait for the first token")
    seseragi_silence_seconds: float = Field(60, gt=0, description="Longest silence amid an answer")
    seseragi_total_seconds: float = Field(900, gt=0, description="Longest time for a whole answer")
    seseragi_most_characters: int = Field(1_000_000, gt=0, description="Longest answer, in characters")
    seseragi_most_bytes: int = Field(256_000_000, gt=0, description="Most bytes read for one answer")
    seseragi_most_question_characters: int = Field(200_000, gt=0, description="Longest question, in characters")
    seseragi_most_live_replies: int = Field(200, gt=0, description="Answers written at the same time, in all")

    seseragi_record: bool = Field(default=True, description="Record the bytes of each response; false: none of them")
    seseragi_most_recorded_bytes: int = Field(8_000_000, gt=0, description="Most bytes recorded of one response")
    seseragi_keep_recordings_days: float = Field(
        30, gt=0, description="How long recordings are kept that nobody has named, in days"
    )

    @property
    def embedded_extra(self) -> tuple[str, ...]:
        """The names in `seseragi_embedded_deployments`."""
        return tuple(_names(self.seseragi_embedded_deployments))


def _names(text: str) -> list[str]:
    return [name for name in (part.strip() for part in text.split(",")) if name]


def _env_file() -> str:
    return os.environ.get("SESERAGI_ENV_FILE", ".env")


def _variables() -> dict[str, str]:
    in_file = {name: value for name, value in dotenv_values(_env_file()).items() if value is not None}
    return {**in_file, **os.environ}


def load_settings(**given: object) -> Settings:
    """The settings of this process, from the environment and `.env` or the file that SESERAGI_ENV_FILE names.

    Raises `ConfigurationError` naming every variable that is wrong.
    """
    given.setdefault("_env_file", _env_file())
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks what the environment gives
    except ValidationError as error:
        raise ConfigurationError(tuple(_problem_of(dict(item)) for item in error.errors())) from error


def _problem_of(item: Mapping[str, object]) -> Problem:
    location = item["loc"]
    name = str(location[0]) if isinstance(location, tuple) and location else "?"
    return Problem(variable=name.upper(), kind="not_valid", detail=str(item["msg"]))


def find_deployments(settings: Settings, environment: Mapping[str, str] | None = None) -> tuple[Deployment, ...]:
    """Every deployment that is configured; none means that the embedded endpoint is wanted.

    Keys named in the deployments file are looked up in `environment`: by default that of the process and, behind it,
    the `.env` file.
    """
    variables = _variables() if environment is None else environment
    found, problems = read_deployment_file(settings.seseragi_deployments_file, variables)
    for more, wrong in (_from_azure(settings), _from_compatible(settings)):
        found = [*found, *more]
        problems = [*problems, *wrong]
    problems = [*problems, *_duplicates(found), *(p for d in found for p in check_url(d.endpoint))]
    if problems:
        raise ConfigurationError(tuple(dict.fromkeys(problems)))
    return tuple(found)


def _from_azure(settings: Settings) -> tuple[list[Deployment], list[Problem]]:
    url = settings.azure_openai_endpoint
    if url is None:
        return [], []
    key = settings.azure_openai_api_key
    endpoint = Endpoint(
        name="azure",
        kind="azure-v1" if _is_v1(url) else "azure",
        url=url.strip().rstrip("/"),
        api_key=key.get_secret_value() if key else None,
        api_version=settings.openai_api_version,
        scope=settings.azure_openai_scope,
    )
    return _named(settings.azure_openai_deployments, endpoint, "AZURE_OPENAI_DEPLOYMENTS")


def _from_compatible(settings: Settings) -> tuple[list[Deployment], list[Problem]]:
    if settings.openai_base_url is None:
        return [], []
    key = settings.openai_api_key
    endpoint = Endpoint(
        name="openai",
        kind="openai",
        url=settings.openai_base_url.strip().rstrip("/"),
        api_key=key.get_secret_value() if key else None,
    )
    return _named(settings.openai_models, endpoint, "OPENAI_MODELS")


def _named(names: str, endpoint: Endpoint, variable: str) -> tuple[list[Deployment], list[Problem]]:
    listed = _names(names)
    if not listed:
        return [], [*check_url(endpoint), Problem(variable=variable, kind="no_deployments", detail=endpoint.url)]
    return [plain_deployment(name, endpoint) for name in listed], []


def _is_v1(url: str) -> bool:
    return urlsplit(url).path.rstrip("/").endswith("/openai/v1")


def _duplicates(deployments: list[Deployment]) -> list[Problem]:
    ids = [deployment.id for deployment in deployments]
    return [
        Problem(variable="deployments.toml / AZURE_OPENAI_DEPLOYMENTS", kind="duplicate", detail=name)
        for name in dict.fromkeys(ids)
        if ids.count(name) > 1
    ]


_VARIABLES: Final = {"azure": "AZURE_OPENAI_ENDPOINT", "openai": "OPENAI_BASE_URL"}


def check_url(endpoint: Endpoint) -> list[Problem]:
    """Azure is spoken to over https only; a compatible server may stand on plain http in the house."""
    parts = urlsplit(endpoint.url)
    variable = _VARIABLES.get(endpoint.name, f"deployments.toml: {endpoint.name}.url")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return [Problem(variable=variable, kind="not_a_url", detail=endpoint.url)]
    if parts.scheme == "http" and endpoint.kind != "openai" and parts.hostname not in LOOPBACK:
        return [Problem(variable=variable, kind="not_https", detail=endpoint.url)]
    return []
