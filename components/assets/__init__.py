"""Files that the browser gets: styles, icons, and the scripts of our few components."""

from __future__ import annotations

from pathlib import Path


def read_asset(name: str) -> str:
    """The text of one of them."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
