"""What a release of an invented register shows, and the processor time to protect and attack it.

The usual four tables of 5,000 and of 50,000 persons, with and without organisations that subtract
their own records, eight tables of 8,000 and of 20,000 finest and margin cells, and the editions of
a register of 20,000 that is published, published again unchanged, and grows; and one of 1,000 that
is published at its finest, grows by 60 and is published so again, where cells are chosen again
beside who reads both. Shares are of all tables of the release together.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Mapping

from benchmarks.figures import Figures, benchmark
from server.releases.counted import ReleaseCounts, at_levels
from server.releases.making import ReleaseMade
from server.releases.source import USUAL
from server.releases.structure import EditionRead
from tests.server.releases.synthetic_release import OWN, counted, published

EIGHT = (
    *("CL-CLASS", "CL-SECTOR-SEX", "FL-FORM", "FL-STATUS", "FL-STATUS:forced_labour"),
    *("CL-CLASS:area,child_labour", "CL-CLASS:sex,age_band,child_labour"),
    "CL-CLASS:area,sex,child_labour",
)
FINEST = ("CL-CLASS:area,child_labour", "CL-CLASS:sex,age_band,child_labour")
STEPS = 2_000
REGISTERS: tuple[tuple[str, int, int, tuple[str, ...], Mapping[str, float] | None], ...] = (
    ("persons_5000", 5_000, 9, USUAL, None),
    ("persons_5000_own", 5_000, 9, USUAL, OWN),
    ("persons_50000", 50_000, 30, USUAL, None),
    ("persons_50000_own", 50_000, 30, USUAL, OWN),
    ("eight_tables_own", 50_000, 30, EIGHT, OWN),
    ("eight_tables_78_areas", 150_000, 78, EIGHT, None),
    ("eight_tables_78_areas_own", 150_000, 78, EIGHT, OWN),
)

EDITIONS = (
    ("edition_first", 0, True),
    ("edition_same_again", 0, False),
    ("edition_grown", 1_500, True),
    ("edition_grown_again", 3_200, True),
)
"""Persons beside the first, and whether it is one of those before the next."""


def measure() -> Figures:
    """Shares in percent, what the attackers found, seconds of processor."""
    figures: dict[str, float] = {}
    for name, persons, areas, tables, own in REGISTERS:
        counts = counted(persons, areas, tables=tables, organisations=own)
        began = time.process_time()
        made = published(counts, steps=STEPS)
        figures[f"{name}_seconds"] = round(time.process_time() - began, 1)
        cells, of_persons = _shown(counts, made)
        figures[f"{name}_cells_shown_percent"] = round(100 * cells, 1)
        figures[f"{name}_persons_shown_percent"] = round(100 * of_persons, 1)
        found = made.findings
        figures[f"{name}_unsafe"] = found.unsafe + found.exact + found.known_classes
    return figures | _editions() | _at_its_finest()


def _editions() -> Figures:
    figures: dict[str, float] = {}
    earlier: list[EditionRead] = []
    for name, more, is_kept in EDITIONS:
        counts = counted(20_000, 12, organisations=OWN, more=more)
        began = time.process_time()
        made = published(counts, earlier, steps=STEPS)
        figures[f"{name}_seconds"] = round(time.process_time() - began, 1)
        cells, of_persons = _shown(counts, made)
        figures[f"{name}_cells_shown_percent"] = round(100 * cells, 1)
        figures[f"{name}_persons_shown_percent"] = round(100 * of_persons, 1)
        found = made.findings
        figures[f"{name}_unsafe"] = found.unsafe + found.exact + found.known_classes
        if is_kept:
            earlier.append(EditionRead(len(earlier) + 1, made.files, counts))
    return figures


def _at_its_finest() -> Figures:
    figures: dict[str, float] = {}
    earlier: list[EditionRead] = []
    for name, more in (("finest_first", 0), ("finest_grown", 60)):
        counts = counted(1_000, 9, tables=FINEST, more=more)
        began = time.process_time()
        made = published(counts, earlier, steps=STEPS, levels={})
        figures[f"{name}_seconds"] = round(time.process_time() - began, 1)
        figures[f"{name}_cells_shown_percent"] = round(100 * _shown(counts, made)[0], 1)
        earlier.append(EditionRead(1, made.files, counts))
    return figures


def _shown(counts: ReleaseCounts, made: ReleaseMade) -> tuple[float, float]:
    """Of the non-zero cells of all tables, and of the persons of their finest, as in the files."""
    cells, shown, persons, known = 0, 0, 0, 0
    for name, source in counts.tables.items():
        cube = at_levels(source, made.levels).cube
        rows = csv.reader(io.StringIO(made.files[f"{name}.csv"].decode()))
        out = {tuple(row[:-3]) for row in rows if row[-2] == "published"}
        finest = cube.finest().ravel()
        for codes, count, last in zip(cube.keys(), cube.counts.ravel(), finest, strict=True):
            cells += int(count > 0)
            shown += codes in out
            persons += int(count) * bool(last)
            known += int(count) * (bool(last) and codes in out)
    return shown / cells, known / persons


command = benchmark("What releases show", measure)

if __name__ == "__main__":
    command()
