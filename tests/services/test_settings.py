from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.deployments import Deployment
from services.errors import ConfigurationError, Problem
from services.settings import Settings, find_deployments, load_settings

FULL = """
[[endpoint]]
name = "east"
kind = "azure-v1"
url = "https://east.openai.azure.com/openai/v1/"
api_key_variable = "EAST_KEY"
scope = "https://ai.azure.com/.default"

[[endpoint.deployment]]
name = "fast"
label = "Fast one"
context_tokens = 128000
vision = true
price = "gpt-4.1-mini"

[[endpoint.deployment]]
name = "gpt-5-mini"
"""


def _settings(tmp_path: Path, **given: Any) -> Settings:
    return load_settings(_env_file=None, seseragi_deployments_file=tmp_path / "deployments.toml", **given)


def _problems(tmp_path: Path, toml: str = "", **given: Any) -> list[tuple[str, str]]:
    if toml:
        (tmp_path / "deployments.toml").write_text(toml)
    with pytest.raises(ConfigurationError) as raised:
        find_deployments(_settings(tmp_path, **given), {})
    return [(p.variable, p.kind) for p in raised.value.problems]


def test_nothing_set_means_the_embedded_endpoint(tmp_path: Path) -> None:
    assert find_deployments(_settings(tmp_path), {}) == ()


def test_three_variables_are_enough_for_azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://my.openai.azure.com/")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "k")
    monkeypatch.setenv("AZURE_OPENAI_DEPLOYMENTS", " gpt-4.1-mini, o4-mini ,")
    plain, reasoning = find_deployments(_settings(tmp_path))
    assert (plain.name, plain.endpoint.kind, plain.endpoint.url) == (
        "gpt-4.1-mini",
        "azure",
        "https://my.openai.azure.com",
    )
    assert (plain.reasoning, plain.token_limit) == (False, "max_tokens")
    assert (reasoning.reasoning, reasoning.token_limit) == (True, "max_completion_tokens")
    assert plain.endpoint.api_version == "2024-10-21"


def test_an_env_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SESERAGI_SILENCE_SECONDS=7\nAZURE_OPENAI_API_KEY=\n")
    settings = load_settings(_env_file=tmp_path / ".env")
    assert settings.seseragi_silence_seconds == 7
    assert settings.azure_openai_api_key is None


def test_the_v1_address_is_recognised(tmp_path: Path) -> None:
    given = {"azure_openai_endpoint": "https://my.openai.azure.com/openai/v1/", "azure_openai_deployments": "a"}
    assert find_deployments(_settings(tmp_path, **given), {})[0].endpoint.kind == "azure-v1"


def test_a_compatible_server_may_stand_on_plain_http(tmp_path: Path) -> None:
    given = {"openai_base_url": "http://gpu-box:11434/v1", "openai_api_key": "k", "openai_models": "llama"}
    (deployment,) = find_deployments(_settings(tmp_path, **given), {})
    assert (deployment.endpoint.kind, deployment.endpoint.api_key) == ("openai", "k")


def test_azure_and_a_compatible_server_can_be_had_together(tmp_path: Path) -> None:
    given = {
        "azure_openai_endpoint": "https://my.openai.azure.com",
        "azure_openai_deployments": "a",
        "openai_base_url": "http://localhost:11434/v1",
        "openai_models": "a",
    }
    assert [d.id for d in find_deployments(_settings(tmp_path, **given), {})] == ["azure/a", "openai/a"]


def test_the_file_says_what_each_deployment_can_do(tmp_path: Path) -> None:
    (tmp_path / "deployments.toml").write_text(FULL)
    fast, reasoning = find_deployments(_settings(tmp_path), {"EAST_KEY": "k"})
    assert (fast.id, fast.title, fast.context_tokens, fast.vision) == ("east/fast", "Fast one", 128_000, True)
    assert (fast.price, fast.endpoint.api_key, fast.endpoint.url[-3:]) == ("gpt-4.1-mini", "k", "/v1")
    assert (reasoning.title, reasoning.reasoning) == ("gpt-5-mini", True)


def test_a_key_named_in_the_file_may_stand_in_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deployments.toml").write_text(FULL)
    (tmp_path / ".env").write_text("EAST_KEY=from-the-file\n")
    monkeypatch.setenv("SESERAGI_ENV_FILE", str(tmp_path / ".env"))
    assert find_deployments(_settings(tmp_path))[0].endpoint.api_key == "from-the-file"
    monkeypatch.setenv("EAST_KEY", "from-the-environment")
    assert find_deployments(_settings(tmp_path))[0].endpoint.api_key == "from-the-environment"


def test_no_key_is_ever_in_the_words_of_a_value(tmp_path: Path) -> None:
    (tmp_path / "deployments.toml").write_text(FULL)
    deployment: Deployment = find_deployments(_settings(tmp_path), {"EAST_KEY": "canary"})[0]
    assert "canary" not in repr(deployment)
    assert "canary" not in repr(_settings(tmp_path, azure_openai_api_key="canary"))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    toml = """
colour = "blue"
[[endpoint]]
kind = "aws"
url = "ftp://x"
api_key_variable = "NOT_SET"
[[endpoint.deployment]]
name = "a"
reasoning = "yes"
context_tokens = 0
token_limit = "tokens"
[[endpoint]]
name = "empty"
url = "http://empty.example"
"""
    problems = _problems(tmp_path, toml, azure_openai_endpoint="nonsense")
    assert set(problems) >= {
        ("deployments.toml: colour", "unknown_key"),
        ("deployments.toml: endpoint[0].name", "missing"),
        ("deployments.toml: endpoint[0].kind", "not_valid"),
        ("deployments.toml: endpoint[0].api_key_variable", "missing"),
        ("deployments.toml: endpoint[0].deployment[0].reasoning", "not_valid"),
        ("deployments.toml: endpoint[0].deployment[0].context_tokens", "not_valid"),
        ("deployments.toml: endpoint[0].deployment[0].token_limit", "not_valid"),
        ("deployments.toml: endpoint[1]", "no_deployments"),
        ("AZURE_OPENAI_DEPLOYMENTS", "no_deployments"),
    }


@pytest.mark.parametrize("toml", ["[[endpoint", "endpoint = 3", "[endpoint]\nname = 'a'"])
def test_a_file_that_cannot_be_read_is_a_problem_and_no_crash(tmp_path: Path, toml: str) -> None:
    assert _problems(tmp_path, toml)[0][1] in {"unreadable", "not_valid"}


@pytest.mark.parametrize(
    ("url", "kind"), [("my.openai.azure.com", "not_a_url"), ("http://my.openai.azure.com", "not_https")]
)
def test_an_address_without_https_is_refused_for_azure(tmp_path: Path, url: str, kind: str) -> None:
    given = {"azure_openai_endpoint": url, "azure_openai_deployments": "a"}
    assert _problems(tmp_path, **given) == [("AZURE_OPENAI_ENDPOINT", kind)]


def test_loopback_needs_no_https(tmp_path: Path) -> None:
    given = {"azure_openai_endpoint": "http://127.0.0.1:8080", "azure_openai_deployments": "a"}
    assert len(find_deployments(_settings(tmp_path, **given), {})) == 1


def test_the_same_deployment_twice_is_a_problem(tmp_path: Path) -> None:
    given = {"azure_openai_endpoint": "https://x.openai.azure.com", "azure_openai_deployments": "a,a"}
    assert _problems(tmp_path, **given)[0][1] == "duplicate"


def test_values_out_of_range_name_their_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESERAGI_SILENCE_SECONDS", "soon")
    monkeypatch.setenv("OPENAI_MAX_RETRIES", "-1")
    with pytest.raises(ConfigurationError) as raised:
        load_settings(_env_file=None)
    assert {p.variable for p in raised.value.problems} == {"SESERAGI_SILENCE_SECONDS", "OPENAI_MAX_RETRIES"}
    assert isinstance(raised.value.problems[0], Problem)
