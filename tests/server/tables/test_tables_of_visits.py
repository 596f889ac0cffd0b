"""Tables of visits: what inspectors did, from what is kept and what waits to be counted."""

from __future__ import annotations

from sqlalchemy import update

from server.db.engine import reading, transaction
from server.intake.model import VisitRecord
from server.office import Office
from server.reference.in_force import reference_of
from server.stewardship.doctor import check
from server.tables import generations, recount
from server.tables.contributions import TOTAL
from server.tables.visit_counts import AreaCoverage, coverage_of
from tests.server.field import FieldTablet
from tests.server.tables.test_declared_tables import cells, whole


def test_visits_are_counted_by_what_they_led_to_once_each(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    tablet.send(
        tablet.visit(visit_outcomes=("violations_found", "fine"), violations=("minimum_age",)),
        tablet.visit(visit_outcomes=("none",), nobody_found="yes"),
        tablet.visit(area="PK-SD", nobody_found="yes"),
    )
    whole(lite)

    assert cells(lite, "C81-OUTCOMES") == {
        ("labour_inspectorate", TOTAL): 3,
        ("labour_inspectorate", "violations_found"): 1,
        ("labour_inspectorate", "fine"): 1,
        ("labour_inspectorate", "none"): 1,
        ("labour_inspectorate", "not_asked"): 1,
    }
    assert cells(lite, "VISIT-COVERAGE") == {
        ("PK-PB-01", "no"): 1,
        ("PK-PB-01", "yes"): 1,
        ("PK-SD", "yes"): 1,
    }
    with reading(lite.engine) as connection:
        declared_here, reference = generations.declarations_of(lite), reference_of(lite)
        found = coverage_of(connection, declared_here, reference, "2026-Q4")
    assert found == [
        AreaCoverage(TOTAL, 3, 2),
        AreaCoverage("PK-PB-01", 2, 1),
        AreaCoverage("PK-SD", 1, 1),
    ]


def test_visits_are_counted_by_what_was_fined_recovered_and_ordered(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    tablet.send(
        tablet.visit(
            visit_outcomes=("fine", "removal", "wages_recovered", "notice"),
            fine_band="from_1_to_3",
            persons_removed=3,
            wages_recovered="below_1",
            notice_deadline="2027-01-05",
        ),
        tablet.visit(visit_outcomes=("fine", "fees_recovered"), fees_recovered="above_12"),
        tablet.visit(visit_outcomes=("order",), notice_deadline="2026-11-28"),
        tablet.visit(visit_outcomes=("none",)),
    )
    whole(lite)

    by = "labour_inspectorate"
    assert cells(lite, "C81-FINES") == {(by, "from_1_to_3"): 1, (by, "not_asked"): 1}
    assert cells(lite, "C81-REMOVED") == {(by, "2-4"): 1}
    assert cells(lite, "C81-WAGES") == {(by, "below_1"): 1}
    assert cells(lite, "C81-FEES") == {(by, "above_12"): 1}
    assert cells(lite, "C81-DEADLINES") == {(by, "within_3_months"): 1, (by, "same_month"): 1}


def test_tables_of_visits_are_read_from_what_is_kept_and_what_waits_to_be_counted(
    lite: Office,
) -> None:
    tablet = FieldTablet.enrol(lite)
    tablet.send(tablet.visit(), tablet.visit(area="PK-SD"))
    waiting = cells(lite, "VISIT-COVERAGE")
    whole(lite)
    with transaction(lite.engine) as connection:
        # Whoever reads the visits themselves would count these.
        connection.execute(update(VisitRecord).values(area="PK-KP"))

    assert cells(lite, "VISIT-COVERAGE") == waiting == {("PK-PB-01", "no"): 1, ("PK-SD", "no"): 1}
    tablet.send(tablet.visit())
    assert cells(lite, "VISIT-COVERAGE")[("PK-PB-01", "no")] == 2
    remarks = check(lite)
    assert any("cells of the declared tables" in one for one in remarks), remarks

    generations.recount(lite)
    assert cells(lite, "VISIT-COVERAGE") == {("PK-KP", "no"): 2, ("PK-PB-01", "no"): 1}
    recount.count_visits(lite)
    assert cells(lite, "VISIT-COVERAGE") == {("PK-KP", "no"): 2, ("PK-PB-01", "no"): 1}
    assert not any("cells of the declared tables" in one for one in check(lite))
