"""The vote on a blind turn, by mouse or by keys, and after it what stood where.

With two: which is better, a tie, or both bad. With more: the best, then the worst. Until then nothing tells a name.
"""

from __future__ import annotations

import streamlit as st

from components.compare.acts import NOTE, Acts
from components.language import _
from components.plain import plain
from services.comparing import Seen
from services.comparison.variants import LETTERS, name_of
from services.comparison.votes import NOTE_CHARACTERS, Vote


def show_voting(acts: Acts, seen: Seen, row: int) -> None:
    """The buttons where a vote is due, the verdict where one was given."""
    turn = seen.turn
    if turn.vote is not None:
        st.caption(f":material/how_to_vote: {_word_vote(seen, turn.vote)}")
    elif turn.is_hidden:
        with st.container(border=True, key=f"voting-{row}"):
            _show_buttons(acts, seen)


def _show_buttons(acts: Acts, seen: Seen) -> None:
    places = range(len(seen.turn.cells))
    best = acts.visit.chosen_best.get(seen.turn.id)
    st.markdown(_question(len(places), best))
    with st.container(horizontal=True, gap="small"):
        if len(places) == 2:
            for place in places:
                _button(_("{letter} is better"), place, acts.vote, (seen, "best", place))
        elif best is None:
            for place in places:
                _button(_("{letter} is best"), place, acts.choose_best, (seen, place))
        else:
            for place in places:
                if place != int(best):
                    _button(_("{letter} is worst"), place, acts.vote, (seen, "best", int(best), place))
            st.button(
                _("None is worst"), key="vote-none", shortcut="0", on_click=acts.vote, args=(seen, "best", int(best))
            )
            st.button(_("Back"), key="vote-back", type="tertiary", on_click=acts.choose_best, args=(seen, None))
        if best is None:
            _show_ties(acts, seen, len(places))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            _("Note (optional)"),
            key=f"{NOTE}-{seen.turn.id}",
            max_chars=NOTE_CHARACTERS,
            placeholder=_("Note (optional)"),
            label_visibility="collapsed",
            width="stretch",
        )
        st.button(
            _("Show names without a vote"), key="vote-shown", type="tertiary", on_click=acts.vote, args=(seen, "shown")
        )


def _show_ties(acts: Acts, seen: Seen, count: int) -> None:
    st.button(_("Tie"), key="vote-tie", shortcut="T", on_click=acts.vote, args=(seen, "tie"))
    bad = _("Both bad") if count == 2 else _("All bad")
    st.button(bad, key="vote-bad", shortcut="B", on_click=acts.vote, args=(seen, "both bad"))


def _button(label: str, place: int, act: object, args: tuple[object, ...]) -> None:
    st.button(
        label.format(letter=LETTERS[place]),
        key=f"vote-{place}",
        type="primary",
        shortcut=str(place + 1),
        on_click=act,  # type: ignore[arg-type]  # one of the two bound methods above
        args=args,
    )


def _question(count: int, best: str | None) -> str:
    if best is not None:
        return _("**{letter}** is best. Which is worst?").format(letter=LETTERS[int(best)])
    return _("**Which answer is better?**") if count == 2 else _("**Which answer is best?**")


def _word_vote(seen: Seen, vote: Vote) -> str:
    variants = seen.turn.setup.variants
    names = {cell.variant_id: plain(name_of(variants, cell.variant_id), 60) for cell in seen.turn.cells}
    words = {
        "best": _("Voted best: **{best}**"),
        "tie": _("Voted a tie"),
        "both bad": _("Voted all bad"),
        "shown": _("Shown without a vote"),
    }[vote.verdict].format(best=names.get(vote.best, "?"))
    if vote.verdict == "best" and vote.worst and len(names) > 2:
        words += " · " + _("worst: {worst}").format(worst=names.get(vote.worst, "?"))
    return f"{words} · {plain(vote.note, 200)}" if vote.note else words
