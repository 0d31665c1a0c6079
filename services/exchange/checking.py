"""Reads untrusted JSON value by value; whatever is wrong is told with its place in the file."""

from __future__ import annotations

import math
from typing import Any

from services.errors import NotReadable

Object = dict[str, Any]
LONGEST_TEXT = 2_000_000
_LATEST = 253_402_300_799.0  # the last second of the year 9999


def an_object(value: object, place: str) -> Object:
    """`value`, which must be an object."""
    if not isinstance(value, dict):
        raise NotReadable("not_valid", place)
    return value


def a_list(value: object, place: str) -> list[Any]:
    """`value`, which must be a list."""
    if not isinstance(value, list):
        raise NotReadable("not_valid", place)
    return value


def child(parent: Object, name: str, place: str) -> tuple[Any, str]:
    """What stands under `name`, and its place; raises where it is missing."""
    if name not in parent:
        raise NotReadable("missing", f"{place}.{name}")
    return parent[name], f"{place}.{name}"


def text_of(parent: Object, name: str, place: str, default: str | None = None) -> str:
    """The text under `name`."""
    if default is not None and parent.get(name) is None:
        return default
    value, at = child(parent, name, place)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise NotReadable("not_valid", at)
    return value


def time_of(parent: Object, name: str, place: str, default: float) -> float:
    """The time under `name`, in seconds since the epoch."""
    value = parent.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotReadable("not_valid", f"{place}.{name}")
    if not math.isfinite(value) or not 0 <= value <= _LATEST:
        raise NotReadable("not_valid", f"{place}.{name}")
    return float(value)


def truth_of(parent: Object, name: str) -> bool:
    """Whether what stands under `name` is true."""
    return parent.get(name) is True
