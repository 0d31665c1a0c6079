"""The page that compares system prompts side by side."""
