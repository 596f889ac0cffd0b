"""Recorded persons per 1,000 children of an area: what the office recorded, not a prevalence. Pure.

The population comes from the office (a census or projection) as CSV with the columns ``area`` and
``children`` (of 5 to 17 years). Only counts that may be shown are divided.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from server.disclosure.cube import TOTAL
from server.disclosure.recode import REST
from server.tables.cubes import NOT_FURTHER_KNOWN
from server.tables.kept import ShownTable
from shared.codelists import CodeList
from shared.errors import ServiceError


class BadPopulation(ServiceError):
    """A file of populations that cannot be used. Its text says where and what to do."""


@dataclass(frozen=True)
class RecordedRate:
    """Of one area: how many were recorded (None: withheld), of how many children (None: not in the
    file), and how many per 1,000 of them."""

    area: str
    recorded: int | None
    children: int | None

    @property
    def per_1000(self) -> float | None:
        """None where one of both is not known."""
        if self.recorded is None or not self.children:
            return None
        return round(1000 * self.recorded / self.children, 1)


def population_of(text: str, areas: CodeList) -> dict[str, int]:
    """Children by area code. Raises BadPopulation with the line that cannot be used."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    if not {"area", "children"} <= set(reader.fieldnames or ()):
        raise BadPopulation("The file must have the columns 'area' and 'children'.")
    found: dict[str, int] = {}
    for row in reader:
        area, children = (row["area"] or "").strip(), (row["children"] or "").strip()
        where = f"Line {reader.line_num}"
        if area not in areas:
            raise BadPopulation(f"{where}: the code list of areas has no {area!r}.")
        if area in found:
            raise BadPopulation(f"{where}: the area {area!r} is there twice.")
        if not children.isdecimal() or not int(children):
            raise BadPopulation(f"{where}: 'children' must be a whole number above zero.")
        found[area] = int(children)
    return found


def rates_of(
    table: ShownTable, population: Mapping[str, int], areas: CodeList, **cell: str
) -> list[RecordedRate]:
    """For every area the table shows. cell: which count is divided (child_labour=...)."""
    by_area = next(one for one in table.dimensions if one.name == "area")
    return [
        RecordedRate(area, table.at(area=area, **cell), _children(area, population, areas))
        for area in by_area.codes
    ]


def _children(area: str, population: Mapping[str, int], areas: CodeList) -> int | None:
    """The area's own number, else that of all its parts together; None when one is missing."""
    if area.startswith(REST):
        return _sum(area.removeprefix(REST).split(", "), population, areas)
    if area == TOTAL:
        return _sum([entry.code for entry in areas.children(None)], population, areas)
    if area in population:
        return population[area]
    if area.endswith(NOT_FURTHER_KNOWN) or area not in areas:
        return None
    return _sum([entry.code for entry in areas.children(area)], population, areas)


def _sum(parts: list[str], population: Mapping[str, int], areas: CodeList) -> int | None:
    numbers = [_children(part, population, areas) for part in parts]
    if not numbers or None in numbers:
        return None
    return sum(number for number in numbers if number is not None)
