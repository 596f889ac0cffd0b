"""The plan of visits: how many an office meant to make, by area and month, in its own words (CSV).

Owns the SQL of visit_plan. Quality reports compare it with the visits that were made; it is apart
from the visits that are asked for, which nobody joins with records (server.assignments).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from server.db.engine import transaction
from server.intake.attributes import is_month
from server.office import Office
from server.reference.in_force import reference_of
from server.releases.model import VisitPlan
from server.staff import audit
from shared.codelists import CodeList
from shared.errors import ServiceError

COLUMNS = ("area", "month", "visits")
_MOST = 1_000_000
"""Visits of an area in a month; more are a slip."""


class BadPlan(ServiceError):
    """A file that cannot be used as a plan. Its text says where and what to do."""


class PlannedVisits(NamedTuple):
    """Visits meant to be made in a month in an area, or in the areas below it."""

    area: str
    month: str
    visits: int


class VisitsOfPlan(NamedTuple):
    """Of one area and month: how many were planned, and made there or below."""

    area: str
    month: str
    planned: int
    made: int


def read_plan(text: str, areas: CodeList) -> list[PlannedVisits]:
    """The rows of a plan. Raises BadPlan with the line that cannot be used."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise BadPlan("The plan must have the columns area, month and visits. Nothing was changed.")
    found: dict[tuple[str, str], PlannedVisits] = {}
    for row in reader:
        area, month, visits = ((row[name] or "").strip() for name in COLUMNS)
        where = f"Line {reader.line_num}"
        if area not in areas:
            raise BadPlan(f"{where}: no area has the code {area!r}. Nothing was changed.")
        if not is_month(month):
            raise BadPlan(f"{where}: {month!r} is no month: write 2026-11. Nothing was changed.")
        if not (visits.isascii() and visits.isdigit()) or int(visits) > _MOST:
            raise BadPlan(f"{where}: 'visits' must be a whole number. Nothing was changed.")
        if (area, month) in found:
            raise BadPlan(f"{where}: {area} in {month} is there twice. Nothing was changed.")
        found[area, month] = PlannedVisits(area, month, int(visits))
    if not found:
        raise BadPlan("The plan has no rows. Nothing was changed.")
    for area, month in found:
        if any((above, month) in found for above in areas.ancestors(area)):
            raise BadPlan(
                f"{area} in {month} is planned by itself and as part of an area above it: say it "
                "once. Nothing was changed."
            )
    return sorted(found.values())


def take(office: Office, actor: str, content: bytes) -> int:
    """Takes this plan in the place of the one before; how many areas and months it has. Raises
    BadPlan."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadPlan("The plan is not in UTF-8. Save it as CSV in UTF-8.") from None
    areas = reference_of(office).codelists.get("areas")
    if areas is None:
        raise BadPlan("This country has no list of areas. Nothing was changed.")
    plan = read_plan(text, areas)
    with transaction(office.engine) as connection:
        connection.execute(delete(VisitPlan))
        connection.execute(insert(VisitPlan), [one._asdict() for one in plan])
        audit.enter(connection, office.now_s(), actor, "visits_planned", {"rows": len(plan)})
    return len(plan)


def plan_of(connection: Connection, months: Sequence[str]) -> list[PlannedVisits]:
    """What is planned for these months."""
    query = (
        select(VisitPlan.area, VisitPlan.month, VisitPlan.visits)
        .where(VisitPlan.month.in_(months))
        .order_by(VisitPlan.month, VisitPlan.area)
    )
    return [PlannedVisits(*row) for row in connection.execute(query)]


def months_planned(connection: Connection) -> list[str]:
    """The months of the plan."""
    return list(connection.scalars(select(VisitPlan.month).distinct().order_by(VisitPlan.month)))


def compared(
    plan: Sequence[PlannedVisits], made: Mapping[tuple[str, str], int], areas: CodeList | None
) -> Iterator[VisitsOfPlan]:
    """The plan beside what was done. made: visits by area and month, as recorded."""
    below: Counter[tuple[str, str]] = Counter()
    for (area, month), number in made.items():
        known = areas is not None and area in areas
        for here in (area, *(areas.ancestors(area) if known and areas is not None else ())):
            below[here, month] += number
    for area, month, planned in plan:
        yield VisitsOfPlan(area, month, planned, below[area, month])
