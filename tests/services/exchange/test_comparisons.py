"""A comparison as CSV, JSONL, Markdown and HTML."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from html.parser import HTMLParser

from services.comparing import Seen, WholeComparison
from services.comparison.variants import Setup, Variant
from services.comparison.votes import Vote, count
from services.deployments import Deployment, Endpoint
from services.exchange.comparison_report import write_report
from services.exchange.comparison_tables import write_comparison_markdown, write_csv, write_jsonl
from services.history.comparison_records import Cell, ComparisonRecord, ComparisonTurn
from services.history.records import AskedWith, MessageRecord
from services.streaming.events import Usage
from services.streaming.folding import Answer, Timings
from services.streaming.request import Parameters

AZURE = Endpoint(name="azure", kind="azure", url="https://x")
KNOWN = Deployment(name="gpt-4.1-mini", endpoint=AZURE)
A = Variant(id="a", name="Brief", deployment=KNOWN.id, system_message="Be {{how}}.", parameters=Parameters(top_p=0.5))
B = Variant(id="b", name='Long "one", <b>', deployment="azure/gone")


def _answer(text: str, deployment: str, *, status: str = "complete", first_s: float = 0.5) -> MessageRecord:
    said = Answer(
        status=status,  # type: ignore[arg-type]  # told by the test
        text=text,
        finish_reason="stop",
        usage=Usage(prompt_tokens=1_000, completion_tokens=100, reasoning_tokens=0),
        timings=Timings(asked_at=0.0, first_text_at=first_s, last_text_at=2.5),
    )
    return MessageRecord(parent_id="q", role="assistant", answer=said, asked_with=AskedWith(deployment=deployment))


def _whole(
    *, is_blind: bool = False, vote: Vote | None = None, texts: tuple[str, str] = ("one", "two")
) -> WholeComparison:
    setup = Setup(variants=(A, B), values={"how": "brief"}, input="Why {{how}}?", is_blind=is_blind)
    cells = tuple(Cell(variant_id=v.id, conversation_id="c", question_id="q") for v in (B, A))
    turn = ComparisonTurn(setup=setup, cells=cells, vote=vote)
    second = _answer(texts[1], B.deployment), _answer("again", B.deployment, status="stopped")
    seen = Seen(turn=turn, answers=(second, (_answer(texts[0], A.deployment, first_s=0.25),)))
    voted = [(turn.shown, vote)] if vote else []
    return WholeComparison(
        record=ComparisonRecord(title="Why <so>?", setup=setup),
        turns=(seen,),
        tally=count(voted, setup.variants),
        deployments=(KNOWN,),
    )


def _lines(whole: WholeComparison) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(write_csv(whole).removeprefix("\ufeff"))))


def test_csv_has_a_line_for_each_answer_in_the_order_of_the_page() -> None:
    lines = _lines(_whole(vote=Vote(verdict="best", best="a", worst="b", note="clearer")))
    assert [(one["place"], one["variant"], one["repetition"], one["answer"]) for one in lines] == [
        ("1", B.name, "1", "two"),
        ("1", B.name, "2", "again"),
        ("2", "Brief", "1", "one"),
    ]
    brief = lines[-1]
    assert (brief["input"], brief["system_message"]) == ("Why brief?", "Be brief.")
    assert (brief["deployment"], brief["parameters"]) == ("azure/gpt-4.1-mini", '{"top_p": 0.5}')
    assert (brief["first_token_s"], brief["tokens_in"], brief["cost_usd"]) == ("0.25", "1000", "0.00056")
    assert (brief["vote"], lines[0]["vote"], brief["note"]) == ("best", "worst", "clearer")
    assert lines[0]["cost_usd"] == ""


def test_a_spreadsheet_is_given_no_formula() -> None:
    lines = _lines(_whole(texts=("=HYPERLINK(1)", "+1")))
    assert [one["answer"] for one in lines] == ["'+1", "again", "'=HYPERLINK(1)"]


def test_jsonl_says_null_for_what_is_unknown() -> None:
    first, _again, last = (json.loads(line) for line in write_jsonl(_whole()).splitlines())
    assert (first["cost_usd"], last["cost_usd"]) == (None, 0.00056)
    assert last["tokens_s"] == 99 / 2.25


def test_markdown_reads_like_a_paper() -> None:
    text = write_comparison_markdown(_whole(), "en")
    assert text.startswith("# Why <so>?\n\n## 1\n\n> Why brief?\n\n| | First token |".replace("| | ", "|  | "))
    assert "### Brief\n\n> Be brief.\n\none\n" in text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "action"}]


def test_the_report_stands_by_itself_and_nothing_in_an_answer_becomes_a_tag() -> None:
    evil = "<script>alert(1)</script> ![x](https://evil.example/x.png) <img src=x> [a](javascript:alert(1))"
    report = write_report(_whole(texts=(evil, "**bold**\n\n| a |\n|---|\n| b |")), "en")
    tags = _Tags()
    tags.feed(report)
    assert not {"script", "img", "link", "iframe", "form"} & set(tags.tags)
    assert tags.addresses == ["https://evil.example/x.png"], "a link to be followed or not, no picture"
    assert {"strong", "table", "style"} <= set(tags.tags)
    assert "default-src 'none'" in report
    assert "Why &lt;so&gt;?" in report
    assert "Long &quot;one&quot;, &lt;b&gt;" in report


def test_the_report_speaks_the_visitors_language() -> None:
    assert "最初のトークン" in write_report(_whole(), "ja")
    assert '<html lang="ja">' in write_report(_whole(), "ja")


def test_a_blind_turn_without_a_vote_stays_blind_in_every_export() -> None:
    whole = _whole(is_blind=True)
    lines = _lines(whole)
    assert [one["variant"] for one in lines] == ["A", "A", "B"]
    assert {one["deployment"] + one["system_message"] + one["first_token_s"] for one in lines} == {""}
    assert all(json.loads(line)["variant"] in "AB" for line in write_jsonl(whole).splitlines())
    markdown = write_comparison_markdown(whole, "en")
    assert "Brief" not in markdown
    turn = write_report(whole, "en").split('class="question"')[1]
    assert "Brief" not in turn
    assert "figures" not in turn


def test_once_voted_everything_is_told() -> None:
    whole = _whole(is_blind=True, vote=Vote(verdict="tie"))
    assert [one["vote"] for one in _lines(whole)] == ["tie"] * 3
    assert "Brief" in write_comparison_markdown(whole, "en")
    assert "Votes so far" in write_report(whole, "en")


def test_a_withdrawn_answer_is_not_exported() -> None:
    whole = _whole()
    (seen,) = whole.turns
    message = seen.answers[1][0]
    assert message.answer is not None
    gone = replace(message, answer=replace(message.answer, withdrawn=True))
    lines = _lines(replace(whole, turns=(replace(seen, answers=(seen.answers[0], (gone,))),)))
    assert lines[-1]["answer"] == ""
