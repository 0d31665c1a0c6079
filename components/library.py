"""The prompt library as every page offers it: one's own prompts by name, then those that come with the program."""

from __future__ import annotations

from components.language import current_language
from services.composition import Services
from services.errors import SeseragiError
from services.history.records import LOCAL_OWNER
from services.prompts.files import PromptFile
from services.prompts.starters import starters


def prompt_names(services: Services) -> list[str]:
    """What can be taken, in the order in which it is offered."""
    try:
        own = services.prompts.names(LOCAL_OWNER)
    except SeseragiError:  # the page says so by itself; the starters need no database
        own = ()
    return list(dict.fromkeys([*own, *(one.name for one in starters(current_language()))]))


def find_prompt(services: Services, name: str) -> PromptFile | None:
    """The latest version of one's own prompt, or the starter of that name."""
    own = services.prompts.named(LOCAL_OWNER, name)
    if own is not None:
        return PromptFile(name=own.name, tags=own.tags, version=own.latest)
    return next((one for one in starters(current_language()) if one.name == name), None)
