"""What looked odd when a job looked last, kept for the page by how many days it looked back: to
look reads every case that came, which no page does.

Whose cases an odd person is made of is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from server.intake import tablet_quarantine
from server.office import Office
from server.register import odd
from server.register.odd import OddFound, Oddity, OddPerson, OddTablet
from server.stewardship import figures


@dataclass(frozen=True)
class KeptOdd:
    """What is kept. at_s: when it was looked for, in seconds since 1970. No person has an id."""

    at_s: int
    found: OddFound


WINDOWS = (odd.LATELY_DAYS, *odd.LONGER_DAYS)
"""How many days can be looked back, the usual first."""


def name_of(days: int) -> str:
    """By which it is kept."""
    return figures.ODD if days == odd.LATELY_DAYS else f"{figures.ODD}_{days}"


OF_A_YEAR = name_of(max(WINDOWS))
"""That which a job keeps last."""


def keep(office: Office, looked: Mapping[int, OddFound]) -> None:
    """Keeps what looks odd now, by the days looked back, in place of what did before."""
    for days, found in looked.items():
        tablets = [
            (one.tablet_id, one.cases, one.linked, one.copied, one.growth, [*_names(one.why)])
            for one in found.tablets
        ]
        persons = [[one.tablet_id, one.cases, one.place] for one in found.persons]
        said = json.dumps({"tablets": tablets, "persons": persons})
        figures.keep(office, name_of(days), said)


def _names(why: Iterable[Oddity]) -> Iterable[str]:
    return (one.name for one in why)


def kept(connection: Connection, days: int) -> KeptOdd | None:
    """What was kept last for so many days, without tablets that are put aside by now; None before
    the first look."""
    row = figures.document(connection, name_of(days))
    if row is None or "tablets" not in (said := json.loads(row[1])):
        return None
    aside = {one.tablet_id for one in tablet_quarantine.standing_aside(connection)}
    tablets = tuple(
        OddTablet(tablet, cases, linked, copied, growth, tuple(Oddity[word] for word in why))
        for tablet, cases, linked, copied, growth, why in said["tablets"]
        if tablet not in aside
    )
    persons = tuple(
        OddPerson("", tablet, cases, place)
        for tablet, cases, place in said["persons"]
        if tablet not in aside
    )
    return KeptOdd(row[0], OddFound(tablets, persons))
