"""Countries side by side: which numbers of a table stand together, and which are added. Pure.

Nothing is added that overlaps or differs in definition: a sum needs every country's own published
number, the same layout and codes, and a person who says with a reason that the table means the
same in each. A person may be recorded in two countries, which no edition can tell: every sum says
so. Only published numbers come in, so that no sum tells a withheld one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.disclosure.cube import TOTAL, Codes
from server.exports.edition import Cell, ExportedEdition, ExportedTable
from server.releases.files import NumberState
from server.rollup.known import CountryEdition, Known
from shared.texts import ENGLISH, text

AREA = "area"
"""Areas are each country's own: a country stands in their place."""
ADDED, BESIDE, MISSING = "added", "side_by_side", "missing"
_WORST = (
    NumberState.WITHHELD,
    NumberState.NOT_YET_PUBLISHED,
    NumberState.NOT_COLLECTED,
    NumberState.CANNOT_EXIST,
)
"""What a sum is when a country has no number: the first of these."""


@dataclass(frozen=True)
class CountryTable:
    """A table of a country in common codes. because: why it is not added; "" when it is."""

    country: str
    edition: CountryEdition
    read: ExportedEdition
    table: ExportedTable
    cells: Mapping[Codes, Cell]
    because: str


@dataclass(frozen=True)
class Coverage:
    """What became of a country in a table: added, side by side or missing, and why."""

    table: str
    period: str
    country: str
    state: str
    because: str


@dataclass(frozen=True)
class ComparedTable:
    """A table of a period over all countries. sums: over the countries that are added."""

    code: str
    period: str
    dimensions: tuple[str, ...]
    countries: tuple[CountryTable, ...]
    sums: Mapping[Codes, tuple[Cell, tuple[str, ...]]]
    """By codes: the sum, and the countries that have no number there."""
    coverage: tuple[Coverage, ...]


_CLASH = "clash"
_REASONS = ("missing", _CLASH, "dimensions", "population", "definition")
"""``server.rollup.because.*``; in an edition's files they stand in English."""


def because_in(sentence: str, language: str) -> str:
    """Why a table is not added, in that language; what a person gave as a reason as it is."""
    for code in _REASONS:
        begin = _because(code)
        # Of two codes that fall into one, which they are stands at the end.
        if sentence == begin or (code == _CLASH and sentence.startswith(begin)):
            return text(f"server.rollup.because.{code}", language, word=sentence[len(begin) :])
    return sentence


def _because(code: str, word: str = "") -> str:
    return text(f"server.rollup.because.{code}", ENGLISH, word=word)


def compared(known: Known, code: str, period: str) -> ComparedTable:
    """The table of a period in every country that takes part."""
    found: list[CountryTable] = []
    coverage: list[Coverage] = []
    first: ExportedTable | None = None
    for country in sorted(known.countries):
        newest = _newest(known, country, code, period)
        if newest is None:
            coverage.append(Coverage(code, period, country, MISSING, _because("missing")))
            continue
        edition, read, table = newest
        first = first or table
        cells, uncommon = _in_common_codes(known, country, table, period)
        because = _difference(known, country, table, first, uncommon)
        found.append(CountryTable(country, edition, read, table, cells, because))
        state = BESIDE if because else ADDED
        coverage.append(Coverage(code, period, country, state, because))
    added = [one for one in found if not one.because]
    names = _dimensions(found[0].table) if found else ()
    sums = dict(_sums(added)) if len(added) > 1 else {}
    return ComparedTable(code, period, names, tuple(found), sums, tuple(coverage))


def _newest(
    known: Known, country: str, code: str, period: str
) -> tuple[CountryEdition, ExportedEdition, ExportedTable] | None:
    for edition in known.holding(country):
        read = edition.numbers
        for table in read.tables:
            if table.code == code and period in table.periods:
                return edition, read, table
    return None


def _dimensions(table: ExportedTable) -> tuple[str, ...]:
    return tuple(sorted(one.name for one in table.dimensions if one.name != AREA))


def _in_common_codes(
    known: Known, country: str, table: ExportedTable, period: str
) -> tuple[dict[Codes, Cell], list[str]]:
    """The cells of the whole country in common codes, and codes that two of its own fall into."""
    names = [one.name for one in table.dimensions]
    wanted = _dimensions(table)
    cells: dict[Codes, Cell] = {}
    clashes: dict[str, None] = {}
    for (of, codes), cell in table.cells.items():
        said = dict(zip(names, codes, strict=True))
        if of != period or said.get(AREA, TOTAL) != TOTAL:
            continue
        common = tuple(known.codes.get((country, name, said[name]), said[name]) for name in wanted)
        if common in cells:
            clashes |= {
                f"{name} {said[name]}": None
                for name in wanted
                if (country, name, said[name]) in known.codes
            }
        cells[common] = cell
    return cells, list(clashes)


def _difference(
    known: Known,
    country: str,
    table: ExportedTable,
    first: ExportedTable,
    clashes: Sequence[str],
) -> str:
    """Why a country's table is not added to the others; "" when it is."""
    if clashes:
        return _because(_CLASH, clashes[0])
    if _dimensions(table) != _dimensions(first):
        return _because("dimensions")
    told, of_first = (table.population, dict(table.where)), (first.population, dict(first.where))
    if told != of_first or table.sensitive != first.sensitive:
        return _because("population")
    agrees, because = known.definitions.get((table.code, country), (False, ""))
    if not agrees:
        return because or _because("definition")
    return ""


def _sums(added: Sequence[CountryTable]) -> Iterator[tuple[Codes, tuple[Cell, tuple[str, ...]]]]:
    for codes in sorted({codes for one in added for codes in one.cells}):
        cells = {
            one.country: one.cells.get(codes, Cell(NumberState.NOT_COLLECTED)) for one in added
        }
        missing = tuple(code for code, cell in cells.items() if cell.count is None)
        if missing:
            states = {cells[code].state for code in missing}
            worst = next(state for state in _WORST if state in states)
            yield codes, (Cell(worst), missing)
        else:
            total = sum(cell.count or 0 for cell in cells.values())
            state = NumberState.PUBLISHED if total else NumberState.ZERO
            yield codes, (Cell(state, total), ())
