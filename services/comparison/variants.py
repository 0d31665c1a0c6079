"""The set-up of a comparison: its variants, the values of their variables, and the next input.

Values only, with the operations of the page on them; refuses what no comparison can be run with. Doesn't know which
deployments there are, nor any store.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from services import templates
from services.streaming.request import Parameters

FEWEST: Final = 2
MOST: Final = 8
NAME_CHARACTERS: Final = 60
LETTERS: Final = "ABCDEFGH"
"""What the places of a blind turn are called."""


def new_variant_id() -> str:
    """Unique within a comparison, and says nothing."""
    return uuid.uuid4().hex[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One system prompt on one deployment with its parameters. `system_message` may hold variables."""

    id: str = field(default_factory=new_variant_id)
    name: str = ""
    deployment: str = ""
    system_message: str = ""
    parameters: Parameters = field(default_factory=Parameters)

    def is_like(self, other: Variant) -> bool:
        """Whether both ask the same of the same deployment, whatever they are called."""
        return (self.deployment, self.system_message.strip(), self.parameters) == (
            other.deployment,
            other.system_message.strip(),
            other.parameters,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a comparison is made of. `base` is the variant whose prompt the others are held against."""

    variants: tuple[Variant, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    input: str = ""
    base: str = ""
    is_blind: bool = False

    @property
    def base_variant(self) -> Variant:
        """The one named, or the first."""
        return next((variant for variant in self.variants if variant.id == self.base), self.variants[0])

    def find(self, variant_id: str) -> Variant | None:
        """The variant of that id."""
        return next((variant for variant in self.variants if variant.id == variant_id), None)

    def texts(self, question: str = "") -> list[str]:
        """All texts that may hold variables."""
        return [*(variant.system_message for variant in self.variants), question]

    def add(self, variant: Variant) -> Setup:
        """With one more at the end; unchanged where there are enough."""
        if len(self.variants) >= MOST:
            return self
        return replace(self, variants=(*self.variants, replace(variant, name=self._free_name(variant.name))))

    def duplicate(self, variant_id: str) -> Setup:
        """With a copy beside the variant."""
        place, found = self._place(variant_id), self.find(variant_id)
        if found is None or len(self.variants) >= MOST:
            return self
        copy = replace(found, id=new_variant_id(), name=self._free_name(found.name))
        return replace(self, variants=(*self.variants[: place + 1], copy, *self.variants[place + 1 :]))

    def remove(self, variant_id: str) -> Setup:
        """Without the variant; unchanged where no two would be left."""
        if len(self.variants) <= FEWEST:
            return self
        return replace(self, variants=tuple(v for v in self.variants if v.id != variant_id))

    def move(self, variant_id: str, step: int) -> Setup:
        """With the variant `step` places further on; unchanged at the edge."""
        place = self._place(variant_id)
        to = place + step
        if place < 0 or not 0 <= to < len(self.variants):
            return self
        order = list(self.variants)
        order.insert(to, order.pop(place))
        return replace(self, variants=tuple(order))

    def change(self, variant: Variant) -> Setup:
        """With another variant in place of the one of the same id."""
        return replace(self, variants=tuple(variant if v.id == variant.id else v for v in self.variants))

    def same_for_all(self, variant_id: str, what: str) -> Setup:
        """With the deployment, prompt or parameters of one variant in all."""
        found = self.find(variant_id)
        if found is None:
            return self
        changed = {name: getattr(found, name) for name in (what,)}
        return replace(self, variants=tuple(replace(v, **changed) for v in self.variants))

    def with_defaults(self, defaults: Mapping[str, str]) -> Setup:
        """With values for variables that have none yet."""
        known = {name: value for name, value in self.values.items() if value}
        return replace(self, values={**defaults, **known})

    def equals(self) -> tuple[tuple[Variant, ...], ...]:
        """Groups of variants that ask the same."""
        groups: list[list[Variant]] = []
        for variant in self.variants:
            group = next((group for group in groups if group[0].is_like(variant)), None)
            if group is None:
                groups.append([variant])
            else:
                group.append(variant)
        return tuple(tuple(group) for group in groups if len(group) > 1)

    def _place(self, variant_id: str) -> int:
        return next((n for n, variant in enumerate(self.variants) if variant.id == variant_id), -1)

    def _free_name(self, wanted: str) -> str:
        """One that no variant has yet: the one wanted, or the next number."""
        taken = {variant.name for variant in self.variants}
        numbers = (_number(place) for place in range(MOST))
        return (
            wanted if wanted and wanted not in taken else next((name for name in numbers if name not in taken), wanted)
        )


def name_of(variants: Sequence[Variant], variant_id: str) -> str:
    """What people call the variant: its name, or the number of its place; letters are for blind turns."""
    place, variant = next(((n, v) for n, v in enumerate(variants) if v.id == variant_id), (0, None))
    return (variant.name.strip() if variant else "") or _number(place)


def _number(place: int) -> str:
    return f"#{place + 1}"


def filled(setup: Setup, variant: Variant) -> str:
    """The variant's system message as it is sent."""
    return templates.fill(variant.system_message, setup.values).strip()
