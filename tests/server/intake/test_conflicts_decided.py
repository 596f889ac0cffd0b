"""Conflicts that a person decides: nothing is lost, counts and totals follow, tablets are told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from server import notes
from server.db.engine import reading, transaction
from server.intake import conflicts, tablet_quarantine, terms
from server.intake.model import CaseCodes, CaseRecord, Conflict, RecordRevision, VisitRecord
from server.office import Office
from server.operations import alarms
from server.programme import enrolment
from server.programme.enrolment import NotPossible
from server.register import persons
from server.stewardship import doctor
from server.tables import recount
from shared.lifecycle import CONSENT_WITHDRAWN
from shared.wire.note_kinds import ConflictDecided
from shared.wire.receipts import totals_of
from shared.wire.records import Record
from tests.server.field import FieldTablet, somebody, words


def two_tablets(office: Office) -> tuple[FieldTablet, FieldTablet]:
    """Two tablets of one officer: one is the other's backup, restored."""
    return FieldTablet.enrol(office, seed=1), FieldTablet.enrol(office, seed=2)


def open_numbers(office: Office) -> list[int]:
    waiting = select(Conflict.number).where(Conflict.decided_at_s.is_(None))
    with reading(office.engine) as connection:
        return list(connection.scalars(waiting.order_by(Conflict.number)))


def sex_counted(office: Office, case: Record) -> str:
    with reading(office.engine) as connection:
        of_case = select(CaseRecord.sex).where(CaseRecord.record_id == case.record_id)
        return connection.execute(of_case).scalar_one()


def told(office: Office, tablet: FieldTablet) -> list[str]:
    """What the tablet is told about conflicts, the oldest first, and names as arrived."""
    here, now_s = tablet.membership.tablet_id, office.now_s()
    with transaction(office.engine) as connection:
        found = notes.outstanding(connection, here, now_s)
        notes.acknowledge(connection, here, [one.note_id for one in found], now_s)
    return [one.content.decision.value for one in found if isinstance(one.content, ConflictDecided)]


def is_whole(office: Office) -> bool:
    recount.link_what_waits(office)
    return doctor.check(office) == []


def same_revision(office: Office) -> tuple[FieldTablet, FieldTablet, Record, Record, Record]:
    """A case that two tablets recorded otherwise: the first holds it as of a girl."""
    first, second = two_tablets(office)
    visit = first.visit()
    girl = first.case(visit, somebody(1))
    boy = first.classified(replace(girl, content={**girl.content, "sex": "male"}), visit)
    first.send(visit, girl)
    assert words(second.send(boy)) == ["conflict"]
    return first, second, visit, girl, boy


def test_conflict_that_is_left_changes_nothing_and_waits_no_more(office: Office) -> None:
    _, second, _, girl, boy = same_revision(office)
    (number,) = open_numbers(office)

    conflicts.leave(office, number, "account steward")

    assert open_numbers(office) == []
    assert sex_counted(office, girl) == "female"
    assert told(office, second) == ["left"]
    assert words(second.send(boy)) == ["conflict"]
    assert is_whole(office)
    with pytest.raises(NotPossible):
        conflicts.leave(office, number, "account other")


def test_conflict_that_is_taken_is_counted_and_both_tablets_and_totals_follow(
    office: Office,
) -> None:
    first, second, visit, girl, boy = same_revision(office)
    (number,) = open_numbers(office)

    conflicts.take(office, number, "account steward")

    assert sex_counted(office, girl) == "male"
    assert (told(office, first), told(office, second)) == (["left"], ["taken"])
    assert is_whole(office)
    assert words(first.send(girl)) == ["conflict"]
    receipt = second.send(boy)
    assert words(receipt) == ["already_accepted"]
    assert receipt.totals == totals_of([(boy.record_id, 1, second.mark(boy))])
    assert first.send().totals == totals_of([(visit.record_id, 1, first.mark(visit))])
    assert open_numbers(office) == []


def test_what_was_taken_can_be_taken_back_and_all_is_as_before(office: Office) -> None:
    first, second, _, girl, boy = same_revision(office)
    (number,) = open_numbers(office)
    conflicts.take(office, number, "account steward")

    conflicts.take_back(office, number, "account steward")

    assert sex_counted(office, girl) == "female"
    assert open_numbers(office) == [number]
    assert told(office, first) == ["left", "taken"]
    assert told(office, second) == ["taken", "open"]
    assert is_whole(office)
    assert words(first.send(girl)) == ["already_accepted"]
    assert words(second.send(boy)) == ["conflict"]
    assert second.send().totals == totals_of([])
    conflicts.take(office, number, "account steward")
    assert sex_counted(office, girl) == "male"
    assert is_whole(office)


def test_decision_that_a_later_revision_followed_is_not_taken_back(office: Office) -> None:
    _, second, visit, _, boy = same_revision(office)
    (number,) = open_numbers(office)
    conflicts.take(office, number, "account steward")
    later = second.classified(replace(boy, revision=2, ancestors=(second.mark(boy),)), visit)
    assert words(second.send(later)) == ["accepted"]

    with pytest.raises(NotPossible) as refused:
        conflicts.take_back(office, number, "account steward")

    assert refused.value.code == "conflict_followed"
    assert is_whole(office)


def test_branch_of_an_old_backup_is_taken_with_its_lower_number(office: Office) -> None:
    first, second = two_tablets(office)
    visit = first.visit(area="PK-PB-01")
    second_of_first = replace(visit, revision=2, ancestors=(first.mark(visit),))
    third = replace(
        second_of_first,
        revision=3,
        ancestors=(*second_of_first.ancestors, first.mark(second_of_first)),
    )
    branch = replace(
        visit,
        revision=2,
        ancestors=(first.mark(visit),),
        content={**visit.content, "area": "PK-PB-03"},
    )
    case = first.case(visit, somebody(2))
    first.send(visit, case, third)
    assert words(second.send(branch)) == ["superseded"]
    (number,) = open_numbers(office)

    conflicts.take(office, number, "account steward")

    with reading(office.engine) as connection:
        kept = connection.execute(select(VisitRecord.area, VisitRecord.revision)).one()
        held = list(
            connection.scalars(
                select(RecordRevision.revision)
                .where(RecordRevision.record_id == visit.record_id)
                .order_by(RecordRevision.revision)
            )
        )
    assert tuple(kept) == ("PK-PB-03", 2)
    assert held == [1, 2]
    assert is_whole(office)
    following = replace(branch, revision=3, ancestors=(*branch.ancestors, second.mark(branch)))
    assert words(second.send(following)) == ["accepted"]
    assert is_whole(office)


def test_immediate_danger_stays_said_whatever_is_decided(office: Office) -> None:
    for seed, decide in ((20, conflicts.leave), (40, conflicts.take)):
        first = FieldTablet.enrol(office, seed=seed)
        second = FieldTablet.enrol(office, seed=seed + 1)
        visit = first.visit()
        calm = first.case(visit)
        first.send(visit, calm)
        second.send(replace(calm, danger=True))
        (number,) = open_numbers(office)

        decide(office, number, "account steward")

        assert calm.record_id in {one.record_id for one in alarms.unseen_alarms(office)}
        conflicts.take_back(office, number, "account steward")
        assert calm.record_id in {one.record_id for one in alarms.unseen_alarms(office)}
        decide(office, number, "account steward")
        assert alarms.see_alarm(office, calm.record_id, "Amina", "test")


def test_danger_of_what_is_displaced_is_not_lost(office: Office) -> None:
    first, second = two_tablets(office)
    visit = first.visit()
    calm = first.case(visit)
    first.send(visit, replace(calm, danger=True))
    second.send(calm)
    (number,) = open_numbers(office)

    conflicts.take(office, number, "account steward")

    assert [one.record_id for one in alarms.unseen_alarms(office)] == [calm.record_id]


def test_revision_of_another_officer_and_one_without_answers_are_not_taken(office: Office) -> None:
    mine, other = FieldTablet.enrol(office, 0, 31), FieldTablet.enrol(office, 1, 32)
    visit = mine.visit()
    bad = mine.case(visit, given_name="MARKERNAME")
    mine.send(visit, replace(bad, content={"sex": "female"}))
    other.send(replace(visit, content={**visit.content, "area": "PK-PB-02"}))
    mine.send(bad)
    numbers = open_numbers(office)

    codes = []
    for number in numbers:
        with pytest.raises(NotPossible) as refused:
            conflicts.take(office, number, "account steward")
        codes.append(refused.value.code)

    assert codes == ["conflict_of_another", "conflict_without_content"]
    assert open_numbers(office) == numbers


def test_consent_withdrawn_in_a_conflict_empties_the_record_for_good(office: Office) -> None:
    first, second = two_tablets(office)
    visit = first.visit()
    case = first.case(visit, somebody(3))
    later = replace(case, revision=2, ancestors=(first.mark(case),))
    gone = replace(
        case,
        revision=2,
        ancestors=(first.mark(case),),
        withdrawn=CONSENT_WITHDRAWN,
        **{"content": {}, "classes": {}, "linkage": ()},  # type: ignore[arg-type]
    )
    first.send(visit, case, later)
    second.send(gone)
    (number,) = open_numbers(office)

    conflicts.take(office, number, "account steward")

    with reading(office.engine) as connection:
        contents = list(
            connection.scalars(
                select(RecordRevision.canonical).where(RecordRevision.record_id == case.record_id)
            )
        )
        kept = list(connection.scalars(select(Conflict.canonical)))
        row = connection.execute(
            select(CaseRecord.withdrawn, CaseRecord.content, CaseRecord.classes)
        ).one()
        assert connection.scalar(select(CaseCodes.record_id)) is None
    assert {bytes(one or b"") for one in (*contents, *kept)} == {b""}
    assert tuple(row) == (True, None, None)
    assert is_whole(office)
    with pytest.raises(NotPossible) as refused:
        conflicts.take_back(office, number, "account steward")
    assert refused.value.code == "conflict_emptied"


def test_first_sound_revision_can_be_taken_where_only_a_rejected_one_is_held(
    office: Office,
) -> None:
    first, second = two_tablets(office)
    visit = first.visit()
    sound = first.case(visit, somebody(4))
    first.send(visit, replace(sound, content={**sound.content, "work_hours": 900.0}))
    second.send(sound)
    (number,) = open_numbers(office)

    conflicts.take(office, number, "account steward")
    assert sex_counted(office, sound) == "female"
    assert is_whole(office)

    conflicts.take_back(office, number, "account steward")
    assert is_whole(office)
    with reading(office.engine) as connection:
        assert connection.scalar(select(CaseRecord.withdrawn)) is True


def test_taken_revision_of_a_tablet_that_is_put_aside_stands_nowhere(office: Office) -> None:
    _, second, _, girl, _ = same_revision(office)
    tablet_quarantine.put_aside(office, second.membership.tablet_id, 0, "test")
    (number,) = open_numbers(office)

    conflicts.take(office, number, "account steward")

    with reading(office.engine) as connection:
        assert connection.scalar(select(CaseRecord.withdrawn)) is True
    assert is_whole(office)
    tablet_quarantine.bring_back(office, second.membership.tablet_id, "test")
    assert sex_counted(office, girl) == "male"
    assert is_whole(office)


def test_tablet_that_was_signed_out_is_told_nothing(office: Office) -> None:
    _, second, _, _, _ = same_revision(office)
    enrolment.revoke(office, second.membership.tablet_id, "test")
    (number,) = open_numbers(office)

    conflicts.leave(office, number, "account steward")

    assert told(office, second) == []


def two_persons(office: Office) -> tuple[FieldTablet, Record, Record]:
    """A case that two tablets gave the identity of different girls."""
    first, second = two_tablets(office)
    visit = first.visit()
    held = first.case(visit, somebody(1))
    other = replace(held, content={**held.content, "work_hours": 30.0})
    first.send(visit, held)
    second.send(second.classified(other, visit, somebody(2)))
    return second, visit, held


def persons_with(office: Office, tablet: FieldTablet, visit: Record, number: int) -> int:
    """How many cases the person has whom a case of that identity is joined with."""
    case = tablet.case(visit, somebody(number))
    tablet.send(case)
    recount.link_what_waits(office)
    with reading(office.engine) as connection:
        of_case = select(CaseRecord.person_id).where(CaseRecord.record_id == case.record_id)
        return len(persons.cases_of_person(connection, connection.execute(of_case).scalar_one()))


def codes_aside(office: Office) -> list[list[int] | None]:
    with reading(office.engine) as connection:
        return list(connection.scalars(select(Conflict.codes).order_by(Conflict.number)))


def test_revision_that_is_taken_is_linked_by_its_own_codes_and_back(office: Office) -> None:
    second, visit, _ = two_persons(office)
    (number,) = open_numbers(office)
    conflicts.take(office, number, "account steward")

    assert persons_with(office, second, visit, 2) == 2
    assert persons_with(office, second, visit, 1) == 1
    assert is_whole(office)
    conflicts.take_back(office, number, "account steward")
    assert persons_with(office, second, visit, 1) == 3
    assert persons_with(office, second, visit, 2) == 2
    assert is_whole(office)


def test_codes_of_conflicts_go_with_consent(office: Office) -> None:
    second, _, held = two_persons(office)
    (number,) = open_numbers(office)
    conflicts.take(office, number, "account steward")
    assert all(codes_aside(office))
    newest = RecordRevision.record_id == held.record_id
    with reading(office.engine) as connection:
        mark = connection.scalars(select(RecordRevision.fingerprint).where(newest)).one()

    second.send(
        replace(
            held,
            revision=2,
            ancestors=(mark,),
            withdrawn=CONSENT_WITHDRAWN,
            content={},
            classes={},
            linkage=(),
        )
    )

    assert codes_aside(office) == [None, None]
    with reading(office.engine) as connection:
        assert connection.scalars(select(CaseCodes.record_id)).all() == []


def test_codes_of_a_decided_conflict_go_with_its_term(lite: Office) -> None:
    two_persons(lite)
    conflicts.leave(lite, open_numbers(lite)[0], "account steward")
    assert all(codes_aside(lite))

    with transaction(lite.engine) as connection:
        over = terms.DECIDED_CONFLICTS.find(connection, lite.now_s() + 1, None, 10)
        assert terms.DECIDED_CONFLICTS.end(connection, lite.now_s() + 1, over) == 1

    assert codes_aside(lite) == [None]
