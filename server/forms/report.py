"""What became of each thing in a form that could not be taken as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.formulas import no_formula


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One thing adapted or dropped. row: 1 is the header, 0 the sheet as a whole.

    what: the thing and what became of it, beginning with the word for the latter (``dropped``,
    ``adapted``, ``renamed``, ``proposed``...). why: the reason, as a sentence for the office.
    """

    sheet: str
    row: int
    column: str
    what: str
    why: str


@dataclass(slots=True)
class Report:
    """Collects lines; the same line is told once."""

    lines: list[ReportLine] = field(default_factory=list)

    def tell(self, sheet: str, row: int, column: str, what: str, why: str) -> None:
        """Adds a line."""
        line = ReportLine(sheet, row, column, what, why)
        if line not in self.lines:
            self.lines.append(line)


def written_report(lines: Iterable[ReportLine]) -> str:
    """``report.csv``: header ``sheet,row,column,what,why``, then a line each."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["sheet", "row", "column", "what", "why"])
    writer.writerows(
        [safe(cell) for cell in (line.sheet, line.row or "", line.column, line.what, line.why)]
        for line in lines
    )
    return stream.getvalue()


def safe(cell: object) -> str:
    """The cell so that a spreadsheet program takes it for text."""
    return no_formula(str(cell))


def grouped(lines: Iterable[ReportLine], most_places: int = 3) -> list[str]:
    """The lines as sentences, the same reason once with its first places; dropped ones first."""
    found: dict[tuple[str, str], list[ReportLine]] = {}
    for line in lines:
        found.setdefault((line.what.split(" ", 1)[0].rstrip(":"), line.why), []).append(line)
    order = sorted(found.items(), key=lambda item: (item[0][0] != "dropped", item[0][0]))
    return [_sentence(word, why, group, most_places) for (word, why), group in order]


def _sentence(word: str, why: str, group: Sequence[ReportLine], most_places: int) -> str:
    if len(group) == 1:
        line = group[0]
        return f"{_place(line)}: {line.what}: {why}"
    places = "; ".join(_place(line) for line in group[:most_places])
    more = f" and {len(group) - most_places} more" if len(group) > most_places else ""
    return f"{word}, {len(group)} times ({places}{more}): {why}"


def _place(line: ReportLine) -> str:
    row = f" row {line.row}" if line.row else ""
    return f"{line.sheet}{row}{f' {line.column}' if line.column else ''}"
