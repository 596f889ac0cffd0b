"""Long lists come in the order of an index: no slice of them is sorted whole, however long."""

from __future__ import annotations

from sqlalchemy import insert

from server import queue
from server.db.engine import reading, transaction
from server.office import Office
from server.queue.model import Job
from server.register import possible
from server.register.possible import PairState
from tests.server.db.test_nothing_reads_a_whole_table import what_is_read
from tests.server.register.test_possible_pairs import two_alike


def test_pairs_that_wait_are_sorted_by_an_index(lite: Office) -> None:
    two_alike(lite)
    with what_is_read(lite) as steps, reading(lite.engine) as connection:
        for word in possible.ORDERS.keys:
            for order in (word, f"-{word}"):
                assert len(possible.part(connection, "", 5, None, order).lines) == 1

    assert not [step for step in steps if "TEMP B-TREE" in step]
    assert any("ix_possible_pair_score" in step for step in steps)


def test_pairs_somebody_decided_about_are_looked_up_by_the_decisions(lite: Office) -> None:
    two_alike(lite)
    with what_is_read(lite) as steps, reading(lite.engine) as connection:
        for state in (PairState.APART, PairState.SAME, PairState.PROPOSED):
            assert possible.part(connection, "", 5, state).lines == ()

    assert any("LIST SUBQUERY" in step for step in steps)


def test_jobs_are_sorted_by_an_index(lite: Office) -> None:
    with transaction(lite.engine) as connection:
        row = {"kind": "link", "made_at_s": 0, "due_at_s": 0, "tries": 0}
        connection.execute(insert(Job), [{**row, "subject": str(one)} for one in range(3)])
    with what_is_read(lite) as steps, reading(lite.engine) as connection:
        for word in queue.ORDERS.keys:
            for order in (word, f"-{word}"):
                queue.part(connection, lite.now_s(), "", 5, order=order)

    assert not [step for step in steps if "TEMP B-TREE" in step]
