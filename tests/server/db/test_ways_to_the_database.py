"""A parcel goes few ways to PostgreSQL and back, each with a statement its driver remembers."""

from __future__ import annotations

from typing import Any

from psycopg import _queries
from sqlalchemy import event

from server.office import Office
from tests.server.field import FieldTablet, somebody, words

MOST_WAYS = 8
"""Begin and commit among them."""


def test_sync_of_a_visit_and_its_case_goes_few_ways_to_the_database(
    office: Office, tablet: FieldTablet
) -> None:
    for number in (1, 2):  # what is said once in the life of a process
        before = tablet.visit()
        tablet.send(before, tablet.case(before, somebody(number)))
    said: list[tuple[str, int]] = []
    ways = 0

    def run(_: Any, __: Any, statement: str, given: Any, *___: Any) -> None:
        nonlocal ways
        ways += 1
        said.append((statement, len(given or ())))

    def also(_: Any) -> None:
        nonlocal ways
        ways += 1

    visit = tablet.visit()
    case = tablet.case(visit, somebody(3))
    event.listen(office.engine, "before_cursor_execute", run)
    for name in ("begin", "commit"):
        event.listen(office.engine, name, also)
    assert words(tablet.send(visit, case)) == ["accepted", "accepted"]

    if office.engine.dialect.name == "postgresql":
        assert ways <= MOST_WAYS
        assert max(len(statement) for statement, _ in said) <= _queries.MAX_CACHED_STATEMENT_LENGTH
        assert max(given for _, given in said) <= _queries.MAX_CACHED_STATEMENT_PARAMS
    else:
        assert ways <= 40
