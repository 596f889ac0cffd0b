"""Codes divided between two editions: a province that was given its first districts. Pure.

Who was recorded in the province may be recorded in one of its districts since, so that fewer are
known to be in no district. Taken by their codes the two editions contradict each other and nothing
ties them; a reader knows that the province is the same and ties its totals. So every code is read
as covering also what became of it, where no code of its own edition says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from server.disclosure.attack import Attack
from server.disclosure.methods import DIVIDED
from server.disclosure.release_attackers import AttackedRelease, AuditedRelease, Needs
from server.disclosure.release_book import Extent, Meaning, ReleasedTable, meaning_of
from server.disclosure.release_editions import readers_of_editions

_TOTAL = "Total"
_Covered = dict[tuple[str, str], dict[str, Extent]]
"""By population and dimension what each code covers."""


def readers_of_both(
    target: AttackedRelease, shown: Mapping[Meaning, int] | None = None
) -> Iterator[tuple[AttackedRelease, Attack, Needs]]:
    """Readers of editions (release_editions.readers_of_editions), by codes and by what they became,
    each with the release as they take it. shown: by its codes, what the release publishes."""
    for attack, needs in readers_of_editions(target, shown):
        yield target, attack, needs
    if target.subject.method < DIVIDED:
        return
    subject = as_divided(target.subject)
    if subject is not None:
        other = AttackedRelease(subject, target.threshold, target.interval, target.go_on)
        published = None if shown is None else as_meant(target, subject, shown)
        for attack, needs in readers_of_editions(other, published):
            yield other, attack, needs


def as_meant(
    target: AttackedRelease, subject: AuditedRelease, shown: Mapping[Meaning, int]
) -> dict[Meaning, int]:
    """What is shown, by the meanings of the same cells in this reading of the release."""
    return {
        meaning_of(subject.tables[name], codes): shown[what]
        for name, table in target.subject.tables.items()
        for codes in table.cells
        if (what := meaning_of(table, codes)) in shown
    }


def as_divided(subject: AuditedRelease) -> AuditedRelease | None:
    """The release and its editions with each code as its divided one; None where none was."""
    editions = [subject.tables, *(one.tables for one in subject.earlier)]
    covered = [_covered(tables.values()) for tables in editions]
    wider = [_gained(mine, [one for one in covered if one is not mine]) for mine in covered]
    if wider == covered:
        return None
    now, *before = [_with(tables, by) for tables, by in zip(editions, wider, strict=True)]
    earlier = [
        replace(one, tables=tables) for one, tables in zip(subject.earlier, before, strict=True)
    ]
    return replace(subject, tables=now, earlier=earlier)


def _covered(tables: Iterable[ReleasedTable]) -> _Covered:
    found: _Covered = {}
    for table in tables:
        for name in (*table.names, *table.where):
            mine = found.setdefault((table.population, name), {})
            for code, extent in table.extents.get(name, {}).items():
                if code != _TOTAL:
                    mine[code] = mine.get(code, frozenset()) | extent
    return found


def _gained(mine: _Covered, others: Iterable[_Covered]) -> _Covered:
    """What these codes cover when those they were divided into elsewhere are among them."""
    found = {key: dict(codes) for key, codes in mine.items()}
    for theirs in others:
        for key, codes in mine.items():
            known = frozenset[str]().union(*codes.values())
            for code, extent in codes.items():
                new = theirs.get(key, {}).get(code, frozenset()) - known
                for other in codes if new else ():
                    if extent <= codes[other]:
                        found[key][other] |= new
    return found


def _with(tables: Mapping[str, ReleasedTable], by: _Covered) -> dict[str, ReleasedTable]:
    return {
        word: replace(
            table,
            extents={
                name: {
                    code: by.get((table.population, name), {}).get(code, extent)
                    for code, extent in codes.items()
                }
                for name, codes in table.extents.items()
            },
        )
        for word, table in tables.items()
    }
