"""A synthetic release: four tables of one register of invented persons, and what ties them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from server.disclosure.cube import TOTAL, Cube, Dimension, cube_of, tree
from server.disclosure.joint import TableTie, shared
from server.disclosure.recode import levels_of

IN, NOT, UNKNOWN = "IN", "NOT", "UNDETERMINED"
INSIDE = ("WORST", "HAZARDOUS", "TOO_YOUNG", "CHORES")
BANDS = ("5-11", "12-14", "15-17")
SECTORS = ("agriculture", "industry", "services")
FORMS = ("PRIVATE", "CSE", "STATE")


def release(
    persons: int,
    areas: int,
    provinces: int,
    classes: int,
    sections: int,
    skew: float = 0.6,
    seed: int = 1,
) -> tuple[dict[str, Cube], dict[str, dict[str, list[dict[str, str]]]]]:
    """Tables by name, and the levels each may have.

    classes: in child labour, beside "not" and "undetermined". sections: of industry, below three
    sectors.
    """
    chance = np.random.default_rng(seed)
    weights = 1 / np.arange(1, areas + 1) ** skew
    area = chance.choice(areas, persons, p=weights / weights.sum())
    girl = chance.random(persons) < 0.45
    band = chance.choice(3, persons, p=[0.25, 0.35, 0.4])
    inside = INSIDE[:classes]
    odds = np.array([*[0.07, 0.38, 0.2, 0.05][:classes], 0.28, 0.09])
    kind = chance.choice(len(odds), persons, p=odds / odds.sum())
    codes = (*inside, NOT, UNKNOWN)
    shares = 1 / np.arange(1, sections + 1) ** (2 * skew)
    section = chance.choice(sections, persons, p=shares / shares.sum())
    forced_children = (kind == 0) & (chance.random(persons) < 0.7)
    adults = persons // 10
    names = ("area", "age", "sector", "forced")
    table: dict[str, Counter[tuple[str, ...]]] = {name: Counter() for name in names}
    for at in range(persons):
        sex, word = "F" if girl[at] else "M", codes[kind[at]]
        table["area"][f"A{area[at]:02}", word] += 1
        table["age"][sex, BANDS[band[at]], word] += 1
        if word in inside:
            table["sector"][f"S{section[at]:02}", sex] += 1
        if forced_children[at]:
            table["forced"][FORMS[at % 7 // 4], sex, "child"] += 1
    for at in range(adults):
        form = FORMS[0 if at % 10 < 7 else 1 if at % 10 < 9 else 2]
        table["forced"][form, "FM"[at % 2], "adult"] += 1
    places = [f"A{at:02}" for at in range(areas)]
    above = {code: f"P{at * provinces // areas}" for at, code in enumerate(places)}
    area_d = tree("area", places, above if provinces else {})
    class_d = tree("class", codes, dict.fromkeys(inside, IN))
    kinds = [f"S{at:02}" for at in range(sections)]
    sector_of = {code: SECTORS[at % 3] for at, code in enumerate(kinds)} if sections > 3 else {}
    section_d = tree("section", kinds, sector_of)
    grown_d = tree("age", ("child", "adult"), {})
    sex_d = tree("sex", "FM", {})
    tables = {
        "area": cube_of([area_d, class_d], table["area"]),
        "age": cube_of([sex_d, tree("age", BANDS, {}), class_d], table["age"]),
        "sector": cube_of([section_d, sex_d], table["sector"], 0),
        "forced": cube_of([tree("form", FORMS, {}), sex_d, grown_d], table["forced"], 0),
    }
    return tables, {name: choices(cube) for name, cube in tables.items()}


def choices(cube: Cube) -> dict[str, list[dict[str, str]]]:
    """The levels that the office allows: three areas, classes, sectors at least; sex, age stay."""
    found = {}
    for axis, dimension in enumerate(cube.dimensions):
        least = {"area": 3, "class": 3, "section": 3, "form": 1}.get(dimension.name)
        if least:
            persons = totals(cube, axis, dimension)
            may_rest = dimension.name != "class"
            found[dimension.name] = levels_of(dimension, persons, least, rest=may_rest)
    return found


def totals(cube: Cube, axis: int, dimension: Dimension) -> dict[str, int]:
    """Persons of each finest code."""
    line = cube.counts[tuple(slice(None) if at == axis else 0 for at in range(cube.counts.ndim))]
    return {dimension.codes[leaf]: int(line[leaf]) for leaf in dimension.leaves}


def ties(tables: Mapping[str, Cube]) -> list[TableTie]:
    """What everybody knows: the same children are in two tables, a child in forced labour is in
    child labour."""
    found = shared("area", "age", tables)
    for sex in (TOTAL, "F", "M"):
        found.append(TableTie((("sector", (TOTAL, sex)),), (("age", (sex, TOTAL, IN)),)))
        found.append(
            TableTie(
                (("forced", (TOTAL, sex, "child")),), (("age", (sex, TOTAL, IN)),), equal=False
            )
        )
    return found
