"""Files go out and come back whole; other programs' are read; bad ones name the place and change nothing."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.errors import NotReadable, RateLimited
from services.exchange.files import file_name, read_file, write_all
from services.exchange.json_file import FORMAT, write_json
from services.exchange.markdown import write_markdown
from services.history.memory import MemoryHistory
from services.history.records import AskedWith, ConversationRecord, MessageRecord, Whole
from services.streaming.events import Usage
from services.streaming.folding import Answer, Timings
from services.streaming.request import Parameters
from tests.services.history.house import House
from tests.services.history.trees import ME, answer, begun, question


def _read(value: object) -> list[Whole]:
    return read_file("x.json", json.dumps(value).encode())


def _refused(value: object) -> tuple[str, str]:
    with pytest.raises(NotReadable) as caught:
        _read(value)
    return caught.value.problem, caught.value.place


def _tree() -> Whole:
    """A tree with branches, an answer of every kind, and everything that can be said of one."""
    first, edited = question("one\n\n# 見出し"), question("two 🙂")
    good = replace(
        answer("So.", first),
        asked_with=AskedWith(deployment="azure/d", system_message="s", parameters=Parameters(top_p=0.5), sent_latest=3),
        ended_at=9.5,
        answer=Answer(
            status="complete",
            text="So.",
            finish_reason="stop",
            usage=Usage(prompt_tokens=1, completion_tokens=2),
            timings=Timings(asked_at=0.0, first_text_at=0.5, last_text_at=1.0, fragments=2),
        ),
    )
    failed = replace(
        answer("half", first), answer=Answer(status="failed", text="half", error=RateLimited("slow", retry_after_s=3))
    )
    refused = replace(
        answer("Well. I can't.", edited), answer=Answer(status="complete", text="Well. ", refusal="I can't.")
    )
    record = ConversationRecord(
        title="Talk: 話",
        titled_by="deployment",
        pinned=True,
        folder="Work",
        leaf_id=good.id,
        begun_with=AskedWith(deployment="azure/d", system_message="Be brief."),
    )
    return Whole(conversation=record, messages=(first, good, failed, edited, refused))


def _without_ids(whole: Whole) -> Any:
    """The tree with the places of messages in place of their ids."""
    places = {message.id: str(n) for n, message in enumerate(whole.messages)}
    messages = [
        replace(m, id=places[m.id], parent_id=places[m.parent_id] if m.parent_id else None) for m in whole.messages
    ]
    leaf = places[whole.conversation.leaf_id] if whole.conversation.leaf_id else None
    return replace(whole.conversation, id="", leaf_id=leaf), messages


def _without_error(message: MessageRecord) -> MessageRecord:
    return replace(message, answer=replace(message.answer, error=None)) if message.answer else message


def _error_of(message: MessageRecord) -> dict[str, Any]:
    return vars(message.answer.error) if message.answer and message.answer.error else {}


def test_our_json_gives_the_same_tree() -> None:
    tree = _tree()
    (read,) = read_file("x.json", write_json([tree]).encode())
    assert _without_ids(read)[0] == _without_ids(tree)[0]
    written, found = _without_ids(tree)[1], _without_ids(read)[1]
    for before, after in zip(written, found, strict=True):
        assert _without_error(after) == _without_error(before)
        assert _error_of(after) == _error_of(before)


def test_a_file_can_be_imported_twice_and_writes_over_nothing() -> None:
    store, tree = MemoryHistory(), _tree()
    store.begin(ME, tree.conversation, tree.messages)
    for _ in range(2):
        (read,) = read_file("x.json", write_json([tree]).encode())
        store.begin(ME, read.conversation, read.messages)
    assert len(store.page(ME, 9, pinned=True)) == 3
    assert store.whole(ME, tree.conversation.id) == tree


def test_an_answer_in_the_making_stands_still_in_a_file() -> None:
    first = question()
    live = replace(answer("so far", first), answer=Answer(text="so far"))
    record = ConversationRecord(title="t", leaf_id=live.id)
    (read,) = read_file("x", write_json([Whole(conversation=record, messages=(first, live))]).encode())
    assert read.messages[1].answer is not None
    assert read.messages[1].answer.status == "interrupted"


def test_everything_is_exported_page_by_page() -> None:
    house = House(MemoryHistory())
    house.close()
    made = [begun(house.store, question(f"q {n}"), title=f"t/{n}") for n in range(5)]
    house.store.pin(ME, made[0].id, pinned=True)
    assert len(read_file("x", write_all(house.talk, "json"))) == 5
    with zipfile.ZipFile(io.BytesIO(write_all(house.talk, "md"))) as archive:
        names = archive.namelist()
        first = archive.read(names[0]).decode()
    assert len(names) == 5
    assert names[0] == "00001 t 0.md"
    assert first.startswith("# t/0\n\n1970-01-01")
    assert "## user\n\nq 0" in first


def test_markdown_has_the_branch_that_is_shown() -> None:
    text = write_markdown(_tree())
    assert text.startswith("# Talk: 話\n")
    assert "## system\n\n> Be brief." in text
    assert "## assistant (azure/d)\n\nSo.\n" in text
    assert "half" not in text
    assert "two" not in text


@pytest.mark.parametrize(
    ("title", "name"),
    [("a/b: c?", "a b c.md"), ("", "conversation.md"), ("../../etc", "etc.md"), ("望月の話", "望月の話.md")],
)
def test_files_have_names_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title, "md") == name


def test_numbers_that_no_field_of_the_page_takes_are_left_out() -> None:
    written = json.loads(write_json([_tree()]))
    asked = written["conversations"][0]["messages"][1]
    asked["asked_with"]["parameters"] = {"temperature": 9, "top_p": -1, "most_tokens": 10**30}
    asked["answer"]["timings"] = {"first_text_at": float("inf"), "last_text_at": float("nan")}
    (read,) = _read(written)
    message = read.messages[1]
    assert message.asked_with is not None
    assert message.asked_with.parameters == Parameters()
    assert message.answer is not None
    assert message.answer.timings == Timings(asked_at=0.0)


# What cannot be read


@pytest.mark.parametrize(
    ("change", "problem", "place"),
    [
        (lambda f: f.pop("version"), "missing", "$.version"),
        (lambda f: f.update(version="1"), "not_valid", "$.version"),
        (lambda f: f.update(version=99), "later_version", "99"),
        (lambda f: f.pop("conversations"), "missing", "$.conversations"),
        (lambda f: f.update(conversations={}), "not_valid", "$.conversations"),
        (lambda f: f.update(conversations=[]), "empty", "x.json"),
        (lambda f: f["conversations"].append(3), "not_valid", "$.conversations[1]"),
        (lambda f: f["conversations"][0].pop("title"), "missing", "$.conversations[0].title"),
        (lambda f: f["conversations"][0].update(title=7), "not_valid", "$.conversations[0].title"),
        (lambda f: f["conversations"][0].update(leaf="x"), "not_valid", "$.conversations[0].leaf"),
        (lambda f: f["conversations"][0].update(created_at=1e300), "not_valid", "$.conversations[0].created_at"),
        (lambda f: f["conversations"][0].update(created_at="now"), "not_valid", "$.conversations[0].created_at"),
        (lambda f: f["conversations"][0]["messages"][0].pop("id"), "missing", "$.conversations[0].messages[0].id"),
        (
            lambda f: f["conversations"][0]["messages"][1].update(parent="later"),
            "not_valid",
            "$.conversations[0].messages[1].parent",
        ),
        (
            lambda f: f["conversations"][0]["messages"][0].update(role="root"),
            "not_valid",
            "$.conversations[0].messages[0].role",
        ),
        (
            lambda f: f["conversations"][0]["messages"].append(f["conversations"][0]["messages"][0]),
            "not_valid",
            "$.conversations[0].messages[5].id",
        ),
    ],
)
def test_a_bad_file_of_ours_names_the_place(change: Any, problem: str, place: str) -> None:
    written = json.loads(write_json([_tree()]))
    change(written)
    assert _refused(written) == (problem, place)


@pytest.mark.parametrize(
    ("content", "problem", "place"),
    [
        (b"", "not_json", "line 1, column 1"),
        (b'{"a": 1,}', "not_json", "line 1, column 9"),
        (b"\xff\xfe", "not_json", "byte 0"),
        (b"{}", "unknown_format", "x.json"),
        (b"[1]", "unknown_format", "x.json"),
        (b"[]", "unknown_format", "x.json"),
        (b"[" * 100_000, "not_valid", "$"),
    ],
)
def test_what_is_no_export_is_told(content: bytes, problem: str, place: str) -> None:
    with pytest.raises(NotReadable) as caught:
        read_file("x.json", content)
    assert (caught.value.problem, caught.value.place) == (problem, place)


def _zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()


def test_an_archive_without_conversations_is_told() -> None:
    with pytest.raises(NotReadable) as caught:
        read_file("x.zip", _zip(other__json=b"[]"))
    assert (caught.value.problem, caught.value.place) == ("missing", "conversations.json")


def test_an_archive_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.exchange.files.MOST_BYTES", 1_000)
    with pytest.raises(NotReadable) as caught:
        read_file("x.zip", _zip(conversations__json=b" " * 100_000))
    assert caught.value.problem == "too_large"


def test_a_damaged_archive_is_told() -> None:
    packed = bytearray(_zip(conversations__json=json.dumps([{"mapping": {}}] * 500).encode()))
    packed[60] ^= 0xFF
    with pytest.raises(NotReadable):
        read_file("x.zip", bytes(packed))


_JSON = some.recursive(
    some.none() | some.booleans() | some.floats() | some.integers() | some.text(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=9), inner, max_size=4),
)


@settings(max_examples=200, deadline=None)
@given(
    value=_JSON,
    kind=some.sampled_from(
        [
            lambda v: {"format": FORMAT, "version": 1, "conversations": v},
            lambda v: {"format": FORMAT, "version": 1, "conversations": [{"title": "t", "messages": v}]},
            lambda v: [{"mapping": v}],
            lambda v: [{"mapping": {"a": v}}],
            lambda v: [{"mapping": {"a": {"message": v}}}],
            lambda v: [{"chat": v}],
            lambda v: [{"chat": {"history": {"messages": {"a": v}}}}],
        ]
    ),
)
def test_any_json_gives_conversations_or_a_word(value: object, kind: Any) -> None:
    try:
        found = _read(kind(value))
    except NotReadable:
        return
    assert all(isinstance(whole, Whole) for whole in found)


# Other programs


def _chatgpt(**nodes: Any) -> Any:
    return [{"title": "Old talk", "create_time": 100.0, "update_time": 200.0, "mapping": nodes, "current_node": "d"}]


def _node(parent: str | None, role: str, *parts: Any, kind: str = "text", **more: Any) -> Any:
    content = {"content_type": kind, "parts": list(parts)}
    return {"parent": parent, "message": {"author": {"role": role}, "content": content, **more}}


def test_chatgpts_export_is_read_with_its_branches() -> None:
    exported = _chatgpt(
        root={"parent": None, "message": None},
        s=_node("root", "system", ""),
        a=_node("s", "user", "Why?", create_time=101.5),
        b=_node("a", "assistant", "So.", metadata={"model_slug": "gpt-4o"}),
        t=_node("b", "tool", "searched"),
        d=_node("t", "assistant", "Also:", {"asset_pointer": "file://x"}, kind="multimodal_text"),
        e=_node("a", "assistant", "Otherwise."),
    )
    (whole,) = _read(exported)
    assert [(m.role, m.text) for m in whole.messages] == [
        ("user", "Why?"),
        ("assistant", "So."),
        ("assistant", "Also:\n\n[…]"),
        ("assistant", "Otherwise."),
    ]
    question, first, second, other = whole.messages
    assert (first.parent_id, second.parent_id, other.parent_id) == (question.id, first.id, question.id)
    assert (question.created_at, first.asked_with and first.asked_with.deployment) == (101.5, "gpt-4o")
    assert (whole.conversation.title, whole.conversation.updated_at) == ("Old talk", 200.0)
    assert whole.conversation.leaf_id == second.id


def test_chatgpts_archive_is_read() -> None:
    exported = _chatgpt(a=_node(None, "user", "Why?"))
    (whole,) = read_file("export.zip", _zip(conversations__json=json.dumps(exported).encode(), chat__html=b"<p>"))
    assert whole.messages[0].text == "Why?"


def test_code_of_chatgpt_is_kept_as_code() -> None:
    exported = _chatgpt(a=_node(None, "user", "Run"), d=_node("a", "assistant", kind="code"))
    exported[0]["mapping"]["d"]["message"]["content"]["text"] = "print(1)"
    (whole,) = _read(exported)
    assert whole.messages[1].text == "```\nprint(1)\n```"


@pytest.mark.parametrize(
    ("node", "place"),
    [
        ({"parent": 3, "message": None}, "$[0].mapping['a'].parent"),
        ({"message": {"content": {}}}, "$[0].mapping['a'].message.author"),
        ({"message": {"author": {"role": "user"}}}, "$[0].mapping['a'].message.content"),
        ({"parent": "a", "message": None}, "$[0].mapping['a']"),
        (_node("b", "user", "x"), "$[0].mapping['a']"),
    ],
)
def test_a_bad_export_of_chatgpt_names_the_place(node: Any, place: str) -> None:
    exported = _chatgpt(a=node)
    if node.get("parent") == "b":
        exported[0]["mapping"]["b"] = _node("a", "user", "round and round")
    assert _refused(exported)[1] == place


def test_open_webuis_export_is_read_with_its_branches() -> None:
    messages = {
        "1": {"parentId": None, "role": "user", "content": "Why?", "timestamp": 101},
        "2": {"parentId": "1", "role": "assistant", "content": "So.", "model": "gpt-4o", "timestamp": 102_000_000_000},
        "3": {"parentId": "1", "role": "assistant", "content": "Otherwise."},
    }
    chat = {"title": "Talk", "system": "Be brief.", "history": {"messages": messages, "currentId": "2"}}
    (whole,) = _read([{"title": "", "created_at": 100, "updated_at": 200, "chat": chat}])
    question, first, other = whole.messages
    assert (first.parent_id, other.parent_id, whole.conversation.leaf_id) == (question.id, question.id, first.id)
    assert (whole.conversation.title, whole.conversation.begun_with.system_message) == ("Talk", "Be brief.")
    assert (question.created_at, first.created_at) == (101.0, 102_000_000.0)


@pytest.mark.parametrize(
    ("item", "place"),
    [
        ({"chat": 1}, "$[0].chat"),
        ({"chat": {}}, "$[0].chat.history"),
        ({"chat": {"history": {}}}, "$[0].chat.history.messages"),
        ({"chat": {"history": {"messages": {"1": {}}}}}, "$[0].chat.history.messages['1'].role"),
        (
            {"chat": {"history": {"messages": {"1": {"role": "user", "content": 3}}}}},
            "$[0].chat.history.messages['1'].content",
        ),
    ],
)
def test_a_bad_export_of_open_webui_names_the_place(item: Any, place: str) -> None:
    assert _refused([item])[1] == place


def test_a_thread_of_thousands_is_read_without_recursion() -> None:
    nodes = {
        str(n): _node(str(n - 1) if n else None, "user" if n % 2 == 0 else "assistant", f"m {n}") for n in range(5_000)
    }
    exported = _chatgpt(**nodes)
    exported[0]["current_node"] = "4999"
    (whole,) = _read(exported)
    assert len(whole.messages) == 5_000
    assert whole.messages[-1].text == "m 4999"


def test_nothing_but_an_unread_message_is_an_empty_conversation_not_an_error() -> None:
    (whole,) = _read(_chatgpt(a={"parent": None, "message": None}))
    assert whole.messages == ()
    assert isinstance(whole.conversation, ConversationRecord)
    assert MessageRecord(parent_id=None, role="user").text == ""
