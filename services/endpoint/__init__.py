"""Talks to endpoints. The only room that imports openai, httpx2 and azure.identity."""
