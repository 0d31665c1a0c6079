"""The pages of recordings and of how streaming works, without a browser."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.house import open_services
from components.player import PLAYER_ID
from components.recordings.views import ASSEMBLED
from services.history.keeping import Kept
from services.history.records import LOCAL_OWNER
from services.recording.records import Head
from services.recording.sse_file import write_sse
from services.streaming.request import ChatRequest, Message
from tests.services.recording.samples import ARTICLE_BODY, recording_of
from tests.waiting import until


def _open(**query: str) -> AppTest:
    return _at("recordings", **query)


def _at(name: str, **query: str) -> AppTest:
    made = AppTest.from_file("../../app.py", default_timeout=60)
    made.session_state["language"] = "en"
    made.session_state["page_wanted"] = name, query
    return made.run()


@pytest.fixture
def recordings(_house: None) -> AppTest:
    return _open()


def _parts(page: AppTest, *fields: str) -> list[dict[str, Any]]:
    """What our components on the page were given that have such fields."""
    given = [json.loads(one.proto.json) for one in page.main.get("bidi_component")]
    return [one for one in given if all(field in one for field in fields)]


def _rows(page: AppTest) -> list[str]:
    return [row["title"] for given in _parts(page, "groups") for group in given["groups"] for row in group["rows"]]


def _html(page: AppTest) -> str:
    return "\n".join(one.proto.body for one in page.main.get("html"))


def _said(page: AppTest) -> str:
    shown = [*page.caption, *page.markdown, *page.info, *page.error, *page.warning]
    return "\n".join(str(one.value) for one in shown)


def _ask(page: AppTest, deployment: str, question: str) -> AppTest:
    page.selectbox(key="deployment").set_value(f"embedded/{deployment}").run()
    return page.chat_input[0].set_value(question).run()


def _last_message(page: AppTest) -> str:
    visit: Any = page.session_state["visit"]
    return str(visit.leaf_id)


def _look(page: AppTest, view: str) -> AppTest:
    page.session_state["recording_view"] = view
    return page.run()


def test_the_list_offers_what_comes_with_the_program(recordings: AppTest) -> None:
    assert not recordings.exception
    assert "The article's own excerpt (2024)" in _rows(recordings)
    assert "Azure's bursts: text held back for the content filter" in _rows(recordings)


def test_an_answer_of_the_chat_can_be_looked_into(page: AppTest) -> None:
    _ask(page, "demo-token-by-token", "Look into this, briefly")
    inside = _open(m=_last_message(page))
    assert not inside.exception
    assert "Look into this, briefly" in _said(inside)
    assert "stream-line" in _html(inside)
    (block,) = _parts(inside, "fragments")
    assert "scripted answer" in "".join(fragment[0] for fragment in block["fragments"])
    assert "Look into this, briefly" in _rows(_open())


def test_every_view_shows_its_side_of_the_stream(page: AppTest) -> None:
    _ask(page, "demo-token-by-token", "Four views, briefly")
    inside = _open(m=_last_message(page))
    _look(inside, "events")
    (events,) = _parts(inside, "events")
    assert [event["kind"] for event in events["events"][:3]] == ["prompt filter", "role", "content"]
    assert events["events"][2]["verdict"] == "safe"
    _look(inside, "raw")
    (raw,) = _parts(inside, "text", "from")
    assert raw["text"].startswith('data: {"choices":[]')
    assert "SHA-256" in _said(inside)
    _look(inside, "http")
    assert "x-ratelimit-remaining-tokens" in _html(inside)
    assert "Tokens left" in _html(inside)
    assert "(left out)" in _html(inside)


def test_events_come_a_page_at_a_time_and_by_kind(page: AppTest) -> None:
    _ask(page, "demo-token-by-token", "Tell me a long story")
    inside = _look(_open(m=_last_message(page)), "events")
    first = _parts(inside, "events")[0]["events"]
    assert len(first) == 100
    next(button for button in inside.button if button.label == ":material/chevron_right:").click().run()
    assert _parts(inside, "events")[0]["events"][0]["number"] == 101
    pills: Any = next(one for one in inside.get("button_group") if str(one.key).startswith("kinds-"))
    pills.set_value(["finish"]).run()
    assert [event["kind"] for event in _parts(inside, "events")[0]["events"]] == ["finish_reason"]


def test_a_text_of_thousands_of_fragments_comes_a_page_at_a_time(recordings: AppTest) -> None:
    body = "".join(f'data: {{"choices":[{{"delta":{{"content":"{n} "}}}}]}}\n\n' for n in range(ASSEMBLED + 30))
    recordings.text_area(key="recording_paste").set_value(body).run()
    recordings.button(key="open-paste").click().run()
    assert sum(len(block["fragments"]) for block in _parts(recordings, "fragments")) == ASSEMBLED
    next(button for button in recordings.button if button.label == ":material/chevron_right:").click().run()
    (block,) = _parts(recordings, "fragments")
    assert block["first"] == ASSEMBLED
    assert [fragment[0] for fragment in block["fragments"]] == [f"{n} " for n in range(ASSEMBLED, ASSEMBLED + 30)]


def test_a_failed_answer_shows_the_body_that_says_why(page: AppTest) -> None:
    _ask(page, "fault-500", "Fail, please")
    inside = _look(_open(m=_last_message(page)), "events")
    (event,) = _parts(inside, "events")[0]["events"]
    assert "The server had an error" in event["raw"]
    assert event["tone"] == "bad-event"


def test_the_late_verdict_is_shown_with_the_characters_it_speaks_of(page: AppTest) -> None:
    _ask(page, "fault-late-block", "Quote, please")
    inside = _look(_open(m=_last_message(page)), "events")
    last_page = next(button for button in inside.button if button.label == ":material/chevron_right:")
    while not last_page.disabled:
        last_page.click().run()
        last_page = next(button for button in inside.button if button.label == ":material/chevron_right:")
    verdicts = [event["verdict"] for event in _parts(inside, "events")[0]["events"]]
    assert any("Protected text" in verdict and "characters" in verdict for verdict in verdicts)
    _look(inside, "assembled")
    blocks = _parts(inside, "fragments")
    marked = {int(place): words for block in blocks for place, words in block["objections"].items()}
    last = sum(len(block["fragments"]) for block in blocks) - 1
    assert 0 not in marked
    assert "Protected text" in marked[last]
    assert "without “delta”" in _html(inside)


def test_the_articles_line_without_data_is_explained(_house: None) -> None:
    inside = _open(r="built-in-article")
    assert "no “data:” before its JSON" in _html(inside)
    assert "This recording has no times" in _html(inside)


def test_each_try_of_the_sdk_can_be_chosen(page: AppTest) -> None:
    _ask(page, "demo-token-by-token", "Tried twice, briefly")
    visit: Any = page.session_state["visit"]
    head = Head(status=429, headers=(("content-type", "application/json"),))
    refused = replace(recording_of(b'{"error":{"code":"429"}}', head=head), id="refused once")
    store = open_services().recordings
    store.keep(LOCAL_OWNER, visit.conversation_id, visit.leaf_id, [refused])
    inside = _open(m=visit.leaf_id)
    tries: Any = next(one for one in inside.get("button_group") if one.key == "recording_attempt")
    assert {str(option)[:1] for option in tries.options} == {"1", "2"}
    tries.set_value("refused once").run()
    _look(inside, "events")
    assert _parts(inside, "events")[0]["events"][0]["raw"] == '{"error":{"code":"429"}}'


def test_an_answer_that_waits_in_line_says_so_until_its_request_leaves(page: AppTest) -> None:
    services = open_services()
    request = ChatRequest(deployment=services.deployments[0], messages=(Message(role="user", content="Hello"),))
    reply = services.replies.admit(request)
    services.keeper.keep(Kept(owner=LOCAL_OWNER, history=services.store, conversation_id="none", reply=reply))
    waiting = _open(m=reply.id)
    assert "The request has not left yet." in _said(waiting)
    reply.end("stopped")
    services.replies.dismiss(reply)
    until(lambda: services.keeper.find(reply.id) is None)
    assert "There is no recording of this answer" in _said(waiting.run())
    assert page.session_state["visit"].conversation_id is None


def test_two_recordings_stand_on_one_scale(_house: None) -> None:
    inside = _open(r="built-in-bursts")
    inside.selectbox(key="recording_beside").set_value("built-in-plain-en").run()
    assert _html(inside).count('class="stream-line"') == 2
    assert "stream-beside" in _html(inside)


def test_an_answer_without_a_recording_and_one_that_is_gone_say_so(_house: None) -> None:
    assert "There is no recording of this answer" in _said(_open(m="nothing"))
    gone = _open(r="nothing")
    assert "This recording is no longer here." in _said(gone)
    gone.button(key="all-recordings").click().run()
    assert _rows(gone)


def test_a_paste_is_opened_and_inspected(recordings: AppTest) -> None:
    recordings.text_area(key="recording_paste").set_value(ARTICLE_BODY.decode()).run()
    recordings.button(key="open-paste").click().run()
    assert "Pasted" in _said(recordings)
    (block,) = _parts(recordings, "fragments")
    assert [fragment[0] for fragment in block["fragments"]] == ["Hello", " there"]


def test_a_paste_that_is_no_stream_says_what_to_do_and_stays(recordings: AppTest) -> None:
    recordings.text_area(key="recording_paste").set_value("hello").run()
    recordings.button(key="open-paste").click().run()
    assert "none of those that can be imported" in _said(recordings)
    assert "Choose a .sse file of Seseragi" in _said(recordings)
    assert recordings.text_area(key="recording_paste").value == "hello"


def test_files_are_opened_all_or_none(recordings: AppTest) -> None:
    good = write_sse(recording_of(ARTICLE_BODY, name="From a file", created_at=time.time()))
    recordings.file_uploader[0].set_value([("good.sse", good, "text/plain"), ("bad.har", b"{", "text/plain")]).run()
    recordings.button(key="open-files").click().run()
    assert "damaged or no JSON" in _said(recordings)
    assert "From a file" not in _rows(recordings)
    recordings.file_uploader[0].set_value([("good.sse", good, "text/plain"), ("two.sse", good, "text/plain")]).run()
    recordings.button(key="open-files").click().run()
    assert _rows(recordings).count("From a file") == 2


def test_a_recording_is_played_in_the_chat_and_its_answer_says_so(page: AppTest) -> None:
    page.selectbox(key="deployment").set_value(PLAYER_ID).run()
    page.selectbox(key="played_recording").set_value("built-in-article").run()
    page.selectbox(key="played_pace").set_value(10.0).run()
    page.chat_input[0].set_value("Whose poem?").run()
    assert "望月の" in "\n".join(one.value for one in page.markdown)
    (bar,) = _parts(page, "walks")
    assert bar["deployment"] == "▷ The article's own excerpt (2024)"
    inside = _open(m=_last_message(page))
    assert "recorded while a recording was played" in _said(inside)


def test_a_played_429_gives_its_card(page: AppTest) -> None:
    page.selectbox(key="deployment").set_value(PLAYER_ID).run()
    page.selectbox(key="played_recording").set_value("built-in-rate-limit").run()
    page.chat_input[0].set_value("Again?").run()
    assert "Too many requests" in "\n".join(one.value for one in page.markdown)


def test_a_temporary_answer_is_looked_into_and_leaves_no_recording(page: AppTest) -> None:
    page.toggle(key="temporary").set_value(True).run()
    _ask(page, "demo-token-by-token", "Nobody may know this, briefly")
    message_id = _last_message(page)
    page.session_state["page_wanted"] = "recordings", {"m": message_id}
    page.run()
    (block,) = _parts(page, "fragments")
    assert "Nobody may know" in "".join(fragment[0] for fragment in block["fragments"])
    assert "Nobody may know this, briefly" not in _rows(_open())


@pytest.fixture
def how(_house: None) -> AppTest:
    return _at("how")


def test_how_it_works_asks_both_ways_and_tells_what_each_took(how: AppTest) -> None:
    assert not how.exception
    how.button(key="how-both").click().run()
    told = [one.value for one in how.caption if "First words after" in one.value]
    assert len(told) == 2
    assert "`application/json`" in told[0]
    assert "`text/event-stream; charset=utf-8`" in told[1]


def test_how_it_works_shows_the_articles_events_and_the_delay(how: AppTest) -> None:
    (events,) = _parts(how, "events")
    assert [event["remark"] != "" for event in events["events"]].count(True) == 1
    how.button(key="how-delay").click().run()
    assert not how.exception
    assert "".join(one.value for one in how.markdown).count("scripted answer") == 3


def test_how_it_works_shows_no_text_that_was_taken_back(how: AppTest) -> None:
    how.selectbox(key="deployment").set_value("embedded/fault-late-block").run()
    how.button(key="how-start").click().run()
    assert "scripted answer" not in "\n".join(one.value for one in how.markdown)
    how.button(key="how-both").click().run()
    assert "The content filter has taken this answer back." in _said(how)


def test_how_it_works_says_when_an_answer_ended_before_stop(how: AppTest) -> None:
    how.button(key="how-start").click().run()
    assert "before anybody pressed Stop" in _said(how)


def test_the_code_is_filled_in_with_the_current_settings_and_no_key(how: AppTest) -> None:
    curl, python, csharp = [one.value for one in how.code][-3:]
    assert "curl -N" in curl
    assert "demo-token-by-token" in curl
    assert "AzureOpenAI(" in python
    assert "CompleteChatStreamingAsync" in csharp
    assert all("AZURE_OPENAI_API_KEY" in code for code in (curl, python, csharp))


def test_what_refuses_the_request_is_told_where_it_was_asked(how: AppTest) -> None:
    how.selectbox(key="deployment").set_value("embedded/fault-500").run()
    how.button(key="how-both").click().run()
    assert [one.value for one in how.caption].count("The endpoint failed.") == 2
