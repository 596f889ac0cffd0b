"""Persons who stand in no table are found by nobody, whatever the shown counts add up to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from server.disclosure.inclusion import Inclusion
from server.disclosure.methods import DIFFERENCES
from server.disclosure.release_attackers import AuditedRelease, EarlierRelease
from server.disclosure.release_audit import ReleaseFindings, audit_release
from server.disclosure.release_book import Codes, Extent, ReleasedTable
from server.disclosure.release_untold import untold_of

Register = Mapping[tuple[str, str], int]
"""Persons by sex and class."""
CLASSES = ("hazardous", "other worst form", "too young", "none")
IN: Extent = frozenset(CLASSES[:3])
SEXES = {"f": frozenset({"f"}), "m": frozenset({"m"})}


def register(girls: Sequence[int], boys: Sequence[int]) -> Register:
    both = {"f": girls, "m": boys}
    return {(sex, c): n for sex, of in both.items() for c, n in zip(CLASSES, of, strict=True)}


class Released:
    """Tables of a release, and what is true of their cells."""

    def __init__(self, of: Register, population: str = "children@2026") -> None:
        self.of, self.population = of, population
        self.tables: dict[str, ReleasedTable] = {}
        self.truth: dict[str, dict[Codes, int]] = {}

    def shows(
        self,
        name: str,
        classes: Mapping[str, Extent] | None = None,
        where: Mapping[str, Extent] | None = None,
        withheld: Collection[Codes] = (),
    ) -> Released:
        """A table by sex, and by class when there are classes, of those who meet a condition."""
        names = ("sex", "class") if classes else ("sex",)
        extents = {"sex": SEXES, "class": {**(classes or {}), **(where or {})}}
        cells = {}
        for codes in product(
            *(("Total", *extents[n]) for n in names[:1]), ("Total", *(classes or ()))
        ):
            asked = [("class", word) for word in where or ()]
            asked += [(n, c) for n, c in zip(("sex", "class"), codes, strict=True) if c != "Total"]
            cells[codes[: len(names)]] = sum(
                number
                for (sex, c), number in self.of.items()
                if all({"sex": sex, "class": c}[n] in extents[n][word] for n, word in asked)
            )
        shown = {codes: None if codes in withheld else n for codes, n in cells.items()}
        self.tables[name] = ReleasedTable(
            names,
            shown,
            self.population,
            extents,
            dict.fromkeys(("class",) if where else (), next(iter(where or ()), "")),
            "class" if classes else None,
        )
        self.truth[name] = cells
        return self

    def beside(self, other: Released) -> None:
        """Shows another's tables, too."""
        self.tables |= other.tables
        self.truth |= other.truth

    def attacked(
        self, earlier: Sequence[Released] = (), inclusions: Sequence[Inclusion] = (), **changes: int
    ) -> ReleaseFindings:
        before = [EarlierRelease(one.tables, one.truth) for one in earlier]
        subject = AuditedRelease(self.tables, self.truth, {}, inclusions, before)
        return audit_release(replace(subject, **changes), 10, 9)


def tells_of_few(findings: ReleaseFindings) -> bool:
    return any("stand in no table" in fault for fault in findings.faults)


HAZARDOUS = {"hazardous": frozenset({"hazardous"})}
OTHER = {"other worst form": frozenset({"other worst form"})}
OF_IN = {"in it": IN, "not": frozenset({"none"})}


def test_several_published_counts_less_one_tell_of_nobody_few() -> None:
    def together(too_young: int) -> ReleaseFindings:
        release = Released(register((40, 30, too_young, 25), (40, 30, 30, 25)))
        release.shows("all", OF_IN).shows("hazardous", where=HAZARDOUS)
        return release.shows("other", where=OTHER).attacked()

    assert tells_of_few(together(3)), "girls in child labour in neither of the two forms"
    assert together(12).may_leave


def test_published_count_less_a_withheld_one_tells_of_nobody_few() -> None:
    """Of 43 girls in child labour 40 are in hazardous work: withheld, but an edition of before had
    39 of them already."""
    before = Released(register((39, 0, 10, 25), (14, 0, 12, 25)))
    before.shows("hazardous", where=HAZARDOUS)
    now = Released(register((40, 0, 3, 25), (20, 0, 15, 25))).shows("all", OF_IN)
    now.shows("hazardous", where=HAZARDOUS, withheld=[("f",), ("m",)])

    assert now.attacked().may_leave
    assert now.attacked([before], method=DIFFERENCES).may_leave, "which the way before did not see"
    assert tells_of_few(now.attacked([before]))


def test_condition_is_less_than_everybody_where_another_table_divides_by_it() -> None:
    release = Released(register((40, 30, 20, 3), (40, 30, 20, 40)))
    release.shows("by sex").shows("in it", where={"in it": IN})
    assert tells_of_few(release.attacked())

    release.shows("all", OF_IN, withheld=[("f", "in it"), ("f", "not")])
    assert not release.attacked().may_leave


def test_edition_of_the_same_register_at_other_levels_tells_of_nobody_few() -> None:
    of = register((40, 30, 3, 25), (40, 30, 30, 25))
    first = Released(of).shows("all", OF_IN)
    both = {"either": frozenset({"hazardous", "other worst form"})}
    second = Released(of).shows("either", where=both)

    assert first.attacked().may_leave
    assert not second.attacked([first]).may_leave
    assert second.attacked().may_leave


@pytest.mark.parametrize("few", [3, 12])
def test_one_population_less_another_that_is_in_it_tells_of_nobody_few(few: int) -> None:
    """Girls in a worst form of child labour, less those in forced labour."""
    children = Released(register((40, 30, 12, 25), (40, 30, 30, 25)))
    children.shows("all", {c: frozenset({c}) for c in CLASSES})
    forced = Released(register((0, 30 - few, 0, 0), (0, 30, 0, 0)), "forced@2026").shows("by sex")
    worst = {"class": "other worst form"}
    known = [Inclusion("forced@2026", {}, "children@2026", worst, ("sex",))]

    assert forced.attacked(inclusions=known).may_leave
    children.beside(forced)
    assert tells_of_few(children.attacked(inclusions=known)) == (few < 10)


RECORDS = "cases@2026"
QUARTERS = tuple(f"cases@2026-Q{number}" for number in (1, 2, 3, 4))


def year_is_its_quarters() -> list[Inclusion]:
    """A record is of one quarter."""
    along = ("sex", "class")
    first, *rest = [(one, dict[str, str]()) for one in QUARTERS]
    year = (RECORDS, dict[str, str]())
    return [
        Inclusion(*year, *first, along, outer_also=tuple(rest)),
        Inclusion(*first, *year, along, inner_also=tuple(rest)),
    ]


@pytest.mark.parametrize("few", [3, 14])
def test_year_of_records_tells_nothing_of_a_quarter_that_was_published_before(few: int) -> None:
    quarters = [register((40, 20, 30, 25), (40, 20, 30, 25)) for _ in QUARTERS[:3]]
    quarters.append(register((40, few, 30, 25), (40, 15, 30, 25)))
    by_class = {c: frozenset({c}) for c in CLASSES}
    corners = list(product(("f", "m"), CLASSES[:2])) if few < 10 else []
    before = [
        Released(of, population).shows("all", by_class, withheld=corners if at == 3 else ())
        for at, (of, population) in enumerate(zip(quarters, QUARTERS, strict=True))
    ]
    of_year = {who: sum(of[who] for of in quarters) for who in quarters[0]}
    year = Released(of_year, RECORDS).shows("all", by_class)

    assert before[3].attacked().may_leave
    findings = year.attacked(before, year_is_its_quarters())
    assert findings.may_leave == (few >= 10), findings


def test_codes_that_many_tables_cut_through_are_solved_for_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Hundreds of areas in two divisions that overlap: not one system of equations for each."""
    solved = []
    lstsq = np.linalg.lstsq
    monkeypatch.setattr(
        np.linalg, "lstsq", lambda *args, **how: solved.append(1) or lstsq(*args, **how)
    )
    areas = [f"area={at:02}" for at in range(30)]
    divided = [("children@2026", one) for one in areas]

    assert not untold_of(divided, {}).groups
    assert not solved, "nothing cuts through an area"

    of_two = [("children@2026", f"area={at:02}|{at + 1:02}") for at in range(30)]
    assert len(untold_of([*divided[:9], *of_two], {}).groups) == 22
    assert len(solved) == 1


def test_looking_for_groups_ends_when_it_is_told_to() -> None:
    class GivenUp(Exception):
        """Somebody took the release back."""

    def give_up() -> None:
        raise GivenUp

    with pytest.raises(GivenUp):
        untold_of([("children@2026", "sex=f")], {}, give_up)


@pytest.mark.parametrize(("few", "leaves"), [(0, True), (3, False)])
def test_groups_inside_a_number_of_nobody_need_not_stay_open(few: int, leaves: bool) -> None:
    """Four classes by pairs that overlap: no sum of the pairs tells how many one class has."""
    release = Released(register((few, 0, 30, 30), (30, 30, 30, 30)))
    for at, one in enumerate(CLASSES):
        pair = frozenset({one, CLASSES[(at + 1) % 4]})
        withheld = [("f",), ("m",)] if at % 2 else []
        release.shows(f"pair {at}", where={f"pair {at}": pair}, withheld=withheld)

    assert release.attacked().may_leave == leaves
