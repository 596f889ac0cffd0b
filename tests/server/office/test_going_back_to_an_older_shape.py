"""A database that is taken back to an older shape loses nothing that nobody could know again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from server.db.migrate import CannotGoDown, migrate
from server.db.shape import current_revision
from server.intake.tablet_quarantine import bring_back, put_aside
from server.office import Office
from server.operations import key_rotation, retention
from server.register import decide
from server.releases import build
from server.stewardship import doctor
from server.tables import recount
from tests.server.field import Clock, FieldTablet, somebody
from tests.server.releases.register import DECLARER, declaration, with_two_people


def two_cases(office: Office) -> tuple[FieldTablet, str, str]:
    """Of one person, linked."""
    tablet, other = FieldTablet.enrol(office), FieldTablet.enrol(office, 1, 7)
    cases = []
    for one in (tablet, other):
        visit = one.visit()
        cases.append(one.case(visit, somebody(1)))
        one.send(visit, cases[-1])
    recount.link_what_waits(office)
    return tablet, cases[0].record_id, cases[1].record_id


def changed_pepper(office: Office) -> None:
    key_rotation.rotate_pepper(office, "test")


def changed_linkage_key(office: Office) -> None:
    key_rotation.rotate_linkage_key(office, "test", 2026)


def codes_gone(office: Office) -> None:
    two_cases(office)
    assert isinstance(office.clock, Clock)
    office.clock.now = datetime(2032, 6, 1, tzinfo=UTC)
    retention.let_go(office)


def tablet_aside(office: Office) -> None:
    tablet, _, _ = two_cases(office)
    put_aside(office, tablet.membership.tablet_id, 0, "test")


def kept_apart(office: Office) -> None:
    _, one, other = two_cases(office)
    decide.keep_apart(office, one, other, "test")


def released(office: Office) -> None:
    tablet = FieldTablet.enrol(office)
    tablet.send(tablet.visit())
    with_two_people(office)
    build.declare(office, DECLARER, declaration())


@pytest.mark.parametrize(
    ("happens", "below", "words"),
    [
        (changed_pepper, "0031", "pepper was changed"),
        (changed_linkage_key, "0032", "linkage key was changed"),
        (codes_gone, "0033", "one person before linkage codes were destroyed"),
        (tablet_aside, "0008", "tablets that are put aside"),
        (kept_apart, "0007", "somebody keeps apart"),
        (released, "0015", "releases of tables"),
    ],
)
def test_shape_that_cannot_hold_what_happened_is_refused_in_words(
    lite: Office, happens: Callable[[Office], None], below: str, words: str
) -> None:
    happens(lite)
    newest = current_revision(lite.engine)

    with pytest.raises(CannotGoDown, match=f"{words}.*Nothing was changed"):
        migrate(lite.engine, below)

    assert current_revision(lite.engine) == newest
    recount.link_what_waits(lite)
    assert doctor.check(lite) == []


def test_what_was_taken_back_is_in_nobodys_way(office: Office) -> None:
    tablet, one, other = two_cases(office)
    decide.keep_apart(office, one, other, "test")
    decide.take_back(office, one, other, "test")
    put_aside(office, tablet.membership.tablet_id, 0, "test")
    bring_back(office, tablet.membership.tablet_id, "test")

    assert migrate(office.engine, "0007") == "0007"
    migrate(office.engine)


def test_changed_pepper_is_in_no_older_shapes_way_that_knows_of_it(office: Office) -> None:
    changed_pepper(office)

    assert migrate(office.engine, "0032") == "0032"
    with pytest.raises(CannotGoDown):
        migrate(office.engine, "0031")
