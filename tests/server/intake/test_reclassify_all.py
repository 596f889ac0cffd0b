"""Records of before stay as they were made, and the office counts them by one set of rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from server.cli import main
from server.db.engine import reading, transaction
from server.intake.model import CaseRecord, RecordRevision
from server.intake.reclassify_all import ACT, by_rules_of_before, reclassify_all, rules_in_use
from server.office import Office
from server.reference.in_force import look_for_edition
from server.reference.publish import publish
from server.releases import approval, build
from server.releases.checklist import ReleaseWarning
from server.releases.verify import verify
from server.staff.model import AuditEntry
from server.stewardship.doctor import check
from server.tables import recount
from shared.classification import RULES_VERSION
from shared.wire.records import Record
from tests.server.field import Clock, FieldTablet, somebody, words
from tests.server.intake.test_reclassify import CONSTRUCTION, WEAVING, afresh, kept, visit_to
from tests.server.kept_counts import kept as kept_cells
from tests.server.releases.register import (
    DECLARER,
    Field,
    declaration,
    released,
    with_two_people,
    work,
)

BEFORE = "2026.11"
"""A version of the rules that is no longer that of the program."""
OF_BEFORE = "PERMITTED_WORK"


def by_a_tablet_of_before(case: Record) -> Record:
    """The same case as an older program would have sent it: it knew less and called it allowed."""
    classes = {**case.classes, "cl_general": OF_BEFORE, "cl_sna": OF_BEFORE}
    return replace(case, rules_version=BEFORE, classes=classes)


def held_since_before(office: Office, case: Record) -> None:
    """Lets a case stand as the program of before had written it."""
    with transaction(office.engine) as connection:
        connection.execute(
            update(CaseRecord)
            .where(CaseRecord.record_id == case.record_id)
            .values(child_labour=OF_BEFORE, classes=None, rules_version=None)
        )


def counted(office: Office) -> list[str]:
    """The classes in which somebody is counted."""
    recount.link_what_waits(office)
    with reading(office.engine) as connection:
        return sorted(found for *_, found in kept_cells(connection, "CL-CLASS", "2026"))


def test_a_late_record_has_the_classes_of_today_beside_those_it_was_made_with(
    tablet: FieldTablet,
) -> None:
    visit = visit_to(tablet, CONSTRUCTION)
    case = by_a_tablet_of_before(tablet.case(visit, somebody(1), birth_date=16))

    assert words(tablet.send(visit, case)) == ["accepted", "accepted"]

    child, classes, differ = kept(tablet.office)[case.record_id]
    assert (child, classes["cl_general"], differ) == ("HAZARDOUS", "HAZARDOUS", False)
    with reading(tablet.office.engine) as connection:
        assert rules_in_use(connection) == {RULES_VERSION: 1}
        revision = connection.execute(
            select(RecordRevision.rules_version, RecordRevision.canonical).where(
                RecordRevision.record_id == case.record_id
            )
        ).one()
    assert revision.rules_version == BEFORE
    assert OF_BEFORE.encode() in revision.canonical
    assert counted(tablet.office) == ["HAZARDOUS"]
    assert check(tablet.office) == []


def test_what_was_held_keeps_its_class_until_everything_is_classified_anew(
    tablet: FieldTablet,
) -> None:
    office = tablet.office
    visit = visit_to(tablet, CONSTRUCTION)
    old = by_a_tablet_of_before(tablet.case(visit, somebody(1), birth_date=16))
    alone = tablet.case(replace(visit, record_id=tablet.new_id()), somebody(2), birth_date=16)
    new = tablet.case(visit, somebody(3), birth_date=16)
    tablet.send(visit, old, alone, new)
    held_since_before(office, old)
    assert OF_BEFORE in counted(office)
    with reading(office.engine) as connection:
        assert by_rules_of_before(connection) == 1

    done = reclassify_all(office, "Amina")

    assert (done.cases, done.child_labour, done.other) == (3, 1, 0)
    assert kept(office) == afresh(office)
    assert counted(office) == ["HAZARDOUS"]
    assert [one for one in check(office) if "visit has not come" not in one] == []
    with reading(office.engine) as connection:
        assert rules_in_use(connection) == {RULES_VERSION: 3}
        entry = connection.execute(
            select(AuditEntry.actor, AuditEntry.details).where(AuditEntry.action == ACT)
        ).one()
    told = entry.details if isinstance(entry.details, dict) else json.loads(entry.details)
    assert (entry.actor, told["cases"], told["rules"]) == ("Amina", 3, RULES_VERSION)
    again = reclassify_all(office, "Amina")
    assert (again.cases, again.child_labour, again.forced_labour, again.other) == (3, 0, 0, 0)


LAW_OF_WEAVING = """
[parameters.hazardous_industries]
value = ["B", "F", "13"]
source = "Notification of this year"
"""


def test_a_law_in_a_new_edition_holds_for_what_comes_and_by_the_command_for_what_is_held(
    make: Callable[..., Office], tmp_path: Path
) -> None:
    own = tmp_path / "country"
    own.mkdir()
    (own / "profile.toml").write_text("", "utf-8")
    office = make(country_folders=(own,))
    publish(office, "Amina")
    tablet = FieldTablet.enrol(office)
    visit = visit_to(tablet, WEAVING)
    held, quiet = (tablet.case(visit, somebody(n), birth_date=age) for n, age in ((1, 16), (2, 10)))
    tablet.send(visit, held, quiet)
    before = kept(office)
    assert before[held.record_id][0] != "HAZARDOUS"

    (own / "profile.toml").write_text(LAW_OF_WEAVING, "utf-8")
    publish(office, "Amina")
    look_for_edition(office)
    late = tablet.case(visit, somebody(3), birth_date=16)
    tablet.send(late)

    assert kept(office)[late.record_id][0] == "HAZARDOUS", "the law of the edition in force"
    assert {one: kept(office)[one] for one in before} == before, "a statistic does not change"
    was = counted(office)
    done = reclassify_all(office, "Amina")
    assert (done.cases, done.child_labour) == (3, 2)
    assert kept(office) == afresh(office)
    assert set(was) != {"HAZARDOUS"} == set(counted(office))
    assert check(office) == []
    again = reclassify_all(office, "Amina")
    assert (again.child_labour, again.forced_labour) == (0, 0)


def test_a_release_of_cases_by_several_rules_says_so_and_an_edition_stays_as_it_was(
    office: Office,
) -> None:
    with_two_people(office)
    Field.begin(office).meet(40)
    work(office)
    edition = released(office)
    with transaction(office.engine) as connection:
        connection.execute(update(CaseRecord).values(rules_version=BEFORE))
    warned = ReleaseWarning.RULES_OF_BEFORE

    def warnings() -> tuple[ReleaseWarning, ...]:
        number = build.declare(office, DECLARER, declaration())
        work(office)
        return approval.checklist_of(office, number).warnings

    assert warned in warnings()
    reclassify_all(office, "Amina")
    work(office)

    assert warned not in warnings()
    assert verify(office, edition) == []


HELPLINE = """
[[helplines]]
name = "A line"
number = "1234"
kind = "child_helpline"
source = "The ministry"
"""


def test_a_release_of_cases_under_several_laws_says_so_until_all_are_under_one(
    make: Callable[..., Office], tmp_path: Path
) -> None:
    own = tmp_path / "country"
    own.mkdir()
    (own / "profile.toml").write_text("", "utf-8")
    office = make(country_folders=(own,))
    clock = office.clock
    assert isinstance(clock, Clock)
    publish(office, "Amina")
    with_two_people(office)
    Field.begin(office).meet(40)
    work(office)
    warned = ReleaseWarning.LAW_OF_BEFORE

    def warnings_under(law: str) -> tuple[ReleaseWarning, ...]:
        clock.now += timedelta(minutes=1)
        (own / "profile.toml").write_text(law, "utf-8")
        publish(office, "Amina")
        look_for_edition(office)
        return warnings()

    def warnings() -> tuple[ReleaseWarning, ...]:
        number = build.declare(office, DECLARER, declaration())
        work(office)
        return approval.checklist_of(office, number).warnings

    assert warned not in warnings_under(HELPLINE), "a helpline is no law"
    assert warned in warnings_under(HELPLINE + LAW_OF_WEAVING)
    confirmed = LAW_OF_WEAVING + "confirmed = true\n"
    assert warned in warnings_under(HELPLINE + confirmed), "nor is a law of before confirmed"
    clock.now += timedelta(minutes=1)
    reclassify_all(office, "Amina")
    work(office)

    assert warned not in warnings()


def test_the_command_asks_who_does_it_and_says_what_came_of_it(
    tablet: FieldTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visit_to(tablet, CONSTRUCTION)
    old = by_a_tablet_of_before(tablet.case(visit, somebody(1), birth_date=16))
    tablet.send(visit, old)
    held_since_before(tablet.office, old)

    @contextmanager
    def signed_in(name: str, roles: frozenset[str]):  # type: ignore[no-untyped-def]
        assert roles == {"administrator", "steward"}
        yield tablet.office, name

    monkeypatch.setattr("server.cli.reclassify.signed_in", signed_in)
    run = CliRunner()
    look = run.invoke(main, ["reclassify", "--as", "Amina", "--look"])
    assert look.output == "1 cases were classified by the rules of before.\n"
    done = run.invoke(main, ["reclassify", "--as", "Amina"])
    assert done.exit_code == 0
    assert done.output.startswith("1 cases looked at. Of another class now: 1 in child labour")
    assert run.invoke(main, ["reclassify", "--as", "Amina", "--look"]).output.startswith("0 cases")
