"""What two do at the same moment: neither deadlocks, and what was decided holds for both."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from server.db.engine import reading, transaction
from server.intake import conflicts, tablet_quarantine
from server.intake.model import CaseRecord, Conflict, RecordRevision
from server.office import Office
from server.stewardship import doctor
from server.tables import recount
from shared.wire.records import Record
from tests.server.conftest import wait_until_blocked
from tests.server.field import FieldTablet, somebody, words

pytestmark = pytest.mark.parametrize("make", ["postgresql"], indirect=True)
"""Where transactions wait for rows; on SQLite one writes at a time."""


@pytest.fixture
def waiting(make: Callable[..., Office]) -> Office:
    """An office of its own."""
    return make()


def is_withdrawn(office: Office, case: Record) -> bool:
    with reading(office.engine) as connection:
        of_case = select(CaseRecord.withdrawn).where(CaseRecord.record_id == case.record_id)
        return connection.execute(of_case).scalar_one()


def is_whole(office: Office) -> bool:
    recount.link_what_waits(office)
    return doctor.check(office) == []


@pytest.mark.parametrize("takes_back", [False, True])
def test_conflict_is_decided_while_another_tablet_sends_the_record_for_the_first_time(
    waiting: Office, takes_back: bool
) -> None:
    office = waiting
    first, second, third = (FieldTablet.enrol(office, seed=seed) for seed in (1, 2, 3))
    visit = first.visit()
    girl = first.case(visit, somebody(1))
    boy = first.classified(replace(girl, content={**girl.content, "sex": "male"}), visit)
    later = third.classified(replace(boy, revision=3), visit)
    first.send(visit, girl)
    second.send(boy)
    with reading(office.engine) as connection:
        number = connection.execute(select(Conflict.number)).scalar_one()
    if takes_back:
        conflicts.take(office, number, "account steward")
    decide = conflicts.take_back if takes_back else conflicts.take

    # The connection keeps the steward at the revision that goes, until the tablet waits as well.
    with ThreadPoolExecutor(2) as both, transaction(office.engine) as connection:
        standing = select(RecordRevision.number).where(RecordRevision.record_id == girl.record_id)
        connection.execute(standing.with_for_update())
        decided = both.submit(decide, office, number, "account steward")
        wait_until_blocked(office, 1)
        sent = both.submit(third.send, later)
        wait_until_blocked(office, 2)

    decided.result()
    assert words(sent.result()) == ["conflict"]
    assert is_whole(office)


def test_parcel_that_waited_while_its_tablet_was_put_aside_stands_nowhere(waiting: Office) -> None:
    office = waiting
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    early = tablet.case(visit, somebody(1))
    next_visit = tablet.visit()
    late = tablet.case(next_visit, somebody(2))
    tablet.send(visit, early)

    with ThreadPoolExecutor(2) as both, transaction(office.engine) as connection:
        row = select(CaseRecord.record_id).where(CaseRecord.record_id == early.record_id)
        connection.execute(row.with_for_update())
        aside = both.submit(tablet_quarantine.put_aside, office, _id(tablet), 0, "account steward")
        wait_until_blocked(office, 1)
        sent = both.submit(tablet.send, next_visit, late)
        wait_until_blocked(office, 2)

    aside.result()
    assert words(sent.result()) == ["accepted", "accepted"]
    assert is_withdrawn(office, early)
    assert is_withdrawn(office, late)


def test_case_of_a_visit_that_is_put_aside_while_it_comes_goes_with_it(waiting: Office) -> None:
    office = waiting
    first, second = FieldTablet.enrol(office, seed=1), FieldTablet.enrol(office, seed=2)
    visit = first.visit()
    case = second.case(visit, somebody(1))
    first.send(visit)

    # The connection keeps both from asking for jobs: the parcel last of all, long after it looked.
    with ThreadPoolExecutor(2) as both, transaction(office.engine) as connection:
        connection.execute(text("lock table job in share mode"))
        sent = both.submit(second.send, case)
        wait_until_blocked(office, 1)
        aside = both.submit(tablet_quarantine.put_aside, office, _id(first), 0, "account steward")
        wait_until_blocked(office, 2)

    aside.result()
    assert words(sent.result()) == ["accepted"]
    assert is_withdrawn(office, case)


def _id(tablet: FieldTablet) -> str:
    return tablet.membership.tablet_id
