"""The store of the prompt library, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import pytest

from services.errors import NameTaken, NotFound
from services.history.prompts import Prompts
from services.prompts.records import Version
from tests.services.history.trees import ME, OTHER


def test_a_saved_prompt_is_found_by_its_name(prompts: Prompts) -> None:
    version = Version(text="Help with {{product}}.", defaults={"product": "tea"}, note="first", author="me")
    saved = prompts.save(ME, "Support", ("work",), version)
    assert prompts.named(ME, "Support") == prompts.find(ME, saved.id) == saved
    assert (saved.latest, saved.tags) == (version, ("work",))


def test_another_text_under_the_same_name_is_another_version(prompts: Prompts) -> None:
    first = prompts.save(ME, "Support", (), Version(text="one"))
    second = prompts.save(ME, "Support", ("work",), Version(text="two", note="kinder"))
    assert first.id == second.id
    assert [(v.number, v.text, v.note) for v in prompts.versions(ME, first.id)] == [
        (2, "two", "kinder"),
        (1, "one", ""),
    ]
    assert prompts.find(ME, first.id).tags == ("work",)


def test_the_same_text_makes_no_version_but_keeps_new_tags(prompts: Prompts) -> None:
    saved = prompts.save(ME, "Support", (), Version(text="one"))
    prompts.save(ME, "Support", ("work",), Version(text="one"))
    assert len(prompts.versions(ME, saved.id)) == 1
    assert prompts.find(ME, saved.id).tags == ("work",)


def test_other_defaults_make_a_version(prompts: Prompts) -> None:
    saved = prompts.save(ME, "Support", (), Version(text="{{a}}", defaults={"a": "1"}))
    prompts.save(ME, "Support", (), Version(text="{{a}}", defaults={"a": "2"}))
    assert len(prompts.versions(ME, saved.id)) == 2


def test_a_name_can_be_changed_but_not_taken(prompts: Prompts) -> None:
    one = prompts.save(ME, "One", (), Version(text="1"))
    prompts.save(ME, "Two", (), Version(text="2"))
    prompts.rename(ME, one.id, "Three")
    prompts.rename(ME, one.id, "Three")
    with pytest.raises(NameTaken):
        prompts.rename(ME, one.id, "Two")
    assert [prompt.name for prompt in prompts.search(ME)] == ["Three", "Two"]


@pytest.mark.parametrize("words", ["support", "WORK", "紅茶"])
def test_prompts_are_found_by_name_tag_and_text(prompts: Prompts, words: str) -> None:
    prompts.save(ME, "Support", ("work",), Version(text="紅茶のお客様"))
    prompts.save(ME, "Other", ("play",), Version(text="x"))
    assert [prompt.name for prompt in prompts.search(ME, words)] == ["Support"]
    assert [prompt.name for prompt in prompts.search(ME, "", "play")] == ["Other"]


def test_a_deleted_prompt_is_gone_with_its_versions(prompts: Prompts) -> None:
    saved = prompts.save(ME, "Support", (), Version(text="one"))
    prompts.delete(ME, saved.id)
    with pytest.raises(NotFound):
        prompts.versions(ME, saved.id)
    assert prompts.named(ME, "Support") is None


def test_anothers_prompts_are_not_found(prompts: Prompts) -> None:
    saved = prompts.save(ME, "Support", (), Version(text="one"))
    for act in (
        lambda: prompts.find(OTHER, saved.id),
        lambda: prompts.versions(OTHER, saved.id),
        lambda: prompts.rename(OTHER, saved.id, "mine now"),
        lambda: prompts.delete(OTHER, saved.id),
    ):
        with pytest.raises(NotFound):
            act()
    assert prompts.named(OTHER, "Support") is None
    assert prompts.search(OTHER) == ()
    assert prompts.save(OTHER, "Support", (), Version(text="two")).id != saved.id
    assert prompts.find(ME, saved.id) == saved
