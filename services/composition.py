"""The one place where the house is put together: real by default, each part replaceable.

Made once per process by `server.py` or `app.py`; handed to components as an argument.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Final

from services.comparing import Comparing
from services.deployments import Deployment
from services.embedded import EmbeddedEndpoint
from services.endpoint.source import EndpointSource
from services.history.comparisons import Comparisons
from services.history.database import DatabaseHistory
from services.history.history import History, Store
from services.history.keeping import Keeper
from services.history.opening import open_database
from services.history.prompts import Prompts
from services.history.recordings import DatabaseRecordings
from services.history.records import LOCAL_OWNER
from services.history.titles import Titles
from services.settings import Settings, find_deployments
from services.streaming.crowd import Crowd
from services.streaming.deadlines import Deadlines
from services.streaming.replies import Replies, ReplyLimits
from services.talking import Talk

UNDO_S: Final = 86_400.0
"""How long a deleted conversation can be brought back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a page needs."""

    settings: Settings
    deployments: tuple[Deployment, ...]
    replies: Replies
    store: Store
    keeper: Keeper
    titles: Titles
    comparisons: Comparisons
    prompts: Prompts
    recordings: DatabaseRecordings
    embedded: EmbeddedEndpoint | None = None
    crowd: Crowd = field(default_factory=Crowd)

    def talk(self, temporary: History | None = None) -> Talk:
        """What the visitor can do: with the store, or with a `temporary` one that is nobody's business."""
        return Talk(
            owner=LOCAL_OWNER,
            history=temporary or self.store,
            replies=self.replies,
            keeper=self.keeper,
            titles=replace(self.titles, is_on=False) if temporary else self.titles,
            most_question_characters=self.settings.seseragi_most_question_characters,
        )

    def comparing(self) -> Comparing:
        """What the visitor can do with comparisons; their columns need no titles."""
        talk = self.talk()
        return Comparing(
            talk=replace(talk, titles=replace(self.titles, is_on=False)),
            store=self.comparisons,
            deployments=self.deployments,
        )

    def close(self) -> None:
        """Interrupt every reply, put the rest on record and let go of everything."""
        self.replies.close()
        self.keeper.close()
        self.store.close()
        if self.embedded is not None:
            self.embedded.close()


def build(settings: Settings) -> Services:
    """The services for `settings`; raises `ConfigurationError`. Starts the embedded endpoint where none is set."""
    deployments = find_deployments(settings)
    engine = open_database(settings.database_url.get_secret_value())
    store, comparisons = DatabaseHistory(engine, settings.seseragi_keep_recordings_days), Comparisons(engine)
    store.purge(time.time() - UNDO_S)
    store.recordings.purge()
    comparisons.purge(time.time() - UNDO_S)
    embedded = None if deployments else EmbeddedEndpoint(speed=settings.seseragi_embedded_speed)
    if embedded is not None:
        deployments = embedded.deployments(settings.embedded_extra)
    source = EndpointSource(
        max_retries=settings.openai_max_retries,
        most_bytes=settings.seseragi_most_bytes,
        most_recorded_bytes=settings.seseragi_most_recorded_bytes if settings.seseragi_record else 0,
    )
    replies, keeper = Replies(source, reply_limits(settings)), Keeper(store)
    return Services(
        settings=settings,
        deployments=deployments,
        replies=replies,
        store=store,
        keeper=keeper,
        titles=Titles(replies=replies, keeper=keeper, is_on=settings.seseragi_titles),
        comparisons=comparisons,
        prompts=Prompts(engine),
        recordings=store.recordings,
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
