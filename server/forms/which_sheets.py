"""Which sheet of a file is which part of an XLSForm."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from server.forms.columns import CHOICES, EXTERNAL, SETTINGS, SURVEY
from server.forms.report import Report
from server.forms.workbooks import SheetTable

_SHEETS = {
    **{name: name for name in (SURVEY, CHOICES, SETTINGS, EXTERNAL)},
    "choice": CHOICES,
    "choices_and_columns": CHOICES,
    "columns": CHOICES,
    "select_one_external": EXTERNAL,
}
_ELSEWHERE = {
    "entities": "entities are kept by ODK Central; here a case is a record of its own",
    "osm": "maps are not edited on the tablet",
    "cascades": "the old form of cascades; use a choice filter",
    "help": "it explains the template and asks nothing",
    "instructions": "it explains the template and asks nothing",
}


def known_sheets(
    tables: Sequence[SheetTable], report: Report
) -> tuple[dict[str, SheetTable], list[tuple[SheetTable, str]]]:
    """The sheets of an XLSForm by what they are, and the others with the reason."""
    found: dict[str, SheetTable] = {}
    others: list[tuple[SheetTable, str]] = []
    for table in tables:
        word = re.sub(r"[\s_-]+", "_", table.title.strip().casefold())
        kind = _SHEETS.get(word)
        if kind is None and len(tables) == 1 and _looks_like_a_survey(table):
            kind = SURVEY
        if kind is None:
            if table.rows:
                others.append((table, _why_not(word)))
        elif kind in found:
            if table.rows and not found[kind].rows:
                found[kind] = table
            elif table.rows and word != kind:
                why = f"the sheet {found[kind].title} is read"
                report.tell(table.title, 0, "", f"dropped: sheet {table.title}", why)
            elif table.rows:
                report.tell(
                    found[kind].title,
                    0,
                    "",
                    f"dropped: sheet {found[kind].title}",
                    "it is there twice",
                )
                found[kind] = table
        else:
            found[kind] = table
    return found, others


def _why_not(word: str) -> str:
    near = difflib.get_close_matches(word, _SHEETS, n=1, cutoff=0.8)
    meant = f"; did you mean {_SHEETS[near[0]]}?" if near else ""
    return _ELSEWHERE.get(word, f"no sheet of this name belongs to an XLSForm{meant}")


def _looks_like_a_survey(table: SheetTable) -> bool:
    return any("type" in [cell.casefold() for cell in cells] for _, cells in table.rows[:5])
