"""All files of a release before attackers: the product's audit, and one of another make."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from server.disclosure.attack import Attack, Constraint
from server.disclosure.cube import Bools, Ints, cube_of, tree
from server.disclosure.joint import protect_jointly
from server.disclosure.release_book import MOST_CROSSINGS, ReleasedTable
from server.disclosure.release_protect import CountedTable, protect_release
from server.disclosure.suppress import Unprotectable
from tests.server.disclosure.register_attacker import Place, ReadTable, RegisterAttacker
from tests.server.disclosure.released import (
    INCLUSIONS,
    POLICY,
    attacked,
    counted,
    covers,
    edition,
    parts_of,
    together,
    written,
)
from tests.server.disclosure.releases import release

INSIDE = [(o.inner, o.inner_where, o.outer, o.outer_where, o.along) for o in INCLUSIONS]


def read(tables: Mapping[str, ReleasedTable]) -> dict[str, ReadTable]:
    return {
        name: ReadTable(t.names, t.cells, t.population, t.where, t.extents)
        for name, t in tables.items()
    }


def small_ones(
    at: int, tables: Mapping[str, CountedTable], withheld: Mapping[str, Bools]
) -> list[Place]:
    return [
        Place(at, name, codes)
        for name, table in tables.items()
        for codes, count, hidden in zip(
            table.cube.keys(), table.cube.counts.ravel(), withheld[name].ravel(), strict=True
        )
        if hidden and 0 < count < POLICY.threshold
    ]


def narrow(
    attacker: RegisterAttacker, places: Sequence[Place], *, whole: bool = False
) -> list[Place]:
    assert attacker.is_possible()
    found = []
    for place in places:
        low, high = attacker.interval(place, whole=whole)
        if high - low < POLICY.interval - 1e-6:
            found.append(place)
    return found


@pytest.mark.parametrize("register", [(60, 3, 0, 1, 3), (260, 6, 2, 2, 3), (1060, 9, 3, 3, 3)])
def test_files_that_pass_the_audit_hold_against_the_register_behind_them(
    register: tuple[int, int, int, int, int],
) -> None:
    tables = counted(release(*register)[0])
    withheld = together(tables)

    findings = attacked(tables, withheld)

    assert findings.may_leave, findings
    assert findings.primary > 0
    attacker = RegisterAttacker([read(written(tables, withheld))], inside=INSIDE)
    places = small_ones(0, tables, withheld)
    assert narrow(attacker, places[:: max(1, len(places) // 25)]) == []


def test_whole_persons_place_nobody_either() -> None:
    tables = counted(release(60, 3, 0, 1, 3)[0])
    withheld = together(tables)
    attacker = RegisterAttacker([read(written(tables, withheld))], inside=INSIDE)

    assert narrow(attacker, small_ones(0, tables, withheld)[::3], whole=True) == []


def test_audit_stops_tables_that_are_safe_one_by_one_and_not_together() -> None:
    tables = counted(release(260, 6, 2, 2, 3)[0])
    alone = {
        name: protect_jointly({name: table.cube}, [], POLICY, steps=1_000)[name]
        for name, table in tables.items()
    }

    assert not attacked(tables, alone).may_leave


def test_audit_finds_what_one_cell_published_too_much_gives_away() -> None:
    tables = counted(release(260, 6, 2, 2, 3)[0])
    withheld = together(tables)
    missed = 0
    for name, mask in withheld.items():
        flat = mask.ravel()
        for at in flat.nonzero()[0]:
            count = int(tables[name].cube.counts.ravel()[at])
            if count < POLICY.threshold:
                continue
            flat[at] = False  # published after all
            missed += attacked(tables, withheld).may_leave
            flat[at] = True
    # What somebody of the office published by hand is stopped nearly always; what is not stopped
    # was not needed.
    assert missed <= 3


def test_organisation_that_subtracts_its_own_records_places_nobody() -> None:
    cubes = release(1060, 3, 0, 1, 3)[0]
    own = {who: {n: parts_of(c, share, 4) for n, c in cubes.items()} for who, share in SHARES}
    tables = counted(cubes, own)
    withheld = together(tables)

    findings = attacked(tables, withheld)

    assert findings.may_leave, findings
    plain = counted(cubes)
    assert not attacked(tables, together(plain)).may_leave
    for who, _ in SHARES:
        theirs = {n: own[who][n].counts for n in tables}

        def least(place: Place, theirs: Mapping[str, Ints] = theirs) -> int:
            at = tables[place.table].cube.place(place.codes)
            return max(1, int(theirs[place.table].ravel()[at]))

        attacker = RegisterAttacker([read(written(tables, withheld))], least=least, inside=INSIDE)
        assert narrow(attacker, small_ones(0, tables, withheld)[::2]) == []


SHARES = (("an inspectorate", 0.5), ("an organisation", 0.3))


def test_edition_of_a_grown_register_holds_beside_the_one_before() -> None:
    # The tables of one draw are not of one smaller register, so each is a population of its own.
    now = {
        n: replace(t, population=n, where={})
        for n, t in counted(release(500, 6, 2, 2, 3, seed=3)[0]).items()
    }
    before = {n: replace(t, cube=parts_of(t.cube, 0.8, 9)) for n, t in now.items()}
    first = protect_release(before, (), (), POLICY, steps=2_000)
    known, published = edition(before, first)

    second = protect_release(now, (), [known], POLICY, steps=2_000)

    assert attacked(now, second, [published]).may_leave
    for name in now:
        files = [{name: read(written(t, w))[name]} for t, w in ((before, first), (now, second))]
        places = [
            *small_ones(0, {name: before[name]}, first),
            *small_ones(1, {name: now[name]}, second),
        ]
        assert narrow(RegisterAttacker(files), places[::4]) == []


def test_same_register_published_again_at_a_finer_level_gives_nobody_away() -> None:
    area = tree("area", ["N1", "N2", "S1", "S2"], {"N1": "N", "N2": "N", "S1": "S", "S2": "S"})
    kind = tree("class", ["IN", "NOT"], {})
    finest = {
        **{("N1", "IN"): 12, ("N1", "NOT"): 31, ("N2", "IN"): 4, ("N2", "NOT"): 22},
        **{("S1", "IN"): 40, ("S1", "NOT"): 18, ("S2", "IN"): 25, ("S2", "NOT"): 30},
    }
    fine = {"area": CountedTable(cube_of([area, kind], finest), "children")}
    sums: Counter[tuple[str, ...]] = Counter()
    for (place, word), count in finest.items():
        sums[place[0], word] += count
    halves = tree("area", ["N", "S"], {})
    coarse = {"area": CountedTable(cube_of([halves, kind], sums), "children")}
    known = covers(fine)
    before = edition(coarse, protect_release(coarse, (), (), POLICY, steps=500), known)
    second = protect_release(fine, (), [before[0]], POLICY, steps=500)

    findings = attacked(fine, second, [before[1]], known)

    assert findings.may_leave, findings
    assert findings.primary == 1
    naked = {"area": fine["area"].cube.counts == 4}
    assert not attacked(fine, naked, [before[1]], known).may_leave


def test_tables_that_go_in_a_circle_are_attacked_through_the_register() -> None:
    """Area x class, area x sex, sex x class: all three together say more than their margins."""
    area, sex = tree("area", ["N", "S"], {}), tree("sex", ["F", "M"], {})
    kind = tree("class", ["IN", "NOT"], {})
    counted_by = {"area": area, "sex": sex, "class": kind}
    outcomes = set()
    for seed in range(12):
        chance = random.Random(seed)
        finest = {
            codes: chance.choice((0, 3, 12, 30))
            for codes in product(*(d.codes[1:] for d in counted_by.values()))
        }
        tables = {}
        for names in (("area", "class"), ("area", "sex"), ("sex", "class")):
            sums: Counter[tuple[str, ...]] = Counter()
            for codes, count in finest.items():
                at = dict(zip(counted_by, codes, strict=True))
                sums[tuple(at[name] for name in names)] += count
            tables["-".join(names)] = CountedTable(
                cube_of([counted_by[name] for name in names], sums), "children"
            )
        try:
            withheld = protect_release(tables, (), (), POLICY, steps=500)
        except Unprotectable:
            continue

        findings = attacked(tables, withheld)

        attacker = RegisterAttacker([read(written(tables, withheld))])
        placed = narrow(attacker, small_ones(0, tables, withheld), whole=True)
        assert not (findings.may_leave and placed)
        outcomes.add(findings.may_leave)
    assert True in outcomes


def test_tables_whose_circle_is_too_large_to_attack_do_not_leave() -> None:
    def wide(one: str, other: str) -> CountedTable:
        a, b = (tree(n, [f"{n}{i}" for i in range(40)], {}) for n in (one, other))
        return CountedTable(
            cube_of([a, b], {(f"{one}{i}", f"{other}{i}"): 50 for i in range(40)}), "children"
        )

    tables = {"ab": wide("a", "b"), "bc": wide("b", "c"), "ac": wide("a", "c")}
    assert MOST_CROSSINGS < 40**3

    findings = attacked(tables, {n: t.cube.counts < 0 for n, t in tables.items()})

    assert not findings.may_leave
    assert "do not hang together" in findings.faults[0]


def test_file_that_was_changed_does_not_leave() -> None:
    tables = counted(release(260, 6, 2, 2, 3)[0])
    withheld = together(tables)
    small = next(iter(small_ones(0, tables, withheld)))
    withheld[small.table].ravel()[tables[small.table].cube.place(small.codes)] = False

    findings = attacked(tables, withheld)

    assert not findings.may_leave
    assert any("small counts are published" in fault for fault in findings.faults)


def some_beside_all() -> dict[str, CountedTable]:
    """Twenty of a register by sex, and twelve of them who meet a condition no other table has."""
    sex, kind = tree("sex", ("F", "M"), {}), tree("kind", ("a", "b"), {})
    everybody = cube_of([sex], {("F",): 10, ("M",): 10})
    some = cube_of([sex, kind], {("F", "a"): 1, ("F", "b"): 1, ("M", "a"): 5, ("M", "b"): 5})
    return {
        "all": CountedTable(everybody, "them", {}, {}),
        "some": CountedTable(some, "them", {"found": "Y"}, {}),
    }


def test_some_persons_of_others_are_bounded_by_them() -> None:
    """2 of 12 are women: by itself from 1 to 11. Of all 20 ten are: so from 2 to 10."""
    tables = some_beside_all()
    hidden = {"all": np.zeros(3, dtype=bool), "some": np.ones((3, 3), dtype=bool)}
    hidden["some"][0, 0] = False
    known = {"them": {name: dict(codes) for name, codes in covers(tables)["them"].items()}}
    known["them"]["found"] = {code: frozenset({code}) for code in ("Y", "N")}
    place = Place(0, "some", ("F", "Total"))
    attacker = RegisterAttacker([read(written(tables, hidden, known))])
    assert attacker.interval(place) == (2, 10)

    assert attacked(tables, hidden, known=known).unsafe > 0

    protected = protect_release(tables, (), (), POLICY, steps=500)
    assert attacked(tables, protected, known=known).may_leave
    attacker = RegisterAttacker([read(written(tables, protected, known))])
    assert narrow(attacker, small_ones(0, tables, protected)) == []


def test_interval_of_a_count_of_millions_is_found() -> None:
    """What is left of six million persons beside some who are at most a thousand."""
    large, small = (0, ("large",)), (0, ("small",))
    rows = [
        Constraint(((large, 1), (small, 1)), 6_000_000, 6_000_000),
        Constraint(((small, 1),), 0, 1_000),
    ]

    found = Attack(rows, {large: 1, small: 1}, {}, lambda: None).narrower({large: 5_000})

    assert found == {large: 999}
