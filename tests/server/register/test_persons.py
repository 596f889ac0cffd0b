"""Persons and counts stay true to the cases whatever happens to them, on both databases."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from server.db.engine import reading
from server.intake.model import CaseRecord, CrowdedCode
from server.office import Office
from server.register.model import Person, PersonLink
from server.stewardship.doctor import check
from server.tables import recount
from shared.linkage import VERSION_2, code_types
from shared.wire.records import Record
from tests.server.field import FieldTablet, somebody
from tests.server.kept_counts import kept, persons_counted


def persons_in(office: Office) -> dict[str, str | None]:
    with reading(office.engine) as connection:
        return dict(connection.execute(select(CaseRecord.record_id, CaseRecord.person_id)).all())


def year_total(office: Office, year: str = "2026") -> int:
    with reading(office.engine) as connection:
        return persons_counted(connection, year)


def record(tablet: FieldTablet, number: int, area: str = "PK-PB-01", **changes: object) -> Record:
    visit = tablet.visit(area=area, visit_date=changes.pop("visit_date", "2026-11-10"))  # type: ignore[arg-type]
    case = tablet.case(visit, somebody(number), **changes)  # type: ignore[arg-type]
    tablet.send(visit, case)
    recount.link_what_waits(tablet.office)
    return case


def test_same_child_recorded_by_two_organisations_is_one_person(office: Office) -> None:
    one, other = FieldTablet.enrol(office, 0, 1), FieldTablet.enrol(office, 1, 2)
    first, second = record(one, 7), record(other, 7)

    found = persons_in(office)

    assert set(found.values()) == {min(first.record_id, second.record_id)}
    assert year_total(office) == 1
    with reading(office.engine) as connection:
        assert connection.execute(select(Person.case_count, Person.organisation_count)).all() == [
            (2, 2)
        ]
        assert connection.scalar(select(PersonLink.code_types)) == ",".join(map(str, VERSION_2))


def test_different_children_are_different_persons(tablet: FieldTablet) -> None:
    for number in range(8):
        record(tablet, number)

    assert len(set(persons_in(tablet.office).values())) == 8


def test_other_sex_keeps_two_persons_apart(tablet: FieldTablet) -> None:
    record(tablet, 1)
    record(tablet, 1, sex="male")

    assert year_total(tablet.office) == 2


def test_person_counts_where_the_record_that_decided_was_made(tablet: FieldTablet) -> None:
    record(tablet, 1, area="PK-PB-01", visit_date="2026-03-02", work_hours=50.0)
    record(tablet, 1, area="PK-PB-02", visit_date="2026-10-05", work_hours=5.0, birth_date=10)

    with reading(tablet.office.engine) as connection:
        year = kept(connection, "CL-CLASS", "2026")
        quarter = kept(connection, "CL-CLASS", "2026-Q1")

    assert [(area, found, n) for (area, _, _, found), n in year.items()] == [
        ("PK-PB-01", "HAZARDOUS", 1)
    ]
    assert [(area, n) for (area, *_), n in quarter.items()] == [("PK-PB-01", 1)]


def test_correction_that_breaks_a_link_splits_the_person_and_keeps_the_evidence(
    tablet: FieldTablet,
) -> None:
    record(tablet, 1)
    second = record(tablet, 1)
    mended = replace(second, revision=2, ancestors=(tablet.mark(second),), linkage=())
    tablet.send(mended)
    recount.link_what_waits(tablet.office)

    assert len(set(persons_in(tablet.office).values())) == 2
    assert check(tablet.office) == []
    with reading(tablet.office.engine) as connection:
        assert connection.scalar(select(func.count()).where(PersonLink.ended_at_s.is_not(None)))


def withdrawn(tablet: FieldTablet, case: Record) -> Record:
    """The next revision of that case, which takes it back."""
    return replace(
        case,
        revision=case.revision + 1,
        ancestors=(*case.ancestors, tablet.mark(case)),
        withdrawn="mistake",
        content={},
        classes={},
        linkage=(),
    )


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("last_first", [False, True])
def test_linking_goes_on_when_the_other_end_of_a_link_was_withdrawn_in_a_later_batch(
    tablet: FieldTablet, batch: int, last_first: bool
) -> None:
    cases = [record(tablet, 1) for _ in range(3)]
    alone = record(tablet, 2)
    cases.sort(key=lambda case: case.record_id, reverse=last_first)
    corrected = replace(
        cases[0],
        revision=2,
        ancestors=(tablet.mark(cases[0]),),
        content={**cases[0].content, "work_hours": 30.0},
    )

    tablet.send(corrected, withdrawn(tablet, cases[1]), withdrawn(tablet, alone))
    recount.link_what_waits(tablet.office, batch)

    found = persons_in(tablet.office)
    assert found[cases[1].record_id] is None
    assert found[cases[0].record_id] == found[cases[2].record_id] is not None
    assert check(tablet.office) == []


def test_code_that_too_many_share_links_nobody_and_does_again_when_few_do(
    lite: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_types, "MOST_SHARERS", 3)
    tablet = FieldTablet.enrol(lite)
    cases = [record(tablet, 1) for _ in range(3)]
    assert len(set(persons_in(lite).values())) == 1

    fourth = record(tablet, 1)
    assert len(set(persons_in(lite).values())) == 4
    assert check(lite) == []
    with reading(lite.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(CrowdedCode)) == 25

    tablet.send(replace(fourth, revision=2, ancestors=(tablet.mark(fourth),), linkage=()))
    recount.link_what_waits(lite)
    found = persons_in(lite)
    assert {found[case.record_id] for case in cases} == {min(c.record_id for c in cases)}
    assert check(lite) == []


@pytest.mark.parametrize(("seed", "batch"), [(0, 1), (1, 2), (2, 1000)])
def test_any_history_gives_the_persons_and_counts_of_a_rebuild(
    office: Office, seed: int, batch: int
) -> None:
    chance = random.Random(seed)
    tablets = [FieldTablet.enrol(office, number, 30 + number) for number in range(3)]
    live: list[tuple[FieldTablet, Record, Record, int]] = []
    for _ in range(40):
        what = chance.random()
        if what < 0.6 or not live:
            tablet = chance.choice(tablets)
            visit = tablet.visit(
                area=f"PK-PB-0{chance.randint(1, 3)}",
                visit_date=f"2026-{chance.randint(1, 11):02}-15",
            )
            number = chance.randint(0, 9)
            case = tablet.case(
                visit,
                somebody(number),
                birth_date=chance.randint(5, 12),
                sex=chance.choice(["female", "unknown"]),
            )
            sent = [visit, case]
            chance.shuffle(sent)
            tablet.send(*sent[: chance.choice([1, 2, 2])])
            tablet.send(*sent)
            live.append((tablet, visit, case, number))
        else:
            at = chance.randrange(len(live))
            tablet, visit, case, number = live.pop(at)
            ancestors = (*case.ancestors, tablet.mark(case))
            if what < 0.8:
                number = chance.randint(0, 9)
                changed = tablet.classified(
                    replace(
                        case,
                        revision=case.revision + 1,
                        ancestors=ancestors,
                        content={**case.content, "work_hours": float(chance.randint(1, 60))},
                    ),
                    visit,
                    somebody(number),
                )
                live.append((tablet, visit, changed, number))
            else:
                changed = withdrawn(tablet, case)
            tablet.send(changed)
        if chance.random() < 0.5:
            # One batch only: withdrawals come between a batch and the next.
            recount.link_batch(office, batch)
    recount.link_what_waits(office, batch)

    assert check(office) == []
    standing = {case.record_id for _, _, case, _ in live}
    assert {case for case, person in persons_in(office).items() if person} == standing
