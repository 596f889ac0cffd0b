"""A withheld number and the nearest coarser one that is published, in whichever table it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.releases.files import NumberState, StatedNumber
from server.releases.nearest import NearestNumber, PublishedNumbers, among_earlier, nearest_of_all
from server.releases.structure import ReleaseStructure, TableLayout

T = "Total"
IN_IT = {"child_labour": "IN_CHILD_LABOUR"}
DIMENSIONS: Mapping[str, Mapping[str, Any]] = {
    "area": {
        "N1": {"covers": ["N1"]},
        "N2": {"covers": ["N2"]},
        "N": {"covers": ["N1", "N2"]},
        "S": {"covers": ["S"]},
        T: {"covers": ["N1", "N2", "S"]},
    },
    "sex": {"f": {"covers": ["f"]}, "m": {"covers": ["m"]}, T: {"covers": ["f", "m"]}},
    "sector": {"A": {"covers": ["A"]}, "B": {"covers": ["B"]}, T: {"covers": ["A", "B"]}},
    "child_labour": {
        "HAZARDOUS": {"covers": ["HAZARDOUS"]},
        "IN_CHILD_LABOUR": {"covers": ["HAZARDOUS", "IN_CHILD_LABOUR"]},
        "NOT": {"covers": ["NOT"]},
        T: {"covers": ["HAZARDOUS", "IN_CHILD_LABOUR", "NOT"]},
    },
}


def layout(
    name: str,
    dimensions: tuple[str, ...],
    where: Mapping[str, str] | None = None,
    period: str = "2026",
    population: str = "child_labour",
) -> TableLayout:
    return TableLayout(
        f"{name}.csv", name, period, f"{population}@{period}", where or {}, dimensions, "sex"
    )


def structure(**tables: TableLayout) -> ReleaseStructure:
    return ReleaseStructure(tables, DIMENSIONS, {}, {})


def shown(count: int) -> StatedNumber:
    return (NumberState.PUBLISHED, count)


WITHHELD: StatedNumber = (NumberState.WITHHELD, None)


def test_coarser_number_of_another_table_is_offered_when_it_is_nearer_than_those_of_its_own() -> (
    None
):
    """Beside the North's girls its own table has only the country; another has the North."""
    tables = structure(
        own=layout("own", ("area", "sex")), other=layout("other", ("area", "sector"))
    )
    rows = {
        "own": {
            ("N", "f"): WITHHELD,
            ("N", T): WITHHELD,
            (T, "f"): WITHHELD,
            (T, T): shown(90),
        },
        "other": {("N", "A"): shown(20), ("N", T): shown(30), (T, T): shown(90)},
    }

    found = nearest_of_all(tables, rows)

    assert found["own"]["N", "f"] == NearestNumber(
        "other", "other", "2026", ("area", "sector"), ("N", T)
    )


def test_own_table_comes_first_among_numbers_as_near() -> None:
    tables = structure(one=layout("one", ("area",)), own=layout("own", ("area", "sex")))
    rows = {
        "one": {("N1",): WITHHELD, ("N",): shown(30), (T,): shown(90)},
        "own": {("N1", T): WITHHELD, ("N", T): shown(30), (T, T): shown(90)},
    }

    found = nearest_of_all(tables, rows)

    assert found["own"]["N1", T].table == "own"
    assert found["own"]["N1", T].codes == ("N", T)
    assert found["one"]["N1",].table == "one"


def test_total_of_a_table_of_some_is_near_a_number_of_a_table_of_all() -> None:
    """Nothing is shown of the sectors; how many children there are stands in another table."""
    tables = structure(
        sectors=layout("sectors", ("sector",), IN_IT), classes=layout("classes", ("child_labour",))
    )
    rows = {
        "sectors": {("A",): WITHHELD, (T,): WITHHELD},
        "classes": {("IN_CHILD_LABOUR",): WITHHELD, ("NOT",): WITHHELD, (T,): shown(44)},
    }

    found = nearest_of_all(tables, rows)

    assert found["sectors"]["A",].table == "classes"
    assert found["sectors"]["A",].codes == (T,)
    rows["classes"]["IN_CHILD_LABOUR",] = shown(20)
    found = nearest_of_all(tables, rows)
    assert found["sectors"]["A",].codes == ("IN_CHILD_LABOUR",)


def test_number_that_leaves_somebody_out_is_never_offered() -> None:
    """A table of those in child labour counts fewer; other areas count others; so does another
    population, and a month counts fewer than its year."""
    tables = structure(
        own=layout("own", ("area",)),
        some=layout("some", ("area",), IN_IT),
        forced=layout("forced", ("area",), population="forced_labour"),
        month=layout("month", ("area",), period="2026-11"),
    )
    rows = {
        "own": {("N",): WITHHELD, ("N1",): shown(11), ("S",): shown(40), (T,): WITHHELD},
        "some": {("N",): shown(30), (T,): shown(60)},
        "forced": {("N",): shown(30), (T,): shown(60)},
        "month": {("N",): shown(30), (T,): shown(60)},
    }

    assert nearest_of_all(tables, rows)["own"] == {}


def test_longer_period_is_offered_only_where_it_surely_counts_everybody() -> None:
    """A child met in the North in November may be counted in the South in the year."""
    tables = structure(
        month=layout("month", ("area",), period="2026-11"),
        year=layout("year", ("area",)),
    )
    rows = {
        "month": {("N",): WITHHELD, (T,): WITHHELD},
        "year": {("N",): shown(30), (T,): shown(60)},
    }

    found = nearest_of_all(tables, rows)["month"]

    assert {near.codes for near in found.values()} == {(T,)}
    visits = structure(
        month=layout("month", ("area",), period="2026-11", population="visits"),
        year=layout("year", ("area",), population="visits"),
    )
    assert nearest_of_all(visits, rows)["month"]["N",].codes == ("N",)


def test_earlier_edition_is_asked_where_this_one_has_nothing_coarser() -> None:
    tables = structure(own=layout("own", ("area",)))
    rows = {"own": {("N",): WITHHELD, (T,): WITHHELD}}
    older = PublishedNumbers(tables, {"own": {("N",): WITHHELD, (T,): shown(60)}}, 1)
    nothing = PublishedNumbers(tables, rows, 2)

    found = among_earlier(tables, "own", [("N",), (T,)], [nothing, older])

    assert {codes: (near.edition, near.codes) for codes, near in found.items()} == {
        ("N",): (1, (T,)),
        (T,): (1, (T,)),
    }
