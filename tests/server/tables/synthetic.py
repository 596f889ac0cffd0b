"""Cells of declared tables for a register of invented persons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from server.disclosure.cube import Codes, Cube
from server.tables.cubes import cubes_of
from server.tables.declaration import standard
from server.tables.levels import NATIONAL
from shared.codelists import CodeList
from shared.codelists.lists import Entry
from tests.server.field import REFERENCE

DECLARED = standard()
EVERYBODY = ""

AREA_CODES = tuple(f"AA-{province}-{number}" for province in range(1, 17) for number in range(1, 6))
CLASSES = ("WFCL_OTHER", "HAZARDOUS", "BELOW_MIN_AGE", "HAZ_HOUSEHOLD_SERVICES")
OUTSIDE = ("LIGHT_WORK", "PERMITTED_WORK", "NOT_WORKING")
DIVISIONS = ("01", "03", "08", "10", "13", "14", "23", "41", "47", "49", "56", "97")


def cells(persons: int, areas: int, classes: int = 4, seed: int = 1) -> dict[str, dict[Codes, int]]:
    """By table: CL-CLASS, CL-SECTOR, FL-FORM and FL-STATUS of one register, which agree.

    classes: of the classes of child labour how many occur. A few areas hold most persons.
    """
    return recorded(persons, areas, classes, seed)[EVERYBODY]


def recorded(
    persons: int,
    areas: int,
    classes: int = 4,
    seed: int = 1,
    organisations: Mapping[str, float] | None = None,
    *,
    even: bool = False,
) -> dict[str, dict[str, dict[Codes, int]]]:
    """The same of EVERYBODY and of those each organisation recorded, who are about such a share;
    somebody whom none did was recorded by the first."""
    shares_of = organisations or {}
    whose = np.random.default_rng(seed + 1000)
    found: dict[str, dict[str, Counter[Codes]]] = {
        who: {name: Counter() for name in ("CL-CLASS", "CL-SECTOR", "FL-FORM", "FL-STATUS")}
        for who in (EVERYBODY, *shares_of)
    }

    def those() -> list[dict[str, Counter[Codes]]]:
        names = [name for name, share in shares_of.items() if whose.random() < share]
        return [found[who] for who in (EVERYBODY, *(names or list(shares_of)[:1]))]

    chance = np.random.default_rng(seed)
    weights = 1 / np.arange(1, areas + 1) ** (0 if even else 1.2)
    where = chance.choice(areas, persons, p=weights / weights.sum())
    odds = np.array([*[0.07, 0.36, 0.2, 0.05][:classes], 0.06, 0.12, 0.1, 0.09])
    words = (*CLASSES[:classes], *OUTSIDE, "UNDETERMINED")
    kind = chance.choice(len(words), persons, p=odds / odds.sum())
    shares = 1 / np.arange(1, len(DIVISIONS) + 1) ** 2.0
    work = chance.choice(len(DIVISIONS), persons, p=shares / shares.sum())
    for at in range(persons):
        area, word = AREA_CODES[where[at]], words[kind[at]]
        sex = "female" if chance.random() < 0.45 else "male"
        ages = {"BELOW_MIN_AGE": 2, "LIGHT_WORK": -1, "PERMITTED_WORK": 3}.get(word, 0)
        bands = ("5-11", "12-14", "15-17")
        age = bands[chance.integers(0, 3)]
        if ages == 2:
            age = bands[chance.integers(0, 2)]
        elif ages:
            age = bands[1 if ages < 0 else 2]
        counted: list[tuple[str, Codes]] = [("CL-CLASS", (area, sex, age, word))]
        if word in CLASSES:
            counted.append(("CL-SECTOR", (sex, age, DIVISIONS[work[at]])))
        forced = word == "WFCL_OTHER" and chance.random() < 0.7
        form = ("exploitation", "commercial_sexual")[int(chance.random() < 0.4)]
        class_ = {"exploitation": "FL_PRIVATE", "commercial_sexual": "FL_CSE"}[form]
        if forced:
            counted.append(("FL-FORM", (sex, "child", form)))
        counted.append(("FL-STATUS", (area, class_ if forced else "NOT_FL")))
        for tables in those():
            for name, codes in counted:
                tables[name][codes] += 1
    for at in range(persons // 10):
        form = ("exploitation", "commercial_sexual", "state")[
            0 if at % 10 < 7 else 1 + at % 10 // 9
        ]
        class_ = {"exploitation": "FL_PRIVATE", "commercial_sexual": "FL_CSE"}.get(form, "FL_STATE")
        for tables in those():
            tables["FL-FORM"][("female", "male")[at % 2], "adult", form] += 1
            tables["FL-STATUS"][AREA_CODES[at % areas], class_] += 1
    return {
        who: {name: dict(counts) for name, counts in tables.items()}
        for who, tables in found.items()
    }


def release(persons: int, areas: int, classes: int, seed: int = 1) -> dict[str, Cube]:
    """The five tables of the national page, of one such register: area by status, sex by age band
    by status, sector by sex of those in child labour, forced labour by sex of children and adults,
    and the country's forced labour."""
    kept = cells(persons, areas, classes, seed)
    lists = {**REFERENCE.codelists, "areas": areas_list(areas)}
    found: dict[str, Cube] = {}
    for code in NATIONAL:
        table = DECLARED.tables[code]
        of = kept[table.margin_of or code]
        if table.margin_of:
            whole = DECLARED.tables[table.margin_of]
            places = [whole.dimensions.index(name) for name in table.dimensions]
            sums: Counter[Codes] = Counter()
            for codes, number in of.items():
                sums[tuple(codes[at] for at in places)] += number
            of = sums
        found |= cubes_of(DECLARED, table, of, lists)
    return found


def areas_list(number: int) -> CodeList:
    """So many areas below their provinces."""
    entries: dict[str, Entry] = {}
    for code in AREA_CODES[:number]:
        province = code.rsplit("-", 1)[0]
        entries.setdefault(province, Entry(province, {}))
        entries[code] = Entry(code, {}, province)
    return CodeList("areas", "", "", (), entries)
