"""The office publishes a question, a helpline and a message: an officer sees them, by taps only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.mobile.ui.made_up import PERSON, PERSONS, VISIT, answer_all
from tests.mobile.ui.test_relay_and_copies import pick

SMALL = (600, 800)
SURVEY = """type,name,label::English (en),bind::tally:privacy
begin_repeat,case,,
begin_group,work,,
select_one yes_no,kiln_work,Works at a kiln,keep
end_group,,,
end_repeat,,,
"""
PROFILE = '[[helplines]]\nname = "Line of the programme"\nnumber = "0777"\nsource = "test"\n'


@pytest.fixture
def publishing(served_office: Any, tmp_path: Path) -> Any:
    """The same office as its administrator has it, with a country folder; edition 1 is out."""
    from server.office import Office
    from server.reference import publish

    country = tmp_path / "country"
    (country / "questionnaire").mkdir(parents=True)
    (country / "questionnaire" / "survey.csv").write_text(SURVEY, encoding="utf-8")
    (country / "profile.toml").write_text(PROFILE, encoding="utf-8")
    publish.publish_first(served_office.office, "test")
    config = replace(served_office.office.config, country_folders=(country,))
    office = Office.open(config, served_office.office.clock, served_office.office.random_bytes)
    yield office
    office.close()


def test_officer_gets_question_helpline_and_message_with_a_sending(
    drive: Any, tablet: Any, served_office: Any, publishing: Any, tmp_path: Path
) -> None:
    from server.reference import messages, publish

    session = tablet.set_up("739146")
    session.enrolment.enrol(served_office.ticket())
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    old = casework.start_case(visit_id)
    driver = drive(SMALL)
    driver.app.opened(session)
    publish.publish(publishing, "test")
    messages.add_message(publishing, "test", {"en": "Meeting on Monday at nine"})

    driver.app.show_place("send")
    driver.settle(4)
    driver.tap(driver.screen.ids.send_button)
    driver.until(lambda: not driver.screen.is_busy)
    driver.settle(4)
    assert driver.sees("(version 3) and are in use")

    driver.app.show_place("home")
    driver.settle(4)
    assert driver.sees("Meeting on Monday at nine")
    driver.tap(driver.find("I have read it"))
    assert not driver.sees("Meeting on Monday at nine")
    driver.app.show_place("home")
    driver.settle(4)
    assert not driver.sees("Meeting on Monday at nine")
    driver.app.go("about")
    driver.settle(4)
    assert driver.sees("Version 3, since")
    driver.app.go("danger")
    driver.settle(4)
    assert driver.sees("0777")

    answer_all(casework, old, {**PERSON, **PERSONS[0]}, casework.answer)
    assert casework.finalise(old).done
    new_visit = casework.start_visit()
    answer_all(casework, new_visit, VISIT, casework.answer)
    new = casework.start_case(new_visit)
    answer_all(casework, new, {**PERSON, **PERSONS[1], "kiln_work": "yes"}, casework.answer)
    assert casework.answer_of(new, "kiln_work") == "yes"
    assert casework.finalise(new).done
    driver.app.show_place("send")
    driver.settle(4)
    driver.tap(driver.screen.ids.send_button)
    driver.until(lambda: not driver.screen.is_busy)
    assert [casework.row(one).state.value for one in (old, new)] == ["accepted", "accepted"]

    driver.settle(4)
    driver.tap(driver.find("Save questions and lists"))
    pick(driver, begin=tmp_path)
    driver.until(lambda: (tmp_path / "edition-3.edition").exists())
    driver.settle(4)
    driver.tap(driver.find("Read questions and lists"))
    pick(driver, "edition-3.edition", begin=tmp_path)
    driver.until(lambda: driver.sees("not newer"))
