"""Lists of thousands: nobody waits for lines that nobody looks at."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

SMALL = (600, 800)
TIMES_DEARER = 6
"""A hundred times as many lines may take so many times as long to show. It was eighty."""


class Rows(Sequence[Any]):
    """So many lines, made from one when they are looked at."""

    def __init__(self, row: Any, count: int) -> None:
        self.row, self.count, self.made = row, count, 0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(self.count))]
        self.made += 1
        return replace(self.row, number=place)


@pytest.fixture
def at_the_list(drive: Any, at_work: Any) -> Any:
    """A driver at the list of cases, the list, and a row to copy."""
    session, _visit_id, cases = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.show_place("cases")
    driver.settle()
    return driver, driver.screen.list, session.casework.row(cases[0])


def work_to_show(driver: Any, lines: Any, rows: Rows) -> float:
    """Processor seconds until the lines stand there."""
    driver.draws_every_step = False
    began = time.thread_time()
    lines.fill(rows, lambda _row: None)
    driver.settle(4)
    return time.thread_time() - began


def test_ten_thousand_lines_are_shown_about_as_fast_as_a_hundred(at_the_list: Any) -> None:
    driver, lines, row = at_the_list
    work_to_show(driver, lines, Rows(row, 100))

    few = min(work_to_show(driver, lines, Rows(row, 100)) for _ in range(3))
    rows = Rows(row, 10_000)
    many = min(work_to_show(driver, lines, rows) for _ in range(3))

    assert rows.made < 1_000
    assert many < few * TIMES_DEARER


def test_the_end_of_a_long_list_is_come_to_by_scrolling_and_nothing_jumps(
    at_the_list: Any,
) -> None:
    driver, lines, row = at_the_list
    lines.fill(Rows(row, 450), lambda _row: None)
    driver.settle(4)
    for _ in range(20):
        before = first_in_sight(lines)
        lines.scroll_y = max(lines.scroll_y - 0.5, 0)
        driver.settle(4)
        assert first_in_sight(lines) >= before, "the list jumped back"

    assert len(lines.data) == 450
    assert max(line.row.number for line in in_sight(lines)) == 449


def in_sight(lines: Any) -> list[Any]:
    layout = lines.layout_manager
    return [line for line in layout.children if line.row is not None]


def first_in_sight(lines: Any) -> int:
    return min(line.row.number for line in in_sight(lines))


def test_found_lines_are_made_only_when_they_are_looked_at(at_work: Any) -> None:
    session, visit_id, cases = at_work
    found = session.casework.find()

    assert (len(found), found.cases) == (len(cases) + 1, len(cases))
    assert {row.record_id for row in found} == {visit_id, *cases}
    assert [row for row in found if row.record_id != visit_id] == session.casework.list_cases()
    assert found[:2] == list(found)[:2]
    assert found[0] == session.casework.row(found[0].record_id)
