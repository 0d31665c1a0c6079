"""One branch of a conversation as Markdown, for people to read and to keep with other papers."""

from __future__ import annotations

from datetime import UTC, datetime

from services.conversation import Turn, turns_of
from services.history.records import MessageRecord, Whole


def write_markdown(whole: Whole) -> str:
    """The branch that is shown, from its first question on."""
    record = whole.conversation
    begun_at = datetime.fromtimestamp(record.created_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    parts = [f"# {' '.join(record.title.split()) or '…'}", begun_at]
    if record.begun_with.system_message.strip():
        parts += ["## system", _quoted(record.begun_with.system_message)]
    for turn in turns_of(_branch(whole)):
        parts += ["## user", turn.question.text]
        if turn.answers:
            parts += [_heading(turn), turn.text or "…"]
    return "\n\n".join(parts) + "\n"


def _heading(turn: Turn) -> str:
    asked = turn.last.asked_with
    return f"## assistant ({asked.deployment})" if asked and asked.deployment else "## assistant"


def _branch(whole: Whole) -> list[MessageRecord]:
    above = {message.id: message for message in whole.messages}
    leaf = whole.conversation.leaf_id
    message = above.get(leaf) if leaf else None
    found: list[MessageRecord] = []
    while message is not None:
        found.append(message)
        message = above.get(message.parent_id) if message.parent_id else None
    return found[::-1]


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
