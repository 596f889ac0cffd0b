"""The tables of a period with the parameters that made them, and how they are written down."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

from server.disclosure.cube import TOTAL, Codes
from server.tables.visit_counts import AreaCoverage
from shared.classification import RULES_VERSION

METHOD = "recoded levels and joint complementary suppression, withheld cells at least 1, 1"
"""Goes with every table: another method makes another one."""


@dataclass(frozen=True)
class Parameters:
    """What tables were made with. They travel with the numbers: what was made with others is
    another table, however fresh it is. declarations: a digest of what the tables count."""

    threshold: int
    declarations: str
    method: str = METHOD
    rules_version: str = RULES_VERSION

    @property
    def key(self) -> str:
        """What stored tables are found by."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class ShownDimension:
    """The codes of a dimension as shown, Total first, parts after their whole, and how deep each
    stands."""

    name: str
    codes: tuple[str, ...]
    depths: tuple[int, ...]


@dataclass(frozen=True)
class ShownTable:
    """A protected table. cells: of every margin; None where the count is withheld.

    cells_shown, persons_shown: shares from 0 to 1 (server.disclosure.joint.SharesShown).
    """

    code: str
    dimensions: tuple[ShownDimension, ...]
    cells: Mapping[Codes, int | None]
    cells_shown: float
    persons_shown: float

    @property
    def total(self) -> int | None:
        """Everybody in it."""
        return self.cells[(TOTAL,) * len(self.dimensions)]

    def at(self, **codes: str) -> int | None:
        """The cell of these codes, by dimension; Total along all others. None where it is withheld,
        or where the table is published at a level without such a code."""
        return self.cells.get(tuple(codes.get(one.name, TOTAL) for one in self.dimensions))


@dataclass(frozen=True)
class NationalTables:
    """What may be shown of a period, all of it of one moment and made with one set of parameters.

    as_of_s: when the tables were worked out.
    """

    period: str
    parameters: Parameters
    tables: tuple[ShownTable, ...]
    coverage: tuple[AreaCoverage, ...]
    as_of_s: int

    def __getitem__(self, code: str) -> ShownTable:
        """The table of that code. Raises KeyError."""
        return {table.code: table for table in self.tables}[code]

    def __iter__(self) -> Iterator[ShownTable]:
        return iter(self.tables)

    @property
    def threshold(self) -> int:
        """Cells of fewer persons are withheld."""
        return self.parameters.threshold

    @property
    def rules_version(self) -> str:
        """Of the rules of classification."""
        return self.parameters.rules_version

    @cached_property
    def shown_digest(self) -> str:
        """SHA-256 of the cells as shown. Never of true counts: whoever guesses a withheld one could
        see whether the guess is right."""
        shown = json.dumps([_table(table) for table in self.tables])
        return hashlib.sha256(shown.encode()).hexdigest()


def as_text(made: NationalTables) -> str:
    """What is kept of the tables; ``from_text`` gives them again."""
    return json.dumps(
        {
            "tables": [
                {**_table(table), "shown": [table.cells_shown, table.persons_shown]}
                for table in made.tables
            ],
            "coverage": [[one.area, one.visits, one.nobody_found] for one in made.coverage],
        }
    )


def from_text(period: str, parameters: Parameters, made_at_s: int, document: str) -> NationalTables:
    """The tables as they were kept."""
    raw = json.loads(document)
    return NationalTables(
        period,
        parameters,
        tuple(
            ShownTable(
                one["code"],
                tuple(
                    ShownDimension(name, tuple(codes), tuple(depths))
                    for name, codes, depths in one["dimensions"]
                ),
                {tuple(row[:-1]): row[-1] for row in one["cells"]},
                *one["shown"],
            )
            for one in raw["tables"]
        ),
        tuple(AreaCoverage(*one) for one in raw["coverage"]),
        made_at_s,
    )


def _table(table: ShownTable) -> dict[str, object]:
    return {
        "code": table.code,
        "dimensions": [[one.name, one.codes, one.depths] for one in table.dimensions],
        "cells": [[*codes, count] for codes, count in table.cells.items()],
    }
