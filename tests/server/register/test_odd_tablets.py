"""A tablet that forges looks odd to the office, and nobody else can tell that it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner

from server.cli import main
from server.intake import tablet_quarantine
from server.intake.receive import take_in
from server.office import Office
from server.register import odd
from server.register.odd import Oddity
from server.tables import recount
from tests.server.field import Clock, FieldTablet, make_office, somebody


def honest(tablet: FieldTablet, *numbers: int) -> None:
    """Children who differ in more than their names."""
    for number in numbers:
        visit = tablet.visit()
        case = tablet.case(visit, somebody(number), work_hours=float(number % 60))
        tablet.send(visit, case)


def copies(tablet: FieldTablet, *numbers: int) -> None:
    """Children of whom somebody knows the names, with one interview for all."""
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit, somebody(number)) for number in numbers))


def test_tablet_that_copies_others_persons_and_answers_is_odd(office: Office) -> None:
    one, other = FieldTablet.enrol(office, 0, 1), FieldTablet.enrol(office, 1, 2)
    hostile = FieldTablet.enrol(office, 2, 3)
    honest(one, *range(24))
    honest(other, *range(22, 46))
    copies(hostile, *range(20))
    recount.link_what_waits(office)

    (found,) = odd.odd_tablets(office)

    assert found.tablet_id == hostile.membership.tablet_id
    assert found.why == (Oddity.LINKED, Oddity.COPIED)
    assert (found.cases, found.linked, found.copied) == (20, 1.0, 0.95)
    tablet_quarantine.put_aside(office, found.tablet_id, 0, "steward")
    recount.link_what_waits(office)
    assert odd.odd_tablets(office) == []


def test_tablet_that_suddenly_brings_far_more_is_odd(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite, 0, 1)
    clock = lite.clock
    assert isinstance(clock, Clock)
    for week in range(3):
        honest(tablet, 2 * week, 2 * week + 1)
        clock.now += timedelta(days=7)
    assert odd.odd_tablets(lite) == []

    honest(tablet, *range(10, 30))

    assert [one.why for one in odd.odd_tablets(lite)] == [(Oddity.GROWTH,)]


def test_person_who_grows_by_one_hand_is_odd(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite, 0, 1)
    honest(tablet, 1, 1, 1)
    recount.link_what_waits(lite)
    assert odd.odd_lately(lite).persons == ()

    honest(tablet, 1)
    recount.link_what_waits(lite)

    (found,) = odd.odd_lately(lite).persons
    assert (found.tablet_id, found.cases) == (tablet.membership.tablet_id, 4)


def test_receipts_are_the_same_bytes_whether_a_tablet_looks_odd_or_not(tmp_path: Path) -> None:
    """And whether anybody looked: nothing of it is kept, so that nothing can show it."""
    receipts = []
    for name, looks in (("watched", True), ("alone", False)):
        office = make_office(tmp_path / name)
        one, hostile = FieldTablet.enrol(office, 0, 1), FieldTablet.enrol(office, 1, 2)
        # In the one office its names are those of others, in the other nobody's.
        honest(one, *(range(20) if looks else range(100, 120)))
        visit = hostile.visit()
        cases = [hostile.case(visit, somebody(number)) for number in range(20)]
        sent = [hostile.seal([visit, *cases]).data]
        told = [take_in(office, sent[0]).receipt]
        recount.link_what_waits(office)
        if looks:
            assert odd.odd_tablets(office)
        told += [take_in(office, sent[0]).receipt, take_in(office, hostile.seal([]).data).receipt]
        receipts.append([hostile.open(one) for one in told])
        office.close()

    assert receipts[0] == receipts[1]


def test_command_lists_what_looks_odd(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    # The command lives by the machine's clock: what came must have come by it, too.
    office.clock.now = datetime.now(UTC)  # type: ignore[attr-defined]
    tablet = FieldTablet.enrol(office)
    environment = {"TALLY87_FOLDER": str(tmp_path), "TALLY87_PUBLIC_URL": "http://127.0.0.1:8087"}

    def run() -> str:
        return CliRunner().invoke(main, ["tablet", "odd", "--days", "366"], env=environment).output

    assert run() == "Nothing looks odd.\n"
    copies(tablet, *range(20), *[1] * 4)
    recount.link_what_waits(office)
    office.close()

    assert f"tablet {tablet.membership.tablet_id}: 24 cases" in run()
    assert "5 cases from tablet" in run()
