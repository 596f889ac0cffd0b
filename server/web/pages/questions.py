"""What people ask first, and where the published figures answer it.

A reader who knows no table is led from the first page to the one that has the answer, laid out so
that it can be read off. Of what an edition does not have there is no link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from server.intake.attributes import is_month
from server.releases.published import EditionTable
from server.releases.structure import ReleaseStructure
from server.tables.declaration import Population
from server.web.pages.editions import tables_of

HAZARDOUS = "HAZARDOUS"
_WHO = ("sex", "age_band", "industry")


@dataclass(frozen=True)
class AskedFirst:
    """word: ``public.*`` in server.po; there: the address of the answer."""

    word: str
    there: str


def questions(number: int) -> list[AskedFirst]:
    """Those an edition that holds answers, in the order people ask."""
    structure, tables = tables_of(number)
    children = [
        one
        for one in tables
        if structure.tables[one.name].population.partition("@")[0] == Population.CHILD_LABOUR.value
    ]
    # the longest period first, and of these the newest: as at a glance
    children.sort(key=lambda one: one.period, reverse=True)
    children.sort(key=lambda one: (len(one.period), is_month(one.period)))
    found = [_who(number, children), _where(number, structure, children)]
    found.append(AskedFirst("ask_changed", url_for("targets.shown")))
    found.append(AskedFirst("ask_hidden", url_for("explore.about", _anchor="protection")))
    return [one for one in found if one is not None]


def _who(number: int, tables: list[EditionTable]) -> AskedFirst | None:
    best = max(tables, key=lambda one: len({*_WHO} & {*one.dimensions}), default=None)
    if best is None or not {"sex", "industry"} <= {*best.dimensions}:
        return None
    rows = "age_band" if "age_band" in best.dimensions else "sex"
    there = url_for("explore.one", number=number, name=best.name, rows=rows, columns="industry")
    return AskedFirst("ask_who", there)


def _where(
    number: int, structure: ReleaseStructure, tables: list[EditionTable]
) -> AskedFirst | None:
    table = next((one for one in tables if "area" in one.dimensions), None)
    if table is None:
        return None
    across = structure.tables[table.name].sensitive
    told = HAZARDOUS in table.codes.get(across, ())
    shown: dict[str, Any] = {"columns": across, "bars": HAZARDOUS} if told else {}
    there = url_for("explore.one", number=number, name=table.name, rows="area", **shown)
    return AskedFirst("ask_where" if told else "ask_where_any", there)
