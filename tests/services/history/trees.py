"""Messages for the tests of stores, in few words."""

from __future__ import annotations

from services.history.history import History
from services.history.records import AskedWith, ConversationRecord, MessageRecord
from services.streaming.folding import Answer

ME = "me"
OTHER = "somebody else"
_CLOCK = iter(range(1, 10_000_000))


def question(text: str = "Why?", below: MessageRecord | None = None) -> MessageRecord:
    return MessageRecord(parent_id=below.id if below else None, role="user", text=text, created_at=float(next(_CLOCK)))


def answer(text: str, below: MessageRecord, status: str = "complete") -> MessageRecord:
    said = Answer(status=status, text=text, finish_reason="stop")  # type: ignore[arg-type]  # told by the test
    return MessageRecord(
        parent_id=below.id,
        role="assistant",
        text=text,
        created_at=float(next(_CLOCK)),
        asked_with=AskedWith(deployment="azure/demo", system_message="Be brief."),
        answer=said,
    )


def pending(below: MessageRecord) -> MessageRecord:
    """An answer whose request is about to leave."""
    return MessageRecord(
        parent_id=below.id,
        role="assistant",
        created_at=float(next(_CLOCK)),
        asked_with=AskedWith(deployment="azure/demo"),
        answer=Answer(),
    )


def begun(store: History, *messages: MessageRecord, title: str = "A talk", owner: str = ME) -> ConversationRecord:
    """A conversation on record."""
    at = float(next(_CLOCK))
    record = ConversationRecord(
        title=title, leaf_id=messages[-1].id if messages else None, created_at=at, updated_at=at
    )
    store.begin(owner, record, messages)
    return record


def chain(length: int) -> list[MessageRecord]:
    """One branch: questions and answers in turn."""
    made = [question("question 0")]
    while len(made) < length:
        n, last = len(made), made[-1]
        made.append(question(f"question {n}", last) if n % 2 == 0 else answer(f"answer {n}", last))
    return made
