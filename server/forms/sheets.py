"""The new sheets: rows to be written, and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.forms.model import FormRow
from server.forms.placing import PlacedSection
from server.forms.privacy import Proposal
from shared.questionnaire.filled import NOT_ANSWERED

PRIVACY, MEASURE, ASKED = "bind::tally:privacy", "bind::tally:measure", "bind::tally:asked"
PROPOSED, BECAUSE, CONFIRMED = "tally:proposed", "tally:because", "tally:confirmed"
_LOGIC = (
    *("required", "relevant", "constraint", "calculation", "choice_filter", "default"),
    *("appearance", "parameters"),
)
DROPPABLE = frozenset(_LOGIC)
TEXTS = ("label", "hint", "say", "constraint_message")


@dataclass(slots=True)
class OutRow:
    """A row of the survey sheet to be written. texts: by column, then by language."""

    type: str
    name: str
    texts: dict[str, dict[str, str]]
    cells: dict[str, str] = field(default_factory=dict)
    row: FormRow | None = None
    section: PlacedSection | None = None
    proposal: Proposal | None = None
    section_relevant: str = ""
    """What must hold for its whole section, in the tablet's words."""


def survey_table(
    rows: Sequence[OutRow], languages: Mapping[str, str]
) -> tuple[list[list[str]], list[OutRow]]:
    """Header and rows; and for each row of the table what it was made of."""
    header = ["type", "name"]
    for what in TEXTS:
        for code, name in languages.items():
            if any(code in row.texts.get(what, {}) for row in rows):
                header.append(f"{what}::{name} ({code})")
    header += [*_LOGIC, PRIVACY, MEASURE, ASKED, PROPOSED, BECAUSE, CONFIRMED]
    table = [header]
    for row in rows:
        cells = {"type": row.type, "name": row.name, **row.cells}
        for what, texts in row.texts.items():
            for code, text in texts.items():
                cells[f"{what}::{languages.get(code, code)} ({code})"] = text
        if row.proposal is not None:
            cells.setdefault(PRIVACY, "identity")
            cells[PROPOSED], cells[BECAUSE] = row.proposal.mark, row.proposal.why
        table.append([cells.get(column, "") for column in header])
    return table, list(rows)


def as_csv(table: Sequence[Sequence[str]]) -> str:
    """A table as CSV in UTF-8."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(table)
    return stream.getvalue()


def without_names(row: OutRow, rows: Sequence[OutRow]) -> bool:
    """Puts three dots for what the words of a question or section name; whether there was any."""
    groups = [r.section.labels for r in rows if r.section and r.section.name == row.name]
    found = False
    for texts in (*row.texts.values(), *groups):
        for code, words in texts.items():
            texts[code] = re.sub(r"\$\{[^}]*\}", NOT_ANSWERED, words)
            found |= texts[code] != words
    return found
