"""A declared table in a period, as whoever protects or looks at it reads it.

True counts: nothing of this leaves the office unprotected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from server.disclosure.cube import Codes, Cube
from server.tables.case_words import NOT_ASKED
from server.tables.contributions import TOTAL
from server.tables.cubes import cubes_of
from server.tables.declaration import Declarations, DeclaredTable, Population
from server.tables.declared_counts import kept_cells
from server.tables.visit_counts import coverage_of, visit_cells
from shared.counting import NOT_KNOWN
from shared.reference import Reference


@dataclass(frozen=True)
class ItemNonResponse:
    """Answers to one dimension among all who are counted in a table.

    known: gave an answer, "none" among them. unknown: were asked and it is not known, or they
    refused. not_asked: no question of theirs; they stand in no denominator.
    """

    known: int
    unknown: int
    not_asked: int

    @property
    def share(self) -> float | None:
        """Of those who were asked the share without an answer, 0 to 1; None when nobody was."""
        asked = self.known + self.unknown
        return self.unknown / asked if asked else None


def cells(
    connection: Connection,
    declarations: Declarations,
    reference: Reference,
    table: DeclaredTable,
    period: str,
) -> dict[Codes, int]:
    """Every cell of a declared table in a period that has somebody in it: codes to number.

    The codes stand in the order of the table's dimensions, the finest ones that were recorded.
    Inside one table, period and population these equalities are true: along areas and along every
    dimension that takes a single answer, parts add up to their whole, and all cells together are
    everybody counted, each once. Along a dimension that takes several answers they do not: its
    code ``Total`` has everybody once, every other code is at most ``Total``, and together they are
    at least ``Total`` (``none``, ``unknown`` and ``not_asked`` are codes, too). Between tables and
    periods server.tables.ties says what holds. Raises NotCountedYet.
    """
    if table.margin_of:
        whole = declarations.tables[table.margin_of]
        places = [whole.dimensions.index(name) for name in table.dimensions]
        sums: Counter[Codes] = Counter()
        for codes, number in cells(connection, declarations, reference, whole, period).items():
            sums[tuple(codes[at] for at in places)] += number
        return dict(sums)
    if table.population is Population.VISITS:
        return visit_cells(connection, declarations, reference, table, period)
    return kept_cells(connection, table.code, period)


def cubes(
    connection: Connection,
    declarations: Declarations,
    reference: Reference,
    table: DeclaredTable,
    period: str,
) -> dict[str, Cube]:
    """The same as cubes for protection (server.tables.cubes), with a row for every area that
    somebody looked in."""
    coverage = coverage_of(connection, declarations, reference, period)
    looked = [one.area for one in coverage if one.area != TOTAL]
    found = cells(connection, declarations, reference, table, period)
    return cubes_of(declarations, table, found, reference.codelists, {"area": looked})


def item_nonresponse(
    declarations: Declarations, table: DeclaredTable, found: Mapping[Codes, int]
) -> dict[str, ItemNonResponse]:
    """For each dimension of a table who answered. found: its cells."""
    several = declarations.several_of(table)
    at_several = table.dimensions.index(several) if several else None
    everybody = {
        codes: number
        for codes, number in found.items()
        if at_several is None or codes[at_several] == TOTAL
    }
    answers = {}
    for at, name in enumerate(table.dimensions):
        of = found if name == several else everybody
        unknown = sum(number for codes, number in of.items() if codes[at] == NOT_KNOWN)
        not_asked = sum(number for codes, number in of.items() if codes[at] == NOT_ASKED)
        total = sum(everybody.values())
        answers[name] = ItemNonResponse(total - unknown - not_asked, unknown, not_asked)
    return answers
