"""The code for others: what can be run here is run, against the emulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from dataclasses import replace

import pytest

from services.deployments import Deployment, Endpoint
from services.snippets import SOMEBODYS, write_csharp, write_curl, write_python
from services.streaming.request import ChatRequest, Message, Parameters
from tests.running import KEY, Running

ASKED = 'It\'s "quoted" $HOME `x` \\ 望月'
MESSAGES = (Message(role="system", content="Be\nbrief."), Message(role="user", content=ASKED))


def _request(deployment: Deployment) -> ChatRequest:
    return ChatRequest(deployment=deployment, messages=MESSAGES, parameters=Parameters(temperature=0.5, most_tokens=30))


def _on(fast: Running, kind: str) -> Deployment:
    deployment = fast.deployment("echo")
    if kind == "azure":
        return deployment
    return replace(deployment, endpoint=replace(deployment.endpoint, kind=kind, url=f"{fast.address}/openai/v1"))  # type: ignore[arg-type]  # one of the kinds


def _run(command: list[str]) -> str:
    keys = {"AZURE_OPENAI_API_KEY": KEY, "OPENAI_API_KEY": KEY}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env={**os.environ, **keys})
    return done.stdout


def _as_curl_would(command: str) -> str:
    """What the shell hands to curl, sent by us: a machine without curl must be able to test this."""
    told = _run(["/bin/sh", "-c", "curl() { printf '%s\\0' \"$@\"; }\n" + command]).split("\0")
    flag, url, *rest = told[:-1]
    assert flag == "-N"
    options = list(zip(rest[::2], rest[1::2], strict=True))
    headers = dict(value.split(": ", 1) for name, value in options if name == "-H")
    (body,) = [value for name, value in options if name == "-d"]
    request = urllib.request.Request(url, body.encode(), headers)  # noqa: S310 - the emulator's own address
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - as above
        return str(response.read().decode())


@pytest.mark.parametrize("kind", ["azure", "azure-v1", "openai"])
def test_the_curl_command_gets_the_stream(fast: Running, kind: str) -> None:
    printed = _as_curl_would(write_curl(_request(_on(fast, kind))))
    assert printed.startswith("data: ")
    assert printed.rstrip().endswith("data: [DONE]")
    assert [m["content"] for m in fast.last().body["messages"]] == ["Be\nbrief.", ASKED]
    assert fast.last().body["parameters"]["temperature"] == 0.5


@pytest.mark.parametrize("kind", ["azure", "azure-v1", "openai"])
def test_the_python_program_prints_the_role_and_the_answer(fast: Running, kind: str) -> None:
    printed = _run([sys.executable, "-c", write_python(_request(_on(fast, kind)), 1)])
    assert printed.startswith("assistant:\n")
    assert len(printed) > 30
    assert [m["content"] for m in fast.last().body["messages"]] == ["Be\nbrief.", ASKED]


def test_the_csharp_program_says_what_was_asked_and_waits_as_long(fast: Running) -> None:
    written = write_csharp(_request(fast.deployment("echo")), 33)
    assert json.dumps(ASKED, ensure_ascii=False) in written
    assert 'GetChatClient("echo")' in written
    assert "Task.Delay(33, " in written
    assert written.count("{") == written.count("}")


def test_the_csharp_program_carries_the_parameters_that_are_set(fast: Running) -> None:
    plain, parameters = fast.deployment("echo"), Parameters(temperature=0.5, top_p=0.9, most_tokens=30)
    written = write_csharp(ChatRequest(deployment=plain, messages=MESSAGES, parameters=parameters), 33)
    assert "Temperature = 0.5f," in written
    assert "TopP = 0.9f," in written
    assert "MaxOutputTokenCount = 30," in written
    thoughtful = replace(plain, reasoning=True, token_limit="max_completion_tokens")
    parameters = replace(parameters, reasoning_effort="low", verbosity="high")
    written = write_csharp(ChatRequest(deployment=thoughtful, messages=MESSAGES, parameters=parameters), 33)
    assert 'ReasoningEffortLevel = new ChatReasoningEffortLevel("low"),' in written
    assert "options.SetNewMaxCompletionTokensPropertyEnabled(true);" in written
    assert "// verbosity" in written
    assert 'new DeveloperChatMessage("Be\\nbrief."),' in written
    assert "Temperature" not in written
    bare = write_csharp(ChatRequest(deployment=plain, messages=MESSAGES), 33)
    assert "var options = new ChatCompletionOptions();" in bare


def test_the_csharp_program_speaks_to_the_kind_of_endpoint_that_there_is(fast: Running) -> None:
    assert "new AzureOpenAIClient(" in write_csharp(_request(_on(fast, "azure")), 33)
    for kind, variable in (("azure-v1", "AZURE_OPENAI_API_KEY"), ("openai", "OPENAI_API_KEY")):
        written = write_csharp(_request(_on(fast, kind)), 33)
        assert f'new Uri("{fast.address}/openai/v1/")' in written
        assert f'"{variable}"' in written
        assert "Azure.AI.OpenAI" not in written


def test_what_csharp_takes_for_the_end_of_a_line_is_escaped(fast: Running) -> None:
    asked = (Message(role="user", content="a\u2028b\u0085c\nd"),)
    written = write_csharp(ChatRequest(deployment=fast.deployment("echo"), messages=asked), 33)
    assert r'new UserChatMessage("a\u2028b\u0085c\nd"),' in written


def test_no_key_stands_in_any_of_them(fast: Running) -> None:
    request = _request(fast.deployment("echo"))
    assert all(KEY not in text for text in (write_curl(request), write_python(request, 33), write_csharp(request, 33)))


def test_the_embedded_endpoint_gives_way_to_a_place_for_ones_own() -> None:
    embedded = Endpoint(name="embedded", kind="azure", url="http://127.0.0.1:1", api_key=KEY, is_embedded=True)
    request = _request(Deployment(name="demo", endpoint=embedded))
    for text in (write_curl(request), write_python(request, 33), write_csharp(request, 33)):
        assert SOMEBODYS in text
        assert "127.0.0.1" not in text
