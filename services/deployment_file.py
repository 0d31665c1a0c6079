"""Reads `deployments.toml`: more endpoints, and what each of their deployments can do.

Keys never stand in the file; it names the environment variable that holds one. Every problem is
collected, none raised, so that all can be told at once.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from services.deployments import (
    DEFAULT_API_VERSION,
    DEFAULT_SCOPE,
    KINDS,
    Deployment,
    Endpoint,
    Price,
    looks_like_reasoning,
)
from services.errors import Problem, ProblemKind

_TOKEN_LIMITS: Final = ("max_tokens", "max_completion_tokens")
_ENDPOINT_KEYS: Final = frozenset({"name", "kind", "url", "api_key_variable", "api_version", "scope", "deployment"})
_DEPLOYMENT_KEYS: Final = frozenset({"name", "label", "reasoning", "vision", "context_tokens", "token_limit", "price"})


def read_deployment_file(path: Path, environment: Mapping[str, str]) -> tuple[list[Deployment], list[Problem]]:
    """The deployments in the file and its problems; a file that isn't there is neither."""
    reading = _Reading(path.name, environment)
    if not path.exists():
        return [], []
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reading.note("unreadable", "", str(error))
        return [], reading.problems
    return reading.deployments(content), reading.problems


@dataclass(slots=True)
class _Reading:
    file: str
    environment: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def note(self, kind: ProblemKind, place: str, detail: str = "") -> None:
        variable = f"{self.file}: {place}" if place else self.file
        self.problems.append(Problem(variable=variable, kind=kind, detail=detail))

    def deployments(self, content: dict[str, Any]) -> list[Deployment]:
        self._refuse_unknown(content, frozenset({"endpoint"}), "")
        return [
            deployment
            for index, table in enumerate(self._tables(content, "endpoint", ""))
            for deployment in self._endpoint(table, f"endpoint[{index}]")
        ]

    def _endpoint(self, table: dict[str, Any], place: str) -> list[Deployment]:
        self._refuse_unknown(table, _ENDPOINT_KEYS, place)
        kind = table.get("kind", "azure")
        if kind not in KINDS:
            self.note("not_valid", f"{place}.kind", f"{kind!r}: {', '.join(KINDS)}")
        endpoint = Endpoint(
            name=self._text(table, "name", place),
            kind=kind,
            url=self._text(table, "url", place).rstrip("/"),
            api_key=self._key(table, place),
            api_version=self._optional(table, "api_version", place) or DEFAULT_API_VERSION,
            scope=self._optional(table, "scope", place) or DEFAULT_SCOPE,
        )
        tables = self._tables(table, "deployment", place)
        if not tables:
            self.note("no_deployments", place, endpoint.name)
        return [self._deployment(t, f"{place}.deployment[{i}]", endpoint) for i, t in enumerate(tables)]

    def _deployment(self, table: dict[str, Any], place: str, endpoint: Endpoint) -> Deployment:
        self._refuse_unknown(table, _DEPLOYMENT_KEYS, place)
        name = self._text(table, "name", place)
        reasoning = self._flag(table, "reasoning", place, default=looks_like_reasoning(name))
        token_limit = table.get("token_limit", _TOKEN_LIMITS[1] if reasoning else _TOKEN_LIMITS[0])
        if token_limit not in _TOKEN_LIMITS:
            self.note("not_valid", f"{place}.token_limit", f"{token_limit!r}: {', '.join(_TOKEN_LIMITS)}")
        return Deployment(
            name=name,
            endpoint=endpoint,
            label=self._optional(table, "label", place) or "",
            reasoning=reasoning,
            vision=self._flag(table, "vision", place, default=False),
            context_tokens=self._number(table, "context_tokens", place),
            token_limit=token_limit,
            price=self._price(table, place),
        )

    def _price(self, table: dict[str, Any], place: str) -> str | Price | None:
        """The name of a model, or `{ input = 0.4, output = 1.6 }` in US dollars for a million tokens."""
        value = table.get("price")
        if not isinstance(value, dict):
            return self._optional(table, "price", place)
        self._refuse_unknown(value, frozenset({"input", "output"}), f"{place}.price")
        known = [amount for name in ("input", "output") if _is_amount(amount := value.get(name))]
        if len(known) < 2:
            self.note("not_valid", f"{place}.price", "{ input = 0.4, output = 1.6 }")
            return None
        return Price(input=Decimal(str(known[0])), output=Decimal(str(known[1])))

    def _key(self, table: dict[str, Any], place: str) -> str | None:
        variable = self._optional(table, "api_key_variable", place)
        if variable is None:
            return None
        value = self.environment.get(variable)
        if not value:
            self.note("missing", f"{place}.api_key_variable", variable)
        return value or None

    def _tables(self, table: dict[str, Any], name: str, place: str) -> list[dict[str, Any]]:
        value = table.get(name, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        self.note("not_valid", f"{place}.{name}".strip("."), f"[[{name}]]")
        return []

    def _text(self, table: dict[str, Any], name: str, place: str) -> str:
        value = self._optional(table, name, place)
        if value is None and name not in table:
            self.note("missing", f"{place}.{name}")
        return value or ""

    def _optional(self, table: dict[str, Any], name: str, place: str) -> str | None:
        value: str | None = self._typed(table, name, place, lambda v: isinstance(v, str) and bool(v.strip()))
        return value

    def _flag(self, table: dict[str, Any], name: str, place: str, *, default: bool) -> bool:
        value = self._typed(table, name, place, lambda v: isinstance(v, bool))
        return default if value is None else bool(value)

    def _number(self, table: dict[str, Any], name: str, place: str) -> int | None:
        value: int | None = self._typed(table, name, place, lambda v: type(v) is int and v > 0)
        return value

    def _typed(self, table: dict[str, Any], name: str, place: str, fits: Callable[[Any], bool]) -> Any:
        value = table.get(name)
        if value is None or fits(value):
            return value
        self.note("not_valid", f"{place}.{name}", repr(value))
        return None

    def _refuse_unknown(self, table: dict[str, Any], known: frozenset[str], place: str) -> None:
        for name in table.keys() - known:
            self.note("unknown_key", f"{place}.{name}".strip("."))


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
