"""A record over time on a page: what it said, when, under which questionnaire; each look noted."""

from __future__ import annotations

import re
from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy import select

from server.db.engine import reading
from server.staff import accounts
from server.staff.model import AuditEntry
from server.staff.scope import AccountScope
from tests.server.field import FieldTablet, somebody
from tests.server.web.conftest import PASSWORD, Workplace, token_of


def look(client: FlaskClient, record: str) -> str:
    reply = client.post("/today/record", data={"csrf_token": token_of(client), "record": record})
    assert reply.status_code == 200
    return reply.text


def looks(workplace: Workplace) -> list[dict[str, str]]:
    noted = select(AuditEntry.details).where(AuditEntry.action == "looked_at")
    with reading(workplace.office.engine) as connection:
        found = list(connection.scalars(noted.order_by(AuditEntry.number)))
    return [one for one in found if one["page"] == "record"]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_every_revision_is_told_with_what_changed_and_when_and_the_look_is_noted(
    workplace: Workplace,
) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    visit = tablet.visit()
    first = tablet.case(visit, somebody(1))
    second = replace(
        tablet.classified(replace(first, content={**first.content, "work_hours": 44.0}), visit),
        revision=2,
        ancestors=(tablet.mark(first),),
    )
    other = replace(first, content={**first.content, "sex": "male"})
    tablet.send(visit, first)
    tablet.send(second)
    tablet.send(other)

    page = look(workplace.sign_in("steward"), first.record_id)

    said = words(page)
    assert said.count("accepted") == 2
    assert "in conflict, beside what is held Conflict 1" not in said  # a sign between them
    assert 'href="/today/conflicts/1"' in page
    assert f"Questionnaire {tablet.reference.questionnaire.version}, rules" in said
    parts = page.split('<section class="pile"')
    revision_1, revision_2 = parts[1], parts[3]
    assert ">20<" in revision_1
    assert ">44<" in revision_2
    assert ">20<" in revision_2, "what it said before stands beside"
    assert "Given" not in page
    assert looks(workplace) == [{"page": "record", "record": first.record_id}]
    assert "server." not in said


def test_rejected_revision_has_its_reasons_and_no_answers(workplace: Workplace) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    visit = tablet.visit()
    case = tablet.case(visit, given_name="MARKERNAME")
    tablet.send(visit, case)

    page = look(workplace.sign_in("steward"), case.record_id)

    assert "sent back; its answers were not kept" in page
    assert "No answers of this revision are kept." in page
    assert "MARKERNAME" not in page


def test_record_that_is_not_there_or_out_of_reach_is_told_alike_and_noted(
    workplace: Workplace,
) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    visit = tablet.visit()
    tablet.send(visit)
    scope = AccountScope(organisation="NGO-B")
    accounts.add_account(workplace.office, "narrow", "steward", PASSWORD, scope=scope)
    narrow = workplace.sign_in("narrow")

    pages = [look(narrow, one) for one in (visit.record_id, "f" * 32)]

    assert all("holds no record of this number that you may see" in one for one in pages)
    assert pages[0].replace(visit.record_id, "f" * 32) == pages[1]
    look(narrow, "Amina, daughter of somebody")
    assert [one["record"] for one in looks(workplace)] == [visit.record_id, "f" * 32, ""]
    assert "accepted" in look(workplace.sign_in("steward"), visit.record_id)
