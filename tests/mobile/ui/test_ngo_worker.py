"""The day of somebody who works for an organisation: no power of inspection, a child met on the
street, help that is offered and taken; by taps and typing, against a real office."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.intake.model import CaseRecord, RecordRevision
from server.programme.enrolment import add_officer, add_organisation, issue_ticket
from server.reference.in_force import reference_of
from shared.questionnaire import Level
from shared.reference import load_reference
from shared.wire.records import decode_record
from tests.mobile.ui.journey import Journey
from tests.mobile.ui.officer import Officer, Script

MET: Script = {
    "visit_date": ("leave",),
    "visit_reason": ("choose", "outreach"),
    "area": ("search", "PK-PB-03"),
    "place_kind": ("choose", "street"),
    "place_name": ("write", "Canal road"),
    "nobody_found": ("choose", "no"),
}
CHILD: Script = {
    "sex": ("choose", "male"),
    "birth_date": ("date", "10", "1", "2013"),
    "consent_given_by": ("choose", "best_interests"),
    "consent_purposes": ("choose", "interview", "statistics", "referral"),
    "given_name": ("write", "Kashif"),
    "family_name": ("write", "Baloch"),
    "worked_for_pay": ("choose", "yes"),
    "occupation": ("search", "952"),
    "work_hours": ("write", "30", 30),
    "attends_school": ("choose", "no"),
    "referral_offered": ("choose", "medical", "education"),
    "referral_result": ("choose", "accepted"),
    "referral_to": ("write", "Health centre, Monday"),
}

pytestmark = pytest.mark.timeout(600)


@pytest.mark.slow
def test_child_met_on_the_street_takes_the_help_that_is_offered(
    drive: Any, served_office: Any
) -> None:
    office = served_office.office
    lists = reference_of(office).codelists["source_lists"]
    add_organisation(office, "NGO-A", "Street school", "ngo", lists)
    add_officer(office, "NGO-A", "NGO-A-1")
    driver = drive((800, 1280))
    driver.draws_every_step = False
    reference = load_reference("PAK")
    officer = Officer(driver, "en", reference)
    journey = Journey(officer)
    givers = reference.questionnaire.choices["consent_givers"]
    (power,) = [each.label("en") for each in givers if each.code == "inspection"]
    offered: set[str] = set()
    officer.after = lambda _: offered.update(driver.all_words())

    journey.set_up(str(issue_ticket(office, "NGO-A-1", "test").text()))
    officer.press("home.new_visit")
    officer.ledger.append({})
    officer.interview(MET, Level.VISIT)
    officer.press("visit.add_person")
    officer.ledger.append({})
    officer.interview(CHILD, Level.CASE)
    officer.press("review.finalise")
    officer.wait_for(officer.word("review.finalised"))
    officer.driver.app.show_place("home")
    officer.press("places.send")
    officer.press("send.send")
    officer.wait_for(officer.word("send.agree"), 60)

    assert power not in offered, "an organisation has no such power"
    assert CHILD["consent_given_by"][1] == officer.ledger[-1]["consent_given_by"]
    with reading(office.engine) as connection:
        (case,) = connection.execute(select(CaseRecord.__table__)).all()
        kept = connection.scalar(
            select(RecordRevision.canonical).where(RecordRevision.record_id == case.record_id)
        )
    record = decode_record(bytes(kept), reference.questionnaire_by_digest)
    assert record.content["referral_result"] == "accepted"
    assert "referral_to" not in record.content, "whom it is told stays on the tablet"
