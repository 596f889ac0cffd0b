"""What is acknowledged is on the disk; what would be done again after a power cut need not wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from server.office import Office
from server.tables import recount
from tests.server.field import FieldTablet, somebody

NEED_NOT_WAIT = "set_config('synchronous_commit', 'off'"
LOST_WITH_WHAT_WAS_DONE = ("DELETE FROM job", "UPDATE visit_record SET uncounted")


@contextmanager
def transactions_of(office: Office) -> Iterator[list[list[str]]]:
    """The statements of each transaction that is committed meanwhile, with parameters left out."""
    found: list[list[str]] = [[]]

    def run(_: Any, __: Any, statement: str, *___: Any) -> None:
        found[-1].append(statement)

    def end(_: Any) -> None:
        found.append([])

    hooks = (("before_cursor_execute", run), ("commit", end), ("rollback", end))
    for name, hook in hooks:
        event.listen(office.engine, name, hook)
    yield found
    for name, hook in hooks:
        event.remove(office.engine, name, hook)


def test_receipt_waits_for_the_disk_and_linking_which_is_asked_for_again_does_not(
    office: Office, tablet: FieldTablet
) -> None:
    visit = tablet.visit()
    with transactions_of(office) as taken_in:
        tablet.send(visit, tablet.case(visit, somebody(1)))
    with transactions_of(office) as linked:
        recount.link_what_waits(office)

    assert not [one for one in taken_in if _need_not_wait(one)]
    if office.engine.dialect.name == "postgresql":
        quick = [one for one in linked if _need_not_wait(one)]
        assert quick
        for statements in quick:
            asked_for_by = [
                one for one in statements for words in LOST_WITH_WHAT_WAS_DONE if words in one
            ]
            assert asked_for_by or not any(" into " in one for one in statements)
    else:
        assert not [one for one in linked if _need_not_wait(one)]


def _need_not_wait(statements: list[str]) -> bool:
    return any(NEED_NOT_WAIT in one for one in statements)
