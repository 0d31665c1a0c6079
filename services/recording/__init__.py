"""Recordings: the raw bytes of one response with their times; made, read, measured, kept in files, and played again."""
