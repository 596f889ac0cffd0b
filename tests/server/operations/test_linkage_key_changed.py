"""The linkage key is changed: both are used for a declared time, then the new one alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from server.db.engine import reading
from server.intake import code_book, conflicts
from server.intake.model import CaseCodes
from server.notes.model import TabletNote
from server.office import Office
from server.operations import key_rotation
from server.programme.enrolment import NotPossible
from server.programme.keys import keys_of
from server.register.model import Person
from server.stewardship import doctor
from server.tables import recount
from shared.linkage import Identity, linkage_codes
from shared.wire.note_kinds import LinkageKeys
from shared.wire.receipts import Receipt
from shared.wire.records import Record
from tests.server.field import Clock, FieldTablet, somebody, words
from tests.server.intake.test_conflicts_decided import open_numbers
from tests.server.operations.test_notes_to_one_tablet import asked, notes_in
from tests.server.operations.test_pepper_changed import elsewhere, persons


def with_keys(tablet: FieldTablet, record: Record, numbers: Sequence[int], who: Identity) -> Record:
    """The case with the codes of this person made with these keys."""
    keys = keys_of(elsewhere(tablet.office)).linkage_keys
    codes = (one for key in numbers for one in linkage_codes(who, keys[key], number=key))
    return replace(record, linkage=tuple(codes))


def case_of(tablet: FieldTablet, numbers: Sequence[int], who: Identity, **content: str) -> Record:
    visit = tablet.visit()
    case = with_keys(tablet, tablet.case(visit, **content), numbers, who)
    assert words(tablet.send(visit, case)) == ["accepted", "accepted"]
    return case


def told_keys(tablet: FieldTablet, receipt: Receipt) -> list[tuple[int, ...]]:
    return [
        tuple(number for number, key in note.content.keys if any(key))
        for note in notes_in(tablet, receipt)
        if isinstance(note.content, LinkageKeys)
    ]


def test_who_was_met_under_either_key_or_both_is_one_person(office: Office) -> None:
    tablet, other = FieldTablet.enrol(office), FieldTablet.enrol(office, 1, 7)
    case_of(tablet, (1,), somebody(1))
    assert key_rotation.rotate_linkage_key(office, "test", 2026) == 2
    case_of(other, (1, 2), somebody(1))
    case_of(FieldTablet.enrol(office, 2, 8), (1, 2), somebody(1))

    assert persons(office) == 1
    assert doctor.check(office) == []
    key_rotation.rotate_pepper(office, "test")
    case_of(other, (2,), somebody(2))
    case_of(tablet, (1, 2), somebody(2))
    assert persons(office) == 2
    assert doctor.check(office) == []


def test_tablets_learn_it_with_a_receipt_and_the_database_never_holds_a_key(
    office: Office,
) -> None:
    tablet = FieldTablet.enrol(office)
    serving = elsewhere(office)
    tablet.send(office=serving)
    key_rotation.rotate_linkage_key(office, "test", 2026)
    keys = keys_of(elsewhere(office)).linkage_keys

    receipt = tablet.send(office=serving)

    assert told_keys(tablet, receipt) == [(1, 2)]
    assert [dict(one.content.keys) for one in notes_in(tablet, receipt)] == [dict(keys)]  # type: ignore[union-attr]
    with reading(office.engine) as connection:
        kept = b"".join(connection.scalars(select(TabletNote.content)))
    assert not any(key in kept for key in keys.values())
    joined = FieldTablet.enrol(office, 1, 5).membership
    assert joined.keys_of_codes == tuple(sorted(keys.items()))


def test_the_key_before_is_left_out_when_the_year_is_over_and_all_know(office: Office) -> None:
    tablet = FieldTablet.enrol(office)
    silent = FieldTablet.enrol(office, 1, 7)
    key_rotation.rotate_linkage_key(office, "test", 2026)
    receipt = tablet.send()
    clock = office.clock
    assert isinstance(clock, Clock)
    clock.now = datetime(2027, 1, 2, tzinfo=UTC)

    assert not key_rotation.leave_the_key_before(office, "test")
    state = key_rotation.linkage_key_state(office)
    assert state is not None
    assert state.waiting == [tablet.membership.tablet_id]
    asked(tablet, *(note.note_id for note in notes_in(tablet, receipt)))
    assert key_rotation.leave_the_key_before(office, "test")
    assert not key_rotation.leave_the_key_before(office, "test")

    assert told_keys(tablet, tablet.send()) == [(2,)]
    # Who lay in a drawer meanwhile is told both, and takes the later one.
    assert told_keys(silent, silent.send()) == [(1, 2), (2,)]
    assert [number for number, _ in FieldTablet.enrol(office, 2, 9).membership.keys_of_codes] == [2]
    key_rotation.rotate_linkage_key(office, "test", 2027)
    assert told_keys(tablet, tablet.send())[-1] == (2, 3)


@pytest.mark.parametrize("year", [2025, 2037])
def test_declared_time_is_whole_years_from_this_one(lite: Office, year: int) -> None:
    with pytest.raises(NotPossible, match="until the end of this year"):
        key_rotation.rotate_linkage_key(lite, "test", year)
    key_rotation.rotate_linkage_key(lite, "test", 2026)
    with pytest.raises(NotPossible, match="Codes are made with two keys"):
        key_rotation.rotate_linkage_key(lite, "test", 2026)


def test_forged_record_that_is_another_person_by_each_key_joins_nobody(lite: Office) -> None:
    honest = FieldTablet.enrol(lite)
    key_rotation.rotate_linkage_key(lite, "test", 2026)
    for number in (1, 2):
        case_of(honest, (1, 2), somebody(number))
    case_of(honest, (1,), somebody(3))
    case_of(honest, (2,), somebody(4))
    assert persons(lite) == 4
    forger = FieldTablet.enrol(lite, 1, 66)
    for one, other in ((1, 2), (3, 4), (1, 4), (3, 2)):
        visit = forger.visit()
        case = forger.case(visit)
        codes = (
            *with_keys(forger, case, (1,), somebody(one)).linkage,
            *with_keys(forger, case, (2,), somebody(other)).linkage,
        )
        forger.send(visit, replace(case, linkage=codes))

    recount.link_what_waits(lite)

    honest_persons = select(func.count()).select_from(Person)
    with reading(lite.engine) as connection:
        of_honest = {case for (case,) in connection.execute(select(CaseCodes.record_id))}
        assert len(of_honest) == 8
        assert (connection.scalar(honest_persons) or 0) >= 4
    assert doctor.check(lite) == []


def test_codes_of_three_keys_are_of_no_honest_tablet(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()
    case = tablet.case(visit)
    codes = (one for key in (1, 2, 3) for one in linkage_codes(somebody(1), bytes(32), number=key))

    receipt = tablet.send(visit, replace(case, linkage=tuple(codes)))

    assert words(receipt) == ["accepted", "rejected"]


def test_codes_of_both_keys_wait_with_a_conflict_and_stand_when_it_is_taken(lite: Office) -> None:
    first, second = FieldTablet.enrol(lite, seed=1), FieldTablet.enrol(lite, seed=2)
    key_rotation.rotate_linkage_key(lite, "test", 2026)
    held = case_of(first, (1,), somebody(1))
    other = replace(held, content={**held.content, "work_hours": 30.0})
    assert words(second.send(with_keys(second, other, (1, 2), somebody(2)))) == ["conflict"]

    conflicts.take(lite, open_numbers(lite)[0], "account steward")

    case_of(first, (2,), somebody(2))
    assert persons(lite) == 1
    with reading(lite.engine) as connection:
        kept = code_book.kept_of(connection, held.record_id)
    assert set(code_book.by_key(kept)) == {1, 2}
