from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import PromptNotReadable
from services.languages import LANGUAGES, Language
from services.prompts.files import MOST_BYTES, prompt_file_name, read_prompt, read_prompts, write_prompt, write_prompts
from services.prompts.records import Prompt, Version, tidy_tags
from services.prompts.starters import starters
from services.templates import broken_in, unfilled

SUPPORT = Prompt(
    name="サポート: {a} [b]",
    tags=("work", "仕事"),
    latest=Version(text="# Help\n\n---\nwith {{product}}.\n", defaults={"product": 'tea: "green"'}, note="kinder"),
)


def test_a_file_is_front_matter_and_the_text() -> None:
    plain = Prompt(name="Brief", tags=("work",), latest=Version(text="Be {{how}}.", defaults={"how": "brief"}))
    assert write_prompt(plain) == ("---\nname: Brief\ntags:\n- work\nvariables:\n  how: brief\n---\nBe {{how}}.\n")


def test_what_was_written_is_read_back() -> None:
    found = read_prompt("x.md", write_prompt(SUPPORT).encode())
    assert (found.name, found.tags) == (SUPPORT.name, SUPPORT.tags)
    assert (found.version.text, found.version.defaults) == (SUPPORT.latest.text, SUPPORT.latest.defaults)
    assert found.version.note == "kinder"


@given(st.text(min_size=1, max_size=80).filter(lambda t: t.strip() and "\r" not in t and "\ufeff" not in t))
def test_any_text_survives_its_file(text: str) -> None:
    content = write_prompt(Prompt(name="n", latest=Version(text=text))).encode("utf-8", "surrogatepass")
    assert read_prompt("x.md", content).version.text == text


def test_the_same_prompts_give_the_same_bytes_and_every_file_its_own_name() -> None:
    twin = Prompt(name="サポート? {a} [b]", latest=Version(text="other"))
    packed = write_prompts([SUPPORT, twin])
    assert packed == write_prompts([SUPPORT, twin])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["prompts/サポート-a-b.md", "prompts/サポート-a-b-2.md"]
    assert [one.name for one in read_prompts("all.zip", packed)] == [SUPPORT.name, twin.name]


def test_a_file_without_front_matter_is_called_after_itself() -> None:
    found = read_prompt("folder/My prompt.md", b"\xef\xbb\xbfBe brief.\r\nAlways.\r\n")
    assert (found.name, found.version.text) == ("My prompt", "Be brief.\nAlways.")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"---\nname: x\n---\n  \n", "empty"),
        (b"---\nname: [unclosed\n---\ntext", "not_valid"),
        (b"---\n- a list\n---\ntext", "not_valid"),
        (b"---\nname: {a: b}\n---\ntext", "not_valid"),
        (b"---\ntags: {a: b}\n---\ntext", "not_valid"),
        (b"---\nvariables: [a]\n---\ntext", "not_valid"),
        (b"---\nvariables: {a: [1]}\n---\ntext", "not_valid"),
        (b"---\nname: !!python/object/apply:os.system [id]\n---\ntext", "not_valid"),
        (b"\xff\xfe\x00", "not_valid"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
        (b"x" * 300_000, "too_large"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, problem: str) -> None:
    with pytest.raises(PromptNotReadable) as caught:
        read_prompt("x.md", content)
    assert caught.value.problem == problem


@given(st.binary(max_size=300))
def test_any_bytes_give_prompts_or_a_clear_error(content: bytes) -> None:
    for given_bytes in (content, b"---\n" + content, b"---\nname: " + content + b"\n---\nx", b"PK\x03\x04" + content):
        try:
            assert read_prompts("x.md", given_bytes)
        except PromptNotReadable as error:
            assert error.place  # noqa: PT017 - either is right


def test_an_archive_without_prompts_says_so() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(PromptNotReadable) as caught:
        read_prompts("x.zip", packed.getvalue())
    assert caught.value.problem == "empty"


def test_file_names_are_safe_everywhere() -> None:
    assert prompt_file_name("../a/b: c?") == "a-b-c.md"
    assert prompt_file_name("...") == "prompt.md"


def test_tags_are_told_apart_by_commas_of_both_languages() -> None:
    assert tidy_tags(" work, 仕事、work,, long  one ") == ("work", "仕事", "long one")


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_each_language_has_good_starting_prompts_whose_variables_have_values(language: Language) -> None:
    found = starters(language)
    assert 3 <= len(found) <= 5
    for one in found:
        assert unfilled([one.version.text], one.version.defaults) == ()
        assert not broken_in([one.version.text])
        assert one.tags
