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
from datetime import UTC, datetime
from itertools import product

from sqlalchemy import Connection

from server.disclosure.cube import TOTAL, Codes, Cube, Dimension
from server.intake.attributes import is_period_of
from server.office import Office
from server.reference.in_force import reference_of
from server.releases.areas import ReleasedAreas
from server.releases.counted import ANY_OF, ReleaseCounts, SourceTable
from server.releases.coverage import coverage_of, not_looked_in
from server.releases.declaration import AREAS, DeclarationRefused
from server.releases.definitions import definitions_of
from server.releases.known_facts import inclusions_of
from server.releases.labels import labels_of
from server.releases.provenance import provenance_of
from server.releases.quality import quality_of
from server.releases.register_rows import periods_there
from server.releases.structure import EditionRead, periods_of_editions
from server.tables import read
from server.tables.contributors import Contributors, contributors
from server.tables.cubes import NOT_FURTHER_KNOWN, Lists, cubes_of
from server.tables.declaration import Declarations, DeclaredTable, Population
from server.tables.generations import declarations_of
from shared.counting import Subject, contradicts
from shared.errors import ServiceError
from shared.reference import Reference

USUAL = (
    "CL-CLASS:area,child_labour",
    "CL-CLASS:sex,age_band,child_labour",
    "CL-SECTOR-SEX",
    "FL-FORM:sex,child_or_adult,forced_labour_form",
)
"""What a first release is made of: where, who, in which work, and forced labour."""
WHERE_VISITED = "VISIT-COVERAGE"
"""Stands beside every other table of visits: how often anybody looked is public."""


class NoVisits(ServiceError):
    """A period without a visit: there is nothing to release."""


@dataclass(frozen=True)
class AskedTable:
    """A declared table, or a margin of one. by: the dimensions that are kept. called: a margin that
    was declared under a code of its own. drop: dimensions it may be published without."""

    table: DeclaredTable
    by: tuple[str, ...]
    called: str = ""
    drop: tuple[str, ...] = ()

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
    if table is None:
        raise DeclarationRefused(
            f"There is no table {code}. There are: {', '.join(sorted(declarations.tables))}; a "
            "margin is named like CL-CLASS:area,child_labour. Nothing was kept."
        )
    if table.margin_of and not by:
        whole = declarations.tables[table.margin_of]
        return AskedTable(whole, table.dimensions, table.code, table.drop)
    chosen = tuple(name for name in by.split(",") if name) or table.dimensions
    if not set(chosen) <= set(table.dimensions) or table.sensitive not in chosen:
        raise DeclarationRefused(
            f"{code} is by {', '.join(table.dimensions)}: a margin keeps some of these, among them "
            f"{table.sensitive}. Nothing was kept."
        )
    several = declarations.several_of(table)
    if several is not None and several not in chosen:
        raise DeclarationRefused(f"A margin of {code} keeps {several}. Nothing was kept.")
    kept = tuple(name for name in table.dimensions if name in chosen)
    return AskedTable(table, kept, drop=tuple(name for name in table.drop if name in kept))


def check_tables(office: Office, tables: Sequence[str]) -> None:
    """Raises DeclarationRefused when these cannot be released, or not together."""
    _asked(declarations_of(office), tables)


def _asked(declarations: Declarations, tables: Sequence[str]) -> list[AskedTable]:
    asked = [asked_table(declarations, said) for said in tables]
    if len({one.name for one in asked}) < len(asked):
        raise DeclarationRefused("A table is named twice. Nothing was kept.")
    of_visits = [one for one in asked if one.table.population is Population.VISITS]
    where = declarations.tables.get(WHERE_VISITED)
    if of_visits and where is not None and where not in [one.table for one in of_visits]:
        asked.append(AskedTable(where, where.dimensions))
    return asked


def read_source(
    office: Office,
    connection: Connection,
    tables: Sequence[str],
    periods: Sequence[str],
    threshold: int,
    areas: str = AREAS[0],
    beside: Sequence[EditionRead] = (),
) -> ReleaseCounts:
    """The counts of these tables in these periods, with what is told about them.

    threshold: shares of fewer records are not told in the report of quality. areas: of
    declaration.AREAS. beside: the editions its readers have already. Raises NoVisits,
    declared_counts.NotCountedYet.
    """
    there = periods_there(connection)
    for period in periods:
        if period not in there:
            raise NoVisits(f"No visit of {period} has reached this office.")
    declarations, reference = declarations_of(office), reference_of(office)
    listed = reference.codelists.get("areas")
    today = datetime.fromtimestamp(office.now_s(), UTC).date() if areas == "today" else None
    released = ReleasedAreas(listed, periods, today)
    named = released.named()
    lists: Lists = {**reference.codelists, **({"areas": named} if named is not None else {})}
    asked = _asked(declarations, tables)
    for one in asked:
        for period in periods:
            if not any(is_period_of(period, length) for length in one.table.periods):
                raise NoVisits(f"{one.table.code} is not counted for {period}.")
    coverage = [
        row
        for period in periods
        for row in coverage_of(connection, declarations, reference, period)
    ]
    found: dict[str, SourceTable] = {}
    for period in periods:
        behind = contributors(
            connection, declarations, reference, [one.table for one in asked], period
        )
        looked = {area for of, area, _, _ in coverage if of == period and area != TOTAL}
        for one in asked:
            for table in _tables(
                declarations,
                one,
                period,
                connection,
                behind[one.table.code],
                reference,
                released.also(looked),
            ):
                found[table.name] = table
    standing = released.standing({area for _, area, _, _ in coverage})
    coverage = released.coverage(coverage)
    provenance = provenance_of(office, connection, periods, found)
    return ReleaseCounts(
        found,
        inclusions_of(asked, periods, there, periods_of_editions(beside)),
        tuple(coverage),
        {
            **provenance,
            "definitions": definitions_of(
                [one.table for one in asked],
                declarations.dimensions,
                reference.profile,
                provenance["classified_by"],
            ),
        },
        {"area": not_looked_in(listed, coverage, standing)},
        labels_of(found.values(), declarations.dimensions, lists, reference.questionnaire),
        quality_of(
            office,
            connection,
            [*{one.table.code: one.table for one in asked}.values()],
            periods,
            threshold,
        ),
        released.recount(found.values()),
    )


def _tables(
    declarations: Declarations,
    asked: AskedTable,
    period: str,
    connection: Connection,
    behind: Contributors,
    reference: Reference,
    looked: Iterable[str],
) -> Iterator[SourceTable]:
    """One, or one for each answer of a dimension that takes several."""
    table = replace(asked.table, dimensions=asked.by)
    at = [asked.table.dimensions.index(name) for name in asked.by]
    areas = looked if "area" in asked.by else ()
    lists: Lists = reference.codelists

    def margin(cells: Mapping[Codes, int]) -> Counter[Codes]:
        sums: Counter[Codes] = Counter()
        for codes, number in cells.items():
            sums[tuple(codes[place] for place in at)] += number
        return sums

    cells = margin(read.cells(connection, declarations, reference, asked.table, period))
    cubes = cubes_of(declarations, table, cells, lists, {"area": areas})
    several = declarations.several_of(table)
    where = {name: ANY_OF.join(codes) for name, codes in table.where.items()}

    def laid(name: str, theirs: Mapping[Codes, int]) -> Cube:
        # All codes of the table have a row, so that the shapes are the same.
        padded = {**dict.fromkeys(cells, 0), **margin(theirs)}
        return cubes_of(declarations, table, padded, lists, {"area": areas})[name]

    for name, cube in cubes.items():
        own = {who: laid(name, theirs).counts for who, theirs in behind.own.items()}
        records = laid(name, behind.records).counts
        answer = name.partition(":")[2]
        yield SourceTable(
            asked.name + (f"-{answer}" if answer else ""),
            period,
            f"{table.population.value}@{period}",
            _renamed(cube, several, answer),
            where,
            {who: counts for who, counts in sorted(own.items()) if counts.any()},
            records,
            {
                name: {code: declarations.dimensions[name].finest_of(code) for code in codes}
                for name, codes in table.where.items()
            },
            _impossible(declarations, cube),
            is_open=table.is_open,
            drop=asked.drop,
            # Its title says by what it is divided: asked for by less it is another table.
            titles=table.titles if asked.by == asked.table.dimensions else {},
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
            contradicts(
                Subject(names[at]), codes[at].removesuffix(NOT_FURTHER_KNOWN), name, codes[other]
            )
            for at in classes
            for other, name in enumerate(names)
            if name in ("age_band", "hours_band")
        )
    )
