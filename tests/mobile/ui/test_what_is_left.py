"""What is left of an interview: the way to what is missing, the office's reason at its question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from demo.officers.cheap_keys import cheap_derivation
from tests.mobile.ui.made_up import PERSON, VISIT, answer_all

SMALL = (600, 800)


def test_button_leads_to_the_next_open_question_once_the_end_was_reached(
    drive: Any, at_work: Any
) -> None:
    session, _visit_id, cases = at_work
    casework = session.casework
    for question in ("sex", "attends_school"):
        casework.answer(cases[0], question, None)
    driver = drive(SMALL)
    driver.app.opened(session)
    sections = casework.interview(cases[0]).sections
    driver.app.go("interview", record_id=cases[0], section=sections[0].name)
    driver.settle()
    assert not driver.sees("questions are open")
    driver.screen.open_section(sections[-1].name)
    driver.settle()

    driver.tap(driver.find("2 questions are open: go to the next"))
    assert "sex" in driver.screen.cards
    driver.choose("sex", "Female")
    driver.tap(driver.find("1 question is open: go to it"))
    assert "attends_school" in driver.screen.cards
    driver.choose("attends_school", "No")

    # What that answer opened is all that is left.
    left = sum(len(each.missing) for each in casework.interview(cases[0]).sections)
    assert driver.sees("open: go to") == (left > 0)


def test_the_offices_reason_stands_at_its_question_until_it_is_answered_anew(
    drive: Any, tmp_path: Path, clock: Any
) -> None:
    import random

    from mobile.tablet import Tablet
    from shared.reference import load_reference
    from tests.mobile.office import MemoryOffice

    reference = load_reference("PAK")
    office = MemoryOffice(reference)
    tablet = Tablet(
        tmp_path / "returned",
        reference,
        clock,
        random.Random(1).randbytes,
        link=lambda _: office,
        derivation=cheap_derivation,
    )
    session = tablet.set_up("739146")
    session.enrolment.enrol(office.ticket().text())
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    case_id = casework.start_case(visit_id)
    person = {"given_name": "Sana", "family_name": "Bibi", "sex": "female"}
    answer_all(casework, case_id, PERSON | person | {"birth_date": "2015-02-03"}, casework.answer)
    assert casework.finalise(case_id).done
    office.reject.add(case_id)
    session.sending.send()
    (finding,) = casework.returned_findings(case_id)
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("case", record_id=case_id)
    driver.settle()

    driver.tap(driver.find(finding.sentence("en")))
    assert finding.question in driver.screen.cards
    assert driver.sees("The office: ")
    driver.screen.answer(finding.question, "unknown")
    driver.settle()

    assert not driver.sees("The office: ")


def test_practice_is_said_on_every_screen(drive: Any, tablet: Any, membership: Any) -> None:
    session = tablet.set_up("739146", replace(membership, practice=True))
    driver = drive(SMALL)
    driver.app.opened(session)

    for name in ("home", "cases", "my_work", "settings", "danger"):
        driver.app.go(name)
        driver.step(1)
        assert driver.sees("Practice: not counted"), name
    driver.app.lock()
    driver.step(1)
    assert not driver.sees("Practice")
