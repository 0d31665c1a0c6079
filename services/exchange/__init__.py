"""Conversations as files: ours to write and to read, and those of other programs to read."""
