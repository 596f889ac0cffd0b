"""A visit that is withdrawn takes its cases with it, whatever came first, and brings them back."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from server.db.engine import reading, transaction
from server.intake import reclassify
from server.intake.model import CaseRecord, VisitRecord
from server.office import Office
from server.stewardship.doctor import check
from server.tables import recount
from server.tables.model import CountedCase
from shared.wire.records import Record
from tests.server.field import FieldTablet, somebody, words
from tests.server.kept_counts import persons_counted


def taken_back(tablet: FieldTablet, visit: Record) -> Record:
    """The next revision of a visit: nobody was met there."""
    return replace(
        visit,
        revision=visit.revision + 1,
        ancestors=(*visit.ancestors, tablet.mark(visit)),
        withdrawn="recorded_by_mistake",
        content={},
    )


def brought_back(tablet: FieldTablet, withdrawn: Record, visit: Record) -> Record:
    """The revision after that, which says what the visit said before."""
    return replace(
        visit,
        revision=withdrawn.revision + 1,
        ancestors=(*withdrawn.ancestors, tablet.mark(withdrawn)),
    )


def counted(office: Office) -> int:
    """Persons of the year, after linking, a case at a time."""
    recount.link_what_waits(office, 1)
    assert check(office) == []
    with reading(office.engine) as connection:
        return persons_counted(connection)


def standing(office: Office) -> set[str]:
    with reading(office.engine) as connection:
        return set(
            connection.scalars(select(CaseRecord.record_id).where(CaseRecord.withdrawn.is_(False)))
        )


def test_cases_go_with_their_visit_and_come_back_with_it(tablet: FieldTablet) -> None:
    visit, other = tablet.visit(), tablet.visit()
    cases = [tablet.case(visit, somebody(number)) for number in range(3)]
    elsewhere = tablet.case(other, somebody(0))
    tablet.send(visit, other, *cases, elsewhere)
    assert counted(tablet.office) == 3

    withdrawn = taken_back(tablet, visit)
    assert words(tablet.send(withdrawn)) == ["accepted"]

    assert standing(tablet.office) == {elsewhere.record_id}
    assert counted(tablet.office) == 1
    tablet.send(brought_back(tablet, withdrawn, visit))
    assert counted(tablet.office) == 3


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_case_of_a_withdrawn_visit_is_not_counted_whatever_came_first(
    tablet: FieldTablet, order: tuple[int, ...]
) -> None:
    visit = tablet.visit()
    records = [visit, taken_back(tablet, visit), tablet.case(visit, somebody(1))]

    for at in order:
        assert words(tablet.send(records[at])) in (["accepted"], ["superseded"])

    assert standing(tablet.office) == set()
    assert counted(tablet.office) == 0


def test_case_that_was_withdrawn_itself_does_not_come_back_with_its_visit(
    tablet: FieldTablet,
) -> None:
    visit = tablet.visit()
    case, kept = tablet.case(visit, somebody(1)), tablet.case(visit, somebody(2))
    tablet.send(visit, case, kept)
    gone = replace(
        case,
        revision=2,
        ancestors=(tablet.mark(case),),
        withdrawn="not_a_case",
        content={},
        classes={},
        linkage=(),
    )
    withdrawn = taken_back(tablet, visit)

    tablet.send(gone, withdrawn)
    tablet.send(brought_back(tablet, withdrawn, visit))

    assert standing(tablet.office) == {kept.record_id}
    assert counted(tablet.office) == 1


def test_correction_of_a_case_does_not_bring_it_back_alone(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)
    withdrawn = taken_back(tablet, visit)
    tablet.send(withdrawn)
    corrected = replace(
        case,
        revision=2,
        ancestors=(tablet.mark(case),),
        content={**case.content, "work_hours": 30.0},
    )

    tablet.send(corrected)

    assert counted(tablet.office) == 0
    tablet.send(brought_back(tablet, withdrawn, visit))
    assert counted(tablet.office) == 1


def test_doctor_names_every_accepted_case_that_is_in_no_table(tablet: FieldTablet) -> None:
    visit, unsent = tablet.visit(), tablet.visit()
    cases = [tablet.case(visit, somebody(number)) for number in range(3)]
    waits = tablet.case(unsent, somebody(4))
    tablet.send(visit, *cases, waits)
    recount.link_what_waits(tablet.office)
    assert [remark for remark in check(tablet.office) if "in no table" in remark] == [
        f"1 accepted cases are in no table, each because its visit has not come: {waits.record_id}."
    ]
    tablet.send(unsent)
    assert counted(tablet.office) == 4

    def remarks() -> str:
        return " ".join(check(tablet.office))

    with transaction(tablet.office.engine) as connection:
        connection.execute(
            update(CaseRecord)
            .where(CaseRecord.record_id == cases[0].record_id)
            .values(withdrawn=True)
        )
        connection.execute(delete(CountedCase).where(CountedCase.record_id == cases[1].record_id))
    assert f"left out of the count: {cases[1].record_id}" in remarks()
    assert cases[2].record_id not in remarks()

    with transaction(tablet.office.engine) as connection:
        connection.execute(
            update(VisitRecord).where(VisitRecord.record_id == unsent.record_id).values(month=None)
        )
    assert f"no date: {waits.record_id}" in remarks()


def test_a_visit_sent_case_by_case_is_judged_a_case_at_a_time(
    tablet: FieldTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[Any] = []
    classes_with = reclassify.classes_with

    def counting(*given: Any) -> Any:
        judged.append(given)
        return classes_with(*given)

    monkeypatch.setattr(reclassify, "classes_with", counting)
    visit = tablet.visit()
    tablet.send(visit)
    for number in range(12):
        tablet.send(tablet.case(visit, somebody(number)))
    assert judged == [], "each was judged with its visit when it came"

    same = replace(visit, revision=2, ancestors=(tablet.mark(visit),))
    tablet.send(same)
    assert judged == [], "the visit says what it said"
    moved = replace(
        same,
        revision=3,
        ancestors=(*same.ancestors, tablet.mark(same)),
        content={**same.content, "area": "PK-PB-02"},
    )
    tablet.send(moved)
    assert len(judged) == 12


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_visits_cases_and_withdrawals_gives_one_count(
    tablet: FieldTablet, seed: int
) -> None:
    chance = random.Random(seed)
    queues: list[list[Record]] = []
    expected = set()
    for number in range(6):
        visit = tablet.visit(area=f"PK-PB-0{number % 3 + 1}")
        revisions, is_there = [visit], True
        while chance.random() < 0.5:
            newest = revisions[-1]
            revisions.append(
                taken_back(tablet, newest) if is_there else brought_back(tablet, newest, visit)
            )
            is_there = not is_there
        case = tablet.case(visit, somebody(number))
        queues += [revisions, [case]]
        if is_there:
            expected.add(case.record_id)
    while queues:
        sent = []
        for queue in chance.sample(queues, k=min(len(queues), chance.randint(1, 3))):
            sent.append(queue.pop(0))
        queues = [queue for queue in queues if queue]
        tablet.send(*sent)
        if chance.random() < 0.5:
            recount.link_batch(tablet.office, chance.randint(1, 2))

    assert counted(tablet.office) == len(expected)
    assert standing(tablet.office) == expected
