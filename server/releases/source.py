"""The true counts of a release, read from the declared tables as they are kept.

A table of a release is a declared table or a margin of one: ``CL-CLASS``, or
``CL-CLASS:area,child_labour`` (server.tables.declaration has what there is). Owns how kept cells
become finest cells, how many of the persons of a cell each organisation recorded itself, and how
many records stand behind it. A few thousand persons are held at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, product

from sqlalchemy import Connection

from server.disclosure.cube import Codes, Cube, Dimension
from server.intake.attributes import is_period_of, periods_of
from server.office import Office
from server.reference.in_force import reference_of
from server.releases.counted import ANY_OF, ReleaseCounts, SourceTable
from server.releases.coverage import coverage_of, not_looked_in
from server.releases.declaration import DeclarationRefused
from server.releases.known_facts import inclusions_of, must_not_meet
from server.releases.labels import labels_of
from server.releases.provenance import provenance_of
from server.releases.quality import quality_of
from server.releases.register_rows import periods_there, recorded_by
from server.tables import declared_counts
from server.tables.contributions import SaidCase, Tally
from server.tables.cubes import NOT_FURTHER_KNOWN, Lists, cubes_of
from server.tables.declaration import Declarations, DeclaredTable, Population
from server.tables.generations import declarations_of
from shared.counting import contradicts
from shared.errors import ServiceError

USUAL = (
    "CL-CLASS:area,child_labour",
    "CL-CLASS:sex,age_band,child_labour",
    "CL-SECTOR:sex,industry",
    "FL-FORM:sex,child_or_adult,forced_labour_form",
)
"""What a first release is made of: where, who, in which work, and forced labour."""
OF_PERSONS = frozenset({Population.CHILD_LABOUR, Population.FORCED_LABOUR})


class NoVisits(ServiceError):
    """A period without a visit: there is nothing to release."""


@dataclass(frozen=True)
class AskedTable:
    """A declared table, or a margin of one. by: the dimensions that are kept. called: a margin that
    was declared under a code of its own."""

    table: DeclaredTable
    by: tuple[str, ...]
    called: str = ""

    @property
    def name(self) -> str:
        """Of its files, with the period after it."""
        if self.called or self.by == self.table.dimensions:
            return self.called or self.table.code
        return f"{self.table.code}-by-{'-'.join(self.by)}"


def asked_table(declarations: Declarations, said: str) -> AskedTable:
    """The table of that name. Raises DeclarationRefused with what there is."""
    code, _, by = said.partition(":")
    table = declarations.tables.get(code)
    if table is None or table.population not in OF_PERSONS:
        there = [one for one, t in declarations.tables.items() if t.population in OF_PERSONS]
        raise DeclarationRefused(
            f"There is no table of persons {code}. There are: {', '.join(sorted(there))}; a margin "
            "is named like CL-CLASS:area,child_labour. Nothing was kept."
        )
    if table.margin_of and not by:
        whole = declarations.tables[table.margin_of]
        return AskedTable(whole, table.dimensions, table.code)
    chosen = tuple(name for name in by.split(",") if name) or table.dimensions
    if not set(chosen) <= set(table.dimensions) or table.sensitive not in chosen:
        raise DeclarationRefused(
            f"{code} is by {', '.join(table.dimensions)}: a margin keeps some of these, among them "
            f"{table.sensitive}. Nothing was kept."
        )
    several = declarations.several_of(table)
    if several is not None and several not in chosen:
        raise DeclarationRefused(f"A margin of {code} keeps {several}. Nothing was kept.")
    return AskedTable(table, tuple(name for name in table.dimensions if name in chosen))


def check_tables(office: Office, tables: Sequence[str]) -> None:
    """Raises DeclarationRefused when these cannot be released, or not together."""
    declarations = declarations_of(office)
    asked = [asked_table(declarations, said) for said in tables]
    if len({one.name for one in asked}) < len(asked):
        raise DeclarationRefused("A table is named twice. Nothing was kept.")
    must_not_meet(asked)


def read_source(
    office: Office,
    connection: Connection,
    tables: Sequence[str],
    periods: Sequence[str],
    threshold: int,
) -> ReleaseCounts:
    """The counts of these tables in these periods, with what is told about them.

    threshold: shares of fewer records are not told in the report of quality. Raises NoVisits,
    declared_counts.NotCountedYet.
    """
    there = periods_there(connection)
    for period in periods:
        if period not in there:
            raise NoVisits(f"No visit of {period} has reached this office.")
    declarations, reference = declarations_of(office), reference_of(office)
    lists: Lists = reference.codelists
    asked = [asked_table(declarations, said) for said in tables]
    for one in asked:
        for period in periods:
            if not any(is_period_of(period, length) for length in one.table.periods):
                raise NoVisits(f"{one.table.code} is not counted for {period}.")
    contributed = _contributed(office, connection, _only(declarations, asked), periods)
    coverage = [row for period in periods for row in coverage_of(connection, period)]
    found: dict[str, SourceTable] = {}
    for period in periods:
        looked = {area for of, area, _, _ in coverage if of == period and area != "Total"}
        for one in asked:
            for table in _tables(
                declarations, one, period, connection, contributed[period], lists, looked
            ):
                found[table.name] = table
    return ReleaseCounts(
        found,
        inclusions_of(asked, periods),
        tuple(coverage),
        provenance_of(office, connection, periods, found),
        {"area": not_looked_in(lists.get("areas"), coverage)},
        labels_of(found.values(), declarations.dimensions, lists),
        quality_of(office, connection, periods, threshold),
    )


@dataclass(frozen=True)
class _Contributed:
    """Cells of each table in one period: by organisation of the persons it recorded itself, and of
    the records behind all persons."""

    own: Mapping[str, Mapping[str, Mapping[Codes, int]]]
    records: Mapping[str, Mapping[Codes, int]]


def _tables(
    declarations: Declarations,
    asked: AskedTable,
    period: str,
    connection: Connection,
    contributed: _Contributed,
    lists: Lists,
    looked: Iterable[str],
) -> Iterator[SourceTable]:
    """One, or one for each answer of a dimension that takes several."""
    table = replace(asked.table, dimensions=asked.by)
    at = [asked.table.dimensions.index(name) for name in asked.by]
    areas = looked if "area" in asked.by else ()

    def margin(cells: Mapping[Codes, int]) -> Counter[Codes]:
        sums: Counter[Codes] = Counter()
        for codes, number in cells.items():
            sums[tuple(codes[place] for place in at)] += number
        return sums

    cells = margin(declared_counts.kept_cells(connection, table.code, period))
    cubes = cubes_of(declarations, table, cells, lists, {"area": areas})
    several = declarations.several_of(table)
    where = {name: ANY_OF.join(codes) for name, codes in table.where.items()}

    def laid(name: str, theirs: Mapping[Codes, int]) -> Cube:
        # All codes of the table have a row, so that the shapes are the same.
        padded = {**dict.fromkeys(cells, 0), **margin(theirs)}
        return cubes_of(declarations, table, padded, lists, {"area": areas})[name]

    for name, cube in cubes.items():
        own = {
            who: laid(name, of.get(table.code, {})).counts for who, of in contributed.own.items()
        }
        records = laid(name, contributed.records.get(table.code, {})).counts
        answer = name.partition(":")[2]
        yield SourceTable(
            asked.name + (f"-{answer}" if answer else ""),
            period,
            f"{table.population.value}@{period}",
            _renamed(cube, several, answer),
            where,
            {who: counts for who, counts in sorted(own.items()) if counts.any()},
            records,
            _impossible(declarations, cube),
        )


def _renamed(cube: Cube, several: str | None, answer: str) -> Cube:
    """Each answer of several is a dimension of its own: somebody may have given both."""
    if several is None:
        return cube
    dimensions = tuple(
        Dimension(f"{several}:{answer}", d.codes, d.parents) if d.name == several else d
        for d in cube.dimensions
    )
    return Cube(dimensions, cube.counts, cube.sensitive)


def _impossible(declarations: Declarations, cube: Cube) -> frozenset[Codes]:
    """Finest cells that the rules of classification exclude."""
    names = [d.name for d in cube.dimensions]
    classes = [at for at, name in enumerate(names) if name in ("child_labour", "forced_labour")]
    if not classes:
        return frozenset()
    leaves = [[d.codes[leaf] for leaf in d.leaves] for d in cube.dimensions]
    return frozenset(
        codes
        for codes in product(*leaves)
        if any(
            contradicts(codes[at].removesuffix(NOT_FURTHER_KNOWN), name, codes[other])
            for at in classes
            for other, name in enumerate(names)
            if name in ("age_band", "hours_band")
        )
    )


def _only(declarations: Declarations, asked: Sequence[AskedTable]) -> Declarations:
    """The declarations with no other tables than these."""
    tables = {one.table.code: one.table for one in asked}
    return Declarations(declarations.dimensions, tables)


def _contributed(
    office: Office, connection: Connection, declarations: Declarations, periods: Sequence[str]
) -> dict[str, _Contributed]:
    """What organisations recorded themselves, and records behind persons, period by period."""
    own: dict[tuple[str, str], Tally] = {}
    behind = {period: Tally(declarations) for period in periods}
    cases = declared_counts.current_cases(connection, declarations, reference_of(office), None)
    persons = ([*group] for _, group in groupby(cases, key=lambda one: one.person_id))
    for batch in _batches(persons):
        who = recorded_by(connection, [records[0].person_id for records in batch])
        for records in batch:
            for period in periods:
                inside = [one for one in records if period in periods_of(one.month)]
                behind[period].add([records] * len(inside))
                for name in sorted({who[one.record_id] for one in inside}):
                    tally = own.setdefault((name, period), Tally(declarations))
                    tally.add([records])
    return {
        period: _Contributed(
            {name: _by_table(tally, period) for (name, of), tally in own.items() if of == period},
            _by_table(behind[period], period),
        )
        for period in periods
    }


def _by_table(tally: Tally, period: str) -> dict[str, dict[Codes, int]]:
    found: dict[str, dict[Codes, int]] = {}
    for key, number in tally.cells().items():
        if key.period == period:
            found.setdefault(key.table, {})[key.codes] = number
    return found


def _batches(
    persons: Iterable[list[SaidCase]], size: int = 2_000
) -> Iterator[list[list[SaidCase]]]:
    batch: list[list[SaidCase]] = []
    for records in persons:
        batch.append(records)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
