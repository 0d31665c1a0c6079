"""The recordings that come with the program."""

from __future__ import annotations

import pytest

from services.errors import NotFound
from services.languages import Language
from services.recording.builtin import FOLDER, NAMES, built_in, find_built_in
from services.recording.measures import measure
from services.recording.wire import read_wire

WANTED = {
    "plain-en": ("stop", None),
    "plain-ja": ("stop", None),
    "article": ("stop", "no data prefix"),
    "bursts": ("stop", None),
    "reasoning": ("stop", None),
    "filtered": ("content_filter", None),
    "late-verdict": ("content_filter", "no delta"),
    "refusal": ("stop", None),
    "rate-limit": (None, "not a stream"),
    "truncated": (None, None),
}


def test_there_is_a_file_for_each_and_none_beside() -> None:
    assert {path.stem for path in FOLDER.glob("*.sse")} == set(NAMES) == set(WANTED)


@pytest.mark.parametrize("name", NAMES)
def test_each_shows_what_it_is_there_for(name: str) -> None:
    events = read_wire(find_built_in(f"built-in-{name}", "en"))
    reasons = [event.text for event in events if event.kind == "finish" or event.text == "content_filter"]
    remarks = {event.remark for event in events if event.remark}
    reason, remark = WANTED[name]
    assert (reasons[-1] if reasons else None) == reason
    assert remarks == ({remark} if remark else set())


@pytest.mark.parametrize("language", ["en", "ja"])
def test_each_is_named_and_says_where_it_is_from(language: Language) -> None:
    for one in built_in(language):
        assert one.name
        assert one.note
        assert one.origin == "built-in"
        assert (
            ("内蔵" in one.note or "記事" in one.note)
            if language == "ja"
            else ("embedded" in one.note or "article" in one.note)
        )


def test_bursts_are_bursts_and_a_pause_is_a_pause() -> None:
    bursts, reasoning = (find_built_in(f"built-in-{name}", "en") for name in ("bursts", "reasoning"))
    found = measure(bursts, read_wire(bursts))
    assert found.bursts * 5 < found.fragments
    assert (measure(reasoning, read_wire(reasoning)).first_token_s or 0) > 3.9


def test_no_key_stands_in_any_of_them() -> None:
    for path in FOLDER.glob("*.sse"):
        assert "api-key: (left out)" in path.read_text() or path.stem == "article"


def test_another_name_is_not_found() -> None:
    with pytest.raises(NotFound):
        find_built_in("built-in-nothing", "en")
