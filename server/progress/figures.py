"""The figures of a report: from an edition, with its digest, or entered, with source and day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from server.disclosure.cube import TOTAL
from server.exports.edition import ExportedEdition, ExportedTable, edition_of
from server.exports.periods import last_day
from server.exports.words import is_of_persons
from server.office import Office
from server.progress.kinds import RECORDED, in_languages
from server.progress.store import Said
from server.releases import published
from server.releases.files import NumberState
from shared.errors import ServiceError


class CellNotFound(ServiceError):
    """An indicator that names a cell no table has, or says of it what is not so."""


class EditionsThatHold:
    """The editions of an office that are not withdrawn, newest first, each read once."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._numbers = [one.number for one in published.published(office) if not one.is_withdrawn]
        self._read: dict[int, ExportedEdition] = {}

    def __iter__(self) -> Iterator[ExportedEdition]:
        for number in self._numbers:
            if number not in self._read:
                self._read[number] = edition_of(self._office, number)
            yield self._read[number]


def published_figure(
    editions: Iterable[ExportedEdition], indicator: Said, period: str
) -> dict[str, Any]:
    """The cell an indicator names, from the newest edition that has its table and period.

    Raises CellNotFound when the table is there and the cell cannot be in it.
    """
    chosen = cell_of(indicator["cell"], indicator["code"])
    for edition in editions:
        for table in edition.tables:
            if table.code != indicator["table"] or period not in table.periods:
                continue
            if is_of_persons(table) and indicator["measure"] != RECORDED:
                raise CellNotFound(
                    f"{indicator['code']} counts recorded persons: its measure is recorded. "
                    "No report was made."
                )
            cell = cell_in(table, period, chosen, indicator["code"])
            return {
                "period": period,
                "value": None if cell.count is None else str(cell.count),
                "state": cell.state.value,
                "edition": edition.number,
                "version": edition.version,
                "digest": edition.digest,
                "table": table.code,
                "cell": dict(chosen),
            }
    return {"period": period, "value": None, "state": NumberState.NOT_YET_PUBLISHED.value}


def cell_in(table: ExportedTable, period: str, chosen: Mapping[str, str], code: str) -> Any:
    """A cell of a table by its codes; what is not named is everybody. Raises CellNotFound."""
    known = {one.name: {each.code for each in one.codes} for one in table.dimensions}
    for name, value in chosen.items():
        if value not in known.get(name, ()):
            there = "; ".join(f"{one}={', '.join(sorted(all_))}" for one, all_ in known.items())
            raise CellNotFound(
                f"{code}: {table.code} has no {name}={value}. It has: {there}. No report was made."
            )
    return table.cell(period, tuple(chosen.get(one.name, TOTAL) for one in table.dimensions))


def cell_of(said: str, code: str) -> dict[str, str]:
    """The codes in ``sex=female;child_labour=HAZARDOUS``. Raises CellNotFound."""
    found = {}
    for part in said.split(";"):
        name, is_given, value = part.strip().partition("=")
        if not is_given or not name or not value or name in found:
            raise CellNotFound(
                f"{code}: a cell is written as sex=female;child_labour=HAZARDOUS, not {said}."
            )
        found[name] = value
    return found


def entered_figure(values: Iterable[Said], period: str) -> dict[str, Any] | None:
    """The newest entered value that is not of a time after the period; None when there is none."""
    end = last_day(period)
    fit = [one for one in values if last_day(one["period"]) <= end]
    if not fit:
        return None
    # Of two that end on one day, the longer period.
    newest = max(fit, key=lambda one: (last_day(one["period"]), -len(one["period"])))
    return {
        "period": newest["period"],
        "value": newest["value"],
        "state": NumberState.PUBLISHED.value,
        **in_languages(newest, "organisation", "source"),
        "on": newest["on"],
    }
