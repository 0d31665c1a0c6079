"""Carries out what the visitor asks for on the page of recordings, as callbacks: before anything is drawn."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from components.language import _, current_language, number
from components.leaving import leave_for
from components.player import choose_recording
from components.recordings.visit import (
    RecordingsVisit,
    current_recordings,
    go_to_list,
    go_to_recording,
)
from components.visit import current_visit
from services.composition import Services
from services.errors import NotFound, SeseragiError
from services.exchange.files import file_name
from services.history.recordings import Listed
from services.history.records import LOCAL_OWNER
from services.recording.builtin import PREFIX, find_built_in
from services.recording.opening import open_recordings
from services.recording.records import Recording
from services.recording.sse_file import write_sse
from services.talking import Talk

NAME: Final = "recording_name"
FILE: Final = "recording_files"
PASTE: Final = "recording_paste"
ALL: Final = 10_000


@dataclass(frozen=True, slots=True)
class Acts:
    """What one session can do with recordings."""

    services: Services

    @property
    def visit(self) -> RecordingsVisit:
        """The session's visit as it is now."""
        return current_recordings()

    def find(self, recording_id: str) -> Recording:
        """One that comes with the program, or one of the owner's; raises `NotFound`."""
        if recording_id.startswith(PREFIX):
            return find_built_in(recording_id, current_language())
        return self.services.recordings.find(LOCAL_OWNER, recording_id)

    def of_message(self, message_id: str) -> tuple[Recording, ...]:
        """What travelled under an answer, in a temporary conversation too."""
        return next((found for talk in self._talks() if (found := talk.recordings(message_id))), ())

    def is_growing(self, message_id: str) -> bool:
        """Whether more of the answer may travel."""
        return any(talk.is_written_here(message_id) for talk in self._talks())

    def latest(self, words: str = "", most: int = ALL) -> tuple[Listed, ...]:
        """The owner's."""
        return self.services.recordings.latest(LOCAL_OWNER, words, most)

    def act_on_list(self, act: dict[str, Any]) -> None:
        """What was pressed in a list."""
        recording_id = str(act.get("id", ""))
        match act["what"]:
            case "open":
                go_to_recording(recording_id)
            case "play":
                self.play(recording_id)
            case "rename":
                self.visit.renaming = recording_id
                st.session_state.pop(NAME, None)  # another row's name may still stand in the field
            case "delete":
                self.delete(recording_id)

    def rename(self, recording_id: str) -> None:
        """By what stands in the field."""
        self.visit.renaming = None
        name = (st.session_state.get(NAME) or "").strip()
        if name:
            self._try(lambda: self.services.recordings.rename(LOCAL_OWNER, recording_id, name))

    def leave_name(self) -> None:
        """Keep the name."""
        self.visit.renaming = None

    def delete(self, recording_id: str) -> None:
        """For good."""

        def delete() -> None:
            self.services.recordings.delete(LOCAL_OWNER, recording_id)
            self.visit.given = _("The recording was deleted.")

        self._try(delete)

    def open_files(self) -> None:
        """All that were chosen or, where one cannot be read, none."""

        def take() -> None:
            given = st.session_state.get(FILE) or []
            self._take([one for file in given for one in open_recordings(file.name, file.getvalue())])

        self._try(take)

    def open_paste(self) -> None:
        """What was pasted."""
        text = st.session_state.get(PASTE) or ""
        self._try(lambda: self._take(open_recordings(_("Pasted"), text.encode(errors="replace"))))

    def play(self, recording_id: str) -> None:
        """In a new conversation of the chat; what was asked then stands in the box."""
        self._try(lambda: self.play_this(self.find(recording_id)))

    def play_this(self, recording: Recording) -> None:
        """As `play`, one that is at hand."""
        choose_recording(recording)
        leave_for("chat")

    def export_all(self) -> bytes:
        """An archive with a file for each."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for place, one in enumerate(self.latest(), start=1):
                whole = self.services.recordings.find(LOCAL_OWNER, one.id)
                archive.writestr(f"{place:05d} {file_name(one.name or 'recording', 'sse')}", write_sse(whole))
        return packed.getvalue()

    def _take(self, recordings: list[Recording]) -> None:
        for one in recordings:
            self.services.recordings.add(LOCAL_OWNER, one)
        if len(recordings) == 1:
            go_to_recording(recordings[0].id)
        elif recordings:
            self.visit.given = _("Recordings opened: {count}").format(count=number(len(recordings)))

    def _talks(self) -> list[Talk]:
        temporary = current_visit().temporary
        return [*([self.services.talk(temporary)] if temporary else []), self.services.talk()]

    def _try(self, act: Callable[[], object]) -> None:
        self.visit.given = None
        try:
            act()
        except NotFound as error:
            go_to_list()
            self.visit.given = error
        except SeseragiError as error:
            self.visit.given = error
