from __future__ import annotations

import base64
import json
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.comparison.links import MOST_CHARACTERS, read_link, write_link
from services.comparison.variants import Setup, Variant
from services.errors import LinkDamaged, LinkTooLong

SETUP = Setup(
    variants=tuple(
        Variant(name=n, deployment="azure/gpt", system_message="あなたは親切です。" * 20) for n in "ABCDEFGH"
    ),
    values={"tone": "kind"},
    input="なぜ?",
    is_blind=True,
)


def _pack(content: bytes) -> str:
    packed = zlib.crc32(content).to_bytes(4, "big") + zlib.compress(content)
    return "1" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_a_link_carries_eight_variants_and_the_input() -> None:
    link = write_link(SETUP)
    assert len(link) < 2_000
    assert read_link(link) == SETUP


def test_a_link_has_only_letters_that_survive_being_mailed() -> None:
    assert not set(write_link(SETUP)) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_set_up_beyond_what_an_address_holds_is_refused() -> None:
    noise = "".join(chr(random.randrange(33, 0x3000)) for _ in range(20_000))
    with pytest.raises(LinkTooLong):
        write_link(Setup(variants=(Variant(system_message=noise), Variant())))
    with pytest.raises(LinkTooLong):
        read_link("1" + "A" * MOST_CHARACTERS)


def test_a_link_that_was_cut_anywhere_is_refused() -> None:
    link = write_link(SETUP)
    for end in range(0, len(link), 7):
        with pytest.raises(LinkDamaged):
            read_link(link[:end])


@pytest.mark.parametrize(
    "link",
    [
        "",
        "2AAAA",
        "1",
        "1====",
        "1ÄÖÜ",
        _pack(b"not json"),
        _pack(b"[]"),
        _pack(b'{"variants": [{}]}'),
        _pack(b"[" * 100_000),
        _pack(json.dumps({"variants": [{}, {}], "input": "x" * 2_000_000}).encode()),
    ],
)
def test_what_is_no_link_is_refused(link: str) -> None:
    with pytest.raises(LinkDamaged):
        read_link(link)


@given(st.text(max_size=200))
def test_any_text_gives_a_set_up_or_a_clear_error(text: str) -> None:
    for link in (text, f"1{text}"):
        with pytest.raises(LinkDamaged):
            read_link(link)
