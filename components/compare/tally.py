"""What all votes of a comparison amount to, with how sure that is."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.language import _, number
from components.plain import plain
from services.comparison.variants import Setup, name_of
from services.comparison.votes import Standing, Tally


def show_tally(tally: Tally, setup: Setup) -> None:
    """A row for each variant: its share of the votes, its interval, and plain words on whether that tells anything."""
    if not tally.votes:
        return
    with st.container(border=True, key="tally"):
        title = _("Votes so far")
        st.markdown(f"**{title}** · {_word_result(tally, setup)}")
        rows = "".join(_row(one, setup) for one in tally.standings)
        st.html(f'<table class="tally">{rows}</table>')
        if tally.ties:
            st.caption(_("Ties and “all bad”: {count}. They decide nothing.").format(count=number(tally.ties)))


def _word_result(tally: Tally, setup: Setup) -> str:
    if tally.leader is not None:
        name = plain(_name(tally.leader, setup), 60)
        return _("{name} is clearly ahead.").format(name=name)
    return _("too few votes to tell ({count}): the ranges still overlap.").format(count=number(tally.votes))


def _row(one: Standing, setup: Setup) -> str:
    low, high, share = (round(100 * value, 1) for value in (one.low, one.high, one.share))
    earlier = "" if one.is_current else escape(" " + _("(earlier)"))
    name = f"{escape(_name(one, setup))}<small>{earlier}</small>"
    votes = escape(_("{best} of {votes}").format(best=number(one.best), votes=number(one.votes)))
    interval = escape(_("{low}–{high} %").format(low=number(low), high=number(high)))
    bar = (
        f'<div class="interval"><div class="range" style="left: {low}%; width: {max(high - low, 0.5)}%"></div>'
        f'<div class="point" style="left: {share}%"></div></div>'
    )
    return f'<tr><th>{name}</th><td>{votes}</td><td class="wide">{bar}</td><td>{interval}</td></tr>'


def _name(one: Standing, setup: Setup) -> str:
    known = setup.find(one.variant.id)
    return name_of(setup.variants, one.variant.id) if known is not None else one.variant.name
