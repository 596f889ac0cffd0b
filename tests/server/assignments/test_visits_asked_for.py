"""Visits that the office asks for: drawn fairly, told to one tablet, apart from the records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server.assignments import frame, visits
from server.assignments.frame import FramePlace, FrameRefused
from server.assignments.model import Assignment
from server.db.engine import reading
from server.office import Office
from server.programme import enrolment
from server.programme.enrolment import NotPossible
from shared.wire.note_kinds import VisitAsked
from shared.wire.notes import open_notes
from tests.server.field import FieldTablet

PLACE = FramePlace("PK-PB-01", "brick_kiln", "Behind the mill on the canal road")
LINES = b"area,place_kind,words\nPK-PB-01,farm,One\nPK-PB-02,brick_kiln,Two\nPK-PB-03,farm,Three\n"
AREAS, KINDS = {"PK-PB-01", "PK-PB-02", "PK-PB-03"}, {"farm", "brick_kiln"}


def told(tablet: FieldTablet) -> list[VisitAsked]:
    """What the next receipt of this tablet tells it of visits."""
    receipt = tablet.send()
    if not receipt.notes:
        return []
    notes = open_notes(
        receipt.notes,
        tablet_keys=tablet.keys,
        programme_public=tablet.membership.programme_public,
    )
    return [one.content for one in notes if isinstance(one.content, VisitAsked)]


def kept(office: Office) -> list[Mapping[str, object]]:
    with reading(office.engine) as connection:
        return [dict(row) for row in connection.execute(select(Assignment.__table__)).mappings()]


def test_visit_is_told_to_one_tablet_only_until_it_is_over(office: Office) -> None:
    mine, other = FieldTablet.enrol(office, 0, 1), FieldTablet.enrol(office, 1, 2)
    tablet_id = mine.membership.tablet_id
    visits.ask(office, tablet_id, [PLACE], "2026-12-31", "account steward")

    (asked,) = told(mine)
    assert told(other) == []
    assert (asked.word, asked.area, asked.due, asked.words) == (
        *("asked", "PK-PB-01", "2026-12-31"),
        PLACE.words,
    )

    (row,) = kept(office)
    visits.end(office, 1, visits.NOT_FOUND, "account steward")
    assert [one.word for one in told(mine)] == ["asked", "over"]
    (after,) = kept(office)
    assert (row["words"], after["words"], after["state"]) == (PLACE.words, "", "not_found")
    with pytest.raises(NotPossible):
        visits.end(office, 1, visits.DONE, "account steward")

    visits.reopen(office, 1, "2027-01-31", "", "account other")
    assert [one.due for one in told(mine)][-1] == "2027-01-31"
    with reading(office.engine) as connection:
        board = visits.board(connection, date(2027, 2, 1), "", 10)
        assert visits.counts(connection, date(2027, 2, 1))["late"] == 1
    assert [(one.officer, one.is_late) for one in board.lines] == [("OFFICER-0", True)]


def test_nobody_is_asked_too_much_or_through_a_tablet_that_is_gone(lite: Office) -> None:
    tablet_id = FieldTablet.enrol(lite).membership.tablet_id
    for due, places, code in (
        ("31.12.2026", [PLACE], "assignment_due"),
        ("2026-12-31", [PLACE] * (visits.MOST_OF_A_TABLET + 1), "assignment_many"),
        ("2026-12-31", [FramePlace("PK-PB-01", "farm", "x" * 201)], "assignment_words"),
        (
            "2026-12-31",
            [FramePlace("PK-PB-01", "farm", "turned \u202e around")],
            "assignment_words",
        ),
    ):
        with pytest.raises(NotPossible) as refused:
            visits.ask(lite, tablet_id, places, due, "test")
        assert refused.value.code == code
    enrolment.revoke(lite, tablet_id, "test")
    with pytest.raises(NotPossible):
        visits.ask(lite, tablet_id, [PLACE], "2026-12-31", "test")
    assert kept(lite) == []


@given(number=st.integers(1, 60), seed=st.integers(0, 2**63), size=st.integers(1, 50))
def test_draw_is_the_same_again_without_doubles_and_within_the_frame(
    number: int, seed: int, size: int
) -> None:
    places = [FramePlace("PK-PB-01", "farm", str(at)) for at in range(size)]

    drawn = frame.draw(places, number, seed)

    assert drawn == frame.draw(places, number, seed)
    assert len({one.line for one in drawn}) == len(drawn) == min(number, size)
    assert all(places[one.line - 1] == one.place for one in drawn)


def test_every_line_of_a_frame_is_drawn_equally_often() -> None:
    places = frame.read_frame(LINES, AREAS, KINDS)
    often = [0, 0, 0]
    for seed in range(3_000):
        often[frame.draw(places, 1, seed)[0].line - 1] += 1

    assert all(900 < one < 1_100 for one in often)


def test_frame_that_is_wrong_is_refused_with_its_line() -> None:
    for content, line in (
        (b"", 0),
        (b"area,kind\n", 0),
        (b"area,place_kind\n", 0),
        (b"\xff\xfe", 0),
        (LINES + b"PK-XX-99,farm,Four\n", 4),
        (LINES + b"PK-PB-01,palace,Four\n", 4),
        (LINES + b"PK-PB-01,farm," + b"x" * 201 + b"\n", 4),
        (LINES * 2_000, 0),
    ):
        with pytest.raises(FrameRefused) as refused:
            frame.read_frame(content, AREAS, KINDS)
        assert refused.value.line == line
