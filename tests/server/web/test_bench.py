"""The analysis bench: looks that cannot be subtracted, each with a purpose, none that leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.disclosure.cube import TOTAL
from server.office import Office
from server.releases.counted import at_levels
from server.releases.source import read_source
from server.releases.structure import truth_of
from server.staff import accounts
from server.staff.model import AuditEntry
from server.web import create_app
from server.workshop import bench, trials
from server.workshop.trials import TrialKind
from tests.server.field import Clock, make_office, seeded
from tests.server.releases.register import Field, work
from tests.server.web.conftest import PASSWORD, Workplace

TABLE = "CL-CLASS:area,sex,age_band,child_labour"
OTHER = "CL-CLASS:area,sex,child_labour"
PURPOSE = "ages of children by class"
Cell = tuple[str, frozenset[tuple[str, str]]]


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workplace, Field]]:
    office: Office = make_office(tmp_path_factory.mktemp("bench") / "office")
    there = Field.begin(office)
    there.meet(150)
    work(office)
    for name, role in (("Amina", "statistician"), ("Root", "administrator")):
        accounts.add_account(office, name, role, PASSWORD)
    app = create_app(office.config, Clock(), seeded(7))
    yield Workplace(office, app), there
    app.extensions["tally87"].close()
    office.close()


@pytest.fixture(scope="module")
def opened(field: tuple[Workplace, Field]) -> int:
    office = field[0].office
    number = bench.ask(office, "Amina", [TABLE], "2026", PURPOSE)
    work(office)
    return number


def looks(office: Office, number: int) -> dict[Cell, int | None]:
    """Everything anybody can see at a bench, by what a cell counts: all tables, all choices of one
    to three dimensions in every order a form can name them."""
    _, tables = bench.tables_of(trials.trial_of(office, number))
    seen: dict[Cell, int | None] = {}
    for table in tables.values():
        for many in range(1, bench.MOST_DIMENSIONS + 1):
            for by in combinations(table.dimensions, many):
                found = bench.look(table, by)
                for codes, cells in found.rows:
                    for column, (_, count) in zip(found.columns, cells, strict=True):
                        named = dict(zip(found.down, codes, strict=True)) | {found.across: column}
                        who = frozenset((n, c) for n, c in named.items() if n and c != TOTAL)
                        place = (table.period, who)
                        assert place not in seen or seen[place] == count, "one cell, one number"
                        seen[place] = count
    return seen


def found_by_subtracting(
    seen: dict[Cell, int | None], parts: dict[str, dict[str, list[str]]]
) -> dict[Cell, int]:
    """What totals less their parts give, again and again until they give no more. parts: by
    dimension each code (or the total) with the codes it is the sum of."""
    known = {cell: count for cell, count in seen.items() if count is not None}
    learnt: dict[Cell, int] = {}
    sums: list[tuple[Cell, list[Cell]]] = []
    for period, who in seen:
        codes = dict(who)
        for name, below in parts.items():
            rest = who - {(name, codes.get(name, ""))}
            for codes_below in [below.get(codes.get(name, TOTAL), [])]:
                cells = [(period, rest | {(name, code)}) for code in codes_below]
                if cells and all(cell in seen for cell in cells):
                    sums.append(((period, who), cells))
    again = True
    while again:
        again = False
        for whole, cells in sums:
            unknown = [cell for cell in (whole, *cells) if cell not in known]
            if len(unknown) != 1:
                continue
            (cell,) = unknown
            if cell == whole:
                count = sum(known[one] for one in cells)
            else:
                count = known[whole] - sum(known[one] for one in cells if one != cell)
            known[cell] = learnt[cell] = count
            again = True
    return learnt


def parts_of(office: Office, number: int) -> dict[str, dict[str, list[str]]]:
    structure, _ = bench.tables_of(trials.trial_of(office, number))
    there = {one for _, who in looks(office, number) for one in who}
    parts: dict[str, dict[str, list[str]]] = {}
    for name, codes in structure.dimensions.items():
        for code, said in codes.items():
            if (name, code) in there:
                parts.setdefault(name, {}).setdefault(said["parent"] or TOTAL, []).append(code)
    return parts


def test_totals_less_parts_over_all_looks_find_nobody(
    field: tuple[Workplace, Field], opened: int
) -> None:
    office = field[0].office
    seen = looks(office, opened)
    assert sum(count is None for count in seen.values()) > 3
    assert not [count for count in seen.values() if count in (1, 2)]

    assert found_by_subtracting(seen, parts_of(office, opened)) == {}


def test_attack_of_this_test_finds_what_hiding_small_cells_alone_leaves(
    field: tuple[Workplace, Field], opened: int
) -> None:
    """Else the test above could pass by seeing nothing."""
    office = field[0].office
    truth = _truth(office, opened)
    least = min(count for count in truth.values() if count)
    naive: dict[Cell, int | None] = {c: None if n == least else n for c, n in truth.items()}

    found = found_by_subtracting(naive, parts_of(office, opened))

    assert found
    assert all(truth[cell] == count for cell, count in found.items())


def _truth(office: Office, number: int) -> dict[Cell, int]:
    """The true counts of the cells that can be looked at."""
    seen = looks(office, number)
    with reading(office.engine) as connection:
        counts = read_source(office, connection, [TABLE], ["2026"], 3)
    structure, _ = bench.tables_of(trials.trial_of(office, number))
    (table,) = (at_levels(one, structure.levels) for one in counts.tables.values())
    names = [d.name for d in table.cube.dimensions]
    return {
        place: count
        for codes, count in truth_of(table).items()
        if (
            place := (
                "2026",
                frozenset((n, c) for n, c in zip(names, codes, strict=True) if c != TOTAL),
            )
        )
        in seen
    }


def test_two_benches_of_one_register_tell_no_more_than_each_alone(
    field: tuple[Workplace, Field], opened: int
) -> None:
    office = field[0].office
    other = bench.ask(office, "Amina", [OTHER], "2026", PURPOSE)
    work(office)
    first, second = looks(office, opened), looks(office, other)
    both = dict(first)
    for cell, count in second.items():
        if both.get(cell) is None:
            both[cell] = count

    learnt = found_by_subtracting(both, parts_of(office, opened))

    assert not [count for count in learnt.values() if 0 < count < bench.THRESHOLD]
    assert not [count for count in both.values() if count in (1, 2)]


def test_looks_have_a_purpose_three_dimensions_and_leave_by_a_release_only(
    field: tuple[Workplace, Field], opened: int
) -> None:
    workplace = field[0]
    amina = workplace.sign_in("Amina")
    here = f"/bench/{opened}"
    empty = amina.get(here).text
    assert "<table" not in empty
    name = re.findall(r'<option value="(CL-CLASS[^"]*)"', empty)[0]
    assert "Nothing was shown" in workplace.post(amina, here, **{"table": name, "by-0": "sex"})
    for wrong in (
        {"table": name, "by-0": "sex", "by-1": "sex", "purpose": PURPOSE},
        {"table": name, "by-0": "nothing", "purpose": PURPOSE},
        {"table": "other", "by-0": "sex", "purpose": PURPOSE},
        {"table": name, "by-0": "sex", "purpose": "          x           "},
    ):
        assert "Nothing was shown" in workplace.post(amina, here, **wrong)
    token = re.findall(r'csrf_token" value="(\w+)', empty)[0]
    form = {"by-0": "area", "by-1": "sex", "by-2": "child_labour", "by-3": "age_band"}
    said = {"csrf_token": token, "table": name, "purpose": PURPOSE, **form}
    seen = amina.post(here, data=said)

    assert seen.status_code == 200
    assert seen.headers["Cache-Control"] == "no-store"
    assert "hidden" in seen.text
    assert "age_band" not in re.findall(r"<thead>.*?</thead>", seen.text, re.S)[0]
    assert "<td" in seen.text
    body = re.findall(r"<tbody>.*</tbody>", seen.text, re.S)[0]
    assert "href" not in body, "no way down to a case"
    assert "download" not in seen.text
    assert "/releases/new?table=CL-CLASS:area,sex,child_labour" in seen.text.replace("%2C", ",")
    with reading(workplace.office.engine) as connection:
        entries = connection.scalars(
            select(AuditEntry.details).where(AuditEntry.action == "looked_at")
        ).all()
    noted = [one for one in entries if one.get("page") == "bench"]
    assert [(one["purpose"], one["by"]) for one in noted] == [(PURPOSE, "area,sex,child_labour")]
    assert workplace.sign_in("Root").get(here).status_code == 403


@pytest.mark.parametrize("period", ["", "2026-13", "2026' or 1=1", "x" * 5_000])
def test_bench_of_no_period_is_not_kept(
    field: tuple[Workplace, Field], opened: int, period: str
) -> None:
    workplace = field[0]

    workplace.post(
        workplace.sign_in("Amina"), "/bench", table=TABLE, period=period, purpose=PURPOSE
    )

    with reading(workplace.office.engine) as connection:
        asked = [one.asked["period"] for one in trials.newest(connection, TrialKind.BENCH, 9)]
    assert opened
    assert period not in asked


def test_bench_is_refused_while_too_few_are_new(
    field: tuple[Workplace, Field], opened: int
) -> None:
    workplace, there = field
    there.meet(4)
    number = bench.ask(workplace.office, "Amina", [TABLE], "2026", PURPOSE)
    work(workplace.office)

    page = workplace.sign_in("Amina").get(f"/bench/{number}").text

    assert "fewer than 50 persons" in page
    assert "by-0" not in page
