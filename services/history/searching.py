"""The search index of each database: what is put in, and how the messages with some words are found.

SQLite: FTS5 with trigrams; words of two characters go by its vocabulary, from which every trigram that
begins with them is known. PostgreSQL: arrays of grams. Both check the folded text itself in the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, TextClause, text

from services.history.search_text import fold, grams, grams_asked

MOST_MESSAGES: Final = 300
"""Matching messages looked at, newest first; they are then told apart by conversation."""
MOST_TRIGRAMS: Final = 400
_END: Final = "\n"
"""Stands behind every indexed text, so that its last two characters begin a trigram too."""

_PUT: Final = {
    "sqlite": text("INSERT INTO search (rowid, folded) VALUES (:key, :folded)"),
    "postgresql": text("INSERT INTO search (message_key, folded, grams) VALUES (:key, :folded, :grams)"),
}
_DROP: Final = {
    "sqlite": text("DELETE FROM search WHERE rowid = :key"),
    "postgresql": text("DELETE FROM search WHERE message_key = :key"),
}
_FIND: Final = """
    SELECT m.conversation_id, m.text FROM search s {join} messages m ON m.key = {key}
    {join} conversations c ON c.id = m.conversation_id
    WHERE {match} AND {holds} AND c.owner = :owner AND c.deleted_at IS NULL AND c.comparison_id IS NULL
    ORDER BY {key} DESC LIMIT :most"""
_GRAMS_FROM: Final = text("SELECT term FROM search_grams WHERE term >= :first AND term < :last LIMIT :most")


def put_into_index(connection: Connection, texts: Mapping[int, str]) -> None:
    """Make messages findable, by their keys."""
    rows = [_row(connection, key, words) for key, words in texts.items() if words]
    if rows:
        connection.execute(_PUT[connection.dialect.name], rows)


def replace_in_index(connection: Connection, key: int, words: str) -> None:
    """Make a message findable by what it says now."""
    connection.execute(_DROP[connection.dialect.name], {"key": key})
    put_into_index(connection, {key: words})


def find_messages(connection: Connection, owner: str, folded: str) -> Sequence[tuple[str, str]]:
    """Conversation id and text of the latest messages that hold `folded`."""
    most = {"owner": owner, "folded": folded, "most": MOST_MESSAGES}
    if connection.dialect.name == "postgresql":
        asked: dict[str, Any] = {**most, "grams": grams_asked(folded)}
        return [tuple(row) for row in connection.execute(_find_by_array(asked["grams"]), asked)]
    match = _trigrams(connection, folded)
    if match is None:
        return []
    return [tuple(row) for row in connection.execute(_find_by_fts(match), {**most, "match": match})]


def _row(connection: Connection, key: int, words: str) -> dict[str, Any]:
    folded = fold(words)
    if connection.dialect.name == "sqlite":
        return {"key": key, "folded": f"{folded}{_END}"}
    return {"key": key, "folded": folded.replace("\0", ""), "grams": grams(folded.replace("\0", ""))}


def _find_by_array(asked: Sequence[str]) -> TextClause:
    match = "s.grams @> CAST(:grams AS TEXT[])" if asked else "TRUE"
    return text(_FIND.format(join="JOIN", key="s.message_key", match=match, holds="strpos(s.folded, :folded) > 0"))


def _find_by_fts(match: str) -> TextClause:
    """CROSS JOIN makes SQLite begin with the index, newest first, and end at the limit."""
    found = "s.folded MATCH :match" if match else "TRUE"
    return text(_FIND.format(join="CROSS JOIN", key="s.rowid", match=found, holds="instr(s.folded, :folded) > 0"))


def _trigrams(connection: Connection, folded: str) -> str | None:
    """What FTS5 is asked for: empty to look at every text, None where nothing can match."""
    if len(folded) >= 3:
        return _quote(folded)
    if len(folded) < 2:
        return ""
    last = folded[:-1] + chr(ord(folded[-1]) + 1)
    asked = {"first": folded, "last": last, "most": MOST_TRIGRAMS + 1}
    terms = connection.execute(_GRAMS_FROM, asked).scalars().all()
    if len(terms) > MOST_TRIGRAMS:
        return ""
    return " OR ".join(map(_quote, terms)) or None


def _quote(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'
