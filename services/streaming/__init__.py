"""The way of an answer: request, events, reply, following, pacing. Knows no page and no SDK."""
