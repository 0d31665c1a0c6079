"""A store, replies from a scripted source and a keeper: what talking needs, put together for a test."""

from __future__ import annotations

from services.conversation import Choices
from services.history.history import Store
from services.history.keeping import Keeper
from services.history.titles import Titles
from services.streaming.replies import Replies, ReplyLimits, Source
from services.talking import Talk
from tests.services.fakes import DEPLOYMENT, ScriptedSource, said
from tests.services.history.trees import ME
from tests.waiting import until

CHOICES = Choices(deployment=DEPLOYMENT, system_message="Be brief.")


class House:
    """Everything of one server process but its page."""

    def __init__(
        self,
        store: Store,
        source: Source | None = None,
        *,
        most_live: int = 9,
        titles: bool = False,
        longest: int = 999,
    ) -> None:
        self.store = store
        self.replies = Replies(source or ScriptedSource(said("So", " it is.")), ReplyLimits(most_live=most_live))
        self.keeper = Keeper(store, interval_s=0.05)
        self.titles = Titles(replies=self.replies, keeper=self.keeper, is_on=titles)
        self.talk = Talk(
            owner=ME,
            history=store,
            replies=self.replies,
            keeper=self.keeper,
            titles=self.titles,
            most_question_characters=longest,
        )

    def close(self) -> None:
        self.replies.close()
        self.keeper.close()

    def settle(self) -> None:
        """Until every reply has ended and is on record."""
        until(lambda: not self.keeper._kept and not self.replies.live_count and not self.keeper._jobs)
