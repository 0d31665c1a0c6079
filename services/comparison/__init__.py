"""Comparisons: variants on the same input, their figures, votes and set-ups."""
