"""Carries out what the visitor asks for on the compare page, as callbacks: before anything is drawn.

What cannot be done is given back with a word, never lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from components.chosen import read_deployment
from components.compare.visit import (
    PARAMETER,
    CompareVisit,
    begin_anew,
    current_compare,
    field_key,
    go_to_comparison,
    keep,
)
from components.language import _, current_language
from components.leaving import leave_for
from components.library import find_prompt
from components.visit import View
from services.comparing import Comparing, Seen
from services.comparison.variants import NAME_CHARACTERS, Setup, Variant, name_of
from services.comparison.votes import Verdict, Vote
from services.composition import Services
from services.errors import SeseragiError
from services.history.records import MessageRecord
from services.prompts.starters import starters

BOX: Final = "compare_input"
SUBMITTED: Final = "compare_submitted"
SETUP_OPEN: Final = "compare_setup_open"
NOTE: Final = "vote_note"


@dataclass(frozen=True, slots=True)
class Acts:
    """What one session can do with comparisons."""

    services: Services

    @property
    def visit(self) -> CompareVisit:
        """The session's visit as it is now."""
        return current_compare()

    @property
    def comparing(self) -> Comparing:
        """The service."""
        return self.services.comparing()

    def offered(self) -> Setup:
        """What a new comparison begins with: two prompts that answer visibly differently."""
        deployment = read_deployment(self.services.deployments).id
        first, *_rest, last = starters(current_language())
        return Setup(
            variants=tuple(
                Variant(name=one.name, deployment=deployment, system_message=one.version.text) for one in (first, last)
            )
        )

    # Asking

    def submit(self) -> None:
        """Ask what stands in the box."""
        st.session_state[SUBMITTED] = True
        question = (st.session_state[BOX] or "").strip()
        if question:
            self.ask(question)

    def ask(self, question: str) -> None:
        """Ask all variants."""
        visit, comparing = self.visit, self.comparing

        def ask() -> None:
            comparing.check(visit.setup, question)
            if visit.comparison_id is None:
                visit.comparison_id = comparing.begin(visit.setup).id
            asking = comparing.ask(visit.comparison_id, visit.setup, question, visit.walked)
            visit.views |= {one.reply.id: View(one.reply) for one in asking.asked}
            visit.setup = visit.kept = replace(visit.setup, input="")
            visit.differing, visit.is_lost = None, False
            visit.is_setup_open = False

        if not self._try(ask):
            visit.setup = replace(visit.setup, input=question)
            visit.given_back = question

    def stop(self, view: View) -> None:
        """End one answer here; what has come of it is shown at once."""
        self._try(view.reply.stop)
        view.show_all = True

    def stop_all(self, views: list[View]) -> None:
        """End them all."""
        for view in views:
            self.stop(view)

    def again(self, seen: Seen, place: int) -> None:
        """Another answer in one column."""

        def again() -> None:
            cell = seen.turn.cells[place]
            asked = self.comparing.again(seen.turn, cell)
            self.visit.views[asked.reply.id] = View(asked.reply)
            self.visit.walked.pop(cell.question_id, None)

        self._try(again)

    # A cell

    def act_on_cell(self, seen: Seen, place: int, answer: MessageRecord, act: dict[str, Any]) -> None:
        """What was pressed in the line under an answer."""
        match act["what"]:
            case "again":
                self.again(seen, place)
            case "walk":
                self.visit.walked[seen.turn.cells[place].question_id] = str(act["to"])
            case "chat":
                self._to_chat(seen, place, answer)
            case "words":
                self.visit.differing = seen.turn.id, place, int(act["with"])
            case "take":
                self._take_variant(seen, place)
            case "inside":
                self.look_inside(answer.id)

    def look_inside(self, message_id: str) -> None:
        """Open the stream of an answer."""
        leave_for("recordings", m=message_id, **{PARAMETER: self.visit.comparison_id or ""})

    def close_words(self) -> None:
        """No longer show which words differ."""
        self.visit.differing = None

    def _to_chat(self, seen: Seen, place: int, answer: MessageRecord) -> None:
        def fork() -> None:
            comparison = self.comparing.store.find(self.comparing.owner, self.visit.comparison_id or "")
            name = name_of(seen.turn.setup.variants, seen.turn.cells[place].variant_id)
            title = _("{title} ({name})").format(title=comparison.title, name=name)
            leave_for("chat", c=self.comparing.to_chat(seen.turn.cells[place], answer.id, title))

        self._try(fork)

    def _take_variant(self, seen: Seen, place: int) -> None:
        """Take a variant as it was then into the set-up again."""
        variant = seen.turn.setup.find(seen.turn.cells[place].variant_id)
        if variant is None:
            return
        setup = self.visit.setup
        known = setup.find(variant.id)
        self.visit.change(setup.change(variant) if known is not None else setup.add(variant))

    # Votes

    def vote(self, seen: Seen, verdict: Verdict, best: int | None = None, worst: int | None = None) -> None:
        """A verdict; places count from 0. With more than two, the best one waits for the worst."""
        visit, cells = self.visit, seen.turn.cells
        chosen = "" if best is None else cells[best].variant_id
        if len(cells) == 2 and best is not None:
            worst = 1 - best
        note = str(st.session_state.get(f"{NOTE}-{seen.turn.id}") or "").strip()
        bottom = "" if worst is None else cells[worst].variant_id
        vote = Vote(verdict=verdict, best=chosen, worst=bottom, note=note)
        if self._try(lambda: self.comparing.vote(visit.comparison_id or "", seen, vote)):
            visit.chosen_best.pop(seen.turn.id, None)

    def choose_best(self, seen: Seen, place: int | None) -> None:
        """The first half of a vote among more than two; None takes it back."""
        if place is None:
            self.visit.chosen_best.pop(seen.turn.id, None)
        else:
            self.visit.chosen_best[seen.turn.id] = str(place)

    # The set-up

    def change(self, change: Callable[[Setup], Setup]) -> None:
        """Another set-up."""
        visit = self.visit
        visit.change(change(visit.setup))

    def add(self) -> None:
        """One more variant, on the deployment of the last one."""
        self.change(lambda setup: setup.add(Variant(deployment=setup.variants[-1].deployment)))

    def act_on_variant(self, variant_id: str) -> None:
        """What was chosen in a variant's menu."""
        what = st.session_state.get(field_key("menu", variant_id))
        changes: dict[str, Callable[[Setup], Setup]] = {
            "duplicate": lambda setup: setup.duplicate(variant_id),
            "left": lambda setup: setup.move(variant_id, -1),
            "right": lambda setup: setup.move(variant_id, 1),
            "remove": lambda setup: setup.remove(variant_id),
            "base": lambda setup: replace(setup, base=variant_id),
            "deployment": lambda setup: setup.same_for_all(variant_id, "deployment"),
            "system_message": lambda setup: setup.same_for_all(variant_id, "system_message"),
            "all_parameters": lambda setup: setup.same_for_all(variant_id, "parameters"),
        }
        if what in changes:
            self.change(changes[what])
        elif what is not None:
            self.visit.dialog = what, variant_id

    def take_prompt(self, variant_id: str, name: str) -> None:
        """A prompt of the library into a variant."""

        def take() -> None:
            found, variant = find_prompt(self.services, name), self.visit.setup.find(variant_id)
            if found is not None and variant is not None:
                taken = replace(variant, system_message=found.version.text, name=name[:NAME_CHARACTERS])
                self.change(lambda setup: setup.change(taken).with_defaults(found.version.defaults))

        self._try(take)

    def set_blind(self, *, is_blind: bool) -> None:
        """Whether the next turns are blind."""
        self.change(lambda setup: replace(setup, is_blind=is_blind))

    def fold_setup(self) -> None:
        """Show the set-up, or fold it away."""
        self.visit.is_setup_open = bool(st.session_state[SETUP_OPEN])

    # Comparisons

    def begin_anew(self) -> None:
        """A new comparison; answers that are being written go on and are found in the list."""
        begin_anew(self.offered())

    def run_anew(self, question: str) -> None:
        """The same set-up in a comparison of its own, with no history, and the question at hand."""
        visit = begin_anew(replace(self.visit.setup, input=question))
        visit.kept = self.offered()

    def act_on_list(self, act: dict[str, Any]) -> None:
        """What was pressed in the list."""
        comparison_id = str(act.get("id", ""))
        match act["what"]:
            case "open":
                go_to_comparison(self.comparing, comparison_id, self.offered())
            case "rename" | "export":
                self.visit.dialog = act["what"], comparison_id
            case "delete":
                self._try(lambda: self._delete(comparison_id))

    def restore(self, comparison_id: str) -> None:
        """Undo a deletion."""
        self.visit.deleted = None
        self._try(lambda: self.comparing.store.restore(self.comparing.owner, comparison_id))

    def show_earlier(self) -> None:
        """Draw more turns."""
        self.visit.most_turns += 5

    def keep(self) -> None:
        """Put a changed set-up on record."""
        keep(self.comparing, self.visit)

    def _delete(self, comparison_id: str) -> None:
        comparing, visit = self.comparing, self.visit
        title = comparing.store.find(comparing.owner, comparison_id).title
        comparing.delete(comparison_id)
        visit.deleted = comparison_id, title
        if visit.comparison_id == comparison_id:
            begin_anew(self.offered(), deleted=visit.deleted)

    def _try(self, act: Callable[[], object]) -> bool:
        visit = self.visit
        visit.refused = None
        try:
            act()
        except SeseragiError as error:
            visit.refused = error
            return False
        return True
