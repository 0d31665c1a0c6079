"""Our reader of Server-Sent Events: against the standard's own rules, and against the SDK's reader and chunk models."""

from __future__ import annotations

import json

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai._models import construct_type
from openai._streaming import SSEDecoder
from openai.types.chat import ChatCompletionChunk

from services.endpoint.sse import EventReader
from services.streaming.chunks import read_chunk
from tests.running import KEY, Running

BODY = {"messages": [{"role": "user", "content": "Hello"}], "stream": True, "stream_options": {"include_usage": True}}
STREAMS = (
    "demo-token-by-token",
    "demo-async-filter",
    "demo-reasoning",
    "fault-refusal",
    "fault-late-block",
    "fault-crlf",
)
LINES = [
    "data: a",
    "data:b",
    "data",
    "data:  c",
    ": comment",
    "",
    "",
    "event: ping",
    "id: 7",
    "retry: 3",
    "other",
    "データ",
    "data: 流れ",
]


def _read(parts: list[bytes]) -> list[str]:
    reader = EventReader()
    return [data for part in parts for data in reader.feed(part)]


def _in_parts(body: bytes, sizes: list[int]) -> list[bytes]:
    parts, at = [], 0
    for size in sizes:
        parts.append(body[at : at + size])
        at += size
    return [*parts, body[at:]]


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ("data: a\n\n", ["a"]),
        ("data: a\ndata: b\n\n", ["a\nb"]),
        ("data:a\r\n\r\ndata:b\r\rdata:c\n\n", ["a", "b", "c"]),
        ("data\n\n", [""]),
        ("\ufeffdata: a\n\n", ["a"]),
        (": comment\nevent: ping\nid: 7\nretry: 3000\n\n", []),
        ("data: a\n", []),
        ("data: a", []),
        (" data: a\n\n", []),
        ("data:  a\n\n", [" a"]),
        ("data: a\u2028b\x85c\n\n", ["a\u2028b\x85c"]),
        ("\n\n\ndata: a\n\n\n\n", ["a"]),
    ],
)
def test_it_reads_as_the_standard_says(body: str, data: list[str]) -> None:
    assert _read([body.encode()]) == data


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        EventReader().feed(b"data: \xff\n\n")


@given(
    st.lists(st.sampled_from(LINES), max_size=30),
    st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=30, max_size=30),
    st.lists(st.integers(0, 9), max_size=80),
)
def test_it_reads_the_same_however_the_bytes_are_cut(lines: list[str], ends: list[str], sizes: list[int]) -> None:
    body = "".join(line + end for line, end in zip(lines, ends, strict=False)).encode()
    assert _read(_in_parts(body, sizes)) == _read([body])


@given(st.lists(st.sampled_from(LINES), max_size=30), st.lists(st.integers(1, 9), max_size=40))
def test_it_reads_what_the_sdk_reads_but_for_events_without_data(lines: list[str], sizes: list[int]) -> None:
    body = "\n".join([*lines, "", ""]).encode()
    with_data = [event.data for event in SSEDecoder().iter_bytes(iter([body])) if event.data]
    assert [data for data in _read(_in_parts(body, sizes)) if data] == with_data


@pytest.mark.parametrize("name", STREAMS)
def test_our_events_are_those_of_the_sdks_chunk_models(fast: Running, name: str) -> None:
    url = f"{fast.address}/openai/deployments/{name}/chat/completions?api-version=2024-10-21"
    received = httpx2.post(url, headers={"api-key": KEY}, json=BODY).content
    chunks = [json.loads(data) for data in _read([received]) if data != "[DONE]"]
    assert len(chunks) > 5
    for chunk in chunks:
        modelled = construct_type(type_=ChatCompletionChunk, value=chunk)
        assert isinstance(modelled, ChatCompletionChunk)
        assert list(read_chunk(modelled.model_dump(), 1.0)) == list(read_chunk(chunk, 1.0))
