"""The prompt library: named system prompts with versions, and their files."""
