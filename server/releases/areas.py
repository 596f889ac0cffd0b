"""Areas of a release: those of its periods, or what has become of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from server.releases.counted import Levels, SourceTable
from server.releases.coverage import CoverageRow
from server.tables.cubes import NOT_FURTHER_KNOWN
from shared.codelists import CodeList
from shared.codelists.changes import (
    between_in,
    counted_in,
    named_on,
    stands_on,
    stood_between,
    today_in,
)
from shared.counting import NOT_KNOWN

AREA = "area"


class ReleasedAreas:
    """The areas of a release. today: the day to whose areas everything is recounted; None: they are
    those of the periods. periods: of the release, such as 2026, 2026Q3 and 2026-09."""

    def __init__(
        self, areas: CodeList | None, periods: Sequence[str], today: date | None = None
    ) -> None:
        self._areas, self._today = areas, today
        self._first = min(first_day(period) for period in periods)
        self._last = max(last_day(period) for period in periods)
        self._ends: Mapping[str, frozenset[str]] = {}
        self._other: Mapping[str, str | None] = {}
        if areas is not None:
            self._ends = (
                today_in(areas, today)
                if today is not None
                else between_in(areas, self._first, self._last)
            )
            self._other = counted_in(areas, self._ends)

    def named(self) -> CodeList | None:
        """The list with its names of then, or of today."""
        return self._areas and named_on(self._areas, self._today or self._last)

    def standing(self, looked: Iterable[str]) -> frozenset[str]:
        """Codes of the areas that stood in the periods, or stand today, but for those that are
        parts of one somebody looked in: of these nobody knows whether it was there. looked: as
        recorded."""
        perhaps = frozenset[str]().union(*(self._ends.get(code, ()) for code in looked))
        return frozenset(
            entry.code
            for entry in self._areas or ()
            if (
                stands_on(entry, self._today)
                if self._today
                else stood_between(entry, self._first, self._last)
            )
            and entry.code not in perhaps
        )

    def also(self, looked: Iterable[str]) -> set[str]:
        """These areas and the ones they are counted under: each needs its row."""
        found = set(looked)
        return found | {self._counted_under(code) for code in found}

    def recount(self, tables: Iterable[SourceTable]) -> Levels:
        """By dimension every finest code to the one it is counted under; nothing where no area that
        was recorded has changed."""
        finest = {
            dimension.codes[leaf]: None
            for table in tables
            for dimension in table.cube.dimensions
            if dimension.name == AREA
            for leaf in dimension.leaves
        }
        words = {code: self._leaf(code, finest) for code in finest}
        return {AREA: words} if any(code != word for code, word in words.items()) else {}

    def coverage(self, rows: Sequence[CoverageRow]) -> list[CoverageRow]:
        """Where people looked, by the areas it is counted under."""
        sums: dict[tuple[str, str], list[int]] = {}
        for period, area, visits, nobody in rows:
            mine = sums.setdefault((period, self._counted_under(area)), [0, 0])
            mine[0] += visits
            mine[1] += nobody
        return [(*key, visits, nobody) for key, (visits, nobody) in sums.items()]

    def _counted_under(self, code: str) -> str:
        return self._other[code] or NOT_KNOWN if code in self._other else code

    def _leaf(self, code: str, finest: Iterable[str]) -> str:
        under = self._counted_under(code.removesuffix(NOT_FURTHER_KNOWN))
        if under == code.removesuffix(NOT_FURTHER_KNOWN):
            return code
        only_known = under + NOT_FURTHER_KNOWN
        return only_known if only_known in finest else under


def areas_on(areas: str, as_of_s: int) -> str | None:
    """The day to whose areas a release is recounted (of declaration.AREAS), as ISO 8601; None for
    the areas of its periods. as_of_s: when its counts were read."""
    return datetime.fromtimestamp(as_of_s, UTC).date().isoformat() if areas == "today" else None


def first_day(period: str) -> date:
    """Of a year, quarter or month: 2026, 2026Q3, 2026-09."""
    return date(int(period[:4]), _months(period)[0], 1)


def last_day(period: str) -> date:
    """Of a year, quarter or month."""
    year, month = int(period[:4]), _months(period)[1]
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _months(period: str) -> tuple[int, int]:
    rest = period[4:].strip("-")
    if not rest:
        return 1, 12
    if rest.startswith("Q"):
        last = 3 * int(rest[1:])
        return last - 2, last
    return int(rest), int(rest)
