"""Comparisons on record, as values: the set-up, the turns with what was asked of whom, and the votes.

A column's messages are those of a conversation; a cell names the question there, below which the answers stand (more
than one where it was asked again). So a comparison is variants x inputs x repetitions. Knows no database.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from services.comparison.variants import Setup, Variant
from services.comparison.votes import Vote
from services.history.records import TitledBy, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where a variant's answers to one input are."""

    variant_id: str
    conversation_id: str
    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonTurn:
    """One input to all variants, as they were then. `cells` stand in the order of the page, shuffled where blind."""

    id: str = field(default_factory=new_id)
    setup: Setup
    cells: tuple[Cell, ...] = ()
    vote: Vote | None = None
    created_at: float = field(default_factory=time.time)

    @property
    def is_hidden(self) -> bool:
        """Whether names and figures wait for the vote."""
        return self.setup.is_blind and self.vote is None

    @property
    def shown(self) -> tuple[Variant, ...]:
        """The variants in the order of the cells."""
        found = (self.setup.find(cell.variant_id) for cell in self.cells)
        return tuple(variant for variant in found if variant is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRecord:
    """A comparison without its turns; `setup` is that of the next turn."""

    id: str = field(default_factory=new_id)
    title: str = ""
    titled_by: TitledBy = "first words"
    setup: Setup
    created_at: float = field(default_factory=time.time)
    updated_at: float = field(default_factory=time.time)
