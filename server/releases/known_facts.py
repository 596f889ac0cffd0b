"""What everybody knows of the tables of a release, whatever their numbers.

The facts are those of server.tables.ties; here they are said of populations, so that they hold for
every recoding. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from server.disclosure.inclusion import Inclusion, Some
from server.intake.attributes import is_month, periods_of
from server.tables.declaration import DeclaredTable, Population
from server.tables.ties import AT_MOST, SAME

_CHILD, _FORCED = Population.CHILD_LABOUR.value, Population.FORCED_LABOUR.value
_CASES, _VISITS = Population.CASES.value, Population.VISITS.value
IN_IT = {
    _CHILD: {"child_labour": "IN_CHILD_LABOUR"},
    _FORCED: {"forced_labour": "IN_FORCED_LABOUR"},
}


class HasDimensions(Protocol):
    """A table as it is asked for."""

    @property
    def table(self) -> DeclaredTable:
        """Of which declared table it is."""

    @property
    def by(self) -> tuple[str, ...]:
        """Its dimensions."""


def inclusions_of(
    asked: Sequence[HasDimensions],
    periods: Sequence[str],
    there: Sequence[str],
    beside: Sequence[str] = (),
) -> tuple[Inclusion, ...]:
    """Which persons are all among which others, and which counts are sums of others.

    periods: of the release; there: all in which somebody looked; beside: of earlier editions, that
    have quarters of a year of the release, or the year of its quarters.
    """
    names = tuple(sorted({name for one in asked for name in (*one.by, *one.table.where)}))
    both = tuple(dict.fromkeys((*periods, *beside)))
    mine = {f"{population.value}@{period}" for population in Population for period in periods}
    return (
        *(one for period in periods for one in _of_period(names, period)),
        *(
            one
            for period in both
            for one in _of_parts(names, period, both, there)
            if mine & one.populations
        ),
    )


def _of_period(names: tuple[str, ...], period: str) -> Iterator[Inclusion]:
    child, forced = f"{_CHILD}@{period}", f"{_FORCED}@{period}"
    # A child found in forced labour is in a worst form (C182 art. 3(a)); a person has one sex.
    inner = {**IN_IT[_FORCED], "child_or_adult": "child"}
    for code in ("WFCL_OTHER", "IN_CHILD_LABOUR"):
        yield Inclusion(forced, inner, child, {"child_labour": code}, ("sex",))
    # Two words for one thing.
    for (name, code), (other, codes) in SAME.items():
        if name in names and len(codes) == 1:
            one = {name: code, **IN_IT[_FORCED]}
            along = tuple(n for n in names if n not in (name, other))
            yield Inclusion(forced, one, forced, {other: codes[0]}, along)
            yield Inclusion(forced, {other: codes[0]}, forced, one, along)
    # Whoever has a class of a subject is in its upper bound.
    for (name, code), (other, codes) in AT_MOST.items():
        if name in names and other in names:
            of = child if name == "child_labour" else forced
            along = tuple(n for n in names if n not in (name, other))
            first, *rest = ({other: one} for one in codes)
            more = tuple((of, where) for where in rest)
            yield Inclusion(of, {name: code}, of, first, along, outer_also=more)
    # Everybody who is counted stands on a record at least.
    for population in (child, forced):
        yield Inclusion(population, {}, f"{_CASES}@{period}", {})


def _of_parts(
    names: tuple[str, ...], period: str, periods: Sequence[str], there: Sequence[str]
) -> Iterator[Inclusion]:
    """What months and quarters say of their year. Who is counted in a month is counted in its year,
    perhaps elsewhere, and a year has at most as many as all its months together; a record and a
    visit are of one month, so that years of these are sums."""
    for is_part in (is_month, _is_quarter):
        parts = [one for one in periods if is_part(one) and period in _wider(one)]
        if not parts:
            continue
        every = {one for one in there if is_part(one) and period in _wider(one)} == {*parts}
        for population, condition in IN_IT.items():
            for where in ({}, condition):
                yield from _each_and_all(population, where, parts, period, (), every=every)
        for population in (_CASES, _VISITS):
            yield from _each_and_all(population, {}, parts, period, names, every=every)
            some: list[Some] = [(f"{population}@{one}", {}) for one in parts]
            yield Inclusion(*some[0], f"{population}@{period}", {}, names, tuple(some[1:]))


def _each_and_all(
    population: str,
    where: Mapping[str, str],
    parts: Sequence[str],
    period: str,
    along: tuple[str, ...],
    *,
    every: bool,
) -> Iterator[Inclusion]:
    """Each part is at most the whole; the whole at most its parts, when every one is there."""
    whole: Some = (f"{population}@{period}", where)
    some: list[Some] = [(f"{population}@{one}", where) for one in parts]
    for one in some:
        yield Inclusion(*one, *whole, along)
    if every:
        yield Inclusion(*whole, *some[0], along, outer_also=tuple(some[1:]))


def _is_quarter(period: str) -> bool:
    return "Q" in period


def _wider(period: str) -> tuple[str, ...]:
    if is_month(period):
        return periods_of(period)[:2]
    return (period[:4],) if _is_quarter(period) else ()
