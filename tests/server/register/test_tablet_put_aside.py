"""What a hostile tablet brought is put aside: the register is one that never saw it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from server.cli import main
from server.db.engine import reading
from server.intake import quarantine, tablet_quarantine
from server.intake.model import CaseRecord, VisitRecord
from server.intake.receive import take_in
from server.intake.tablet_quarantine import NotPutAside
from server.office import Office
from server.programme import enrolment
from server.stewardship.doctor import check
from server.tables import recount
from shared.wire.records import Record
from tests.server.field import NOW, FieldTablet, make_office, somebody, words
from tests.server.kept_counts import all_kept


def recorded(tablet: FieldTablet, *numbers: int) -> list[Record]:
    visit = tablet.visit()
    records = [visit, *(tablet.case(visit, somebody(number)) for number in numbers)]
    tablet.send(*records)
    recount.link_what_waits(tablet.office)
    return records


def register_of(office: Office) -> tuple[dict[str, str | None], dict[object, int]]:
    """Persons of standing cases, and every cell of the counts."""
    with reading(office.engine) as connection:
        persons = connection.execute(
            select(CaseRecord.record_id, CaseRecord.person_id).where(
                CaseRecord.withdrawn.is_(False)
            )
        )
        return dict(persons.all()), dict(all_kept(connection))


def tablets(office: Office) -> tuple[FieldTablet, FieldTablet]:
    return FieldTablet.enrol(office, 0, 1), FieldTablet.enrol(office, 1, 2)


def test_register_is_one_that_never_saw_the_tablet_and_comes_back_whole(
    office: Office, tmp_path: Path
) -> None:
    one, hostile = tablets(office)
    recorded(one, 1, 2, 3)
    mine = recorded(hostile, 2, 3, 4)
    recorded(one, 3, 5)
    never = make_office(tmp_path / "never")
    unseen, _ = tablets(never)
    recorded(unseen, 1, 2, 3)
    recorded(unseen, 3, 5)

    done = tablet_quarantine.put_aside(office, hostile.membership.tablet_id, 0, "steward")
    recount.link_what_waits(office)

    assert (done.cases, done.visits) == (3, 1)
    assert register_of(office) == register_of(never)
    assert check(office) == []

    # The tablet learns nothing, and what it sends from now on stands nowhere either.
    receipt = hostile.send(*mine)
    assert words(receipt) == ["already_accepted"] * len(mine)
    more = recorded(hostile, 1, 6)
    assert register_of(office) == register_of(never)
    assert check(office) == []
    assert hostile.send(*more).totals.count == len(mine) + len(more)

    back = tablet_quarantine.bring_back(office, hostile.membership.tablet_id, "steward")
    recount.link_what_waits(office)
    assert (back.cases, back.visits) == (5, 2)
    assert check(office) == []

    # As in an office that saw the same and never put anything aside.
    trusting = make_office(tmp_path / "trusting")
    other, trusted = tablets(trusting)
    recorded(other, 1, 2, 3)
    again = recorded(trusted, 2, 3, 4)
    recorded(other, 3, 5)
    trusted.send(*again)
    recorded(trusted, 1, 6)
    assert register_of(office) == register_of(trusting)


def test_receipts_are_the_same_bytes_with_and_without(tmp_path: Path) -> None:
    receipts = []
    for aside in (False, True):
        office = make_office(tmp_path / str(aside))
        _, tablet = tablets(office)
        first = recorded(tablet, 1)
        if aside:
            tablet_quarantine.put_aside(office, tablet.membership.tablet_id, 0, "steward")
        receipts.append((tablet.send(*first), tablet.send(*recorded(tablet, 2))))
        office.engine.dispose()

    assert receipts[0] == receipts[1]


def test_what_came_before_the_moment_stands(office: Office) -> None:
    _, tablet = tablets(office)
    recorded(tablet, 1, 2)
    now_s = int(NOW.timestamp())

    done = tablet_quarantine.put_aside(office, tablet.membership.tablet_id, now_s + 1, "steward")
    recount.link_what_waits(office)

    assert (done.cases, done.visits) == (0, 0)
    assert check(office) == []


def test_parcel_that_came_before_the_moment_stands_when_a_person_takes_it_in_after(
    office: Office,
) -> None:
    tablet = FieldTablet.enrol(office)
    enrolment.revoke(office, tablet.membership.tablet_id, "test")
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    parcel_id = take_in(office, tablet.seal([visit, case]).data).parcel_id
    since_s = office.now_s() + 1
    tablet_quarantine.put_aside(office, tablet.membership.tablet_id, since_s, "test")

    quarantine.accept(office, parcel_id, "test")

    with reading(office.engine) as connection:
        assert connection.scalar(select(CaseRecord.withdrawn)) is False
        assert connection.scalar(select(VisitRecord.withdrawn)) is False


def test_only_what_can_be_put_aside_is(lite: Office) -> None:
    _, tablet = tablets(lite)
    with pytest.raises(NotPutAside, match="no such tablet"):
        tablet_quarantine.put_aside(lite, "0" * 16, 0, "steward")
    with pytest.raises(NotPutAside, match="Nothing of this tablet"):
        tablet_quarantine.bring_back(lite, tablet.membership.tablet_id, "steward")
    tablet_quarantine.put_aside(lite, tablet.membership.tablet_id, 0, "steward")
    with pytest.raises(NotPutAside, match="already"):
        tablet_quarantine.put_aside(lite, tablet.membership.tablet_id, 5, "steward")


def test_commands_say_what_was_done(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    _, tablet = tablets(office)
    recorded(tablet, 1, 2)
    office.engine.dispose()
    name = tablet.membership.tablet_id
    environment = {"TALLY87_FOLDER": str(tmp_path), "TALLY87_PUBLIC_URL": "http://127.0.0.1:8087"}

    aside = CliRunner().invoke(
        main, ["tablet", "quarantine", name, "--since", "2026-01-01"], env=environment
    )
    back = CliRunner().invoke(main, ["tablet", "bring-back", name], env=environment)

    assert "2 cases and 1 visits are put aside" in aside.output
    assert "Correct what is published" in aside.output
    assert "2 cases and 1 visits stand again" in back.output
