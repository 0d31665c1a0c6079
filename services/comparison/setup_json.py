"""A set-up as JSON and back: for the database, links and exports. Checks everything, as it may come from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from services.comparison.variants import FEWEST, MOST, NAME_CHARACTERS, Setup, Variant, new_variant_id
from services.history.answer_json import read_asked_with, write_asked_with
from services.history.records import AskedWith
from services.templates import NAME_CHARACTERS as VARIABLE_CHARACTERS

Json = dict[str, Any]
MOST_VALUES: Final = 100
LONGEST_TEXT: Final = 1_000_000


class NoSetup(ValueError):
    """What was read is no set-up."""


def write_variant(variant: Variant) -> Json:
    """As JSON."""
    asked = AskedWith(
        deployment=variant.deployment, system_message=variant.system_message, parameters=variant.parameters
    )
    return {"id": variant.id, "name": variant.name, **write_asked_with(asked)}


def read_variant(value: object) -> Variant:
    """From JSON; raises `NoSetup`."""
    if not isinstance(value, Mapping):
        raise NoSetup
    asked = read_asked_with(value)
    if len(asked.system_message) > LONGEST_TEXT:
        raise NoSetup
    return Variant(
        id=_text(value.get("id"))[:64] or new_variant_id(),
        name=_text(value.get("name"))[:NAME_CHARACTERS],
        deployment=asked.deployment,
        system_message=asked.system_message,
        parameters=asked.parameters,
    )


def write_setup(setup: Setup) -> Json:
    """As JSON."""
    return {
        "variants": [write_variant(variant) for variant in setup.variants],
        "values": dict(setup.values),
        "input": setup.input,
        "base": setup.base,
        "is_blind": setup.is_blind,
    }


def read_setup(value: object) -> Setup:
    """From JSON; raises `NoSetup`."""
    if not isinstance(value, Mapping) or not isinstance(value.get("variants"), list):
        raise NoSetup
    variants = tuple(read_variant(one) for one in value["variants"])
    if not FEWEST <= len(variants) <= MOST:
        raise NoSetup
    return Setup(
        variants=_with_own_ids(variants),
        values=read_values(value.get("values")),
        input=_text(value.get("input"))[:LONGEST_TEXT],
        base=_text(value.get("base")),
        is_blind=value.get("is_blind") is True,
    )


def read_values(value: object) -> dict[str, str]:
    """Names and texts; whatever else there is, is left out."""
    if not isinstance(value, Mapping):
        return {}
    kept = [(str(name)[:VARIABLE_CHARACTERS], text) for name, text in value.items() if isinstance(text, str)]
    return dict(kept[:MOST_VALUES])


def _with_own_ids(variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
    if len({variant.id for variant in variants}) == len(variants):
        return variants
    return tuple(replace(variant, id=new_variant_id()) for variant in variants)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
