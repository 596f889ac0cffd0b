"""What looked odd when a job looked last, kept for the page: to look reads every case that came.

Whose cases an odd person is made of is not kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from server.intake import tablet_quarantine
from server.office import Office
from server.register.odd import OddFound, Oddity, OddPerson, OddTablet
from server.stewardship import figures


@dataclass(frozen=True)
class KeptOdd:
    """What is kept. at_s: when it was looked for, in seconds since 1970. No person has an id."""

    at_s: int
    found: OddFound


def keep(office: Office, found: OddFound) -> None:
    """Keeps what looks odd now, in place of what did before."""
    tablets = [
        [one.tablet_id, one.cases, one.linked, one.copied, one.growth, [w.name for w in one.why]]
        for one in found.tablets
    ]
    persons = [[one.tablet_id, one.cases, one.place] for one in found.persons]
    figures.keep(office, figures.ODD, json.dumps({"tablets": tablets, "persons": persons}))


def kept(connection: Connection) -> KeptOdd | None:
    """What was kept last, without tablets that are put aside by now; None before the first look."""
    row = figures.document(connection, figures.ODD)
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
