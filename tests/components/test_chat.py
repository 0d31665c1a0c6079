"""The chat page with services handed in: what it says where the services cannot or must not."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from services.composition import Services
from services.conversation import Choices
from services.deployments import Deployment
from services.errors import StoreFailed
from services.history.comparisons import Comparisons
from services.history.keeping import Keeper
from services.history.memory import MemoryHistory
from services.history.opening import open_database
from services.history.prompts import Prompts
from services.history.recordings import DatabaseRecordings
from services.history.records import LOCAL_OWNER, ConversationRecord
from services.history.titles import Titles
from services.settings import load_settings
from services.streaming.events import ChatEvent, ParameterDropped
from services.streaming.replies import Replies
from tests.services.fakes import DEPLOYMENT, ScriptedSource, said
from tests.services.history.trees import chain


def _page(services: object) -> None:
    from components.chat import show_chat

    show_chat(services)  # type: ignore[arg-type]  # the function is run as text, where only builtins are known


class House:
    """Services around a scripted source."""

    def __init__(
        self,
        *events: ChatEvent,
        raises: Exception | None = None,
        deployment: Deployment = DEPLOYMENT,
        store: MemoryHistory | None = None,
    ) -> None:
        self.source = ScriptedSource(events, raises=raises)
        self.store = store or MemoryHistory()
        replies, keeper = Replies(self.source), Keeper(self.store)
        engine = open_database(f"sqlite:///{tempfile.mkdtemp(prefix='seseragi-tests-')}/history.db")
        self.services = Services(
            settings=load_settings(),
            deployments=(deployment,),
            replies=replies,
            store=self.store,
            keeper=keeper,
            titles=Titles(replies=replies, keeper=keeper, is_on=False),
            comparisons=Comparisons(engine),
            prompts=Prompts(engine),
            recordings=DatabaseRecordings(engine),
        )

    def open(self, c: str | None = None) -> AppTest:
        made = AppTest.from_function(_page, kwargs={"services": self.services}, default_timeout=20)
        if c is not None:
            made.query_params["c"] = c
        made.session_state["language"] = "en"
        return made.run()


@pytest.fixture
def houses() -> Iterator[list[House]]:
    made: list[House] = []
    yield made
    for house in made:
        house.services.close()


def _captions(page: AppTest) -> list[str]:
    return [caption.value for caption in page.caption]


def test_while_the_server_ends_the_question_is_given_back(houses: list[House]) -> None:
    houses.append(House())
    page = houses[0].open()
    houses[0].services.replies.close()
    page.chat_input[0].set_value("Hello").run()
    assert "about to end" in page.warning[0].value
    assert page.chat_input[0].proto.value == "Hello"
    assert houses[0].source.asked == []


def test_while_the_server_ends_a_suggestion_is_given_back_too(houses: list[House]) -> None:
    houses.append(House())
    page = houses[0].open()
    houses[0].services.replies.close()
    page.button(key="suggestion-0").click().run()
    assert "about to end" in page.warning[0].value
    assert page.chat_input[0].proto.value.startswith("Compare")


def test_a_parameter_that_was_dropped_is_told(houses: list[House]) -> None:
    dropped = [ParameterDropped(name="max_tokens", instead="max_completion_tokens"), ParameterDropped(name="top_p")]
    houses.append(House(*dropped, *said("text")))
    page = houses[0].open()
    page.chat_input[0].set_value("Hello").run()
    first, second = _captions(page)[:2]
    assert "“max\\_tokens”; it was sent as “max\\_completion\\_tokens”" in first
    assert "“top\\_p”; it was left out" in second


def test_an_empty_answer_is_never_an_empty_bubble(houses: list[House]) -> None:
    houses.append(House(*said()))
    page = houses[0].open()
    page.chat_input[0].set_value("Hello").run()
    assert "The deployment sent an empty answer." in _captions(page)
    assert "Try again" in [button.label for button in page.button]


def test_no_note_about_scripted_answers_where_a_real_endpoint_answers(houses: list[House]) -> None:
    houses.append(House())
    assert not any("scripted" in caption for caption in _captions(houses[0].open()))


def test_continuing_in_two_tabs_at_once_starts_one_reply(houses: list[House]) -> None:
    houses.append(House(*said("half", reason="length")))
    page = houses[0].open()
    page.chat_input[0].set_value("Hello").run()
    visit, talk = page.session_state["visit"], houses[0].services.talk()
    houses[0].services.replies._source = ScriptedSource(said("rest", reason=None), hangs=True)
    (message,) = talk.read(visit.conversation_id, visit.leaf_id, 1).messages
    live = talk.rest(visit.conversation_id, message.id, Choices(deployment=DEPLOYMENT)).reply
    page.button(key=f"rest-{message.id}").click()
    threading.Timer(0.5, live.stop).start()
    page.run()
    assert "still being written" in page.warning[0].value
    assert len(talk.whole(visit.conversation_id).messages) == 3


def test_an_interrupted_first_run_does_not_lose_the_conversation(houses: list[House]) -> None:
    houses.append(House(*said("text")))
    page = houses[0].open()
    page.chat_input[0].set_value("Hello").run()
    page.session_state["visit"].is_addressed = False
    del page.query_params["c"]
    page.run()
    assert page.text[0].value == "Hello"
    assert page.query_params["c"] == page.session_state["visit"].conversation_id


def test_what_no_longer_fits_the_context_is_told_under_the_answer(houses: list[House]) -> None:
    houses.append(House(*said("word " * 60), deployment=replace(DEPLOYMENT, context_tokens=300)))
    page = houses[0].open()
    for n in range(4):
        page.chat_input[0].set_value(f"Question {n}").run()
    assert any("only the latest" in caption for caption in _captions(page))
    sent = houses[0].source.asked[-1].messages
    assert "Question 0" not in [message.content for message in sent]
    assert sent[-1].content == "Question 3"


def test_of_a_long_conversation_the_latest_turns_are_drawn_and_more_on_demand(houses: list[House]) -> None:
    houses.append(House())
    record = ConversationRecord(leaf_id=(messages := chain(60))[-1].id)
    houses[0].store.begin(LOCAL_OWNER, record, messages)
    page = houses[0].open(c=record.id)
    assert [text.value for text in page.text] == [f"question {n}" for n in range(40, 60, 2)]
    page.button(key="earlier").click().run()
    assert [text.value for text in page.text] == [f"question {n}" for n in range(20, 60, 2)]
    page.button(key="earlier").click().run()
    assert len(page.text) == 30
    assert "earlier" not in [button.key for button in page.button]


def test_a_database_that_cannot_be_read_is_told_and_tried_again(houses: list[House]) -> None:
    class Failing(MemoryHistory):
        fails = True

        def find(self, owner: str, conversation_id: str) -> ConversationRecord:
            if self.fails:
                raise StoreFailed("locked")
            return super().find(owner, conversation_id)

    houses.append(House(store=(store := Failing())))
    record = ConversationRecord(leaf_id=(messages := chain(2))[-1].id)
    store.begin(LOCAL_OWNER, record, messages)
    page = houses[0].open(c=record.id)
    assert "cannot be reached" in page.error[0].value
    assert not page.exception
    store.fails = False
    page.button(key="page_again").click().run()
    assert page.text[0].value == "question 0"


def test_a_question_that_cannot_be_kept_is_given_back(houses: list[House]) -> None:
    class Full(MemoryHistory):
        def begin(self, *_arguments: object, **_options: object) -> None:
            raise StoreFailed("disk full")

    houses.append(House(store=Full()))
    page = houses[0].open()
    page.chat_input[0].set_value("Hello").run()
    assert "could not be kept" in page.warning[0].value
    assert page.chat_input[0].proto.value == "Hello"


def test_an_imported_question_without_an_answer_can_be_answered(houses: list[House]) -> None:
    houses.append(House(*said("So it is.")))
    record = ConversationRecord(leaf_id=(messages := chain(1))[-1].id)
    houses[0].store.begin(LOCAL_OWNER, record, messages)
    page = houses[0].open(c=record.id)
    assert "This question has no answer." in _captions(page)
    page.button(key=f"again-{messages[0].id}").click().run()
    assert page.markdown[-1].value == "So it is."


def test_another_persons_address_shows_nothing_of_it(houses: list[House]) -> None:
    houses.append(House())
    record = ConversationRecord(title="secret", leaf_id=(messages := chain(2))[-1].id)
    houses[0].store.begin("somebody else", record, messages)
    page = houses[0].open(c=record.id)
    assert "no longer here" in page.info[0].value
    assert not page.text


def test_a_folder_that_was_emptied_elsewhere_no_longer_hides_the_rest(houses: list[House]) -> None:
    houses.append(House())
    records = [ConversationRecord(title=f"t {n}", folder="Work" if n else "") for n in range(2)]
    for record in records:
        houses[0].store.begin(LOCAL_OWNER, record, chain(2))
    page = houses[0].open()
    page.selectbox(key="folder").set_value("Work").run()
    assert _listed(page) == ["t 1"]
    houses[0].store.move(LOCAL_OWNER, records[1].id, "")
    page.run()
    assert not page.exception
    assert sorted(_listed(page)) == ["t 0", "t 1"]


def _listed(page: AppTest) -> list[str]:
    """Titles in the list of conversations."""
    drawn = [json.loads(one.proto.json or "null") for one in page.sidebar.get("bidi_component")]
    groups = next(data["groups"] for data in drawn if data and "groups" in data)
    return [row["title"] for group in groups for row in group["rows"]]
