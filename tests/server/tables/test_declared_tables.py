"""Declared tables: kept as records come, equal to a count from nothing, whole along their trees."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import select, update

from server.db.engine import reading, transaction
from server.disclosure.cube import TOTAL
from server.office import Office
from server.reference.in_force import reference_of
from server.stewardship.doctor import check
from server.tables import counted_visits, declared_counts, generations, read, recount
from server.tables.at_once import recount_at_once
from server.tables.contributions import TableCellKey
from server.tables.contributors import contributors
from server.tables.counted_visits import VisitLayout
from server.tables.cubes import cubes_of
from server.tables.declaration import STANDARD, BadDeclaration, Population, declared, standard
from server.tables.model import CountedCase, TableCell
from server.tables.observed import readers
from server.tables.ties import ties_across, ties_within
from shared.counting.contradictions import AGE_BANDS_OF
from tests.server.field import REFERENCE, FieldTablet, somebody
from tests.server.tables.histories import History

DECLARED = standard()


def whole(office: Office) -> Office:
    """The office with every case linked and everybody counted by the declarations."""
    recount.link_what_waits(office)
    if not generations.is_whole(office):
        generations.recount(office)
    recount.count_visits(office)
    return office


def kept_and_afresh(office: Office) -> tuple[dict[TableCellKey, int], dict[TableCellKey, int]]:
    with reading(office.engine) as connection:
        number = declared_counts.whole_generation(connection)
        kept = declared_counts.all_cells(connection, number)
        made = declared_counts.afresh(
            connection, generations.declarations_of(office), reference_of(office)
        )
    return kept, dict(made)


def cells(office: Office, table: str, period: str = "2026") -> dict[tuple[str, ...], int]:
    declarations = generations.declarations_of(office)
    with reading(office.engine) as connection:
        return read.cells(
            connection, declarations, reference_of(office), declarations.tables[table], period
        )


def test_every_dimension_can_be_read_from_the_standard_questionnaire() -> None:
    assert readers(tuple(DECLARED.dimensions.values()), REFERENCE.questionnaire, REFERENCE.profile)
    for dimension in DECLARED.dimensions.values():
        if dimension.source == "measure":
            assert REFERENCE.questionnaire.measured(dimension.name_of_source), dimension.name
        if dimension.codelist:
            assert dimension.codelist in REFERENCE.codelists, dimension.name
        if dimension.choices:
            known = {one.choice_list for one in REFERENCE.questionnaire.questions.values()}
            assert dimension.choices in known, dimension.name


def test_child_is_counted_once_in_each_period_with_what_was_answered(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit(urban_rural="rural")
    tablet.send(
        visit,
        tablet.case(
            visit, somebody(1), work_hours=20.0, hazards=("heavy_loads", "heights"), industry="01"
        ),
    )
    whole(lite)

    for period in ("2026", "2026-Q4", "2026-11"):
        found = cells(lite, "CL-CLASS", period)
        assert sum(found.values()) == 1
        ((area, sex, age, _),) = found
        assert (area, sex, age) == ("PK-PB-01", "female", "5-11")
    assert cells(lite, "CL-HAZARD") == {
        ("female", code): 1 for code in (TOTAL, "heavy_loads", "heights")
    }
    assert cells(lite, "CL-SECTOR") == {("female", "5-11", "01"): 1}
    assert cells(lite, "CL-HOURS") == {("female", "5-11", "14-27"): 1}
    assert cells(lite, "CL-INJURY") == {("female", code): 1 for code in (TOTAL, "not_asked")}


def test_not_asked_not_known_and_none_are_three_things(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    for number, said in enumerate((None, ("unknown",), ("none",), ("none",))):
        visit = tablet.visit()
        more = {} if said is None else {"hazards": said}
        tablet.send(visit, tablet.case(visit, somebody(number), **more))
    whole(lite)

    assert cells(lite, "CL-HAZARD") == {
        ("female", TOTAL): 4,
        ("female", "not_asked"): 1,
        ("female", "unknown"): 1,
        ("female", "none"): 2,
    }


def test_margin_is_summed_from_the_table_it_is_a_margin_of(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    for number, area in enumerate(("PK-PB-01", "PK-PB-01", "PK-PB")):
        visit = tablet.visit(area=area)
        tablet.send(visit, tablet.case(visit, somebody(number)))
    whole(lite)

    found = cells(lite, "CL-AREA")

    assert sorted(found.values()) == [1, 2]
    table = DECLARED.tables["CL-AREA"]
    (cube,) = cubes_of(DECLARED, table, found, REFERENCE.codelists, {"area": ["PK-SD"]}).values()
    by_area = {code: int(cube.counts[at, 0]) for code, at in cube.dimensions[0].places.items()}
    assert by_area == {
        **{TOTAL: 3, "PK-PB": 3, "PK-PB-01": 2, "PK-PB~": 1, "PK-SD": 0},
    }


def test_share_without_an_answer_is_of_those_who_were_asked() -> None:
    table = DECLARED.tables["CL-HAZARD"]
    found = {
        ("female", TOTAL): 10,
        ("female", "heights"): 4,
        ("female", "chemicals"): 3,
        ("female", "unknown"): 2,
        ("female", "not_asked"): 2,
    }

    told = read.item_nonresponse(DECLARED, table, found)

    assert told["hazard"] == read.ItemNonResponse(6, 2, 2)
    assert told["hazard"].share == 0.25
    assert told["sex"].share == 0.0


def visits_kept_and_afresh(office: Office) -> tuple[object, object]:
    with reading(office.engine) as connection:
        layout = VisitLayout(connection, generations.declarations_of(office))
        assert counted_visits.is_whole(connection, layout)
        reference = reference_of(office)
        return (
            counted_visits.as_kept(connection, layout, reference),
            counted_visits.afresh(connection, layout, reference),
        )


def assert_whole(office: Office) -> None:
    """What is kept is what a count from nothing gives, and nothing in it is impossible."""
    kept, made = kept_and_afresh(office)
    assert kept == made
    visits, from_nothing = visits_kept_and_afresh(office)
    assert visits == from_nothing
    assert all(number > 0 for number in kept.values())
    lists = reference_of(office).codelists
    by_table: dict[tuple[str, str], dict[tuple[str, ...], int]] = {}
    for key, number in kept.items():
        by_table.setdefault((key.period, key.table), {})[key.codes] = number
    for (_, code), found in by_table.items():
        table = DECLARED.tables[code]
        cubes = cubes_of(DECLARED, table, found, lists)
        at = table.dimensions.index("area") if "area" in table.dimensions else None
        for cube in cubes.values():
            assert (cube.counts >= 0).all()
            assert cube.counts.flat[0] > 0
            if at is not None:
                tops = list(cube.dimensions[at].children[0])
                parts = np.moveaxis(cube.counts, at, 0)
                assert (parts[tops].sum(axis=0) == parts[0]).all()
        if code == "CL-CLASS":
            for (_, _, age, class_), _ in found.items():
                assert age in {*AGE_BANDS_OF.get(class_, {age}), "unknown"}
    for period in {period for period, _ in by_table}:
        cubes = {
            name: cube
            for (where, code), found in by_table.items()
            if where == period
            for name, cube in cubes_of(DECLARED, DECLARED.tables[code], found, lists).items()
        }
        hold(cubes, ties_within(DECLARED, cubes))


def hold(cubes: dict[str, object], ties: list[object]) -> None:
    """Every tie is true of the counts."""
    for tie in ties:
        parts, wholes = (
            sum(int(cubes[name].counts.flat[cubes[name].place(codes)]) for name, codes in side)
            for side in (tie.parts, tie.wholes)
        )
        assert parts == wholes if tie.equal else parts <= wholes, (tie, parts, wholes)


@pytest.mark.parametrize("seed", range(2))
def test_tables_kept_through_any_history_are_those_counted_from_nothing(
    lite: Office, seed: int
) -> None:
    history = History(lite, seed)
    whole(lite)

    for _ in range(5):
        for _ in range(5):
            history.step()
        recount.link_what_waits(lite, history.chance.choice((1, 3, 100)))
        kept, made = kept_and_afresh(lite)
        assert kept == made
    assert_whole(lite)


def test_tables_are_kept_on_both_databases(office: Office) -> None:
    history = History(office, 1)
    whole(office)

    for _ in range(12):
        history.step()
    recount.link_what_waits(office)

    assert_whole(office)


def test_own_persons_of_an_organisation_are_those_it_has_a_record_of(lite: Office) -> None:
    inspectorate, ngo = FieldTablet.enrol(lite, 0, 1), FieldTablet.enrol(lite, 1, 2)
    for tablet, number in ((inspectorate, 1), (ngo, 1), (ngo, 2)):
        visit = tablet.visit()
        tablet.send(visit, tablet.case(visit, somebody(number)))
    whole(lite)

    with reading(lite.engine) as connection:
        asked = [DECLARED.tables[code] for code in ("CL-BOUNDS", "CASE-LIST", "VISIT-COVERAGE")]
        behind = contributors(connection, DECLARED, reference_of(lite), asked, "2026")
    found, cases, visits = (behind[table.code] for table in asked)

    ((cell, records),) = found.records.items()
    assert cells(lite, "CL-BOUNDS") == {cell: 2}
    assert records == 3
    assert {who: own[cell] for who, own in found.own.items()} == {"INSPECTORATE": 1, "NGO-A": 2}
    assert {code for _, code in cases.own["NGO-A"]} == {"ngo"}
    assert {who: sum(own.values()) for who, own in visits.own.items()} == {
        "INSPECTORATE": 1,
        "NGO-A": 2,
    }


def test_doctor_names_cells_that_are_not_what_a_recount_gives(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()
    tablet.send(visit, tablet.case(visit, somebody(1)))
    whole(lite)
    assert check(lite) == []

    with transaction(lite.engine) as connection:
        connection.execute(update(TableCell).values(number=TableCell.number + 1))

    (remark,) = check(lite)
    assert "cells of the declared tables" in remark
    generations.recount(lite, at_once=True)
    assert check(lite) == []


@pytest.mark.parametrize("processes", [1, 2])
def test_recount_at_once_puts_right_what_is_kept_otherwise(lite: Office, processes: int) -> None:
    """Cells too large, a word that nobody said, a case of somebody else and one that is not
    there."""
    history = History(lite, 9)
    whole(lite)
    for _ in range(25):
        history.arrive()
    recount.link_what_waits(lite)
    right, _ = kept_and_afresh(lite)
    with transaction(lite.engine) as connection:
        persons = set(connection.scalars(select(CountedCase.person_id)))
        said = list(connection.execute(select(CountedCase.record_id, CountedCase.said)))
        (first, words), (second, _), (third, _), *_ = said
        connection.execute(update(TableCell).values(number=TableCell.number + 1))
        for record, wrong in (
            (first, {"said": words.replace("male", "")}),
            (second, {"person_id": "0" * 32}),
            (third, {"record_id": "f" * 32}),
        ):
            connection.execute(
                update(CountedCase).where(CountedCase.record_id == record).values(**wrong)
            )
    done: list[int] = []

    cells = recount_at_once(lite, processes, done.append)

    assert dict(cells) == right
    assert done[-1] == len(persons) > 10
    assert_whole(lite)
    assert check(lite) == []
    with reading(lite.engine) as connection:
        assert set(connection.scalars(select(CountedCase.record_id))) == {one for one, _ in said}


def test_records_that_come_while_everybody_is_counted_afresh_are_in_the_tables(
    lite: Office,
) -> None:
    history = History(lite, 3)
    for _ in range(10):
        history.step()
    recount.link_what_waits(lite)

    def meanwhile(persons: int) -> None:
        history.step()
        recount.link_what_waits(lite)

    generations.recount(lite, meanwhile)
    history.step()
    recount.link_what_waits(lite)

    assert_whole(lite)


def test_years_are_bounded_by_their_months_and_are_no_sums_of_them(lite: Office) -> None:
    history = History(lite, 5)
    whole(lite)
    for _ in range(30):
        history.arrive()
    recount.link_what_waits(lite)
    kept, _ = kept_and_afresh(lite)
    lists = reference_of(lite).codelists
    periods: dict[str, dict[str, object]] = {}
    for code in ("CL-CLASS", "FL-STATUS", "CASE-LIST"):
        for period in {key.period for key in kept if key.table == code}:
            found = {k.codes: n for k, n in kept.items() if (k.table, k.period) == (code, period)}
            periods.setdefault(period, {}).update(
                cubes_of(DECLARED, DECLARED.tables[code], found, lists)
            )
    months = [
        (f"{month} ", periods[month])
        for month in sorted(periods)
        if len(month) == 7 and "Q" not in month
    ]

    ties = ties_across(DECLARED, ("2026 ", periods["2026"]), months, all_parts=True)

    named = {
        before + name: cube
        for before, cubes in (("2026 ", periods["2026"]), *months)
        for name, cube in cubes.items()
    }
    hold(named, ties)
    everybody = [int(cubes["CL-CLASS"].counts.flat[0]) for _, cubes in months]
    assert int(periods["2026"]["CL-CLASS"].counts.flat[0]) < sum(everybody)
    assert any(tie.equal for tie in ties)


def test_question_of_a_country_becomes_a_dimension_without_code() -> None:
    own = """
    [dimension.caste]
    question = "visit_reason"
    label = { en = "How the visit came about" }
    [[table]]
    code = "OWN-1"
    of = "cases"
    by = ["sex", "caste"]
    title = { en = "Cases by reason of the visit" }
    """
    found = declared((STANDARD.read_text(encoding="utf-8"), own))

    assert found.tables["OWN-1"].population is Population.CASES
    assert "caste" in found.attributes
    assert found.layout != DECLARED.layout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[dimension.x]\nlist = 'isic'", "must name one of"),
        ("[[table]]\ncode = 'A'\nof = 'cases'\nby = ['nowhere']", "no dimension is named"),
        ("[[table]]\ncode = 'A'\nof = 'people'\nby = ['sex']", "must say of what it is"),
        ("[[table]]\ncode = 'A'\nof = 'cases'\nby = ['hazard', 'menace']", "two dimensions"),
        ("x = ", "cannot be read"),
        ("[[table]]\ncode = 'A'\nmargin_of = 'CL-AREA'\nby = ['sex']", "is no margin of"),
        ("[[table]]\ncode = 'A'\nof = 'cases'\nby = ['sex']\ntitle = 'A'", "by language"),
    ],
)
def test_declaration_that_cannot_be_used_is_told_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(BadDeclaration, match=says):
        declared((STANDARD.read_text(encoding="utf-8"), text))
