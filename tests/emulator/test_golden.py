"""The wire, byte for byte, against the recordings quoted in the shared facts (azure-wire §1.4-1.6)."""

from __future__ import annotations

import json
import random

import pytest

from emulator import errors
from emulator.wire import DONE, Shapes, Usage, severity_results, to_json

_OBFUSCATION = '"obfuscation":"'

PROMPT_FILTER = (
    'data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,'
    '"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"jailbreak":{"detected":false,"filtered":'
    'false},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":'
    '{"filtered":false,"severity":"safe"}}}]}\n\n'
)
ROLE = (
    'data: {"choices":[{"content_filter_results":{},"delta":{"content":"","refusal":null,"role":"assistant"},'
    '"finish_reason":null,"index":0,"logprobs":null}],"created":1774963235,"id":"chatcmpl-DPTJDcpU38gpauDwhl0FmP7yBQe2H",'
    '"model":"gpt-4.1-mini-2025-04-14","object":"chat.completion.chunk","system_fingerprint":"fp_b6f445fc1c"}\n\n'
)
CONTENT = (
    'data: {"choices":[{"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"protected_material_code":'  # noqa: E501
    '{"detected":false,"filtered":false},"protected_material_text":{"detected":false,"filtered":false},"self_harm":'
    '{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,'
    '"severity":"safe"}},"delta":{"content":"Sure"},"finish_reason":null,"index":0,"logprobs":null}],"created":1774963235,'
    '"id":"chatcmpl-DPTJDcpU38gpauDwhl0FmP7yBQe2H","model":"gpt-4.1-mini-2025-04-14","object":"chat.completion.chunk",'
    '"system_fingerprint":"fp_b6f445fc1c"}\n\n'
)
FINISH = (
    'data: {"choices":[{"content_filter_results":{},"delta":{},"finish_reason":"stop","index":0,"logprobs":null}],'
    '"created":1774963235,"id":"chatcmpl-DPTJDcpU38gpauDwhl0FmP7yBQe2H","model":"gpt-4.1-mini-2025-04-14",'
    '"object":"chat.completion.chunk","system_fingerprint":"fp_b6f445fc1c"}\n\n'
)
USAGE = (
    'data: {"choices":[],"created":1774963235,"id":"chatcmpl-DPTJDcpU38gpauDwhl0FmP7yBQe2H","model":'
    '"gpt-4.1-mini-2025-04-14","object":"chat.completion.chunk","system_fingerprint":"fp_b6f445fc1c","usage":'
    '{"completion_tokens":2,"completion_tokens_details":{"accepted_prediction_tokens":0,"audio_tokens":0,'
    '"reasoning_tokens":0,"rejected_prediction_tokens":0},"prompt_tokens":886,"prompt_tokens_details":{"audio_tokens":0,'
    '"cached_tokens":0},"total_tokens":888}}\n\n'
)
ANNOTATION = (
    'data: {"id":"","object":"","created":0,"model":"","choices":[{"index":0,"finish_reason":null,'
    '"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":'
    '"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}},'
    '"content_filter_offsets":{"check_offset":44,"start_offset":44,"end_offset":198}}],"usage":null}\n\n'
)


def _shapes(*, include_usage: bool = False, obfuscate: bool = False) -> Shapes:
    return Shapes(
        id="chatcmpl-DPTJDcpU38gpauDwhl0FmP7yBQe2H",
        created=1774963235,
        model="gpt-4.1-mini-2025-04-14",
        include_usage=include_usage,
        obfuscate=obfuscate,
        source=random.Random(1),
    )


@pytest.mark.parametrize(
    ("made", "recorded"),
    [
        (_shapes().prompt_filter(), PROMPT_FILTER),
        (_shapes().role(), ROLE),
        (_shapes().content("Sure"), CONTENT),
        (_shapes().finish("stop"), FINISH),
        (_shapes(include_usage=True).usage(Usage(prompt=886, completion=2)), USAGE),
        (_shapes().annotation(severity_results(), 44, 198), ANNOTATION),
        (DONE, "data: [DONE]\n\n"),
    ],
    ids=["prompt filter", "role", "content", "finish", "usage", "annotation", "done"],
)
def test_an_event_is_the_recorded_one_to_the_byte(made: bytes, recorded: str) -> None:
    assert made == recorded.encode()


def test_obfuscation_stands_between_model_and_object() -> None:
    keys = list(json.loads(_shapes(obfuscate=True).role()[6:]))
    assert keys == ["choices", "created", "id", "model", "obfuscation", "object", "system_fingerprint"]


def test_every_chunk_carries_a_null_usage_where_usage_was_asked_for() -> None:
    shapes = _shapes(include_usage=True)
    for made in (shapes.prompt_filter(), shapes.role(), shapes.content("x"), shapes.finish("stop")):
        assert made.endswith(b',"usage":null}\n\n')


def test_japanese_goes_over_the_wire_as_it_is() -> None:
    assert '"delta":{"content":"望"}' in _shapes().content("望").decode()


def test_the_filters_refusal_is_the_recorded_one_in_all_three_shapes() -> None:
    first = to_json(errors.prompt_filtered().body)
    assert first.startswith('{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI')
    assert '"type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":' in first
    second = to_json(errors.prompt_filtered_snake().body)
    assert second.startswith('{"error":{"inner_error":{"code":"ResponsibleAIPolicyViolation","content_filter_results":')
    assert "innererror" not in to_json(errors.prompt_filtered_bare().body)


@pytest.mark.parametrize(
    ("refusal", "recorded"),
    [
        (
            errors.context_too_long(128_000, 192_041),
            '{"error":{"message":"This model\'s maximum context length is 128000 tokens. However, your messages resulted '  # noqa: E501
            'in 192041 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":'
            '"messages","code":"context_length_exceeded"}}',
        ),
        (
            errors.unsupported_parameter("max_tokens", "max_completion_tokens"),
            '{"error":{"message":"Unsupported parameter: \'max_tokens\' is not supported with this model. Use '
            '\'max_completion_tokens\' instead.","type":"invalid_request_error","param":"max_tokens","code":'
            '"unsupported_parameter"}}',
        ),
        (
            errors.unsupported_value("temperature", 0.1),
            '{"error":{"message":"Unsupported value: \'temperature\' does not support 0.1 with this model. Only the '
            'default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":'
            '"unsupported_value"}}',
        ),
        (
            errors.WRONG_KEY,
            '{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make '  # noqa: E501
            "sure to provide a valid key for an active subscription and use a correct regional API endpoint for your "
            'resource."}}',
        ),
        (
            errors.WRONG_TOKEN,
            '{"statusCode":401,"message":"Unauthorized. Access token is missing, invalid, audience is incorrect '
            '(https://cognitiveservices.azure.com), or have expired."}',
        ),
        (
            errors.NO_DEPLOYMENT,
            '{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist. If you '  # noqa: E501
            'created the deployment within the last 5 minutes, please wait a moment and try again."}}',
        ),
        (errors.NO_RESOURCE, '{"error":{"code":"404","message":"Resource not found"}}'),
        (errors.TIMEOUT, '{"error":{"code":"Timeout","message":"The operation was timeout."}}'),
        (
            errors.SERVER_ERROR,
            '{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":'
            '"server_error","param":null,"code":null}}',
        ),
    ],
)
def test_a_refusal_has_the_recorded_body(refusal: errors.Refusal, recorded: str) -> None:
    assert to_json(refusal.body) == recorded
