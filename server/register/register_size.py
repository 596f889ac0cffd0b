"""How many persons the records of the office are of, with the errors of linking put right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, distinct, func, select

from server.db.engine import reading, transaction
from server.intake.attributes import periods_of
from server.intake.model import CaseRecord, VisitRecord
from server.office import Office
from server.register import clerical, seeds
from server.register.error_rates import (
    FEWEST_PAIRS,
    CorrectedPersons,
    Rate,
    corrected_persons,
)
from server.staff import audit
from shared.errors import ServiceError

SEED = 87


class NotMeasured(ServiceError):
    """The errors of linking were not measured, in a sentence."""


@dataclass(frozen=True)
class RegisterSize:
    """Persons with their interval, by what it was corrected, and what weakens it."""

    persons: CorrectedPersons
    precision: Rate
    recall: Rate
    warnings: tuple[str, ...]


def size_of(office: Office, period: str, sample: int | None, actor: str) -> RegisterSize:
    """The persons of a period ("": of all there are). Raises NotMeasured, NotDrawn, NotSeeds."""
    with reading(office.engine) as connection:
        state = clerical.state_of(connection, sample)
        seeded = seeds.measured(connection)
        records, persons = _counted(connection, period)
    if state.precision is None:
        raise NotMeasured(f"No pair of sample {state.number} was judged by two people yet.")
    if seeded.recall is None or not seeded.recall.hits:
        raise NotMeasured("No invented person was recorded twice and found: there is no recall.")
    if not records:
        raise NotMeasured("No case of that period is linked.")
    found = corrected_persons(
        records, persons, state.precision, seeded.recall, np.random.default_rng(SEED)
    )
    with transaction(office.engine) as connection:
        details = {"period": period, "sample": state.number}
        audit.enter(connection, office.now_s(), actor, "persons_estimated", details)
    warnings = [
        f"{name}: {rate.pairs} pairs, {FEWEST_PAIRS} are wanted."
        for name, rate in (("True links", state.precision), ("Links found", seeded.recall))
        if rate.pairs < FEWEST_PAIRS
    ]
    if state.waiting:
        warnings.append(f"{state.waiting} pairs of the sample wait to be judged.")
    if state.unsure:
        warnings.append(f"{state.unsure} pairs of the sample count nowhere: nobody is sure.")
    return RegisterSize(found, state.precision, seeded.recall, tuple(warnings))


def _counted(connection: Connection, period: str) -> tuple[int, int]:
    """Cases of the period that are linked, and their persons."""
    standing = CaseRecord.withdrawn.is_(False), CaseRecord.person_id.is_not(None)
    if not period:
        whole = select(func.count(), func.count(distinct(CaseRecord.person_id))).where(*standing)
        records, persons = connection.execute(whole).one()
        return int(records), int(persons)
    of_months = (
        select(VisitRecord.month, CaseRecord.person_id)
        .join(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
        .where(*standing, func.substr(VisitRecord.month, 1, 4) == period[:4])
    )
    met = [
        who for month, who in connection.execute(of_months) if month and period in periods_of(month)
    ]
    return len(met), len(set(met))
