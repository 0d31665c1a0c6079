"""Titles by the deployment itself, and the first words where it gives none."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import replace

import pytest

from services.history.memory import MemoryHistory
from services.history.titles import INSTRUCTION, read_title, request_title
from services.streaming.events import ChatEvent
from services.streaming.reply import Reply
from services.streaming.request import ChatRequest, Message
from tests.services.fakes import DEPLOYMENT, ScriptedSource, request, said
from tests.services.history.house import CHOICES, House
from tests.services.history.trees import ME


class Naming(ScriptedSource):
    """Answers questions with one text and requests for a title with another."""

    def __init__(self, title: str, reason: str = "stop") -> None:
        super().__init__(said("So it is.", reason=reason))
        self.title = title
        self.titles_asked = 0

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        self.asked.append(request)
        is_title = request.messages[0].content == INSTRUCTION
        self.titles_asked += is_title
        for event in said(self.title) if is_title else self._events:
            yield event


Open = Callable[..., House]


@pytest.fixture
def open_house() -> Iterator[Open]:
    made: list[House] = []

    def open_one(source: Naming, *, titles: bool = True) -> House:
        made.append(House(MemoryHistory(), source, titles=titles))
        return made[-1]

    yield open_one
    for house in made:
        house.close()


def _ask(house: House, question: str = "Why?", below: str | None = None, conversation: str | None = None) -> str:
    asked = house.talk.ask(conversation, below, question, CHOICES)
    house.settle()
    house.settle()
    return asked.conversation_id


def test_the_first_exchange_names_the_conversation(open_house: Open) -> None:
    house = open_house(source := Naming('"The Reason Why."'))
    conversation_id = _ask(house)
    found = house.store.find(ME, conversation_id)
    assert (found.title, found.titled_by) == ("The Reason Why", "deployment")
    sent = source.asked[-1].messages
    assert "Why?" in sent[1].content
    assert "So it is." in sent[1].content
    _ask(house, "More?", found.leaf_id, conversation_id)
    assert source.titles_asked == 1


def test_switched_off_the_first_words_stay(open_house: Open) -> None:
    house = open_house(source := Naming("never"), titles=False)
    assert house.store.find(ME, _ask(house)).title == "Why?"
    assert source.titles_asked == 0


def test_an_answer_that_failed_gives_no_title(open_house: Open) -> None:
    house = open_house(source := Naming("never", reason="content_filter"))
    _ask(house)
    assert source.titles_asked == 0


def test_a_title_a_person_gave_meanwhile_stays(open_house: Open) -> None:
    house = open_house(Naming("By itself"))
    asked = house.talk.ask(None, None, "Why?", CHOICES)
    house.store.rename(ME, asked.conversation_id, "Mine", "person")
    house.settle()
    house.settle()
    assert house.store.find(ME, asked.conversation_id).title == "Mine"


@pytest.mark.parametrize(
    ("said_by_it", "title"),
    [
        ("Water", "Water"),
        ('"Water runs."\n\nI hope this helps!', "Water runs"),
        ("# 「せせらぎの話」。", "せせらぎの話"),
        ("\n\n**A  title**", "A title"),
        ("", ""),
        ('""', ""),
        ("x" * 500, ""),
    ],
)
def test_a_title_is_read_however_it_was_dressed_up(said_by_it: str, title: str) -> None:
    assert read_title(said_by_it) == title


def test_a_reasoning_deployment_gets_room_to_think_of_a_title() -> None:
    reply = Reply(replace(request(), deployment=replace(DEPLOYMENT, reasoning=True)))
    asked = request_title(reply, "x" * 9_999)
    assert (asked.parameters.reasoning_effort, (asked.parameters.most_tokens or 0) > 1_000) == ("low", True)
    assert len(asked.messages[1].content) < 2_000
    assert isinstance(asked.messages[0], Message)
