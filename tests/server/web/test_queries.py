"""A steward asks about one answer by a code, the tablet answers, and the steward settles it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.notes.model import TabletAnswer
from server.office import Office
from server.programme import enrolment
from server.programme.enrolment import NotPossible
from server.stewardship import queries
from shared.lifecycle import CONSENT_WITHDRAWN
from shared.wire.answers import Answer
from shared.wire.note_kinds import AnswerQueried, VisitAsked
from shared.wire.notes import open_notes
from tests.server.field import FieldTablet, somebody, words
from tests.server.intake.test_consent_withdrawn import later
from tests.server.web.conftest import Workplace, token_of

SAID = ("content", "classes", "linkage")


def told(tablet: FieldTablet) -> list[AnswerQueried]:
    """What the next receipt asks this tablet about."""
    receipt = tablet.send()
    if not receipt.notes:
        return []
    programme = tablet.membership.programme_public
    notes = open_notes(receipt.notes, tablet_keys=tablet.keys, programme_public=programme)
    return [one.content for one in notes if isinstance(one.content, AnswerQueried)]


def kept(office: Office) -> list[tuple[int, str, str]]:
    with reading(office.engine) as connection:
        rows = connection.execute(
            select(TabletAnswer.number, TabletAnswer.code, TabletAnswer.arrived_on)
        )
        return [(number, code, on) for number, code, on in rows]


def test_steward_asks_reads_the_answer_and_settles_it(workplace: Workplace) -> None:
    client = workplace.sign_in("steward")
    tablet, other = FieldTablet.enrol(workplace.office), FieldTablet.enrol(workplace.office, 1, 2)
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1), work_hours=91.0)
    tablet.send(visit, case)

    about = {"csrf_token": token_of(client), "record": case.record_id}
    form = client.post("/today/queries/about", data=about).text
    assert "work_hours" in form
    assert "91" not in re.sub(r"<[^>]*>", "", form), "nothing of what was answered is shown"
    said = {"record": case.record_id, "question": "work_hours", "reason": "unusual"}
    assert "Asked." in workplace.post(client, "/today/queries", **said)
    assert workplace.last_act() == ("account steward", "answer_queried")
    assert "asked already" in workplace.post(client, "/today/queries", **said)

    (asked,) = told(tablet)
    assert told(other) == []
    assert (asked.word, asked.question, asked.reason) == ("asked", "work_hours", "unusual")
    tablet.answer(Answer(asked.query_id, 1, "as_recorded"))
    page = client.get("/today/queries").text
    assert "Right as recorded" in page
    assert "server." not in re.sub(r"<[^>]*>", "", page)
    assert "Questions to officers: 1" in client.get("/today").text

    assert "Settled." in workplace.post(client, "/today/queries/1")
    assert "settled meanwhile" in workplace.post(client, "/today/queries/1")
    assert [one.word for one in told(tablet)] == ["asked", "over"]
    assert "Right as recorded" in client.get("/today/queries?state=settled").text
    assert workplace.sign_in("statistician").get("/today/queries").status_code == 403


def test_what_cannot_be_asked_about_is_said(workplace: Workplace) -> None:
    office, tablet = workplace.office, FieldTablet.enrol(workplace.office)
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)

    for record, question, reason in (
        ("ee" * 16, "work_hours", "unusual"),
        (case.record_id, "given_name", "unusual"),
        (case.record_id, "work_hours", "Who is it?"),
    ):
        with pytest.raises(NotPossible):
            queries.ask(office, record, question, reason, "test")
    enrolment.revoke(office, tablet.membership.tablet_id, "test")
    with pytest.raises(NotPossible):
        queries.ask(office, case.record_id, "work_hours", "unusual", "test")


@pytest.mark.parametrize("reason", ["recorded_twice", CONSENT_WITHDRAWN])
def test_nobody_waits_for_an_answer_about_a_record_that_is_withdrawn(
    workplace: Workplace, reason: str
) -> None:
    client, office = workplace.sign_in("steward"), workplace.office
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    case, other = tablet.case(visit, somebody(1)), tablet.case(visit, somebody(2))
    tablet.send(visit, case, other)
    for record in (case, other):
        queries.ask(office, record.record_id, "work_hours", "unusual", "test")
    for number, one in enumerate(told(tablet), 1):
        tablet.answer(Answer(one.query_id, number, "as_recorded"))
    assert "Questions to officers: 2" in client.get("/today").text

    gone = later(tablet, case, content={}, classes={}, linkage=(), withdrawn=reason)
    tablet.send(gone)

    assert "Questions to officers: 1" in client.get("/today").text
    assert "Its record was withdrawn" not in client.get("/today/queries").text
    assert other.record_id in client.get("/today/queries").text
    assert case.record_id not in client.get("/today/queries").text
    over = client.get("/today/queries?state=settled").text
    assert case.record_id in over
    assert "Its record was withdrawn" in over


def test_question_is_open_again_when_its_record_is_taken_up_again(workplace: Workplace) -> None:
    office, tablet = workplace.office, FieldTablet.enrol(workplace.office)
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)
    queries.ask(office, case.record_id, "work_hours", "unusual", "test")
    gone = later(tablet, case, content={}, classes={}, linkage=(), withdrawn="recorded_twice")
    tablet.send(gone)
    assert open_now(office) == []

    again = later(tablet, gone, **{name: getattr(case, name) for name in SAID}, withdrawn=None)
    assert words(tablet.send(again)) == ["accepted"]

    assert open_now(office) == [case.record_id]
    with pytest.raises(NotPossible, match="asked already"):
        queries.ask(office, case.record_id, "work_hours", "unusual", "test")


def test_questions_about_withdrawn_records_leave_room_for_others(workplace: Workplace) -> None:
    office, tablet = workplace.office, FieldTablet.enrol(workplace.office)
    visit = tablet.visit()
    cases = [tablet.case(visit, somebody(one)) for one in range(queries.MOST_OF_A_TABLET + 1)]
    tablet.send(visit, *cases)
    *asked, one_more = cases
    for case in asked:
        queries.ask(office, case.record_id, "work_hours", "unusual", "test")
    with pytest.raises(NotPossible, match="Too many"):
        queries.ask(office, one_more.record_id, "work_hours", "unusual", "test")

    empty = {"content": {}, "classes": {}, "linkage": ()}
    tablet.send(later(tablet, asked[0], **empty, withdrawn="recorded_twice"))

    queries.ask(office, one_more.record_id, "work_hours", "unusual", "test")


def open_now(office: Office) -> list[str]:
    """The records about which a question is open."""
    with reading(office.engine) as connection:
        return [one.record_id for one in queries.listed(connection, "", 10).lines]


def test_newest_answer_is_kept_with_its_day_and_nothing_of_the_parcel(
    workplace: Workplace,
) -> None:
    office, tablet = workplace.office, FieldTablet.enrol(workplace.office)
    about = "00112233445566aa"
    today = office.today().isoformat()
    tablet.answer(Answer(about, 2, "done"))
    tablet.answer(Answer(about, 1, "not_found"))
    assert kept(office) == [(2, "done", today)], "an older one that came late"
    tablet.answer(Answer(about, 2, "not_safe"), Answer("ff" * 8, 1, "of_a_later_version"))
    assert kept(office) == [(2, "not_safe", today)]
    assert {column.name for column in TabletAnswer.__table__.columns} == {
        *("tablet_id", "about", "number", "code", "arrived_on", "dealt_with")
    }


def test_answer_about_a_visit_stands_on_the_board_until_it_is_dealt_with(
    workplace: Workplace,
) -> None:
    client = workplace.sign_in("steward")
    tablet = FieldTablet.enrol(workplace.office)
    place = {"area": "PK-PB-01", "place_kind": "brick_kiln", "words": "Behind the mill"}
    workplace.post(
        client, "/assignments", tablet=tablet.membership.tablet_id, due="2026-12-31", **place
    )
    receipt = tablet.send()
    programme = tablet.membership.programme_public
    (note,) = open_notes(receipt.notes, tablet_keys=tablet.keys, programme_public=programme)
    assert isinstance(note.content, VisitAsked)
    assert note.content.takes_answer
    tablet.answer(Answer(note.content.assignment_id, 1, "not_safe"))

    assert "The officer says: not safe to go" in client.get("/assignments").text
    workplace.post(client, "/assignments/1", state="closed")
    workplace.post(client, "/assignments/1", state="open", due="2027-01-31")
    tablet.answer(Answer(note.content.assignment_id, 1, "not_safe"))
    assert "The officer says" not in client.get("/assignments").text, "that was dealt with"
    tablet.answer(Answer(note.content.assignment_id, 2, "done"))
    assert "The officer says: done" in client.get("/assignments").text
