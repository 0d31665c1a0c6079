"""The tables, as the latest migration leaves them; a test compares the two.

The search index isn't here: SQLite and PostgreSQL have each their own (`searching`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA: Final = MetaData()
_KEY: Final = BigInteger().with_variant(Integer(), "sqlite")
_ID: Final = String(64)

CONVERSATIONS: Final = Table(
    "conversations",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("title", Text, nullable=False),
    Column("folded_title", Text, nullable=False),
    Column("titled_by", String(16), nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("folder", Text, nullable=False),
    Column("begun_with", JSON, nullable=False),
    Column("leaf_id", _ID),
    Column("comparison_id", _ID, ForeignKey("comparisons.id", ondelete="CASCADE")),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("deleted_at", Double),
)
Index("conversations_list", CONVERSATIONS.c.owner, CONVERSATIONS.c.updated_at, CONVERSATIONS.c.id)
Index("conversations_folder", CONVERSATIONS.c.owner, CONVERSATIONS.c.folder)
Index("conversations_of_comparison", CONVERSATIONS.c.comparison_id)

MESSAGES: Final = Table(
    "messages",
    METADATA,
    Column("key", _KEY, primary_key=True, autoincrement=True),
    Column("id", _ID, nullable=False, unique=True),
    Column("conversation_id", _ID, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("owner", String(255), nullable=False),
    Column("parent_id", _ID, ForeignKey("messages.id")),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("status", String(16)),
    Column("asked_with", JSON(none_as_null=True)),
    Column("answer", JSON(none_as_null=True)),
    Column("created_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("writer_id", _ID),
    Column("is_stop_asked", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
Index("messages_of_conversation", MESSAGES.c.conversation_id, MESSAGES.c.key)
Index("messages_below", MESSAGES.c.parent_id)
Index(
    "messages_live",
    MESSAGES.c.writer_id,
    postgresql_where=MESSAGES.c.writer_id.is_not(None),
    sqlite_where=MESSAGES.c.writer_id.is_not(None),
)

PIECES: Final = Table(
    "pieces",
    METADATA,
    Column("message_id", _ID, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)

WRITERS: Final = Table(
    "writers",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("beat_at", Double, nullable=False),
)

COMPARISONS: Final = Table(
    "comparisons",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("title", Text, nullable=False),
    Column("titled_by", String(16), nullable=False),
    Column("folded_text", Text, nullable=False),
    Column("setup", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("deleted_at", Double),
)
Index("comparisons_list", COMPARISONS.c.owner, COMPARISONS.c.updated_at, COMPARISONS.c.id)

COMPARISON_TURNS: Final = Table(
    "comparison_turns",
    METADATA,
    Column("key", _KEY, primary_key=True, autoincrement=True),
    Column("id", _ID, nullable=False, unique=True),
    Column("comparison_id", _ID, ForeignKey("comparisons.id", ondelete="CASCADE"), nullable=False),
    Column("owner", String(255), nullable=False),
    Column("setup", JSON, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("vote", JSON(none_as_null=True)),
    Column("created_at", Double, nullable=False),
    sqlite_autoincrement=True,
)
Index("comparison_turns_of_comparison", COMPARISON_TURNS.c.comparison_id, COMPARISON_TURNS.c.key)

RECORDINGS: Final = Table(
    "recordings",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("conversation_id", _ID, ForeignKey("conversations.id", ondelete="CASCADE")),
    Column("message_id", _ID, ForeignKey("messages.id", ondelete="CASCADE")),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("is_named", Boolean, nullable=False),
    Column("folded_text", Text, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("deployment", Text, nullable=False),
    Column("status", Integer),
    Column("seconds", Double, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", Double, nullable=False),
)
Index("recordings_list", RECORDINGS.c.owner, RECORDINGS.c.created_at, RECORDINGS.c.id)
Index("recordings_of_message", RECORDINGS.c.message_id, RECORDINGS.c.position)
Index("recordings_of_conversation", RECORDINGS.c.conversation_id)

PROMPTS: Final = Table(
    "prompts",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("name", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("folded_text", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    UniqueConstraint("owner", "name", name="prompts_by_name"),
)

PROMPT_VERSIONS: Final = Table(
    "prompt_versions",
    METADATA,
    Column("prompt_id", _ID, ForeignKey("prompts.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("defaults", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("author", String(255), nullable=False),
    Column("created_at", Double, nullable=False),
)
