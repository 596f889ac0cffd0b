"""Of editions of a register that grew, the pieces that an organisation alone recorded. Pure.

Who alone recorded a group today knows the pieces of it that an edition of before cut otherwise: if
nobody is ever gone they were its own then, too, and it learns of nobody. A record of somebody else
that was corrected since may have been among them. Whether one was is not to be read off that
edition, whose levels need not have the group: it is looked up in its finest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from server.disclosure.attack import Cell
from server.disclosure.methods import OWN_PIECES
from server.disclosure.release_attackers import THIS, AuditedRelease, EarlierRelease, by_meaning
from server.disclosure.release_book import Extent, Meaning, ReleaseBook, ReleasedTable
from server.disclosure.release_pieces import FinestCounts
from server.disclosure.release_untold import conditions_of, is_among, is_untold


def own_pieces(
    who: str,
    alone: Iterable[Cell],
    wanted: Iterable[Cell],
    books: Mapping[int, ReleaseBook],
    subject: AuditedRelease,
) -> Iterator[Cell]:
    """Of what must stay open, the pieces of a group that an organisation alone recorded, then or
    in an edition since. Not where others were of the group then, and a correction took them out of
    it. books: of this release and of each edition of before, as they are without pieces."""
    groups = [(number, wide) for number, wide in alone if not is_untold(wide)]

    @cache
    def nobody_else(number: int, wide: Meaning) -> bool:
        return number == THIS or _nobody_else(who, wide, subject.earlier[number], subject.method)

    for number, what in wanted:
        if is_untold(what) or books[number].has(what):
            continue
        since = (wide for n, wide in groups if n == THIS or n >= number > THIS)
        if any(is_among(what, wide) and nobody_else(number, wide) for wide in since):
            yield number, what


def _nobody_else(who: str, group: Meaning, edition: EarlierRelease, method: int) -> bool:
    """Whether nobody else recorded anybody of the group, as that edition counted it."""
    if method < OWN_PIECES:
        # By its cells alone: of a group that its levels do not have they tell nothing.
        then = by_meaning(edition.tables, edition.truth)
        theirs = by_meaning(edition.tables, edition.own.get(who, {}))
        return then.get(group, 0) == theirs.get(group, 0)
    counted = [
        _counted(group, table, edition.finest[name])
        == _counted(group, table, edition.own_finest.get(who, {}).get(name))
        for name, table in edition.tables.items()
        if name in edition.finest and _divides(table, group)
    ]
    return bool(counted) and all(counted)


def _divides(table: ReleasedTable, group: Meaning) -> bool:
    """Whether a table's finest counts say who of it is of the group."""
    population, conditions = conditions_of(group)
    return table.population == population and all(
        name in table.names
        or (name in table.where and _extent(table, name, table.where[name]) <= extent)
        for name, extent in conditions.items()
    )


def _extent(table: ReleasedTable, name: str, code: str) -> Extent:
    return table.extents.get(name, {}).get(code, frozenset({code}))


def _counted(group: Meaning, table: ReleasedTable, finest: FinestCounts | None) -> int:
    """Persons of the table who are of the group."""
    if finest is None:
        return 0
    _, conditions = conditions_of(group)
    asked = [
        (finest.names.index(name), extent)
        for name, extent in conditions.items()
        if name in finest.names
    ]
    return sum(
        count
        for codes, count in finest.cells.items()
        if all(codes[place] in extent for place, extent in asked)
    )
