"""Pairs that may be one person: found, looked at with a note, decided by two, and undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from server.cli import main
from server.db.engine import reading
from server.intake.model import CaseRecord
from server.office import Office
from server.register import possible
from server.register.decide import NoSuchPair
from server.register.possible import PairSide, PairState
from server.staff import accounts
from server.staff.accounts import NotASteward
from server.staff.model import AuditEntry
from server.stewardship.doctor import check
from server.tables import recount
from tests.server.field import FieldTablet, make_office, somebody

PASSWORD = "a long enough password"


def with_stewards(office: Office) -> Office:
    for name, role in (("ada", "steward"), ("ben", "administrator"), ("eve", "viewer")):
        accounts.add_account(office, name, role, PASSWORD, False)
    return office


def two_alike(office: Office, **content: object) -> list[str]:
    """Cases of two organisations that agree in some things and not in enough."""
    one, other = FieldTablet.enrol(office, 0, 1), FieldTablet.enrol(office, 1, 2)
    moved = somebody(1, area="PK-PB-02", parent_given_name="Zubaida", birth_date=None)
    first, second = one.visit(), other.visit(area="PK-PB-02")
    cases = [one.case(first, somebody(1)), other.case(second, moved, **content)]  # type: ignore[arg-type]
    one.send(first, cases[0])
    other.send(second, cases[1])
    recount.link_what_waits(office)
    return [case.record_id for case in cases]


def persons(office: Office) -> int:
    with reading(office.engine) as connection:
        return len(set(connection.scalars(select(CaseRecord.person_id))))


def test_two_people_make_two_cases_one_person_and_one_undoes_it(office: Office) -> None:
    with_stewards(office)
    two_alike(office)
    (pair,) = possible.listed(office)
    assert (pair.state, persons(office)) == (PairState.OPEN, 2)
    assert 30 <= pair.likely < 50

    assert possible.same(office, pair.number, "ada") is PairState.PROPOSED
    recount.link_what_waits(office)
    assert persons(office) == 2
    with pytest.raises(NoSuchPair, match="somebody else"):
        possible.same(office, pair.number, "ada")
    assert possible.same(office, pair.number, "ben") is PairState.SAME
    recount.link_what_waits(office)
    assert persons(office) == 1
    assert check(office) == []
    assert possible.listed(office) == []
    (done,) = possible.listed(office, decided=True)
    assert done.state is PairState.SAME

    possible.take_back(office, pair.number, "ada")
    recount.link_what_waits(office)
    assert persons(office) == 2
    assert check(office) == []
    assert [one.state for one in possible.listed(office)] == [PairState.OPEN]


def test_one_person_keeps_two_cases_apart_and_takes_it_back(lite: Office) -> None:
    with_stewards(lite)
    two_alike(lite)
    (pair,) = possible.listed(lite)

    possible.keep_apart(lite, pair.number, "ada")

    assert [one.state for one in possible.listed(lite, decided=True)] == [PairState.APART]
    with pytest.raises(NoSuchPair, match="decided already"):
        possible.same(lite, pair.number, "ben")
    possible.take_back(lite, pair.number, "ben")
    assert [one.state for one in possible.listed(lite)] == [PairState.OPEN]
    with pytest.raises(NoSuchPair, match="Nothing was decided"):
        possible.take_back(lite, pair.number, "ben")


def test_look_shows_what_is_coarse_and_is_noted(lite: Office) -> None:
    with_stewards(lite)
    cases = two_alike(lite)
    (pair,) = possible.listed(lite)

    seen = possible.look(lite, pair.number, "ada")

    assert set(seen.sides) == {
        PairSide("female", "5-11", "2026", "PK-PB", "labour_inspectorate"),
        PairSide("female", "5-11", "2026", "PK-PB", "ngo"),
    }
    assert not any(case in repr((seen, pair)) for case in cases)
    with reading(lite.engine) as connection:
        noted = connection.scalars(
            select(AuditEntry.details).where(AuditEntry.action == "possible_pair_seen")
        ).all()
    assert noted == [{"pair": pair.number}]


@pytest.mark.parametrize("name", ["eve", "nobody"])
def test_only_who_decides_about_records_sees_and_decides(lite: Office, name: str) -> None:
    with_stewards(lite)
    two_alike(lite)
    (pair,) = possible.listed(lite)
    for act in (possible.look, possible.same, possible.keep_apart, possible.take_back):
        with pytest.raises(NotASteward):
            act(lite, pair.number, name)  # type: ignore[operator]
    with pytest.raises(NoSuchPair, match="no possible pair"):
        possible.look(lite, 99, "ada")


def test_what_contradicts_is_no_pair(lite: Office) -> None:
    two_alike(lite, sex="male")

    assert possible.listed(lite) == []
    assert persons(lite) == 2


def test_what_contradicts_after_a_correction_stays_apart_whatever_two_people_said(
    lite: Office,
) -> None:
    with_stewards(lite)
    one, other = FieldTablet.enrol(lite, 0, 1), FieldTablet.enrol(lite, 1, 2)
    moved = somebody(1, area="PK-PB-02", parent_given_name="Zubaida", birth_date=None)
    visit, elsewhere = one.visit(), other.visit(area="PK-PB-02")
    one.send(visit, one.case(visit, somebody(1)))
    case = other.case(elsewhere, moved)
    other.send(elsewhere, case)
    recount.link_what_waits(lite)
    (pair,) = possible.listed(lite)
    for name in ("ada", "ben"):
        possible.same(lite, pair.number, name)
    recount.link_what_waits(lite)
    assert persons(lite) == 1

    content = {**case.content, "sex": "male"}
    after = replace(case, revision=2, ancestors=(other.mark(case),), content=content)
    other.send(other.classified(after, elsewhere, moved))
    recount.link_what_waits(lite)

    assert persons(lite) == 2
    assert check(lite) == []


def test_commands_list_look_and_decide(tmp_path: Path) -> None:
    office = with_stewards(make_office(tmp_path))
    cases = two_alike(office)
    (pair,) = possible.listed(office)
    office.close()
    environment = {"TALLY87_FOLDER": str(tmp_path), "TALLY87_PUBLIC_URL": "http://127.0.0.1:8087"}
    number = str(pair.number)

    def run(*words: str) -> str:
        return CliRunner().invoke(main, ["pair", *words], env=environment).output

    assert f"{number} " in run("list")
    assert "kinds of code agree" in run("look", number, "--by", "ada")
    assert run("same", number, "--by", "ada").startswith("Proposed")
    assert "proposed by ada" in run("list")
    assert run("same", number, "--by", "ben").startswith("They are one person")
    assert "same by ada" in run("list", "--decided")
    assert run("undo", number, "--by", "ben").startswith("Taken back")
    assert run("apart", number, "--by", "ben") == "They are kept apart.\n"
    assert run("undo", number, "--by", "ben").startswith("Taken back")
    assert run("split", *cases, "--by", "ada").startswith("They are kept apart")
    assert run("unsplit", *cases, "--by", "ada").startswith("They may be one person")
    assert "Nothing was merged" in run("merges", min(cases))
    assert "no open account" in run("look", number, "--by", "eve")
