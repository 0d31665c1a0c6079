"""Embedded endpoint, composition, languages, and the corners of translation."""

from __future__ import annotations

import sys
from email.utils import formatdate
from pathlib import Path
from time import time

import httpx2
import openai
import pytest

from services import embedded as embedded_module
from services import errors
from services.composition import build
from services.embedded import NAMES, EmbeddedEndpoint
from services.endpoint.translation import read_request_ids, read_retry_after, translate, translate_event
from services.languages import choose_language, load_catalogue
from services.settings import load_settings


def test_the_embedded_endpoint_answers_under_its_own_key_and_ends_when_closed() -> None:
    embedded = EmbeddedEndpoint(speed=1000)
    url, key = embedded.endpoint.url, embedded.endpoint.api_key
    assert [d.name for d in embedded.deployments(("paced-1x1",))] == [*NAMES, "paced-1x1"]
    assert httpx2.get(f"{url}/emulator/requests", headers={"api-key": key or ""}).status_code == 200
    embedded.close()
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(url)


def test_an_embedded_endpoint_that_does_not_start_is_said_as_such(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(errors.EndpointUnreachable):
        EmbeddedEndpoint()


def test_an_embedded_endpoint_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stubborn = tmp_path / "python"
    stubborn.write_text('#!/bin/sh\necho \'{"address": "http://127.0.0.1:9"}\'\nexec sleep 600\n')
    stubborn.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stubborn))
    monkeypatch.setattr(embedded_module, "CLOSE_S", 0.1)
    embedded = EmbeddedEndpoint()
    embedded.close()
    assert embedded.is_ended


def test_the_house_is_built_with_the_embedded_endpoint_where_none_is_set(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    services = build(
        load_settings(_env_file=None, seseragi_deployments_file=missing, seseragi_embedded_deployments="fault-429")
    )
    assert [d.name for d in services.deployments] == [*NAMES, "fault-429"]
    assert all(d.endpoint.is_embedded for d in services.deployments)
    services.close()


def test_the_house_is_built_without_it_where_an_endpoint_is_set(tmp_path: Path) -> None:
    services = build(
        load_settings(
            _env_file=None,
            seseragi_deployments_file=tmp_path / "none.toml",
            azure_openai_endpoint="https://x.openai.azure.com",
            azure_openai_api_key="k",
            azure_openai_deployments="a",
        )
    )
    assert services.embedded is None
    services.close()


@pytest.mark.parametrize(("locale", "language"), [("ja-JP", "ja"), ("ja", "ja"), ("de", "en"), (None, "en")])
def test_a_language_is_chosen_for_every_browser(locale: str | None, language: str) -> None:
    assert choose_language(locale) == language


def test_catalogues_translate() -> None:
    assert load_catalogue("ja").gettext("Stop") == "停止"
    assert load_catalogue("en").gettext("Stop") == "Stop"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "7", "retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": formatdate(time() - 60)}, 0.0),
    ],
)
def test_retry_after_is_read_defensively(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers) == seconds


def test_a_retry_date_in_the_future_is_counted_from_now() -> None:
    seconds = read_retry_after({"retry-after": formatdate(time() + 60)})
    assert seconds is not None
    assert 55 < seconds <= 60


def test_request_ids_are_made_safe_to_show() -> None:
    ids = read_request_ids({"x-request-id": "<b>" + "a" * 500, "apim-request-id": ""})
    assert ids.request is not None
    assert len(ids.request) == 100
    assert "<" not in ids.request
    assert ids.gateway is None


def test_an_error_event_about_the_filter_is_the_filters() -> None:
    assert isinstance(translate_event({"code": "content_filter"}, None), errors.PromptFiltered)


def test_what_is_nobodys_is_raised_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        translate(ZeroDivisionError(), is_streaming=False)


def test_a_transport_error_amid_the_stream_is_a_broken_stream() -> None:
    assert isinstance(translate(httpx2.ReadError("gone"), is_streaming=True), errors.StreamBroken)
    assert isinstance(translate(httpx2.ReadError("gone"), is_streaming=False), errors.EndpointUnreachable)


def test_principal_without_access_and_input_tokens_exceed_are_recognised() -> None:
    def status(code: int, message: str) -> errors.ReplyError:
        response = httpx2.Response(code, request=httpx2.Request("POST", "http://x"))
        made = openai.APIStatusError("m", response=response, body={"message": message})
        return translate(made, is_streaming=False)

    assert isinstance(status(401, "Principal does not have access to API/Operation."), errors.AccessDenied)
    assert isinstance(status(400, "Input tokens exceed the configured limit"), errors.ContextTooLong)


def test_a_configuration_error_and_a_question_too_long_have_words_for_the_log() -> None:
    problem = errors.Problem(variable="X", kind="missing")
    assert str(errors.ConfigurationError((problem,))) == "X: missing"
    assert "limit 2" in str(errors.QuestionTooLong(3, 2))
