"""`tally87 tables`: levels with what they would show, everybody afresh, rates of what is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli import main
from server.office import Office
from server.tables.national import national_tables
from server.tables.rates import BadPopulation, RecordedRate, population_of, rates_of
from tests.server.field import REFERENCE, FieldTablet, somebody

AREAS = REFERENCE.codelists["areas"]
Run = Callable[..., Result]


@pytest.fixture
def office(lite: Office) -> Office:
    """Forty children in two districts, half of them weaving."""
    tablet = FieldTablet.enrol(lite)
    records = []
    for number in range(40):
        visit = tablet.visit(area=f"PK-PB-0{number % 2 + 1}")
        hours = 20.0 if number < 20 else 0.0
        does = "yes" if number < 20 else "no"
        case = tablet.case(visit, somebody(number), work_hours=hours, worked_family_business=does)
        records += [visit, case]
    tablet.send(*records)
    return lite


@pytest.fixture
def run(office: Office, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TALLY87_FOLDER", str(office.config.folder))

    def run_one(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    return run_one


def test_levels_are_told_for_each_table_with_what_would_be_shown(run: Run) -> None:
    told = json.loads(run("tables", "levels", "CL-AREA", "CL-HAZARD", "--json").output)

    area = next(row for row in told if row["table"] == "CL-AREA")
    assert area["levels"].keys() == {"area", "child_labour"}
    assert 0 <= area["cells"] <= 1
    assert 0 <= area["persons"] <= 1
    plain = run("tables", "levels", "--together")
    assert plain.exit_code == 0, plain.output
    assert "FL-COUNTRY" in plain.output
    assert "No table is named" in run("tables", "levels", "NOTHING").output


def test_tables_are_named_and_counted_afresh(run: Run) -> None:
    named = run("tables", "list").output

    assert "C81-OUTCOMES\tVisits: list, outcome of the visit" in named
    for more in ((), ("--at-once",)):
        assert "cells of the declared tables counted" in run("tables", "recount", *more).output
    assert "every cell is their sum" in run("tables", "recount", "--added-up").output
    assert "choose one" in run("tables", "recount", "--added-up", "--at-once").output


def test_rates_are_of_counts_that_may_be_shown_and_say_they_are_no_prevalence(
    run: Run, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "children.csv"
    file.write_text("area,children\nPK-PB,20000\n", encoding="utf-8")

    said = run("tables", "rates", str(file)).output

    assert "Recorded per 1,000 children, not prevalence." in said
    shown = national_tables(office, "2026")["CL-AREA"]
    population = population_of(file.read_text(encoding="utf-8"), AREAS)
    for one in rates_of(shown, population, AREAS, child_labour="IN_CHILD_LABOUR"):
        assert one.recorded == shown.at(area=one.area, child_labour="IN_CHILD_LABOUR")
        assert (one.children == 20000) == (one.area == "PK-PB")


def test_rate_is_per_thousand_and_of_nothing_that_is_withheld() -> None:
    assert RecordedRate("PK-PB", 30, 20_000).per_1000 == 1.5
    assert RecordedRate("PK-PB", None, 20_000).per_1000 is None
    assert RecordedRate("PK-PB", 30, None).per_1000 is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("area,persons\nPK-PB,1\n", "must have the columns"),
        ("area,children\nXX,1\n", "has no 'XX'"),
        ("area,children\nPK-PB,1\nPK-PB,2\n", "is there twice"),
        ("area,children\nPK-PB,many\n", "whole number above zero"),
    ],
)
def test_population_that_cannot_be_used_is_told_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(BadPopulation, match=says):
        population_of(text, AREAS)
