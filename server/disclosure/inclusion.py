"""What everybody knows of two populations whose tables stand side by side. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RECORDS = "cases"
"""Begins the name of a population of records: somebody may stand on several."""
Some = tuple[str, Mapping[str, str]]
"""Persons of a population who meet conditions."""


@dataclass(frozen=True)
class Inclusion:
    """Persons of one population who are all in another: those who meet ``inner_where`` of the
    first are at most those who meet ``outer_where`` of the second. along: dimensions in which both
    are counted alike.

    inner_also: others who are counted with the first (months of a year); outer_also: with the
    second (codes that stand for them together).
    """

    inner: str
    inner_where: Mapping[str, str]
    outer: str
    outer_where: Mapping[str, str]
    along: tuple[str, ...] = ()
    inner_also: tuple[Some, ...] = ()
    outer_also: tuple[Some, ...] = ()

    @property
    def populations(self) -> set[str]:
        """All whose persons it is about."""
        also = (*self.inner_also, *self.outer_also)
        return {self.inner, self.outer, *(who for who, _ in also)}

    @property
    def leaves_persons_over(self) -> bool:
        """Whether those of the second who are not of the first are a group of persons: records are
        no persons."""
        of_records = [who.partition("@")[0] == RECORDS for who in (self.inner, self.outer)]
        return not (self.inner_also or self.outer_also) and of_records[0] == of_records[1]
