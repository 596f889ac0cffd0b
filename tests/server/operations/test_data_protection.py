"""Terms that end by themselves, the facts of a breach, and what a person who asks is told."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, insert, select, update

from server.cli import main
from server.db.engine import reading, transaction
from server.db.schema import whole_schema
from server.intake.model import CaseCodes, Conflict, UnreadableRecord
from server.jobs.terms import SCHEDULE
from server.jobs.worker import work_off
from server.office import Office
from server.operations import retention
from server.operations.breach import since
from server.operations.model import OddNotice
from server.operations.subject import held_of
from server.programme.enrolment import NotPossible, revoke
from server.staff import accounts, audit, invitations
from server.staff.model import AuditEntry, Invitation, SignInTry, StaffSession
from server.tables import recount
from server.workshop import trials
from server.workshop.model import Trial
from tests.server.field import NOW, Clock, FieldTablet, make_office, somebody
from tests.server.intake.test_consent_withdrawn import withdrawn

PASSWORD = "a quite long sentence"
DATA_MAP = Path(__file__).parents[3] / "docs" / "data-map.csv"


def later(office: Office, days: float) -> None:
    assert isinstance(office.clock, Clock)
    office.clock.now += timedelta(days=days)


def rows(office: Office) -> dict[str, int]:
    """Of each table that has a term: how many rows there are, or have content."""
    counted = {
        "staff_session": select(func.count()).select_from(StaffSession),
        "sign_in_try": select(func.count()).select_from(SignInTry),
        "invitation": select(func.count()).select_from(Invitation),
        "case_codes": select(func.count()).select_from(CaseCodes),
        "conflict": select(func.count(Conflict.canonical)),
        "unreadable_record": select(func.count()).select_from(UnreadableRecord),
        "odd_notice": select(func.count()).select_from(OddNotice),
        "trial": select(func.count()).select_from(Trial),
    }
    with reading(office.engine) as connection:
        return {table: connection.scalar(query) or 0 for table, query in counted.items()}


def something_of_everything(office: Office) -> None:
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case, b"nobody can read this")
    tablet.send(replace(case, content={**case.content, "work_hours": 33.0}))
    recount.link_what_waits(office)
    accounts.add_account(office, "Amina", "steward", PASSWORD)
    accounts.sign_in(office, "Amina", PASSWORD, "", "here")
    accounts.sign_in(office, "Amina", "a wrong sentence", "", "there")
    invitations.invite(office, "Bilal", "viewer", "test")
    trials.ask(office, "Amina", trials.TrialKind.LEVELS, {"tables": ["CL-CLASS"]})
    with transaction(office.engine) as connection:
        connection.execute(update(Conflict).values(decided_at_s=office.now_s()))
        connection.execute(
            insert(OddNotice).values(
                tablet_id=tablet.membership.tablet_id,
                person_id="",
                why="copied",
                noticed_at_s=office.now_s(),
                looked_at_s=office.now_s(),
            )
        )


def test_every_row_goes_when_its_term_is_over_and_not_before(office: Office) -> None:
    something_of_everything(office)
    assert set(rows(office).values()) == {1}
    assert retention.let_go(office, SCHEDULE).gone == []
    schedule = {term.table: term.days for term in SCHEDULE}
    assert schedule.keys() == rows(office).keys()

    gone: list[str] = []
    today = 0
    # Codes alone stay longer than conflicts do.
    for day in (*range(1, 400), 1825, 2500):
        later(office, day - today)
        today = day
        found = [one.table for one in retention.let_go(office, SCHEDULE).gone]
        assert all(day >= schedule[table] for table in found)
        gone += found
        if len(gone) == len(schedule):
            break

    assert sorted(gone) == sorted(schedule)
    assert set(rows(office).values()) == {0}
    with reading(office.engine) as connection:
        noted = select(func.count()).where(AuditEntry.action == "term_ended")
        assert connection.scalar(noted) == len(schedule)
        assert audit.broken_at(connection) is None


def test_worker_ends_what_is_over_without_being_asked(lite: Office) -> None:
    accounts.add_account(lite, "Amina", "steward", PASSWORD)
    accounts.sign_in(lite, "Amina", PASSWORD, "", "here")
    later(lite, 2)

    work_off(lite)

    assert rows(lite)["staff_session"] == 0


def test_map_of_the_data_says_the_terms_of_the_schedule() -> None:
    with DATA_MAP.open(encoding="utf-8", newline="") as file:
        kept = {row["table"]: row["kept"] for row in csv.DictReader(file)}

    assert {term.table for term in SCHEDULE} <= set(whole_schema().tables)
    for term in SCHEDULE:
        assert f"{term.days} days" in kept[term.table], term.table


def test_facts_of_a_breach_count_what_came_since_and_who_looked(office: Office) -> None:
    one, other = FieldTablet.enrol(office, 0, 1), FieldTablet.enrol(office, 1, 2)
    visit = one.visit()
    one.send(visit, one.case(visit, somebody(1)), one.case(visit, somebody(2)))
    work_off(office)
    later(office, 3)
    moment_s = office.now_s()
    accounts.add_account(office, "Amina", "steward", PASSWORD)
    visit = other.visit()
    other.send(visit, other.case(visit, somebody(1)))
    with transaction(office.engine) as connection:
        for _ in range(2):
            audit.enter(connection, moment_s, "account Amina", "looked_at", {"page": "today"})
    work_off(office)
    revoke(office, other.membership.tablet_id, "test")

    found = since(office, moment_s)

    assert (found.persons, found.cases) == (2, 3)
    assert [(of.officer, of.cases, of.cases_since) for of in found.tablets] == [("OFFICER-1", 1, 1)]
    assert found.tablets[0].signed_out_s == moment_s
    assert found.looks == {("account Amina", "today"): 2}
    assert found.acts["command line", "account_added"] == 1
    (lost,) = since(office, moment_s, one.membership.tablet_id).tablets
    assert (lost.cases, lost.cases_since) == (2, 0)


def test_person_who_asks_is_told_what_is_held_of_their_case_and_of_no_other(
    office: Office,
) -> None:
    one, other = FieldTablet.enrol(office, 0, 1), FieldTablet.enrol(office, 1, 2)
    mine, theirs = one.visit(), other.visit()
    case, same = one.case(mine, somebody(1)), other.case(theirs, somebody(1))
    one.send(mine, case)
    other.send(theirs, same)
    work_off(office)

    held = held_of(office, case.record_id, "the inspectorate", "test")

    assert (held.organisation, held.officer, held.counts) == ("INSPECTORATE", "OFFICER-0", True)
    assert held.answers["work_hours"] == 20
    assert held.place["month"] == "2026-11"
    told = json.dumps(held.answers) + str(held)
    assert same.record_id not in told
    assert "person" not in vars(held)
    with reading(office.engine) as connection:
        (asked,) = connection.scalars(
            select(AuditEntry.details).where(AuditEntry.action == "subject_asked")
        )
    assert asked == {"record": case.record_id, "by": "the inspectorate"}

    one.send(withdrawn(one, case))
    work_off(office)
    after = held_of(office, case.record_id, "the inspectorate", "test")
    assert (after.counts, dict(after.answers)) == (False, {})
    assert all(one.emptied for one in after.revisions)
    with pytest.raises(NotPossible, match="no case of that number"):
        held_of(office, "0" * 32, "somebody", "test")


def test_commands_write_facts_terms_and_what_is_held(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    case = tablet.case(visit)
    tablet.send(visit, case)
    office.close()
    environment = {"TALLY87_FOLDER": str(tmp_path), "TALLY87_PUBLIC_URL": "http://127.0.0.1:8087"}

    def run(*arguments: str) -> str:
        ran = CliRunner().invoke(main, list(arguments), env=environment)
        assert ran.exit_code == 0, ran.output
        return ran.output

    told = run("breach", "report", "--since", f"{NOW - timedelta(days=1):%Y-%m-%dT%H:%M:%S}")
    assert f"{tablet.membership.tablet_id}, INSPECTORATE, OFFICER-0: 1 of 1 cases since" in told
    assert json.loads(run("subject", "report", case.record_id.upper(), "--by", "x"))["counts"]
    assert "conflict: is emptied 365 days after the decision." in run("terms", "--now")
