"""What needs a person today, on a page: who waits, for how long, and what a button does."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from server import notes, queue
from server.db.engine import reading, transaction
from server.intake import quarantine, tablet_quarantine
from server.intake.receive import take_in
from server.jobs.worker import work_off
from server.operations import alarms, odd_notices
from server.programme import enrolment
from server.queue import JobKind
from tests.server.field import FieldTablet, somebody
from tests.server.web.conftest import Workplace, token_of


def danger(tablet: FieldTablet) -> str:
    visit = tablet.visit()
    case = replace(tablet.case(visit), danger=True)
    tablet.send(visit, case)
    return case.record_id


def test_steward_sees_first_what_needs_a_person_and_others_the_counts(workplace: Workplace) -> None:
    assert workplace.sign_in("steward").get("/").headers["Location"] == "/today"
    reader = workplace.sign_in("statistician")
    assert reader.get("/").headers["Location"] == "/counts"
    assert reader.get("/today").status_code == 403


def test_empty_office_says_that_nothing_waits(workplace: Workplace) -> None:
    page = workplace.sign_in("steward").get("/today").text

    assert "Every alarm was seen." in page
    assert "No parcel waits for a decision." in page
    assert "No pair waits for a decision." in page
    assert "Visits asked for: Overdue" in page
    assert "server." not in re.sub(r"<[^>]*>", "", page)


def test_button_says_who_has_seen_an_alarm_and_the_tablet_is_told(workplace: Workplace) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    record = danger(tablet)
    client = workplace.sign_in("steward")
    page = client.get("/today").text
    assert record in page
    assert "3 days" in page

    page = workplace.post(client, "/today/alarms", record=record)

    assert "Noted." in page
    assert "Every alarm was seen." in page
    assert "not told yet" in page
    assert workplace.last_act() == ("account steward", "alarm_seen")
    with reading(workplace.office.engine) as connection:
        here, now_s = tablet.membership.tablet_id, workplace.office.now_s()
        (note,) = notes.outstanding(connection, here, now_s)
    assert getattr(note.content, "by", "") == "steward"

    assert "Noted." not in client.get("/today").text
    assert "Somebody had seen it before" in workplace.post(client, "/today/alarms", record=record)
    assert "No alarm stands at this record" in workplace.post(
        client, "/today/alarms", record="0" * 32
    )


def test_note_that_arrived_is_shown_as_told(workplace: Workplace) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    record = danger(tablet)
    alarms.see_alarm(workplace.office, record, "Amina", "test")  # type: ignore[arg-type]
    (before,) = alarms.seen_lately(workplace.office, 5)
    with transaction(workplace.office.engine) as connection:
        here = tablet.membership.tablet_id
        (note,) = notes.outstanding(connection, here, workplace.office.now_s())
        notes.acknowledge(connection, here, [note.note_id], workplace.office.now_s())

    (after,) = alarms.seen_lately(workplace.office, 5)

    assert (before.told, after.told) == (False, True)
    assert (after.seen_by, after.officer, after.organisation) == (
        "Amina",
        "OFFICER-0",
        "INSPECTORATE",
    )


def test_returned_records_wait_by_officer_until_a_later_revision_is_accepted(
    workplace: Workplace,
) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    visit = tablet.visit()
    bad = tablet.case(visit, given_name="MARKERNAME")
    tablet.send(visit, bad)
    client = workplace.sign_in("steward")

    page = client.get("/today").text
    whole = client.get("/today/returned").text

    assert "OFFICER-0" in page
    assert "MARKERNAME" not in page + whole
    assert "given_name" in whole
    assert bad.record_id in whole

    good = tablet.classified(
        replace(
            tablet.case(visit),
            record_id=bad.record_id,
            revision=2,
            ancestors=(tablet.mark(bad),),
        ),
        visit,
    )
    tablet.send(good)

    assert "No returned record waits" in client.get("/today").text
    assert bad.record_id not in client.get("/today/returned").text
    assert ">corrected<" in client.get("/today/returned?state=all").text


def test_parcel_of_a_signed_out_tablet_is_taken_in_or_let_go_by_a_person(
    workplace: Workplace,
) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    visit, other = tablet.visit(), tablet.visit()
    enrolment.revoke(workplace.office, tablet.membership.tablet_id, "test")
    for one in (visit, other):
        assert take_in(workplace.office, tablet.seal([one]).data).is_quarantined
    first, second = (one.parcel_id for one in quarantine.waiting(workplace.office))
    client = workplace.sign_in("steward")
    assert first in client.get("/today").text

    said = workplace.post(client, "/today/parcels", parcel=second, decision="discarded")
    assert "say first that you are sure" in said
    assert len(quarantine.waiting(workplace.office)) == 2

    assert "was taken in" in workplace.post(
        client, "/today/parcels", parcel=first, decision="accepted"
    )
    sure = {"parcel": second, "decision": "discarded", "sure": "yes"}
    assert "was discarded" in workplace.post(client, "/today/parcels", **sure)
    assert quarantine.waiting(workplace.office) == ()
    assert workplace.last_act() == ("account steward", "set_aside_discarded")
    assert "does not wait any more" in workplace.post(client, "/today/parcels", **sure)


def test_danger_in_a_parcel_of_a_signed_out_tablet_stands_on_top(workplace: Workplace) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    visit = tablet.visit()
    enrolment.revoke(workplace.office, tablet.membership.tablet_id, "test")
    client = workplace.sign_in("steward")
    take_in(workplace.office, tablet.seal([visit]).data)
    assert "There is immediate danger in parcels" not in client.get("/today").text

    take_in(workplace.office, tablet.seal([replace(tablet.case(visit), danger=True)]).data)
    page = client.get("/today").text

    assert page.index("There is immediate danger in parcels") < page.index('id="conflicts"')
    assert "Ask at once whether this danger is real" in page
    danger, other = (one.parcel_id for one in quarantine.waiting(workplace.office))
    assert page.index(danger) < page.index(other)


def test_tablet_that_is_put_aside_and_work_that_was_given_up_are_shown(
    workplace: Workplace,
) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    tablet.send(tablet.visit())
    work_off(workplace.office)
    tablet_quarantine.put_aside(workplace.office, tablet.membership.tablet_id, 0, "account boss")
    with transaction(workplace.office.engine) as connection:
        queue.ask(connection, JobKind.AUDIT, [""], workplace.office.now_s())
        for _ in range(queue.MOST_TRIES):
            queue.failed(connection, JobKind.AUDIT, "", "ValueError", workplace.office.now_s())
    client = workplace.sign_in("steward")

    page = client.get("/today").text

    assert "account boss" in page
    assert "Look through the audit log" in page

    assert "will be tried again" in workplace.post(client, "/today/jobs", kind="audit")
    assert "Nothing was given up." in client.get("/today").text
    assert workplace.last_act() == ("account steward", "jobs_tried_again")
    for kind in ("audit", "banana", ""):
        assert "No work of this kind" in workplace.post(client, "/today/jobs", kind=kind)


def test_conflicts_are_listed_by_organisation_and_paged_by_key(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.pages.conflicts.A_PAGE", 2)
    tablets = [FieldTablet.enrol(workplace.office, officer, 100 + officer) for officer in (0, 1)]
    wanted = []
    for tablet in (*tablets, tablets[0]):
        visit = tablet.visit()
        tablet.send(visit)
        tablet.send(replace(visit, content={**visit.content, "area": "PK-PB-02"}))
        wanted.append(visit.record_id)
    client = workplace.sign_in("steward")

    first = client.get("/today/conflicts").text
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    second = client.get(following[1].replace("&amp;", "&")).text
    of_one = client.get("/today/conflicts?organisation=NGO-A").text

    assert [one in first for one in wanted] == [True, True, False]
    assert [one in second for one in wanted] == [False, False, True]
    assert [one in of_one for one in wanted] == [False, True, False]
    assert "The same revision is held with another content" in first


def test_address_that_names_no_place_in_a_list_is_not_found(workplace: Workplace) -> None:
    client = workplace.sign_in("steward")
    for after in ("banana", "WyJhIl0", "W10", "WzEsMiwzXQ", "W3RydWVd", "WzFlOTld"):
        for path in ("/today/conflicts", "/today/returned"):
            assert client.get(f"{path}?after={after}").status_code == 404, (path, after)


def test_form_of_another_site_or_without_the_token_does_nothing(workplace: Workplace) -> None:
    record = danger(FieldTablet.enrol(workplace.office))
    client = workplace.sign_in("steward")
    token = token_of(client)

    for form, headers in (
        ({}, {}),
        ({"csrf_token": "f" * 64}, {}),
        ({"csrf_token": "é"}, {}),
        ({"csrf_token": token}, {"Origin": "https://elsewhere.example"}),
        ({"csrf_token": token}, {"Origin": "null"}),
        ({"csrf_token": token}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        reply = client.post("/today/alarms", data={"record": record, **form}, headers=headers)
        assert reply.status_code == 400, (form, headers)

    assert len(alarms.unseen_alarms(workplace.office)) == 1


def test_told_word_of_another_session_is_not_said(workplace: Workplace) -> None:
    client, other = workplace.sign_in("steward"), workplace.sign_in("steward")
    reply = client.post("/today/jobs", data={"csrf_token": token_of(client), "kind": "audit"})
    told = client.get_cookie("tally87_told")
    assert reply.status_code == 303
    assert told is not None
    other.set_cookie("tally87_told", told.value)

    assert "No work of this kind" not in other.get("/today").text
    assert "No work of this kind" in client.get("/today").text


def test_steward_sees_what_looks_odd_and_says_that_they_looked(workplace: Workplace) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit, somebody(number)) for number in range(24)))
    odd_notices.look_around(workplace.office)
    client = workplace.sign_in("steward")
    page = client.get("/today").text
    assert tablet.membership.tablet_id in page
    assert "Many of its cases have the same answers" in page

    number = "1"
    page = workplace.post(client, "/today/odd", notice=number)

    assert "Noted. If its records are invented" in page
    assert "Nothing looks odd." in page
    assert workplace.last_act() == ("account steward", "odd_looked_at")
    assert "looked at it before" in workplace.post(client, "/today/odd", notice="²")


def test_conflict_is_looked_at_side_by_side_and_decided_on_its_page(workplace: Workplace) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    visit = tablet.visit()
    girl = tablet.case(visit)
    boy = tablet.classified(replace(girl, content={**girl.content, "sex": "male"}), visit)
    tablet.send(visit, girl)
    tablet.send(replace(boy, danger=True))
    client = workplace.sign_in("steward")
    assert 'href="/today/conflicts/1"' in client.get("/today/conflicts").text

    page = client.get("/today/conflicts/1").text

    assert re.search(r"Sex.*Girl or woman|Sex.*Female", page, re.S)
    assert "Male" in page
    assert "work_hours" not in page
    assert "It tells of immediate danger." in page
    assert "server." not in re.sub(r"<[^>]*>", "", page)
    assert "say first that you are sure" in workplace.post(
        client, "/today/conflicts/1", decision="taken"
    )
    assert "counted from now on" in workplace.post(
        client, "/today/conflicts/1", decision="taken", sure="yes"
    )
    assert workplace.last_act() == ("account steward", "conflict_taken")
    decided = client.get("/today/conflicts?state=decided").text
    assert "The one in conflict was taken" in decided
    assert "waits again" in workplace.post(client, "/today/conflicts/1", decision="open")
    assert "what is held stays" in workplace.post(client, "/today/conflicts/1", decision="left")
    assert len(alarms.unseen_alarms(workplace.office)) == 1
    assert client.get("/today/conflicts/99").status_code == 404
