"""The one place where the house is put together: real by default, each part replaceable.

Made once per process by `server.py` or `app.py`; handed to components as an argument.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.conversation import Shelf
from services.deployments import Deployment
from services.embedded import EmbeddedEndpoint
from services.endpoint.source import EndpointSource
from services.settings import Settings, find_deployments
from services.streaming.deadlines import Deadlines
from services.streaming.replies import Replies, ReplyLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a page needs."""

    settings: Settings
    deployments: tuple[Deployment, ...]
    replies: Replies
    shelf: Shelf
    embedded: EmbeddedEndpoint | None = None

    def close(self) -> None:
        """Stop every reply and let go of everything."""
        self.replies.close()
        if self.embedded is not None:
            self.embedded.close()


def build(settings: Settings) -> Services:
    """The services for `settings`; raises `ConfigurationError`. Starts the embedded endpoint where none is set."""
    deployments = find_deployments(settings)
    embedded = None if deployments else EmbeddedEndpoint(speed=settings.seseragi_embedded_speed)
    if embedded is not None:
        deployments = embedded.deployments(settings.embedded_extra)
    source = EndpointSource(max_retries=settings.openai_max_retries, most_bytes=settings.seseragi_most_bytes)
    return Services(
        settings=settings,
        deployments=deployments,
        replies=Replies(source, reply_limits(settings)),
        shelf=Shelf(),
        embedded=embedded,
    )


def reply_limits(settings: Settings) -> ReplyLimits:
    """The limits that `settings` ask for."""
    return ReplyLimits(
        most_live=settings.seseragi_most_live_replies,
        most_characters=settings.seseragi_most_characters,
        deadlines=Deadlines(
            first_token_s=settings.seseragi_first_token_seconds,
            silence_s=settings.seseragi_silence_seconds,
            total_s=settings.seseragi_total_seconds,
        ),
    )
