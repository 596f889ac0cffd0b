"""A synthetic release on its way out: protected together, written, read back, attacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from server.disclosure.cube import TOTAL, Bools, Codes, Cube, cube_of
from server.disclosure.inclusion import Inclusion
from server.disclosure.protect import Policy
from server.disclosure.release_attackers import AuditedRelease, EarlierRelease
from server.disclosure.release_audit import ReleaseFindings, audit_release
from server.disclosure.release_book import Extent, ReleasedTable
from server.disclosure.release_protect import CountedTable, EditionBefore, protect_release
from server.disclosure.table_file import protected_rows, protected_text
from tests.server.disclosure.releases import IN

CHILDREN, FORCED = "children", "forced"
POLICY = Policy(10)
Covers = dict[str, dict[str, dict[str, Extent]]]
INCLUSIONS = (Inclusion(FORCED, {"age": "child"}, CHILDREN, {"class": IN}, ("sex",)),)
SENSITIVE = {"area": "class", "age": "class", "sector": "section", "forced": "form"}


def counted(
    tables: Mapping[str, Cube], own: Mapping[str, Mapping[str, Cube]] | None = None
) -> dict[str, CountedTable]:
    """The four tables of a synthetic release with what they count."""
    return {
        name: CountedTable(
            cube,
            FORCED if name == "forced" else CHILDREN,
            {"class": IN} if name == "sector" else {},
            {who: of[name].counts for who, of in (own or {}).items()},
        )
        for name, cube in tables.items()
    }


def covers(tables: Mapping[str, CountedTable]) -> Covers:
    """For each population and dimension, which finest codes each code covers."""
    found: Covers = {}
    for table in tables.values():
        for d in table.cube.dimensions:
            found.setdefault(table.population, {})[d.name] = {
                code: frozenset(d.codes[leaf] for leaf in d.leaves if place in d.above[leaf])
                for place, code in enumerate(d.codes)
            }
    return found


def together(tables: Mapping[str, CountedTable], steps: int = 3_000) -> dict[str, Bools]:
    """What is withheld when all are protected as one."""
    return protect_release(tables, INCLUSIONS, (), POLICY, steps=steps)


def written(
    tables: Mapping[str, CountedTable],
    withheld: Mapping[str, Bools],
    known: Covers | None = None,
) -> dict[str, ReleasedTable]:
    """The tables as somebody reads them from the files. known: what codes cover, when not this."""
    covered = known or covers(tables)
    found = {}
    for name, table in tables.items():
        names, cells = protected_rows(protected_text(table.cube, withheld[name]), name)
        found[name] = ReleasedTable(
            names,
            cells,
            table.population,
            covered[table.population],
            table.where,
            SENSITIVE.get(name, names[-1]),
        )
    return found


def counts(cube: Cube) -> dict[Codes, int]:
    return dict(zip(cube.keys(), map(int, cube.counts.ravel()), strict=True))


def attacked(
    tables: Mapping[str, CountedTable],
    withheld: Mapping[str, Bools],
    earlier: Sequence[EarlierRelease] = (),
    known: Covers | None = None,
) -> ReleaseFindings:
    """What the product's audit finds in the files."""
    subject = AuditedRelease(
        written(tables, withheld, known),
        {name: counts(table.cube) for name, table in tables.items()},
        own_of(tables),
        INCLUSIONS,
        earlier,
    )
    return audit_release(subject, POLICY.threshold, POLICY.interval)


def own_of(tables: Mapping[str, CountedTable]) -> dict[str, dict[str, dict[Codes, int]]]:
    """What each organisation recorded itself."""
    return {
        who: {
            name: counts(Cube(t.cube.dimensions, t.own[who], t.cube.sensitive))
            for name, t in tables.items()
        }
        for who in sorted({who for table in tables.values() for who in table.own})
    }


def edition(
    tables: Mapping[str, CountedTable],
    withheld: Mapping[str, Bools],
    known: Covers | None = None,
) -> tuple[EditionBefore, EarlierRelease]:
    """A release that was published, for who protects and for who audits the next one."""
    files = written(tables, withheld, known)
    cells: dict[str, dict[frozenset[tuple[str, str]], int | None]] = {}
    for table in files.values():
        for codes, count in table.cells.items():
            chosen = dict(table.where) | dict(zip(table.names, codes, strict=True))
            who = frozenset((n, c) for n, c in chosen.items() if c != TOTAL)
            cells.setdefault(table.population, {})[who] = count
    truth = {name: counts(table.cube) for name, table in tables.items()}
    return EditionBefore(cells), EarlierRelease(files, truth, own=own_of(tables))


def parts_of(cube: Cube, share: float, seed: int) -> Cube:
    """Some of the table's persons: those one organisation recorded."""
    chance = np.random.default_rng(seed)
    finest = {
        codes: int(chance.binomial(count, share))
        for codes, count, last in zip(
            cube.keys(), cube.counts.ravel(), cube.finest().ravel(), strict=True
        )
        if last
    }
    return cube_of(cube.dimensions, finest, cube.sensitive)
