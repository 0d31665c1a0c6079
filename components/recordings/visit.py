"""What one session holds of the page of recordings: what is inspected, how far it has been read, how it is looked at.

The address names a message (`m`) or a recording (`r`); everything here can be had again from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import streamlit as st

from services.recording.records import Recording
from services.recording.wire import WireEvent, WireReader, feed_from

MESSAGE: Final = "m"
RECORDING: Final = "r"
_KEY: Final = "recordings_visit"
_MOST_READ: Final = 2
"""The one that is inspected and the one beside it: the events of a long answer weigh megabytes."""

View = Literal["assembled", "events", "raw", "http"]


@dataclass(slots=True)
class RecordingsVisit:
    """The state of one session; `given` is what an action has to say, once."""

    readers: dict[str, WireReader] = field(default_factory=dict)
    given: Exception | str | None = None
    renaming: str | None = None

    def read(self, recording: Recording) -> tuple[WireEvent, ...]:
        """The events of a recording; of one in the making only what is new is read."""
        reader = self.readers.pop(recording.id, None)
        if reader is None or reader.offset > len(recording.body):
            reader = WireReader()
        is_unread = reader.offset < len(recording.body) or not reader.is_closed
        if is_unread:
            feed_from(reader, recording)
            if recording.end != "open":
                reader.close(recording.ended_at)
        while len(self.readers) >= _MOST_READ:
            del self.readers[next(iter(self.readers))]
        self.readers[recording.id] = reader
        return tuple(reader.events)


def current_recordings() -> RecordingsVisit:
    """The one of this session."""
    visit: RecordingsVisit | None = st.session_state.get(_KEY)
    if visit is None:
        visit = st.session_state[_KEY] = RecordingsVisit()
    return visit


def go_to_recording(recording_id: str) -> None:
    """Inspect it."""
    st.query_params.from_dict({RECORDING: recording_id})


def go_to_list() -> None:
    """Inspect nothing any more."""
    st.query_params.clear()
