"""What a tablet may bring at once, a day and of other years; nothing is lost by any quota."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from server.cli import main
from server.db.engine import reading
from server.intake import quarantine, quota
from server.intake.folder import take_in_folder
from server.intake.model import RecordRevision
from server.intake.quota import DAY_S, Quota, QuotaUsedUp, Used, used_after
from server.intake.receive import take_in
from server.office import Office
from server.programme.enrolment import NotPossible, revoke
from shared.wire.records import Record
from tests.server.field import Clock, FieldTablet, make_office, words


def some(tablet: FieldTablet, cases: int, visit_date: str = "2026-11-10") -> list[Record]:
    visit = tablet.visit(visit_date=visit_date)
    return [visit, *(tablet.case(visit) for _ in range(cases))]


def held(office: Office) -> int:
    with reading(office.engine) as connection:
        return connection.scalar(select(func.count()).select_from(RecordRevision)) or 0


def later(office: Office, **time: float) -> None:
    assert isinstance(office.clock, Clock)
    office.clock.now += timedelta(**time)


def test_tablet_brings_all_it_has_in_the_end_and_another_waits_for_nobody(office: Office) -> None:
    one, other = FieldTablet.enrol(office, 0, 1), FieldTablet.enrol(office, 1, 2)
    quota.change(office, {"at_once": 4, "a_day": 4}, "test")
    parcels = [some(one, 3) for _ in range(3)]
    one.send(*parcels[0])

    with pytest.raises(QuotaUsedUp) as refused:
        one.send(*parcels[1])

    assert held(office) == 4
    assert words(other.send(*some(other, 3))) == ["accepted"] * 4
    later(office, seconds=refused.value.retry_after_s)
    # What was taken in before is answered whatever is used up: its receipt may have been lost.
    assert words(one.send(*parcels[1])) == ["accepted"] * 4
    assert words(one.send(*parcels[1], *parcels[0])) == ["already_accepted"] * 8
    with pytest.raises(QuotaUsedUp):
        one.send(*parcels[2])
    later(office, days=1)
    assert words(one.send(*parcels[2])) == ["accepted"] * 4
    assert one.send().totals.count == 12


def test_parcel_larger_than_the_quota_gets_through(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    quota.change(lite, {"at_once": 1, "a_day": 1}, "test")

    assert words(tablet.send(*some(tablet, 6))) == ["accepted"] * 7


def test_danger_is_told_though_the_quota_is_used_up_but_makes_no_flood(office: Office) -> None:
    tablet = FieldTablet.enrol(office)
    quota.change(office, {"at_once": 3, "a_day": 1}, "test")
    tablet.send(*some(tablet, 2))

    def in_danger() -> list[Record]:
        visit, case = some(tablet, 1)
        return [visit, replace(case, danger=True)]

    with pytest.raises(QuotaUsedUp):
        tablet.send(*some(tablet, 1))
    for _ in range(2):
        assert words(tablet.send(*in_danger())) == ["accepted"] * 2
    with pytest.raises(QuotaUsedUp):
        tablet.send(*in_danger())


def test_years_outside_the_window_have_a_small_quota_of_their_own(office: Office) -> None:
    tablet = FieldTablet.enrol(office)
    window = {"from_year": 2026, "to_year": 2026, "outside_at_once": 3, "outside_a_day": 1}
    quota.change(office, window, "test")
    assert words(tablet.send(*some(tablet, 2, "2019-03-01"))) == ["accepted"] * 3

    with pytest.raises(QuotaUsedUp) as refused:
        tablet.send(*some(tablet, 1, "2031-03-01"))

    assert words(tablet.send(*some(tablet, 5))) == ["accepted"] * 6
    later(office, seconds=refused.value.retry_after_s)
    assert words(tablet.send(*some(tablet, 0, "2031-03-01"))) == ["accepted"]


def test_cases_sent_before_their_visit_count_against_the_years_when_it_comes(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    window = {"from_year": 2026, "outside_at_once": 3, "outside_a_day": 1}
    quota.change(lite, window, "test")
    visit, *cases = some(tablet, 4, "2012-03-01")
    tablet.send(*cases)
    tablet.send(visit)

    with pytest.raises(QuotaUsedUp):
        tablet.send(*some(tablet, 0, "2012-03-01"))
    # And a case of a visit that is known by then counts at once.
    with pytest.raises(QuotaUsedUp):
        tablet.send(tablet.case(visit))


def test_file_road_keeps_the_parcel_and_says_when(lite: Office, tmp_path: Path) -> None:
    one, other = FieldTablet.enrol(lite, 0, 1), FieldTablet.enrol(lite, 1, 2)
    quota.change(lite, {"at_once": 1, "a_day": 24}, "test")
    one.send(*some(one, 0))
    late, good = some(one, 0), some(other, 0)
    (tmp_path / "a.parcel").write_bytes(one.seal(late).data)
    (tmp_path / "b.parcel").write_bytes(other.seal(good).data)

    told = {name: (taken, why) for name, taken, why in take_in_folder(lite, tmp_path)}

    assert told["a.parcel"][0] is None
    assert "nothing is lost" in told["a.parcel"][1]
    assert told["b.parcel"][0] is not None
    assert not (tmp_path / "a.receipt").exists()
    later(lite, hours=2)
    assert [why for name, _, why in take_in_folder(lite, tmp_path)] == ["", ""]
    assert (tmp_path / "a.receipt").exists()


def test_what_a_person_decides_to_take_in_needs_no_quota(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    quota.change(lite, {"at_once": 1, "a_day": 1}, "test")
    tablet.send(*some(tablet, 1))
    revoke(lite, tablet.membership.tablet_id, "test")
    sealed = tablet.seal(some(tablet, 3))
    assert take_in(lite, sealed.data).is_quarantined

    assert quarantine.accept(lite, sealed.parcel_id, "test") == {"accepted": 4}


def test_own_quota_of_a_tablet_goes_before_that_of_all(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    name = tablet.membership.tablet_id
    quota.change(lite, {"at_once": 1}, "test")
    quota.change(lite, {"at_once": 50, "from_year": 2020}, "test", name)
    quota.change(lite, {"at_once": 2}, "test")

    assert quota.current(lite, name) == Quota(at_once=50, from_year=2020)
    assert quota.current(lite) == Quota(at_once=2)
    with pytest.raises(NotPossible, match="no such tablet"):
        quota.change(lite, {"at_once": 2}, "test", "0" * 16)
    with pytest.raises(NotPossible, match="years"):
        quota.change(lite, {"from_year": 2027, "to_year": 2026}, "test")
    with pytest.raises(NotPossible, match="records"):
        quota.change(lite, {"a_day": 0}, "test")


def test_clock_that_was_wrong_keeps_nobody_waiting_for_years() -> None:
    quota_, full = Quota(), Used(6000.0, 0.0, 2_000_000_000)
    with pytest.raises(QuotaUsedUp):
        used_after(quota_, full, 2_000_000_000 - 60, 1, 0)
    assert used_after(quota_, full, 1_800_000_000, 1, 0) == Used(1.0, 0.0, 1_800_000_000)


@given(
    st.lists(st.tuples(st.integers(0, 3 * DAY_S), st.integers(1, 400)), max_size=40),
    st.integers(1, 500),
    st.integers(1, 500),
)
def test_never_more_than_at_once_and_so_many_a_day_and_one_parcel(
    parcels: list[tuple[int, int]], at_once: int, a_day: int
) -> None:
    """And who waits as long as he was told to is taken in."""
    quota_, used, now_s, taken = Quota(at_once, a_day), Used(), 0, 0
    waits: list[tuple[int, Used, int]] = []
    for pause_s, size in parcels:
        now_s += pause_s
        try:
            used = used_after(quota_, used, now_s, size, 0)
        except QuotaUsedUp as refused:
            waits.append((refused.retry_after_s, used, now_s))
            continue
        taken += size
        assert taken < at_once + a_day * now_s / DAY_S + size + 1
    for wait_s, then, at_s in waits:
        assert 1 <= wait_s <= DAY_S
        if wait_s < DAY_S:
            used_after(quota_, then, at_s + wait_s, 1, 0)


def test_command_shows_and_sets(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    name = FieldTablet.enrol(office).membership.tablet_id
    office.close()
    environment = {"TALLY87_FOLDER": str(tmp_path), "TALLY87_PUBLIC_URL": "http://127.0.0.1:8087"}

    def run(*words: str) -> str:
        return CliRunner().invoke(main, ["tablet", "quota", *words], env=environment).output

    assert run() == "New records: 5000 at once, 1000 a day.\n"
    told = run("--at-once", "70", "--from-year", "2024", "--to-year", "2026")
    assert told.startswith("New records: 70 at once, 1000 a day.\nOf visits outside 2024 to 2026:")
    assert run(name, "--a-day", "9", "--from-year", "0", "--to-year", "0") == (
        "New records: 70 at once, 9 a day.\n"
    )
    assert run(name) == "New records: 70 at once, 9 a day.\n"
    assert "no such tablet" in run("0" * 16, "--a-day", "9")
