"""A reply that another server writes, as far as the store knows: its text grows here a little later.

Looks like a `Reply` to whoever follows it. Asks the store only while somebody waits, in the waiter's thread.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from services.errors import NotFound, StoreFailed
from services.history.history import History
from services.recording.playback import Playback
from services.streaming.reply import Fragment

_log = logging.getLogger(__name__)
EVERY_S: Final = 0.3
LOOK_FOR_DEAD_S: Final = 5.0


class FarReply:
    """One answer in the making elsewhere."""

    attempt = 1
    failed_status = None
    place_in_line = None

    def __init__(self, owner: str, history: History, message_id: str, look_for_dead: Callable[[], object]) -> None:
        self.id = message_id
        self.fragments: list[Fragment] = []
        self.is_live = True
        self.is_stop_asked = False
        self.playback: Playback | None = None
        self.started_at = time.monotonic()
        self._owner = owner
        self._history = history
        self._look_for_dead = look_for_dead
        self._position = 0
        self._asked_at = 0.0
        self._looked_at = self.started_at
        self._ask()

    @property
    def is_withdrawn(self) -> bool:
        """Told only by the message itself, once it has ended."""
        return False

    def wait_for_text(self, shown: int, timeout_s: float) -> None:
        """Until there are more than `shown` fragments, no more can come, or `timeout_s` has passed."""
        if len(self.fragments) > shown or not self.is_live:
            return
        until_due = self._asked_at + EVERY_S - time.monotonic()
        if until_due > 0:
            time.sleep(min(until_due, timeout_s))
        if until_due <= timeout_s:
            self._ask()

    def wait_for_end(self, timeout_s: float) -> None:
        """Until no more can come, or about `timeout_s` has passed."""
        self.wait_for_text(len(self.fragments), timeout_s)

    def stop(self) -> None:
        """Ask the other server to stop."""
        self.is_stop_asked = True
        self._history.ask_to_stop(self._owner, self.id)

    def _ask(self) -> None:
        self._asked_at = time.monotonic()
        try:
            growth = self._history.growth(self._owner, self.id, self._position)
        except NotFound:
            self.is_live = False
            return
        except StoreFailed:
            _log.warning("the answer of another server could not be read; it is tried again")
            return
        self._position = growth.next_position
        if growth.text:
            self.fragments.append(Fragment(growth.text, self._asked_at))
        self.is_live = growth.is_live
        if self.is_live and self._asked_at - self._looked_at > LOOK_FOR_DEAD_S:
            self._looked_at = self._asked_at
            with suppress(StoreFailed):
                self._look_for_dead()
