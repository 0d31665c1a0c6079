"""The figures under an answer beside those of the other columns: a bar for the proportion, a mark for the best."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from components.language import _, current_language
from services.comparison.figures import ROWS, Figures, Row, best_of, proportion
from services.comparison.saying import row_names, word_figure


def figures_table(all_figures: Sequence[Figures], place: int) -> str:
    """As HTML."""
    rows = "".join(_row(row, all_figures, place) for row in ROWS)
    return f'<table class="figures">{rows}</table>'


def _row(row: Row, all_figures: Sequence[Figures], place: int) -> str:
    language = current_language()
    is_best = place in best_of(row, all_figures)
    title = escape(_("best of this row"))
    mark = f'<span class="best" title="{title}">●</span>' if is_best else ""
    words = escape(word_figure(row, all_figures[place], language))
    width = round(100 * proportion(row, place, all_figures), 1)
    known = "" if getattr(all_figures[place], row) is not None else ' class="unknown"'
    return (
        f"<tr{' class=best' if is_best else ''}><th>{escape(row_names(language)[row])}</th>"
        f'<td{known}>{words}{mark}</td><td><div class="bar" style="width: {width}%"></div></td></tr>'
    )
