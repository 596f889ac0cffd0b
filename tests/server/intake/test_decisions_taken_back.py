"""A decision about a conflict is taken back: what stood before stands again, with all it had."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.db.engine import reading
from server.intake import code_book, conflicts
from server.office import Office
from shared.wire.records import Record
from tests.server.field import FieldTablet, somebody, words
from tests.server.intake.test_conflicts_decided import (
    is_whole,
    open_numbers,
    same_revision,
    sex_counted,
    two_tablets,
)

EMPTY = {"content": {}, "classes": {}, "linkage": ()}


def test_decision_is_still_there_when_the_one_that_displaced_it_is_taken_back(
    office: Office,
) -> None:
    first, _, visit, girl, boy = same_revision(office)
    third = FieldTablet.enrol(office, seed=24)
    other = third.classified(replace(girl, content={**girl.content, "work_hours": 3.0}), visit)
    assert words(third.send(other)) == ["conflict"]
    of_boy, of_other = open_numbers(office)
    conflicts.take(office, of_boy, "account steward")
    conflicts.take(office, of_other, "account steward")

    conflicts.take_back(office, of_other, "account steward")

    assert sex_counted(office, girl) == "male"
    assert open_numbers(office) == [of_other]
    assert words(first.send(boy)) == ["already_accepted"]
    conflicts.take_back(office, of_boy, "account steward")
    assert sex_counted(office, girl) == "female"
    assert open_numbers(office) == [of_boy, of_other]
    assert words(first.send(girl)) == ["already_accepted"]
    assert is_whole(office)


@pytest.mark.parametrize("is_withdrawal", [False, True])
@pytest.mark.parametrize("once_more", [False, True])
def test_codes_of_what_stood_come_back_when_a_decision_is_taken_back(
    office: Office, is_withdrawal: bool, once_more: bool
) -> None:
    """Of a case that is not linked by them any more, the person would be counted twice."""
    first, second = two_tablets(office)
    visit = first.visit()
    case = first.case(visit, somebody(1))
    first.send(visit, case)
    before = codes_kept(office, case)
    changed = replace(case, revision=3, content={**case.content, "work_hours": 3.0})
    other = branch = second.classified(changed, visit, somebody(2))
    if is_withdrawal:
        branch = replace(case, revision=3, withdrawn="recorded_twice", **EMPTY)  # type: ignore[arg-type]
    else:
        other = replace(other, danger=True)
    assert words(second.send(branch, other)) == ["conflict", "conflict"]
    of_branch, of_other = open_numbers(office)
    conflicts.take(office, of_branch, "account steward")
    taken = codes_kept(office, case)
    assert taken != before
    if once_more:
        conflicts.take(office, of_other, "account steward")
        conflicts.take_back(office, of_other, "account steward")
        assert codes_kept(office, case) == taken

    conflicts.take_back(office, of_branch, "account steward")

    assert codes_kept(office, case) == before
    assert is_whole(office)
    conflicts.take(office, of_branch, "account steward")
    assert codes_kept(office, case) == taken
    assert is_whole(office)


def codes_kept(office: Office, case: Record) -> list[int]:
    with reading(office.engine) as connection:
        return code_book.kept_of(connection, case.record_id)
