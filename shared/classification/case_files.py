"""Cases in a CSV file, classified row by row: the form of the worked cases.

Owns the columns, what a cell may hold and what is wrong with a row. ``tally87 classify`` only
opens the file and shows what comes out of here.

A cell holds Y, N, U, a number, or nothing (which is unknown). Other columns are ignored. A bad
row is reported with its line and set aside; the others are classified.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

from shared.answers import Trilean, all_of
from shared.classification.ages import ANY_CHILD, ANYBODY, OLDEST, PossibleAges
from shared.classification.child_labour import (
    STANDARD,
    ChildLabourInputs,
    ChildLabourParameters,
    classify_child_labour,
)
from shared.classification.forced_labour import Actor, ForcedLabourInputs, classify_forced_labour
from shared.classification.trafficking import trafficking_flag
from shared.errors import TallyError

CHILD_LABOUR_INPUTS = (
    "age",
    "hours_economic",
    "hours_household",
    "hazardous",
    "worst_form",
    "any_economic",
)
CHILD_LABOUR_RESULTS = (
    "sdg_A_chldea",
    "sdg_B_chldec",
    "icls_sna_class",
    "icls_general_class",
    "mics_childLabor",
    "mics_includeHaz",
    "deciding_rule",
)
FORCED_LABOUR_INPUTS = (
    "age",
    "worked",
    "involuntary",
    "menace",
    "actor",
    "commercial_sexual",
    "c29_exception",
    "third_party_coercion",
    "parents_in_fl",
    "worst_form_a_c",
    "tip_act",
    "tip_means",
    "tip_purpose",
)
FORCED_LABOUR_OPTIONAL = ("tip_purpose_forced_labour",)
"""Whether the purpose was forced labour, slavery or debt bondage: rule F3b is tried where the
column is there, since ``tip_purpose`` says nothing of the kind of purpose; blank is U."""
FORCED_LABOUR_RESULTS = ("fl_class", "tip_flag", "deciding_rule")

MOST_HOURS = 112.0
"""Hours a week above which a figure is a typing error: 16 hours on each of 7 days."""

Row = Mapping[str, str]


class CaseFileUnreadable(TallyError):
    """The file as a whole cannot be read: no header, no id, not UTF-8."""


class CellWrong(ValueError):
    """A cell that cannot be read; the message names the column, never a person."""


@dataclass(frozen=True, slots=True)
class Classified:
    """One row of results: the id, then the result columns."""

    id: str
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was set aside. line: where it begins in the file, 1 is the first line."""

    line: int
    id: str
    reason: str

    def __str__(self) -> str:
        case = f" ({self.id})" if self.id else ""
        return f"line {self.line}{case}: {self.reason}"


class SameId(BadRow):
    """A row whose id an earlier one has: it is classified, and told, for a table joined by the id
    would count one of them twice."""


def classify_child_labour_file(
    lines: Iterable[str], parameters: ChildLabourParameters = STANDARD
) -> Iterator[Classified | BadRow]:
    """The child labour classes of every row, in the order of the file."""

    def results(row: Row) -> tuple[str, ...]:
        found = classify_child_labour(
            ChildLabourInputs(
                ages=_ages(row["age"], unknown=ANY_CHILD),
                hours_economic=_hours(row, "hours_economic"),
                hours_household=_hours(row, "hours_household"),
                hazardous=_word(row, "hazardous"),
                worst_form=_word(row, "worst_form"),
                activity=_word(row, "any_economic") if row["any_economic"] else None,
            ),
            parameters,
        )
        return (
            found.sdg_a.value,
            found.sdg_b.value,
            found.sna.value,
            found.general.value,
            "" if found.mics is None else str(found.mics),
            "" if found.mics_hazards is None else str(found.mics_hazards),
            found.deciding_rule,
        )

    return _each_row(lines, CHILD_LABOUR_INPUTS, results)


def classify_forced_labour_file(lines: Iterable[str]) -> Iterator[Classified | BadRow]:
    """The forced labour class and trafficking flag of every row, in the order of the file."""

    def results(row: Row) -> tuple[str, ...]:
        ages = _ages(row["age"], unknown=ANYBODY)
        found = classify_forced_labour(
            ForcedLabourInputs(
                ages=ages,
                worked=_word(row, "worked"),
                involuntary=_word(row, "involuntary"),
                menace=_word(row, "menace"),
                actor=_actor(row["actor"]),
                commercial_sexual=_word(row, "commercial_sexual"),
                exception=_word(row, "c29_exception"),
                third_party=_word(row, "third_party_coercion"),
                parents=_word(row, "parents_in_fl"),
                worst_form=_word(row, "worst_form_a_c"),
                trafficked=(
                    all_of((_word(row, "tip_act"), _word(row, "tip_purpose_forced_labour")))
                    if "tip_purpose_forced_labour" in row
                    else Trilean.NO
                ),
            )
        )
        flag = trafficking_flag(
            ages, _word(row, "tip_act"), _word(row, "tip_means"), _word(row, "tip_purpose")
        )
        return found.labour_class.value, flag.value, found.deciding_rule

    return _each_row(lines, FORCED_LABOUR_INPUTS, results, FORCED_LABOUR_OPTIONAL)


def write_results(
    found: Iterable[Classified | BadRow],
    columns: Sequence[str],
    out: TextIO,
    report: Callable[[BadRow], None],
) -> int:
    """Writes the results as CSV and reports the bad rows as they come; how many were bad.

    An id that a spreadsheet program would work out (it begins with ``= + - @``) gets an apostrophe.
    """
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", *columns])
    bad = 0
    for row in found:
        if isinstance(row, BadRow):
            bad += not isinstance(row, SameId)
            report(row)
        else:
            writer.writerow([as_text(row.id), *row.results])
    return bad


def as_text(id_: str) -> str:
    """The id so that a spreadsheet program takes it for text (OWASP, CSV injection)."""
    return f"'{id_}" if id_[:1] in ("=", "+", "-", "@", "\t", "\r") else id_


def _each_row(
    lines: Iterable[str],
    inputs: Sequence[str],
    results: Callable[[Row], tuple[str, ...]],
    optional: Sequence[str] = (),
) -> Iterator[Classified | BadRow]:
    reader = csv.reader(lines)
    try:
        header = _header(reader)
    except csv.Error as error:
        raise CaseFileUnreadable(f"The file is not readable as CSV: {error}") from error
    missing = [name for name in ("id", *inputs) if name not in header]
    if missing:
        raise CaseFileUnreadable(
            f"The file has no column named {', '.join(missing)}. It needs the columns "
            f"{', '.join(('id', *inputs))}; others are ignored."
        )
    read = ("id", *inputs, *(name for name in optional if name in header))
    place = {name: header.index(name) for name in read}
    before = reader.line_num
    lines_of_ids: dict[str, int] = {}
    while True:
        line = before + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield BadRow(line, "", f"not readable as CSV: {error}")
            before = reader.line_num
            continue
        before = reader.line_num
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        row = {name: cells[at].strip() if at < len(cells) else "" for name, at in place.items()}
        reason = _shape(cells, header, place, row)
        if reason is None:
            try:
                yield Classified(row["id"], results(row))
                first = lines_of_ids.setdefault(row["id"], line)
                if first != line:
                    yield SameId(
                        line, row["id"], f"line {first} has the same id; both are classified"
                    )
                continue
            except CellWrong as error:
                reason = str(error)
        yield BadRow(line, row["id"], reason)


def _header(reader: Iterator[list[str]]) -> list[str]:
    for cells in reader:
        if cells and not cells[0].startswith("#"):
            names = [cell.strip().lstrip("\ufeff") for cell in cells]
            twice = sorted({name for name in names if name and names.count(name) > 1})
            if twice:
                raise CaseFileUnreadable(f"The column {', '.join(twice)} stands there twice.")
            return names
    raise CaseFileUnreadable("The file is empty: it has no row with column names.")


def _shape(
    cells: Sequence[str], header: Sequence[str], place: Mapping[str, int], row: Row
) -> str | None:
    if len(cells) > len(header):
        return f"the row has {len(cells)} cells, the header {len(header)}"
    if len(cells) <= max(place.values()):
        return f"the row ends early: {len(cells)} cells, the header has {len(header)}"
    return None if row["id"] else "the id is empty"


def _word(row: Row, name: str) -> Trilean:
    cell = row[name].upper()
    if cell == "":
        return Trilean.UNKNOWN
    try:
        return Trilean(cell)
    except ValueError:
        raise CellWrong(f"{name} is {_quoted(row[name])}; it must be Y, N, U or blank") from None


_NUMBER = re.compile(r"\d+(\.\d*)?|\.\d+")


def _hours(row: Row, name: str) -> float | None:
    cell = row[name]
    if cell == "" or cell.upper() == "U":
        return None
    if not _NUMBER.fullmatch(cell):
        raise CellWrong(
            f"{name} is {_quoted(cell)}; it must be a number of hours a week, U or blank"
        )
    hours = float(cell)
    if hours > MOST_HOURS:
        raise CellWrong(
            f"{name} is {_quoted(cell)}; above {MOST_HOURS:g} hours a week it is taken for an error"
        )
    return hours


def _ages(cell: str, *, unknown: PossibleAges) -> PossibleAges:
    if cell == "" or cell.upper() == "U":
        return unknown
    if not re.fullmatch(r"[0-9]{1,3}", cell) or int(cell) > OLDEST:
        raise CellWrong(
            f"age is {_quoted(cell)}; it must be completed years from 0 to {OLDEST}, U or blank"
        )
    return range(int(cell), int(cell) + 1)


def _actor(cell: str) -> Actor:
    if cell == "" or cell.upper() == "U":
        return Actor.UNKNOWN
    try:
        return Actor(cell.lower())
    except ValueError:
        raise CellWrong(
            f"actor is {_quoted(cell)}; it must be private, state, armed_group, U or blank"
        ) from None


def _quoted(cell: str) -> str:
    """A cell as shown in a message: short, on one line."""
    shown = cell if len(cell) <= 20 else f"{cell[:20]}..."
    return f"'{shown}'" if shown.isprintable() else "not printable"
