"""The emulator's scripted answers: they say that they are scripted, and depend visibly on the request."""

from emulator.answers.writing import write_answer

__all__ = ["write_answer"]
