"""Protecting the tables of a release at some levels, beside every edition before it. Pure.

First against readers of the tables; then again beside whoever finds too much in what was chosen
(server.disclosure.release_beside). Nothing leaves by this: the attack on the bytes decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from server.disclosure.cube import Bools
from server.disclosure.joint import shown
from server.disclosure.protect import Policy
from server.disclosure.readings import ReaderBeside
from server.disclosure.release_attackers import AuditedRelease
from server.disclosure.release_beside import readers_beside
from server.disclosure.release_book import CodesOverlap, ReleasedTable
from server.disclosure.release_protect import CountedTable, protect_release
from server.disclosure.suppress import Unprotectable
from server.releases.counted import (
    Levels,
    ReleaseCounts,
    SourceTable,
    at_levels,
    for_protection,
)
from server.releases.levels import LevelsFound
from server.releases.provenance import method_of
from server.releases.structure import (
    EditionRead,
    before_audit,
    before_protection,
    finest_of,
    own_of,
    plainly,
    truth_of,
)

MOST_CHOICES = 5
"""Of cells at one level: each holds against whoever found something in those before it."""
MOST_CELLS_AGAIN = 3_000
"""Of all tables, while levels are searched for: beyond that a coarser level is quicker found than
another choice, and comes out as well. Levels that were asked for are chosen again at any size."""


def is_chosen_once(found: LevelsFound) -> bool:
    """Whether a search for levels gives tables of that size up at the first that somebody finds."""
    cells = sum(table.cube.counts.size for table in found.tables.values())
    return cells > MOST_CELLS_AGAIN


class Protection:
    """Of the tables of a release, at any levels. before: what editions say; go_on: called often;
    may raise to end it."""

    def __init__(
        self,
        counts: ReleaseCounts,
        earlier: Sequence[EditionRead],
        policy: Policy,
        *,
        steps: int,
        go_on: Callable[[], None] = lambda: None,
    ) -> None:
        self.counts, self.policy, self.steps, self.go_on = counts, policy, steps, go_on
        self.method = method_of(counts.provenance)
        self.before = [before_protection(edition) for edition in earlier]
        self._earlier = earlier

    def at(self, levels: Levels) -> LevelsFound:
        """The tables at these levels. Raises Unprotectable, ArithmeticError."""
        tables = {name: at_levels(table, levels) for name, table in self.counts.tables.items()}
        return self._chosen(levels, tables)

    def again(self, found: LevelsFound, beside: Sequence[ReaderBeside]) -> LevelsFound:
        """With more withheld, so that these readers find nothing either. Raises as ``at``."""
        return self._chosen(found.levels, found.tables, found.withheld, beside)

    def who_finds(self, subject: AuditedRelease) -> list[ReaderBeside]:
        """Those to whom these tables tell too much. Raises CodesOverlap."""
        return readers_beside(subject, self.policy.threshold, self.policy.interval, self.go_on)

    def against_all(self, found: LevelsFound, *, searching: bool = False) -> LevelsFound | None:
        """With so much withheld that no attacker finds anything; None when nothing is enough, or
        when that would be another choice of large tables while levels are searched for."""
        beside: list[ReaderBeside] = []
        try:
            for _ in range(MOST_CHOICES):
                more = self.who_finds(self._as_released(found))
                if not more:
                    return found
                if searching and is_chosen_once(found):
                    return None
                beside += more
                found = self.again(found, beside)
        except (Unprotectable, ArithmeticError, CodesOverlap):
            return None
        return None

    def _chosen(
        self,
        levels: Levels,
        tables: Mapping[str, SourceTable],
        chosen: Mapping[str, Bools] | None = None,
        beside: Sequence[ReaderBeside] = (),
    ) -> LevelsFound:
        withheld = protect_release(
            for_protection(tables, self.counts.tables, levels),
            *(self.counts.inclusions, self.before, self.policy),
            steps=self.steps,
            go_on=self.go_on,
            method=self.method,
            chosen=chosen,
            beside=beside,
        )
        shares = {name: shown(table.cube, withheld[name]) for name, table in tables.items()}
        return LevelsFound(levels, tables, withheld, shares)

    def _as_released(self, found: LevelsFound) -> AuditedRelease:
        counted = for_protection(found.tables, self.counts.tables, found.levels)
        return AuditedRelease(
            {name: _released(table, found.withheld[name]) for name, table in counted.items()},
            {name: truth_of(table) for name, table in found.tables.items()},
            own_of(found.tables),
            self.counts.inclusions,
            [before_audit(edition) for edition in self._earlier],
            self.method,
            {name: finest_of(table) for name, table in self.counts.tables.items()},
        )


def _released(table: CountedTable, withheld: Bools) -> ReleasedTable:
    """The table as its readers will have it."""
    cube = table.cube
    cells = {
        codes: None if is_withheld else int(count)
        for codes, count, is_withheld in zip(
            cube.keys(), cube.counts.ravel(), withheld.ravel(), strict=True
        )
    }
    return ReleasedTable(
        tuple(d.name for d in cube.dimensions),
        cells,
        table.population,
        plainly(table.covers),
        table.where,
        cube.dimensions[cube.sensitive].name,
        table.is_open,
    )
