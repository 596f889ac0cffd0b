"""What is done for every record looks its rows up, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from server.db.engine import reading
from server.office import Office
from server.tables import recount
from tests.server.field import FieldTablet, somebody

SMALL = {
    *("table_generation", "linkage_edition", "tablet_quarantine", "tablet_quota"),
    *("reference_edition", "pepper_nesting", "json_each", "CONSTANT", "(subquery-1)"),
    *("anon_1", "anon_2"),  # the edition for all, and the one this tablet tries
}
"""Tables that do not grow with the register, and what a statement itself lists."""
WHAT_WAITS = ("ix_visit_record_uncounted",)
"""Indexes that hold only rows that wait to be worked on."""


@contextmanager
def what_is_read(office: Office) -> Iterator[list[str]]:
    """How SQLite goes about every statement meanwhile (sqlite.org/eqp.html)."""
    said: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        said.append((statement, parameters[0] if many else parameters))

    steps: list[str] = []
    event.listen(office.engine, "before_cursor_execute", note)
    yield steps
    event.remove(office.engine, "before_cursor_execute", note)
    with reading(office.engine) as connection:
        for statement, parameters in said:
            if statement.split()[0].upper() in ("SELECT", "UPDATE", "DELETE"):
                plan = connection.exec_driver_sql(f"explain query plan {statement}", parameters)
                steps += [step for *_, step in plan]


def _reads_all(step: str) -> bool:
    return step.startswith("SCAN ") and not step.endswith(WHAT_WAITS)


def test_no_statement_of_intake_and_linking_scans_a_table_that_grows(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()
    first = [tablet.case(visit, somebody(one)) for one in (1, 2)]
    tablet.send(visit, *first)
    recount.link_what_waits(lite)
    other = FieldTablet.enrol(lite, 2, 30)
    again = other.visit()

    with what_is_read(lite) as steps:
        other.send(again, other.case(again, somebody(1)))
        recount.link_what_waits(lite)

    scanned = {step.split()[1] for step in steps if _reads_all(step)}
    assert any(step.startswith("SEARCH code_sharer") for step in steps)
    assert scanned <= SMALL, "these are read whole for every parcel"
