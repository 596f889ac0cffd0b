"""What everybody knows of two populations whose tables stand side by side. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Inclusion:
    """Persons of one population who are all in another: those who meet ``inner_where`` of the
    first are among those who meet ``outer_where`` of the second. along: dimensions in which both
    are counted alike."""

    inner: str
    inner_where: Mapping[str, str]
    outer: str
    outer_where: Mapping[str, str]
    along: tuple[str, ...] = ()
