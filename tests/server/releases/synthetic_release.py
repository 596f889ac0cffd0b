"""Releases of invented registers by the product's own road from counts to files."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence

from server.disclosure.cube import Codes, Cube
from server.releases.counted import Levels, ReleaseCounts, SourceTable
from server.releases.declaration import ReleaseDeclaration
from server.releases.known_facts import inclusions_of
from server.releases.making import ReleaseMade, make
from server.releases.source import USUAL, AskedTable, asked_table
from server.releases.structure import EditionRead
from server.tables.cubes import cubes_of
from tests.server.disclosure.register_attacker import ReadTable
from tests.server.field import REFERENCE
from tests.server.tables.synthetic import DECLARED, EVERYBODY, areas_list, recorded

OWN = {"LI": 0.45, "NGO-A": 0.3, "NGO-B": 0.3}
"""Shares of the persons that three organisations recorded, as in the demonstration."""


def counted(
    persons: int,
    areas: int,
    classes: int = 4,
    seed: int = 1,
    *,
    tables: Sequence[str] = USUAL,
    organisations: Mapping[str, float] | None = None,
    more: int = 0,
    draw: int = 50,
    even: bool = False,
) -> ReleaseCounts:
    """The counts of one period of such a register, as they are read for a release. more: persons
    who came beside these; draw: which ones. even: whether areas have about as many each."""
    of = recorded(persons, areas, classes, seed, organisations, even=even)
    for who, tables_of in recorded(more, areas, classes, seed + draw, organisations).items():
        for code, cells in tables_of.items():
            for codes, number in cells.items():
                of[who][code][codes] = of[who][code].get(codes, 0) + number
    asked = [asked_table(DECLARED, said) for said in tables]
    found = {}
    for one in asked:
        table = _source(one, of, areas)
        found[table.name] = table
    coverage = (("2026", "Total", 9, 1),)
    return ReleaseCounts(found, inclusions_of(asked, ("2026",), ("2026",)), coverage, {})


def _source(
    asked: AskedTable, of: Mapping[str, Mapping[str, Mapping[Codes, int]]], areas: int
) -> SourceTable:
    lists = {**REFERENCE.codelists, "areas": areas_list(areas)}
    at = [asked.table.dimensions.index(name) for name in asked.by]

    def cube(who: str) -> Cube:
        sums: Counter[Codes] = Counter()
        for codes in of[EVERYBODY][asked.table.code]:
            sums[tuple(codes[place] for place in at)] += 0
        for codes, number in of[who][asked.table.code].items():
            sums[tuple(codes[place] for place in at)] += number
        margin = DECLARED.tables[asked.table.code]
        laid = type(margin)(**{**vars(margin), "dimensions": asked.by})
        return cubes_of(DECLARED, laid, sums, lists)[margin.code]

    where = {name: codes[0] for name, codes in asked.table.where.items()}
    meant = {
        name: {code: DECLARED.dimensions[name].finest_of(code)} for name, code in where.items()
    }
    own = {who: cube(who).counts for who in of if who != EVERYBODY}
    population = f"{asked.table.population.value}@2026"
    whole = cube(EVERYBODY)
    return SourceTable(
        asked.name, "2026", population, whole, where, own, meant=meant, drop=asked.drop
    )


def published(
    counts: ReleaseCounts,
    earlier: Sequence[EditionRead] = (),
    steps: int = 300,
    levels: Levels | None = None,
) -> ReleaseMade:
    """The files that would leave, as the job makes them."""
    declared = ReleaseDeclaration(tuple(counts.tables), ("2026",), 10, steps=steps)
    return make(counts, declared, earlier, levels=levels, dimensions=DECLARED.dimensions)


def as_read(files: Mapping[str, bytes]) -> dict[str, ReadTable]:
    """The tables as somebody reads them who has nothing but the files."""
    said = json.loads(files["structure.json"])
    covers = {
        name: {code: frozenset(one["covers"]) for code, one in codes.items()}
        for name, codes in said["dimensions"].items()
    }
    found = {}
    for name, layout in said["tables"].items():
        rows = csv.DictReader(io.StringIO(files[layout["file"]].decode()))
        cells: dict[Codes, int | None] = {}
        for row in rows:
            if row["status"] != "not_collected":
                count = row["count"] or ("0" if row["status"] == "cannot_exist" else "")
                cells[tuple(row[n] for n in layout["dimensions"])] = int(count) if count else None
        found[name] = ReadTable(
            layout["dimensions"], cells, layout["population"], layout["where"], covers
        )
    return found
