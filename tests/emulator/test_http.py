"""The emulator as a client sees it, over a real socket."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import httpx2
import pytest

from emulator.faults import FAULTS
from tests.running import KEY, Running, running_emulator

CLASSIC = "/openai/deployments/{}/chat/completions?api-version=2024-10-21"
V1 = "/openai/v1/chat/completions"
QUESTION = {"messages": [{"role": "user", "content": "Briefly, please."}]}


def _post(running: Running, path: str, body: Any = None, **headers: str) -> httpx2.Response:
    sent = {"api-key": KEY, "content-type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    raw = body if isinstance(body, bytes) else json.dumps(QUESTION if body is None else body).encode()
    return httpx2.post(f"{running.address}{path}", content=raw, headers=sent, timeout=20)


def _code(response: httpx2.Response) -> Any:
    return response.json()["error"]["code"]


def _events(response: httpx2.Response) -> list[Any]:
    lines = [line for line in response.text.split("\n\n") if line]
    assert lines[-1] == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]


def _text(response: httpx2.Response) -> str:
    choices = [choice for event in _events(response) for choice in event["choices"]]
    return "".join(choice.get("delta", {}).get("content") or "" for choice in choices)


def test_an_answer_comes_whole_where_no_stream_is_asked_for(fast: Running) -> None:
    body = _post(fast, CLASSIC.format("demo-token-by-token")).json()
    assert body["object"] == "chat.completion"
    assert "scripted answer" in body["choices"][0]["message"]["content"]
    assert body["usage"]["total_tokens"] == body["usage"]["prompt_tokens"] + body["usage"]["completion_tokens"]


def test_a_stream_has_azures_order_and_headers(fast: Running) -> None:
    options = {"stream": True, "stream_options": {"include_usage": True}}
    response = _post(fast, CLASSIC.format("demo-token-by-token"), {**QUESTION, **options})
    events = _events(response)
    assert "prompt_filter_results" in events[0]
    assert events[1]["choices"][0]["delta"] == {"content": "", "refusal": None, "role": "assistant"}
    assert events[-2]["choices"][0]["finish_reason"] == "stop"
    assert events[-1]["choices"] == []
    assert events[-1]["usage"]["completion_tokens"] == len(events) - 4
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["transfer-encoding"] == "chunked"
    for name in ("apim-request-id", "x-request-id", "x-ms-region", "x-ratelimit-remaining-tokens"):
        assert response.headers[name]
    assert "cache-control" not in response.headers


def test_the_v1_address_takes_the_deployment_from_the_body_and_a_bearer(fast: Running) -> None:
    body = {**QUESTION, "model": "demo-azure-bursts"}
    response = httpx2.post(f"{fast.address}{V1}", json=body, headers={"authorization": f"Bearer {KEY}"})
    assert response.json()["object"] == "chat.completion"
    assert fast.last().deployment == "demo-azure-bursts"


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        (CLASSIC.format("nobody"), {}, 404, "DeploymentNotFound"),
        (CLASSIC.format("paced-0x1"), {}, 404, "DeploymentNotFound"),
        (CLASSIC.format("demo-token-by-token").partition("?")[0], {}, 404, "404"),
        (CLASSIC.format("demo-token-by-token").replace("2024-10-21", "tomorrow"), {}, 400, "BadRequest"),
        (CLASSIC.format("demo-token-by-token"), {"api_key": "wrong"}, 401, "401"),
        ("/somewhere", {}, 404, "404"),
        (V1, {}, 404, "DeploymentNotFound"),
    ],
)
def test_the_door_is_kept_as_azure_keeps_it(
    fast: Running, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    response = _post(fast, path, **headers)
    assert (response.status_code, _code(response)) == (status, code)


def test_what_the_gateway_says_carries_only_the_gateways_id(fast: Running) -> None:
    response = _post(fast, CLASSIC.format("fault-firewall"))
    assert response.headers["policy-id"] == "ThrowExceptionDueToTrafficDenied"
    assert response.headers["apim-request-id"]
    assert "x-request-id" not in response.headers


def test_a_wrong_token_is_refused_without_an_error_wrapper(fast: Running) -> None:
    headers = {"authorization": "Bearer wrong", "content-type": "application/json"}
    response = httpx2.post(f"{fast.address}{V1}", json={"model": "x"}, headers=headers)
    assert response.status_code == 401
    assert "error" not in response.json()


def _with(**fields: Any) -> dict[str, Any]:
    return {**QUESTION, **fields}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "could not parse"),
        (b"[1]", "must be a JSON object"),
        ({}, "'messages' is a required property"),
        ({"messages": []}, "too short"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
        ({"messages": ["x"]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": []}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": "x" * 1_048_577}]}, "too long"),
        ({"messages": [{"role": "user", "content": "x"}] * 2049}, "Too many messages"),
        (_with(temperature=3), "not between 0 and 2"),
        (_with(temperature="warm"), "expected a number"),
        (_with(top_p=True), "expected a number"),
        (_with(max_tokens=0), "at least 1"),
        (_with(max_completion_tokens=True), "at least 1"),
        (_with(n=2), "'n' must be 1"),
        (_with(reasoning_effort="low"), "Unrecognized request argument supplied: reasoning_effort"),
        (_with(verbosity="low"), "Unrecognized request argument supplied: verbosity"),
        ({"messages": [{"role": "user", "content": "望" * 128_001}]}, "maximum context length"),
    ],
)
def test_a_request_that_azure_would_refuse_is_refused(fast: Running, body: Any, says: str) -> None:
    response = _post(fast, CLASSIC.format("demo-token-by-token"), body)
    assert response.status_code == 400
    assert says in response.json()["error"]["message"]


def test_a_body_that_is_not_json_is_refused(fast: Running) -> None:
    response = _post(fast, CLASSIC.format("demo-token-by-token"), content_type="text/plain")
    assert "Content-Type must be application/json" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"max_tokens": 9}, "unsupported_parameter", "max_tokens"),
        ({"top_p": 0.5}, "unsupported_parameter", "top_p"),
        ({"temperature": 0.1}, "unsupported_value", "temperature"),
        ({"reasoning_effort": "huge"}, "unsupported_value", "reasoning_effort"),
    ],
)
def test_the_reasoning_deployment_refuses_what_such_models_refuse(
    fast: Running, fields: dict[str, Any], code: str, param: str
) -> None:
    error = _post(fast, CLASSIC.format("demo-reasoning"), _with(**fields)).json()["error"]
    assert (error["code"], error["param"]) == (code, param)


def test_the_reasoning_deployment_reports_its_reasoning_tokens(fast: Running) -> None:
    body = _with(reasoning_effort="high", temperature=1)
    usage = _post(fast, CLASSIC.format("demo-reasoning"), body).json()["usage"]
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 640


def test_reasoning_can_use_up_the_whole_limit(fast: Running) -> None:
    body = _with(max_completion_tokens=50, stream=True)
    events = _events(_post(fast, CLASSIC.format("demo-reasoning"), body))
    assert events[-1]["choices"][0]["finish_reason"] == "length"
    assert len(events) == 3


def test_text_parts_are_read_like_text(fast: Running) -> None:
    parts = [{"type": "text", "text": "Answer in one"}, {"type": "text", "text": "sentence"}]
    _post(fast, CLASSIC.format("demo-token-by-token"), {"messages": [{"role": "user", "content": parts}]})
    assert fast.last().body["messages"][0]["content"] == "Answer in one\nsentence"


def test_the_asynchronous_filter_annotates_without_a_delta_and_after_the_stop(fast: Running) -> None:
    events = _events(_post(fast, CLASSIC.format("demo-async-filter"), _with(stream=True)))
    annotated = [e["choices"][0] for e in events[1:] if "content_filter_offsets" in e["choices"][0]]
    assert len(annotated) > 1
    assert all("delta" not in choice for choice in annotated)
    assert events[-2]["choices"][0]["finish_reason"] == "stop"
    assert events[-1]["choices"][0] == annotated[-1]
    offsets = [choice["content_filter_offsets"] for choice in annotated]
    assert [o["start_offset"] for o in offsets] == [0, *(o["end_offset"] for o in offsets[:-1])]
    texts = (e["choices"][0].get("delta", {}).get("content") or "" for e in events[1:])
    assert offsets[-1]["end_offset"] == len("".join(texts))


def test_a_paced_deployment_gives_exactly_so_many_tokens(fast: Running) -> None:
    events = _events(_post(fast, CLASSIC.format("paced-321x5"), _with(stream=True)))
    assert sum(1 for e in events[1:] if e["choices"][0]["delta"].get("content")) == 321


def test_the_limit_headers_count_down_and_then_a_429_says_when() -> None:
    with running_emulator(requests_a_minute=2) as running:
        path = CLASSIC.format("paced-1x0")
        left = [_post(running, path).headers["x-ratelimit-remaining-requests"] for _ in range(2)]
        refused = _post(running, path)
    assert left == ["1", "0"]
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60


def test_no_recorded_request_holds_the_key(fast: Running) -> None:
    _post(fast, CLASSIC.format("demo-token-by-token"))
    shown = httpx2.get(f"{fast.address}/emulator/requests", headers={"api-key": KEY})
    assert shown.json()[-1]["deployment"] == "demo-token-by-token"
    assert KEY not in shown.text
    assert httpx2.get(f"{fast.address}/emulator/requests").status_code == 401


REFUSALS = {
    "prompt-filtered": 400,
    "prompt-filtered-snake": 400,
    "prompt-filtered-bare": 400,
    "context-too-long": 400,
    "wrong-tenant": 400,
    "wrong-version": 400,
    "missing-role": 401,
    "keys-disabled": 403,
    "no-resource": 404,
    "408": 408,
    "413": 413,
    "no-capacity": 429,
    "431": 431,
    "500": 500,
    "500-bare": 500,
    "502": 502,
    "503": 503,
    "504": 504,
    "redirect": 307,
}


@pytest.mark.parametrize(("name", "status"), list(REFUSALS.items()))
def test_a_fault_is_chosen_by_the_deployments_name(fast: Running, name: str, status: int) -> None:
    assert _post(fast, CLASSIC.format(f"fault-{name}")).status_code == status


def test_a_fault_is_chosen_by_the_header_and_never_by_the_text(fast: Running) -> None:
    path = CLASSIC.format("demo-token-by-token")
    assert _post(fast, path, x_emulator_fault="500").status_code == 500
    body = {"messages": [{"role": "user", "content": "fault-500"}]}
    assert _post(fast, path, body).status_code == 200


def test_an_unknown_fault_is_an_unknown_deployment(fast: Running) -> None:
    assert _code(_post(fast, CLASSIC.format("fault-unheard-of"))) == "DeploymentNotFound"


def test_every_row_of_the_facts_is_among_the_faults() -> None:
    for name in ("midstream-error", "truncated", "stall", "slow-first-token", "json-200", "html-200", "no-head"):
        assert name in FAULTS


@pytest.mark.parametrize("name", ["fault-stall", "fault-no-head", "fault-endless", "fault-stall-with-comments"])
def test_it_notes_when_the_client_leaves(fast: Running, name: str) -> None:
    body = json.dumps({**QUESTION, "stream": True}).encode()
    host, port = fast.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(
            f"POST {CLASSIC.format(name)} HTTP/1.1\r\nHost: x\r\napi-key: {KEY}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        _until(lambda: fast.last().deployment == name and (name == "fault-no-head" or fast.last().bytes_sent > 0))
        left_at = time.monotonic()
    _until(lambda: fast.last().client_closed_at is not None)
    closed_at = fast.last().client_closed_at
    assert closed_at is not None
    assert closed_at - left_at < 0.5


def _until(is_so: Any, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.005)
