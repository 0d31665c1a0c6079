"""A few named system messages to begin with, in the visitor's language.

The embedded endpoint obeys each of them visibly, so that a comparison is worth looking at without a key.
"""

from __future__ import annotations

from components.language import _


def preset_names() -> list[str]:
    """The names, in the order in which they are offered."""
    return list(_presets())


def find_preset(name: str) -> str:
    """The system message called `name`; empty where there is none, as after a change of language."""
    return _presets().get(name, "")


def _presets() -> dict[str, str]:
    return {
        _("Brief"): _("You are a concise assistant. Keep your answers short."),
        _("Formal"): _("You are a courteous assistant. Use a formal and polite tone."),
        _("Like a friend"): _("Answer in a casual and friendly tone."),
        _("In points"): _("Always answer with a bullet list."),
        _("As a table"): _("Always answer with a table."),
        _("For developers"): _("You help software developers. Always show code."),
    }
