"""A tablet that is carried west, or whose clock is put back, finishes what it began."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.mobile.interviews import record_case, record_visit


def at(text: str, hours: float) -> datetime:
    """A moment by the clock on the wall of a place so many hours east of Greenwich."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone(timedelta(hours=hours)))


@pytest.mark.parametrize(
    ("began", "done"),
    [
        # Karachi just after midnight, then London on the evening before.
        (at("2026-11-23T00:20", 5), at("2026-11-22T19:40", 0)),
        # Samoa to American Samoa, over the line of the date: the same hour of the day before.
        (at("2026-11-23T08:00", 13), at("2026-11-22T08:30", -11)),
        # Clocks put back from summer time over midnight, as in Paraguay and the Azores.
        (at("2026-11-23T00:10", -3), at("2026-11-22T23:20", -4)),
        # Put right by hand: it had been a day ahead.
        (at("2026-11-23T10:00", 0), at("2026-11-22T10:05", 0)),
    ],
)
def test_what_was_begun_tomorrow_is_finalised(
    session: Any, clock: Any, began: datetime, done: datetime
) -> None:
    clock.now = began
    visit_id = record_visit(session.casework, visit_date=began.date().isoformat())
    case_id = record_case(session.casework, visit_id)
    clock.now = done

    review = session.casework.review(case_id)
    result = session.casework.finalise(case_id)

    assert review.may_finalise
    assert result.done, result.findings
    assert session.casework.answer_of(visit_id, "visit_date") == began.date().isoformat()


def test_a_day_that_is_nowhere_yet_is_not_taken(session: Any, clock: Any) -> None:
    clock.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    visit_id = record_visit(session.casework, visit_date="2026-11-25")
    case_id = record_case(session.casework, visit_id)

    assert not session.casework.finalise(case_id).done
