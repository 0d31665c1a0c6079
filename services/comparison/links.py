"""A set-up in an address: compressed JSON in letters that every mail program leaves alone, with a checksum.

Refuses what is longer than browsers and proxies carry, and what doesn't come out as it went in.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Final

from services.comparison.setup_json import NoSetup, read_setup, write_setup
from services.comparison.variants import Setup
from services.errors import LinkDamaged, LinkTooLong

VERSION: Final = "1"
MOST_CHARACTERS: Final = 7_500
"""Of the whole address 8,000 pass everywhere; the rest is for the host's name."""
_MOST_BYTES: Final = 1_000_000
"""After unpacking: a link may not be a bomb."""


def write_link(setup: Setup) -> str:
    """What stands after `setup=`; raises `LinkTooLong`."""
    text = json.dumps(write_setup(setup), ensure_ascii=False, separators=(",", ":"))
    content = text.encode("utf-8", "replace")
    packed = zlib.crc32(content).to_bytes(4, "big") + zlib.compress(content, 9)
    link = VERSION + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(link) > MOST_CHARACTERS:
        raise LinkTooLong(len(link), MOST_CHARACTERS)
    return link


def read_link(link: str) -> Setup:
    """The set-up; raises `LinkDamaged` or `LinkTooLong`."""
    if len(link) > MOST_CHARACTERS:
        raise LinkTooLong(len(link), MOST_CHARACTERS)
    if link[:1] != VERSION:
        raise LinkDamaged
    try:
        packed = base64.b64decode(link[1:] + "=" * (-len(link[1:]) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(packed[4:], _MOST_BYTES)
        if unpacking.unconsumed_tail or not unpacking.eof or zlib.crc32(content).to_bytes(4, "big") != packed[:4]:
            raise LinkDamaged
        return read_setup(json.loads(content))
    except (binascii.Error, zlib.error, ValueError, RecursionError, NoSetup) as error:
        raise LinkDamaged from error
