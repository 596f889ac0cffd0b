"""Declared tables: kept as records come, equal to a count from nothing, whole along their trees."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from server.db.engine import reading
from server.disclosure.cube import TOTAL
from server.intake import tablet_quarantine
from server.office import Office
from server.reference.in_force import reference_of
from server.tables import declared_counts, generations, recount
from server.tables.contributions import TableCellKey
from server.tables.cubes import cubes_of
from server.tables.declaration import STANDARD, BadDeclaration, Population, declared, standard
from server.tables.observed import readers
from server.tables.ties import ties_across, ties_within
from shared.counting.contradictions import AGE_BANDS_OF
from shared.wire.records import Record
from tests.server.field import REFERENCE, FieldTablet, somebody

DECLARED = standard()


def whole(office: Office) -> Office:
    """The office with every case linked and everybody counted by the declarations."""
    recount.link_what_waits(office)
    if not generations.is_whole(office):
        generations.recount(office)
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
    with reading(office.engine) as connection:
        return declared_counts.cells(connection, table, period)


def test_every_dimension_can_be_read_from_the_standard_questionnaire() -> None:
    assert readers(tuple(DECLARED.dimensions.values()), REFERENCE.questionnaire)
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


class History:
    """An office to which things happen at random; every step may undo an earlier one."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.chance = office, random.Random(seed)
        self.tablets = [FieldTablet.enrol(office, n, n + 1) for n in range(3)]
        self.cases: list[tuple[FieldTablet, Record]] = []
        self.visits: dict[str, tuple[FieldTablet, Record]] = {}
        self.aside: list[FieldTablet] = []

    def step(self) -> None:
        does: list[Callable[[], None]] = [self.arrive] * 5
        if self.cases:
            does += [self.correct, self.split, self.withdraw, self.move, self.another_month]
            does += [self.quarantine]
        if self.aside:
            does += [self.bring_back]
        self.chance.choice(does)()
        self.office.clock.now += timedelta(minutes=1)

    def answers(self) -> dict[str, object]:
        chance = self.chance
        return {
            "sex": chance.choice(("female", "male")),
            "birth_date": chance.choice((6, 13, 16, 17, 30)),
            "work_hours": chance.choice((0.5, 10.0, 20.0, 50.0)),
            "hazards": chance.choice((None, ("none",), ("heights", "chemicals"), ("unknown",))),
            "wfcl_slavery": chance.choice((None, "yes", "no")),
            "industry": chance.choice((None, "01", "10", "97")),
            "attends_school": chance.choice((None, "yes", "no", "unknown")),
        }

    def arrive(self) -> None:
        tablet = self.chance.choice(self.tablets)
        visit = tablet.visit(
            area=self.chance.choice(("PK-PB-01", "PK-PB-02", "PK-PB", "PK-SD")),
            visit_date=f"2026-{self.chance.randint(1, 11):02}-10",
        )
        answers = self.answers()
        who = somebody(self.chance.randrange(12), sex=answers["sex"])
        case = tablet.case(visit, who, **answers)
        tablet.send(visit, case)
        self.visits[visit.record_id] = tablet, visit
        self.cases.append((tablet, case))

    def _revise(self, change: Callable[[Record], Record]) -> None:
        at = self.chance.randrange(len(self.cases))
        tablet, case = self.cases[at]
        if case.withdrawn:
            return
        following = replace(
            change(case), revision=case.revision + 1, ancestors=(*case.ancestors, tablet.mark(case))
        )
        tablet.send(following)
        self.cases[at] = tablet, following

    def _classified(self, case: Record, content: dict[str, object]) -> Record:
        tablet, visit = self.visits[str(case.visit_id)]
        made = tablet.classified(replace(case, content=content), visit, None)
        return replace(made, linkage=case.linkage)

    def correct(self) -> None:
        new = {name: value for name, value in self.answers().items() if value is not None}
        self._revise(lambda case: self._classified(case, {**case.content, **new}))

    def split(self) -> None:
        self._revise(lambda case: replace(case, linkage=()))

    def withdraw(self) -> None:
        self._revise(
            lambda case: replace(case, withdrawn="mistake", content={}, classes={}, linkage=())
        )

    def _revise_visit(self, **changes: object) -> None:
        visit_id = self.chance.choice(sorted(self.visits))
        tablet, visit = self.visits[visit_id]
        following = replace(
            visit,
            revision=visit.revision + 1,
            ancestors=(*visit.ancestors, tablet.mark(visit)),
            content={**visit.content, **changes},
        )
        tablet.send(following)
        self.visits[visit_id] = tablet, following

    def move(self) -> None:
        self._revise_visit(area=self.chance.choice(("PK-PB-03", "PK-KP", "PK-SD")))

    def another_month(self) -> None:
        self._revise_visit(visit_date=f"2026-{self.chance.randint(1, 11):02}")

    def quarantine(self) -> None:
        tablet = self.chance.choice(self.tablets)
        since_s = self.office.now_s() - 600
        if tablet not in self.aside:
            tablet_quarantine.put_aside(self.office, tablet.membership.tablet_id, since_s, "test")
            self.aside.append(tablet)

    def bring_back(self) -> None:
        tablet = self.aside.pop(self.chance.randrange(len(self.aside)))
        tablet_quarantine.bring_back(self.office, tablet.membership.tablet_id, "test")


def assert_whole(office: Office) -> None:
    """What is kept is what a count from nothing gives, and nothing in it is impossible."""
    kept, made = kept_and_afresh(office)
    assert kept == made
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


@pytest.mark.parametrize("seed", range(3))
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
    ],
)
def test_declaration_that_cannot_be_used_is_told_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(BadDeclaration, match=says):
        declared((STANDARD.read_text(encoding="utf-8"), text))
