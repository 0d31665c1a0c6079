"""A tape: what it keeps, what it leaves out, and how it is bounded."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.recording.records import Read, Sent
from services.recording.secrecy import secrets_in, shown_address, shown_headers
from services.recording.tape import LEFT_OUT, Tape

SECRET = "canary-key-0123456789"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def _tape(**more: object) -> Tape:
    sent = Sent(url=f"http://x/?k={SECRET}", body=f'{{"q": "my key is {SECRET}"}}')
    return Tape(sent, (SECRET,), deployment="d", clock=Clock(), **more)  # type: ignore[arg-type]  # as asked


def test_each_read_is_kept_with_its_time_since_the_request_left() -> None:
    tape = _tape()
    tape.note_head(200, "OK", "HTTP/1.1", ())
    tape.note_read(b"one")
    tape.note_read(b"two!")
    tape.note_end("whole")
    tape.note_end("closed")
    made = tape.recording()
    assert made.body == b"onetwo!"
    assert made.reads == (Read(2.0, 3), Read(3.0, 7))
    assert made.head is not None
    assert (made.head.at, made.ended_at, made.end) == (1.0, 4.0, "whole")


def test_what_exceeds_the_cap_is_left_out_and_the_cut_is_marked() -> None:
    tape = _tape(most_bytes=5)
    for _ in range(3):
        tape.note_read(b"abc")
    made = tape.recording()
    assert (made.body, made.total_bytes, made.is_cut) == (b"abcab", 9, True)
    assert [read.end for read in made.reads] == [3, 5]


def test_a_secret_is_found_wherever_the_endpoint_repeats_it() -> None:
    tape = _tape()
    tape.note_head(401, "No", "HTTP/1.1", (("x-echo", f"key {SECRET}!"), ("set-cookie", "session=1")))
    tape.note_read(f"wrong key: {SECRET[:9]}".encode())
    tape.note_read(f"{SECRET[9:]}.".encode())
    tape.note_end("whole")
    made = tape.recording()
    assert SECRET not in repr(made)
    assert made.body == b"wrong key: " + b"*" * len(SECRET) + b"."
    assert made.head is not None
    assert made.head.headers == (("x-echo", f"key {'*' * len(SECRET)}!"), ("set-cookie", LEFT_OUT))


@given(st.integers(4, len(SECRET) - 1))
def test_no_beginning_of_a_secret_is_shown_while_more_may_come(length: int) -> None:
    tape = _tape()
    tape.note_read(b"wrong key: " + SECRET[:length].encode())
    assert tape.recording().body == b"wrong key: "
    assert tape.recording().reads == (Read(1.0, 11),)
    tape.note_read(b"...")
    assert tape.recording().body.endswith(SECRET[:length].encode() + b"...")


def test_a_compressed_body_is_kept_as_what_it_says() -> None:
    tape = _tape()
    tape.note_head(200, "OK", "HTTP/1.1", (("content-encoding", "gzip"),))
    packed = gzip.compress(b"data: hello\n\n")
    for place in range(0, len(packed), 5):
        tape.note_read(packed[place : place + 5])
    tape.note_end("whole")
    assert tape.recording().body == b"data: hello\n\n"


def test_a_body_that_only_says_it_is_compressed_is_kept_as_it_came() -> None:
    tape = _tape()
    tape.note_head(200, "OK", "HTTP/1.1", (("content-encoding", "gzip"),))
    tape.note_read(b"data: plain\n\n")
    assert tape.recording().body == b"data: plain\n\n"


def test_headers_nobody_thought_of_keep_their_names_and_lose_their_values() -> None:
    headers = [("Accept", "*/*"), ("api-key", SECRET), ("Authorization", f"Bearer {SECRET}"), ("x-new", "whatever")]
    assert shown_headers(headers) == (
        ("Accept", "*/*"),
        ("api-key", LEFT_OUT),
        ("Authorization", LEFT_OUT),
        ("x-new", LEFT_OUT),
    )
    assert SECRET in secrets_in(headers)


@pytest.mark.parametrize("short", ["none", "Bearer none"])
def test_a_word_that_is_no_key_is_not_hidden_everywhere(short: str) -> None:
    assert "none" not in secrets_in([("authorization", short)])


def test_what_is_no_address_is_left_out_as_a_whole() -> None:
    assert shown_address(f"https://[{SECRET}/x") == LEFT_OUT


def test_an_address_keeps_its_api_version_and_loses_everything_that_may_be_a_key() -> None:
    shown = shown_address(f"https://me:{SECRET}@host:1/openai/x?api-version=2024-10-21&subscription-key={SECRET}#f")
    assert shown == f"https://host:1/openai/x?api-version=2024-10-21&subscription-key={LEFT_OUT}"
