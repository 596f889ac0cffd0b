"""The title of a chart says what was found."""

from __future__ import annotations

from collections.abc import Callable

from server.disclosure.cube import TOTAL
from server.releases.files import NumberState
from server.releases.selection import Grid, Selection
from server.web.application import language
from server.web.pages.words import number as number_in_words
from shared.texts import text


def finding_of(
    label: Callable[[str, str], str],
    chosen: Selection,
    numbers: Grid,
    bars: str,
    top: tuple[str, int],
) -> str:
    """The title of the chart: the longest bar, of how many, and of which class when not of all."""
    name, count = label(chosen.rows, top[0]), number_in_words(top[1])
    whole = numbers.cells.get((TOTAL, bars), ((NumberState.WITHHELD, None), None))[0][1]
    if bars == TOTAL or not chosen.columns or whole is None:
        return text("server.public.most", language(), name=name, count=count)
    return text(
        "server.public.most_of",
        language(),
        what=label(chosen.columns, bars),
        name=name,
        count=count,
        whole=number_in_words(whole),
    )
