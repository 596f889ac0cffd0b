"""Cases are judged with their visit, whichever of both comes first."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from server.db.engine import reading, transaction
from server.intake.model import CaseRecord, RecordRevision, VisitRecord
from server.intake.reclassify import classes_with
from server.intake.said import REVISION_OF_CASE, REVISION_OF_VISIT, OfVisit, classes_said
from server.office import Office
from server.reference.in_force import reference_of
from server.stewardship.doctor import check
from server.tables import recount
from shared.wire.records import Record, decode_record
from tests.server.field import FieldTablet
from tests.server.intake.test_intake import somebody, words
from tests.server.kept_counts import kept as kept_cells

CONSTRUCTION, WEAVING = "43", "13"
AGES = (10, 16)


def kept(office: Office) -> dict[str, tuple[str, dict[str, str], bool]]:
    """What is kept of every standing case: the class counted, all classes, whether they differ."""
    with reading(office.engine) as connection:
        return {
            row.record_id: (
                row.child_labour,
                dict(classes_said(row.classes, row.canonical)),
                row.classes_differ,
            )
            for row in connection.execute(
                select(
                    CaseRecord.record_id,
                    CaseRecord.child_labour,
                    CaseRecord.classes,
                    CaseRecord.classes_differ,
                    RecordRevision.canonical,
                )
                .join(RecordRevision, REVISION_OF_CASE)
                .where(CaseRecord.withdrawn.is_(False))
            )
        }


def afresh(office: Office) -> dict[str, tuple[str, dict[str, str], bool]]:
    """The same, worked out from the accepted bytes of case and visit, whatever came when."""
    found = {}
    with reading(office.engine) as connection:
        rows = connection.execute(
            select(CaseRecord.record_id, RecordRevision.canonical, OfVisit.canonical)
            .join(RecordRevision, REVISION_OF_CASE)
            .outerjoin(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
            .outerjoin(OfVisit, REVISION_OF_VISIT)
            .where(CaseRecord.withdrawn.is_(False))
        )
        for record_id, canonical, of_visit in rows:
            questionnaires = reference_of(office).questionnaire_by_digest
            visit = None if of_visit is None else decode_record(of_visit, questionnaires).content
            classes, differ, _ = classes_with(reference_of(office), canonical, visit or {})
            found[record_id] = classes["cl_general"], classes, visit is not None and differ
    return found


def visit_to(tablet: FieldTablet, activity: str) -> Record:
    """A visit to a workplace of that activity: only there the questionnaire asks for it."""
    return tablet.visit(place_kind="brick_kiln", setting="rural", activity=activity)


def next_visit(tablet: FieldTablet, visit: Record, activity: str) -> Record:
    return replace(
        visit,
        revision=visit.revision + 1,
        ancestors=(*visit.ancestors, tablet.mark(visit)),
        content={**visit.content, "activity": activity},
    )


def test_case_that_came_first_gets_its_class_when_its_visit_comes(tablet: FieldTablet) -> None:
    visit = visit_to(tablet, CONSTRUCTION)
    case = tablet.case(visit, somebody(1), birth_date=16)
    assert case.classes["cl_general"] == "HAZARDOUS"

    assert words(tablet.send(case)) == ["accepted"]
    assert kept(tablet.office)[case.record_id][0] != "HAZARDOUS"
    assert words(tablet.send(visit)) == ["accepted"]

    assert kept(tablet.office)[case.record_id][0] == "HAZARDOUS"
    assert kept(tablet.office) == afresh(tablet.office)
    recount.link_what_waits(tablet.office)
    with reading(tablet.office.engine) as connection:
        cells = kept_cells(connection, "CL-CLASS", "2026")
    assert [found for *_, found in cells] == ["HAZARDOUS"]


def test_corrected_visit_changes_the_class_and_the_count(tablet: FieldTablet) -> None:
    visit = visit_to(tablet, WEAVING)
    case = tablet.case(visit, somebody(1), birth_date=16)
    tablet.send(visit, case)
    recount.link_what_waits(tablet.office)
    before = kept(tablet.office)[case.record_id][0]

    tablet.send(next_visit(tablet, visit, CONSTRUCTION))
    recount.link_what_waits(tablet.office)

    assert (before, kept(tablet.office)[case.record_id][0]) == ("UNDETERMINED", "HAZARDOUS")
    assert check(tablet.office) == []
    with reading(tablet.office.engine) as connection:
        cells = kept_cells(connection, "CL-CLASS", "2026")
    assert [found for *_, found in cells] == ["HAZARDOUS"]


def test_visit_in_conflict_beside_its_case_does_not_decide_the_class(tablet: FieldTablet) -> None:
    """The parcel's own revision of the visit is not what the office holds."""
    visit = visit_to(tablet, CONSTRUCTION)
    tablet.send(visit)
    other = replace(visit, content={**visit.content, "activity": WEAVING})
    case = tablet.case(other, somebody(1), birth_date=16)

    receipt = tablet.send(other, case)

    assert words(receipt) == ["conflict", "accepted"]
    assert kept(tablet.office) == afresh(tablet.office)
    assert kept(tablet.office)[case.record_id][0] == "HAZARDOUS"


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_classes_kept_are_those_worked_out_afresh(make, seed: int) -> None:  # type: ignore[no-untyped-def]
    """Any order, any parcels: visits before and after their cases, corrected on the way."""
    chance = random.Random(seed)
    office = make(seed=chance.randrange(10**6))
    tablet = FieldTablet.enrol(office)
    waiting: list[list[Record]] = []
    for number in range(5):
        visit = visit_to(tablet, chance.choice([CONSTRUCTION, WEAVING, "unknown"]))
        revisions = [visit]
        while chance.random() < 0.6:
            activity = chance.choice([CONSTRUCTION, WEAVING])
            revisions.append(next_visit(tablet, revisions[-1], activity))
        cases = [
            tablet.case(
                chance.choice(revisions), somebody(number), birth_date=chance.choice([10, 16])
            )
            for _ in range(chance.randint(1, 3))
        ]
        waiting += [revisions, *([case] for case in cases)]
    while waiting:
        parcel = []
        for queue in chance.sample(waiting, k=min(len(waiting), chance.randint(1, 4))):
            parcel.append(queue.pop(0))
        waiting = [queue for queue in waiting if queue]
        assert set(words(tablet.send(*parcel))) <= {"accepted", "superseded"}
        if chance.random() < 0.3:
            recount.link_what_waits(office)
        assert kept(office) == afresh(office)
    recount.link_what_waits(office)

    assert check(office) == []


def test_case_of_a_questionnaire_nobody_has_any_more_keeps_its_class(
    tablet: FieldTablet,
) -> None:
    """Its folder went before questionnaires were kept in the database: the visit is taken in."""
    visit = visit_to(tablet, CONSTRUCTION)
    case = tablet.case(visit, somebody(1), birth_date=16)
    tablet.send(visit, case)
    before = kept(tablet.office)
    canonical = RecordRevision.canonical
    digest = bytes.fromhex(case.questionnaire)
    with transaction(tablet.office.engine) as connection:
        (row,) = connection.execute(
            select(canonical).where(RecordRevision.record_id == case.record_id)
        )
        assert digest in row.canonical
        connection.execute(
            update(RecordRevision)
            .where(RecordRevision.record_id == case.record_id)
            .values(canonical=row.canonical.replace(digest, bytes(len(digest))))
        )

    assert words(tablet.send(next_visit(tablet, visit, WEAVING))) == ["accepted"]
    assert kept(tablet.office) == before
