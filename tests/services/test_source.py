"""The service against the emulator: the real SDK over real sockets, fault by fault."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from azure.core.exceptions import ClientAuthenticationError
from starlette.types import Receive, Scope, Send

from services import errors
from services.deployments import Deployment, Endpoint
from services.endpoint.clients import EntraCredential, TokenProvider
from services.endpoint.source import EndpointSource
from services.errors import ReplyError
from services.streaming.deadlines import Deadlines
from services.streaming.events import RequestSent
from services.streaming.folding import Answer, Status
from services.streaming.replies import Replies, ReplyLimits
from services.streaming.reply import Reply
from services.streaming.request import ChatRequest, Message, Parameters
from tests.running import KEY, Running, serving

QUESTION = (Message(role="user", content="Briefly, please."),)


@pytest.fixture
def replies() -> Iterator[Replies]:
    made = Replies(EndpointSource(max_retries=0, most_bytes=20_000_000), ReplyLimits(most_characters=100_000))
    yield made
    made.close()


def _ask(replies: Replies, deployment: Deployment, **parameters: Any) -> Answer:
    request = ChatRequest(deployment=deployment, messages=QUESTION, parameters=Parameters(**parameters))
    return _wait(replies.start(request))


def _wait(reply: Reply) -> Answer:
    end = time.monotonic() + 30
    while reply.is_live:
        assert time.monotonic() < end, "the reply did not end"
        reply.wait_for_end(1)
    return reply.answer()


@pytest.mark.parametrize("name", ["demo-token-by-token", "demo-azure-bursts", "demo-reasoning", "demo-async-filter"])
def test_an_answer_comes_whole_with_usage_and_ids(fast: Running, replies: Replies, name: str) -> None:
    answer = _ask(replies, fast.deployment(name))
    assert answer.status == "complete"
    assert answer.finish_reason == "stop"
    assert "scripted answer" in answer.text
    assert answer.usage is not None
    assert answer.usage.completion_tokens >= answer.timings.fragments
    assert answer.request_ids.request
    assert answer.request_ids.gateway
    assert answer.timings.first_token_s is not None
    assert {r.category for r in answer.prompt_filter} >= {"hate", "jailbreak"}


FAULTS: list[tuple[str, Status, type[ReplyError] | None]] = [
    ("prompt-filtered", "filtered", errors.PromptFiltered),
    ("prompt-filtered-snake", "filtered", errors.PromptFiltered),
    ("prompt-filtered-bare", "filtered", errors.PromptFiltered),
    ("context-too-long", "failed", errors.ContextTooLong),
    ("context-too-long-requested", "failed", errors.ContextTooLong),
    ("input-too-long", "failed", errors.ContextTooLong),
    ("unsupported-parameter", "failed", errors.InvalidRequest),
    ("wrong-tenant", "failed", errors.AuthenticationFailed),
    ("wrong-key", "failed", errors.AuthenticationFailed),
    ("unauthorized", "failed", errors.AuthenticationFailed),
    ("no-access", "failed", errors.AccessDenied),
    ("virtual-network", "failed", errors.AccessDenied),
    ("429-calls", "failed", errors.RateLimited),
    ("429-model", "failed", errors.RateLimited),
    ("wrong-token", "failed", errors.AuthenticationFailed),
    ("missing-role", "failed", errors.AccessDenied),
    ("firewall", "failed", errors.AccessDenied),
    ("keys-disabled", "failed", errors.AccessDenied),
    ("no-deployment", "failed", errors.DeploymentNotFound),
    ("no-resource", "failed", errors.ResourceNotFound),
    ("wrong-version", "failed", errors.ResourceNotFound),
    ("429", "failed", errors.RateLimited),
    ("no-capacity", "failed", errors.NoCapacity),
    ("500", "failed", errors.EndpointFailed),
    ("500-bare", "failed", errors.EndpointFailed),
    ("408", "failed", errors.EndpointFailed),
    ("413", "failed", errors.InvalidRequest),
    ("431", "failed", errors.InvalidRequest),
    ("502", "failed", errors.EndpointFailed),
    ("503", "failed", errors.EndpointFailed),
    ("504", "failed", errors.EndpointFailed),
    ("redirect", "failed", errors.ResourceNotFound),
    ("length", "complete", None),
    ("length-empty", "complete", None),
    ("cut-by-filter", "filtered", None),
    ("late-block", "filtered", None),
    ("filter-not-run", "complete", None),
    ("refusal", "complete", None),
    ("tool-call", "complete", None),
    ("midstream-error", "failed", errors.EndpointFailed),
    ("midstream-no-capacity", "failed", errors.NoCapacity),
    ("midstream-forbidden", "failed", errors.AccessDenied),
    ("midstream-user-error", "failed", errors.InvalidRequest),
    ("midstream-text", "failed", errors.EndpointFailed),
    ("midstream-empty-error", "failed", errors.MalformedStream),
    ("truncated", "failed", errors.StreamIncomplete),
    ("truncated-mid-event", "failed", errors.StreamIncomplete),
    ("done-only", "failed", errors.StreamIncomplete),
    ("empty", "failed", errors.StreamIncomplete),
    ("json-200", "failed", errors.NotAStream),
    ("json-error-200", "failed", errors.NotAStream),
    ("html-200", "failed", errors.NotAStream),
    ("no-done", "complete", None),
    ("comments", "complete", None),
    ("foreign-lines", "complete", None),
    ("bad-json", "failed", errors.MalformedStream),
    ("html-in-data", "failed", errors.MalformedStream),
    ("empty-data", "failed", errors.MalformedStream),
    ("not-an-object", "failed", errors.MalformedStream),
    ("odd-choices", "failed", errors.MalformedStream),
    ("no-prefix", "complete", None),
    ("lone-surrogate", "complete", None),
    ("control-characters", "complete", None),
    ("invalid-utf8", "failed", errors.MalformedStream),
    ("crlf", "complete", None),
    ("split-bytes", "complete", None),
    ("endless", "failed", errors.AnswerTooLarge),
    ("long-line", "failed", errors.AnswerTooLarge),
]


@pytest.mark.parametrize(("name", "status", "error"), FAULTS)
def test_every_fault_ends_in_its_own_way(
    fast: Running, replies: Replies, name: str, status: Status, error: type[ReplyError] | None
) -> None:
    answer = _ask(replies, fast.deployment(f"fault-{name}"))
    assert (answer.status, type(answer.error) if answer.error else None) == (status, error)
    answer.text.encode()
    assert "\0" not in answer.text
    assert "\u202e" not in answer.text


def test_a_fault_after_the_first_words_keeps_them(fast: Running, replies: Replies) -> None:
    for name in ("truncated", "midstream-error", "bad-json"):
        assert _ask(replies, fast.deployment(f"fault-{name}")).text.startswith("This is a scripted")


def test_an_error_carries_both_ids_its_status_and_the_endpoints_words(fast: Running, replies: Replies) -> None:
    error = _ask(replies, fast.deployment("fault-500")).error
    assert error is not None
    assert (error.status, bool(error.request_ids.request), bool(error.request_ids.gateway)) == (500, True, True)
    assert error.detail.startswith("The server had an error")
    gateway_only = _ask(replies, fast.deployment("fault-wrong-key")).error
    assert gateway_only is not None
    assert gateway_only.request_ids.request is None
    assert gateway_only.request_ids.gateway


def test_an_html_page_of_a_proxy_is_not_shown(fast: Running, replies: Replies) -> None:
    error = _ask(replies, fast.deployment("fault-502")).error
    assert error is not None
    assert error.detail == ""


@pytest.mark.parametrize(("name", "seconds"), [("429", 9.0), ("429-precise", 1.2), ("429-a-day", 86_400.0)])
def test_a_rate_limit_says_when_to_come_back(fast: Running, replies: Replies, name: str, seconds: float) -> None:
    error = _ask(replies, fast.deployment(f"fault-{name}")).error
    assert error is not None
    assert error.retry_after_s == seconds


@pytest.mark.parametrize("name", ["prompt-filtered", "prompt-filtered-snake"])
def test_a_filtered_prompt_names_its_categories(fast: Running, replies: Replies, name: str) -> None:
    error = _ask(replies, fast.deployment(f"fault-{name}")).error
    assert isinstance(error, errors.PromptFiltered)
    assert "jailbreak" in {r.category for r in error.results if r.filtered}


def test_a_late_verdict_takes_the_text_back(fast: Running, replies: Replies) -> None:
    answer = _ask(replies, fast.deployment("fault-late-block"))
    assert (answer.withdrawn, answer.text, answer.finish_reason) == (True, "", "content_filter")
    assert [r.category for r in answer.completion_filter] == ["protected_material_text"]


def test_a_late_verdict_counts_at_once_also_where_the_stream_then_hangs(lifelike: Running, replies: Replies) -> None:
    reply = replies.start(ChatRequest(deployment=lifelike.deployment("fault-late-block-and-hang"), messages=QUESTION))
    _until(lambda: reply.is_withdrawn)
    withdrawn_at = time.monotonic()
    assert _wait(reply).status == "filtered"
    assert time.monotonic() - withdrawn_at < 0.5
    _until(lambda: lifelike.last().client_closed_at is not None)


def test_a_cut_by_the_default_filter_keeps_what_had_passed(fast: Running, replies: Replies) -> None:
    answer = _ask(replies, fast.deployment("fault-cut-by-filter"))
    assert not answer.withdrawn
    assert answer.text
    assert [(r.category, r.severity) for r in answer.completion_filter] == [("violence", "medium")]


def test_a_refusal_is_words_of_its_own(fast: Running, replies: Replies) -> None:
    answer = _ask(replies, fast.deployment("fault-refusal"))
    assert (answer.text, answer.refusal) == ("", "I'm sorry, but I can't help with that.")


def test_a_retry_of_the_sdk_is_seen_while_it_happens(fast: Running) -> None:
    replies = Replies(EndpointSource(max_retries=2))
    reply = replies.start(ChatRequest(deployment=fast.deployment("fault-429-twice"), messages=QUESTION))
    seen = set()
    while reply.is_live:
        seen.add((reply.attempt, reply.failed_status))
        reply.wait_for_end(1)
    replies.close()
    assert reply.answer().attempts == 3
    assert {(1, 429), (2, 429)} <= seen


def test_without_retries_nothing_is_tried_twice(fast: Running, replies: Replies) -> None:
    assert _ask(replies, fast.deployment("fault-429-once")).status == "failed"


@pytest.mark.parametrize("name", ["stall", "no-head", "no-first-token", "slow-first-token"])
def test_stop_closes_the_connection_in_every_phase(lifelike: Running, replies: Replies, name: str) -> None:
    reply = replies.start(ChatRequest(deployment=lifelike.deployment(f"fault-{name}"), messages=QUESTION))
    _until(lambda: len(reply.fragments) > 5 if name == "stall" else reply.attempt == 1)
    stopped_at = time.monotonic()
    reply.stop()
    assert _wait(reply).status == "stopped"
    record = lifelike.last()
    _until(lambda: record.client_closed_at is not None)
    assert record.client_closed_at is not None
    assert record.client_closed_at - stopped_at < 0.5


def test_stop_at_any_moment_around_the_response_head_leaves_no_connection_open(fast: Running, replies: Replies) -> None:
    request = ChatRequest(deployment=fast.deployment("fault-stall"), messages=QUESTION)
    for milliseconds in range(120):
        reply = replies.start(request)
        time.sleep(milliseconds / 10_000)
        reply.stop()
        assert _wait(reply).status == "stopped"
    stalled = [r for r in fast.emulator.ledger._records if r.deployment == "fault-stall"]
    _until(lambda: all(record.client_closed_at is not None for record in stalled))


def test_stop_ends_the_wait_before_a_retry() -> None:
    with _always_429() as deployment:
        replies = Replies(EndpointSource(max_retries=2))
        reply = replies.start(ChatRequest(deployment=deployment, messages=QUESTION))
        _until(lambda: reply.failed_status == 429)
        reply.stop()
        stopped_at = time.monotonic()
        assert _wait(reply).status == "stopped"
        assert time.monotonic() - stopped_at < 0.5
        replies.close()


@contextmanager
def _always_429() -> Iterator[Deployment]:
    async def busy(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 429, "headers": [(b"retry-after", b"60")]})
        await send({"type": "http.response.body", "body": b"{}"})

    with serving(busy) as address:
        yield Deployment(name="x", endpoint=Endpoint(name="busy", kind="openai", url=address))


def _until(is_so: Callable[[], object], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("name", "deadlines", "phase"),
    [
        ("fault-no-head", Deadlines(first_token_s=0.2), "first_token"),
        ("fault-no-first-token", Deadlines(first_token_s=0.2), "first_token"),
        ("fault-stall", Deadlines(silence_s=0.3), "silence"),
        ("fault-stall-with-comments", Deadlines(silence_s=0.3), "silence"),
        ("paced-1000x20", Deadlines(total_s=0.4), "total"),
    ],
)
def test_our_own_deadlines_end_what_would_go_on_for_ever(
    lifelike: Running, name: str, deadlines: Deadlines, phase: str
) -> None:
    replies = Replies(EndpointSource(), ReplyLimits(deadlines=deadlines))
    error = _ask(replies, lifelike.deployment(name)).error
    replies.close()
    assert isinstance(error, errors.TimedOut)
    assert error.phase == phase
    _until(lambda: lifelike.last().client_closed_at is not None)


def test_nobody_there_is_said_as_such(replies: Replies) -> None:
    endpoint = Endpoint(name="gone", kind="azure", url="http://127.0.0.1:9", api_key="k")
    answer = _ask(replies, Deployment(name="x", endpoint=endpoint))
    assert isinstance(answer.error, errors.EndpointUnreachable)


def test_v1_and_compatible_servers_are_asked_at_their_own_address(fast: Running, replies: Replies) -> None:
    for kind in ("azure-v1", "openai"):
        endpoint = Endpoint(name=kind, kind=kind, url=f"{fast.address}/openai/v1", api_key=KEY)
        assert _ask(replies, Deployment(name="demo-token-by-token", endpoint=endpoint)).status == "complete"
        assert "/openai/v1/chat/completions" in fast.last().url


class FakeCredential:
    """Gives the emulator's key as a token, and remembers for which scope."""

    def __init__(self) -> None:
        self.scopes: list[str] = []
        self.is_closed = False

    def provider(self, scope: str) -> TokenProvider:
        async def token() -> str:
            self.scopes.append(scope)
            return KEY

        return token

    async def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize(("kind", "path"), [("azure", ""), ("azure-v1", "/openai/v1")])
def test_without_a_key_a_token_is_asked_for_with_the_configured_scope(fast: Running, kind: Any, path: str) -> None:
    credential = FakeCredential()
    replies = Replies(EndpointSource(new_credential=lambda: credential))
    endpoint = Endpoint(name="keyless", kind=kind, url=f"{fast.address}{path}", scope="https://ai.azure.com/.default")
    answer = _ask(replies, Deployment(name="demo-token-by-token", endpoint=endpoint))
    replies.close()
    assert answer.status == "complete"
    assert credential.scopes == ["https://ai.azure.com/.default"]
    assert credential.is_closed


def test_a_credential_that_gives_no_token_is_said_as_such(fast: Running) -> None:
    class Broken(FakeCredential):
        def provider(self, scope: str) -> TokenProvider:
            async def token() -> str:
                raise ClientAuthenticationError(f"no token for {scope}")

            return token

    replies = Replies(EndpointSource(new_credential=Broken))
    endpoint = replace(fast.endpoint, api_key=None)
    answer = _ask(replies, Deployment(name="demo-token-by-token", endpoint=endpoint))
    replies.close()
    assert isinstance(answer.error, errors.AuthenticationFailed)


def test_the_real_credential_can_be_made_and_closed() -> None:
    async def make() -> None:
        credential = EntraCredential()
        assert callable(credential.provider("https://ai.azure.com/.default"))
        await credential.close()

    with start_blocking_portal() as portal:
        portal.call(make)


def test_reasoning_gets_the_developer_role_and_its_own_limit(fast: Running, replies: Replies) -> None:
    messages = (Message(role="system", content="Be brief"), *QUESTION)
    parameters = Parameters(temperature=0.3, top_p=0.5, most_tokens=900, reasoning_effort="low", verbosity="low")
    request = ChatRequest(deployment=fast.deployment("demo-reasoning"), messages=messages, parameters=parameters)
    assert _wait(replies.start(request)).status == "complete"
    sent = fast.last().body
    assert sent["messages"][0]["role"] == "developer"
    assert sent["parameters"] == {"max_completion_tokens": 900, "reasoning_effort": "low", "verbosity": "low"}


def test_others_get_the_system_role_and_their_parameters(fast: Running, replies: Replies) -> None:
    messages = (Message(role="system", content="Be brief"), *QUESTION)
    parameters = Parameters(temperature=0.3, most_tokens=900, reasoning_effort="low")
    request = ChatRequest(deployment=fast.deployment("demo-token-by-token"), messages=messages, parameters=parameters)
    assert _wait(replies.start(request)).status == "complete"
    sent = fast.last().body
    assert sent["messages"][0]["role"] == "system"
    assert sent["parameters"] == {"temperature": 0.3, "max_tokens": 900}


def test_a_refused_parameter_is_dropped_once_remembered_and_told(fast: Running, replies: Replies) -> None:
    mistaken = replace(fast.deployment("demo-reasoning"), reasoning=False, token_limit="max_tokens")
    first = _ask(replies, mistaken, most_tokens=900, temperature=0.3)
    assert first.status == "complete"
    assert [(d.name, d.instead) for d in first.dropped] == [
        ("max_tokens", "max_completion_tokens"),
        ("temperature", None),
    ]
    second = _ask(replies, mistaken, most_tokens=900, temperature=0.3)
    assert second.status == "complete"
    assert second.dropped == ()
    assert fast.last().body["parameters"] == {"max_completion_tokens": 900}


def test_an_unrecognized_argument_is_dropped_too(fast: Running, replies: Replies) -> None:
    mistaken = replace(fast.deployment("demo-token-by-token"), reasoning=True)
    answer = _ask(replies, mistaken, verbosity="low")
    assert (answer.status, [d.name for d in answer.dropped]) == ("complete", ["verbosity"])


def test_a_refusal_of_something_we_did_not_send_is_an_error(fast: Running, replies: Replies) -> None:
    answer = _ask(replies, fast.deployment("fault-unsupported-value"))
    assert isinstance(answer.error, errors.InvalidRequest)
    assert answer.error.parameter == "temperature"


def test_one_connection_serves_many_answers(fast: Running, replies: Replies) -> None:
    for _ in range(3):
        assert _ask(replies, fast.deployment("paced-5x0")).status == "complete"
    assert replies.live_count == 0


def test_two_hundred_answers_at_once_all_arrive(fast: Running, replies: Replies) -> None:
    request = ChatRequest(deployment=fast.deployment("paced-20x1"), messages=QUESTION)
    running = [replies.start(request) for _ in range(200)]
    assert {_wait(reply).status for reply in running} == {"complete"}


def test_no_event_or_error_holds_the_key(fast: Running, replies: Replies) -> None:
    assert KEY not in repr(fast.endpoint)
    for name in ("fault-wrong-key", "fault-500", "fault-html-200"):
        answer = _ask(replies, fast.deployment(name))
        assert KEY not in repr(answer)
        assert KEY not in repr(answer.error)
    assert KEY not in repr(RequestSent(attempt=1, at=0))
