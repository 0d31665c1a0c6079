"""Conversations on record: trees of messages, kept while they grow and found again."""
