"""Conversations, their messages, the pieces of growing answers, the servers that write them, the search index.

The index is FTS5 with trigrams on SQLite, its vocabulary beside it for words of two characters; on PostgreSQL
an array of grams under GIN, which needs no extension and no locale that knows Japanese.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _conversations()
    _messages()
    op.create_table(
        "pieces",
        sa.Column("message_id", sa.String(64), sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "writers",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("beat_at", sa.Double, nullable=False),
    )
    for statement in _SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("folded_title", sa.Text, nullable=False),
        sa.Column("titled_by", sa.String(16), nullable=False),
        sa.Column("pinned", sa.Boolean, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("begun_with", sa.JSON, nullable=False),
        sa.Column("leaf_id", sa.String(64)),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("updated_at", sa.Double, nullable=False),
        sa.Column("deleted_at", sa.Double),
    )
    op.create_index("conversations_list", "conversations", ["owner", "updated_at", "id"])
    op.create_index("conversations_folder", "conversations", ["owner", "folder"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column(
            "conversation_id", sa.String(64), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("parent_id", sa.String(64), sa.ForeignKey("messages.id")),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("status", sa.String(16)),
        sa.Column("asked_with", sa.JSON),
        sa.Column("answer", sa.JSON),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("writer_id", sa.String(64)),
        sa.Column("is_stop_asked", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("messages_of_conversation", "messages", ["conversation_id", "key"])
    op.create_index("messages_below", "messages", ["parent_id"])
    is_live = sa.text("writer_id IS NOT NULL")
    op.create_index("messages_live", "messages", ["writer_id"], postgresql_where=is_live, sqlite_where=is_live)


_SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search USING fts5(folded, tokenize = 'trigram case_sensitive 1')",
        "CREATE VIRTUAL TABLE search_grams USING fts5vocab(search, 'row')",
        "CREATE TRIGGER search_forgets AFTER DELETE ON messages BEGIN DELETE FROM search WHERE rowid = old.key; END",
    ),
    "postgresql": (
        "CREATE TABLE search (message_key BIGINT PRIMARY KEY REFERENCES messages (key) ON DELETE CASCADE, "
        "folded TEXT NOT NULL, grams TEXT[] NOT NULL)",
        "CREATE INDEX search_by_grams ON search USING gin (grams)",
    ),
}
