"""The tables of a period with the parameters that made them, and how they are written down."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property

from server.disclosure.control import ProtectedTable
from shared.classification import RULES_VERSION

CHILD_LABOUR, FORCED_LABOUR = "child_labour", "forced_labour"
METHOD = "threshold and complementary suppression, linear programming audit, 4"
"""Goes with every table: another method makes another one."""


@dataclass(frozen=True)
class Coverage:
    """Visits of one area (ALL: the country): where we looked, also where nobody was found."""

    area: str
    visits: int
    nobody_found: int


@dataclass(frozen=True)
class Parameters:
    """What tables were made with. They travel with the numbers: what was made with others is
    another table, however fresh it is."""

    threshold: int
    method: str = METHOD
    rules_version: str = RULES_VERSION

    @property
    def key(self) -> str:
        """What stored tables are found by."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class NationalTables:
    """What may be shown of a period, all of it of one moment and made with one set of parameters.

    as_of_s: when the tables were worked out. shown_digest: SHA-256 of the cells as shown. Never of
    true counts: whoever guesses a withheld one could see whether the guess is right.
    """

    period: str
    parameters: Parameters
    child_labour: ProtectedTable
    forced_labour: ProtectedTable
    perhaps_forced: int | None
    coverage: tuple[Coverage, ...]
    areas: tuple[str, ...]
    as_of_s: int

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
        """See the class."""
        shown = "\n".join(_cells_as_text(one) for one in (self.child_labour, self.forced_labour))
        return hashlib.sha256(shown.encode()).hexdigest()


def as_text(made: NationalTables) -> str:
    return json.dumps(
        {
            CHILD_LABOUR: _cells(made.child_labour),
            FORCED_LABOUR: _cells(made.forced_labour),
            "perhaps_forced": made.perhaps_forced,
            "coverage": [[one.area, one.visits, one.nobody_found] for one in made.coverage],
            "areas": made.areas,
        }
    )


def from_text(period: str, parameters: Parameters, made_at_s: int, document: str) -> NationalTables:
    raw = json.loads(document)
    tables = {
        name: ProtectedTable(
            tuple(raw[name]["dimensions"]),
            parameters.threshold,
            {tuple(row[:-1]): row[-1] for row in raw[name]["cells"]},
        )
        for name in (CHILD_LABOUR, FORCED_LABOUR)
    }
    return NationalTables(
        period,
        parameters,
        tables[CHILD_LABOUR],
        tables[FORCED_LABOUR],
        raw["perhaps_forced"],
        tuple(Coverage(*one) for one in raw["coverage"]),
        tuple(raw["areas"]),
        made_at_s,
    )


def _cells(table: ProtectedTable) -> dict[str, object]:
    return {
        "dimensions": table.dimensions,
        "threshold": table.threshold,
        "cells": [[*key, count] for key, count in table.cells.items()],
    }


def _cells_as_text(table: ProtectedTable) -> str:
    return json.dumps(_cells(table))
