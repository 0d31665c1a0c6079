"""The figures under an answer, in words: what it took, without the demo's own delay."""

from __future__ import annotations

from components.language import _, number
from services.streaming.folding import Answer


def word_figures(answer: Answer) -> str:
    """A line such as “0.31 s to first token · 48 tokens/s · 180 tokens”; empty where there is nothing to say."""
    return " · ".join(part for part in (_first_token(answer), _pace(answer), _weight(answer), _tries(answer)) if part)


def _first_token(answer: Answer) -> str:
    seconds = answer.timings.first_token_s
    return "" if seconds is None else _("{seconds} s to first token").format(seconds=number(seconds, 2))


def _pace(answer: Answer) -> str:
    visible = answer.usage.completion_tokens - answer.usage.reasoning_tokens if answer.usage else 0
    pace = answer.timings.tokens_per_second(visible)
    return "" if pace is None else _("{pace} tokens/s").format(pace=number(pace))


def _weight(answer: Answer) -> str:
    if answer.usage is None:
        return ""
    words = _("{sent} tokens in, {received} out").format(
        sent=number(answer.usage.prompt_tokens), received=number(answer.usage.completion_tokens)
    )
    if not answer.usage.reasoning_tokens:
        return words
    return words + _(" ({reasoning} of them for reasoning)").format(reasoning=number(answer.usage.reasoning_tokens))


def _tries(answer: Answer) -> str:
    return _("{attempts} attempts").format(attempts=number(answer.attempts)) if answer.attempts > 1 else ""
