"""What everybody knows of the tables of a release, whatever their numbers.

The facts are those of server.tables.ties; here they are said of populations, so that they hold for
every recoding. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from server.disclosure.inclusion import Inclusion
from server.intake.attributes import is_month, periods_of
from server.releases.declaration import DeclarationRefused
from server.tables.declaration import DeclaredTable, Population
from server.tables.ties import AT_MOST, SAME

_CHILD, _FORCED = Population.CHILD_LABOUR.value, Population.FORCED_LABOUR.value
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


def must_not_meet(asked: Sequence[HasDimensions]) -> None:
    """Raises DeclarationRefused for tables of which more is known together than a release audit
    takes into account: codes of one dimension that bound several of another."""
    used = {name for one in asked for name in one.by}
    for (name, _), (other, _) in AT_MOST.items():
        if name in used and other in used:
            raise DeclarationRefused(
                f"Tables by {name} and by {other} cannot be in one release: one bounds the other "
                "in ways that are not audited. Make two releases. Nothing was kept."
            )


def inclusions_of(asked: Sequence[HasDimensions], periods: Sequence[str]) -> tuple[Inclusion, ...]:
    """Which persons are all among which others."""
    names = tuple(sorted({name for one in asked for name in (*one.by, *one.table.where)}))
    return tuple(one for period in periods for one in _of_period(names, period, periods))


def _of_period(names: tuple[str, ...], period: str, periods: Sequence[str]) -> Iterator[Inclusion]:
    child, forced = f"{_CHILD}@{period}", f"{_FORCED}@{period}"
    # A child found in forced labour is in a worst form (C182 art. 3(a)): for the country.
    inner = {**IN_IT[_FORCED], "child_or_adult": "child"}
    for code in ("WFCL_OTHER", "IN_CHILD_LABOUR"):
        yield Inclusion(forced, inner, child, {"child_labour": code})
    # Two words for one thing.
    for (name, code), (other, codes) in SAME.items():
        if name in names and len(codes) == 1:
            one = {name: code, **IN_IT[_FORCED]}
            along = tuple(n for n in names if n not in (name, other))
            yield Inclusion(forced, one, forced, {other: codes[0]}, along)
            yield Inclusion(forced, {other: codes[0]}, forced, one, along)
    # Who is counted in a month is counted in its year, perhaps elsewhere.
    for wider in periods:
        if wider in _wider(period):
            for population, condition in IN_IT.items():
                here, there = f"{population}@{period}", f"{population}@{wider}"
                yield Inclusion(here, {}, there, {})
                yield Inclusion(here, condition, there, condition)


def _wider(period: str) -> tuple[str, ...]:
    if is_month(period):
        return periods_of(period)[:2]
    return (period[:4],) if "Q" in period else ()
