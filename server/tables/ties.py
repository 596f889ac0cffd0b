"""What holds between tables of one release: which counts are equal, which at most others. Pure.

Nothing else may be assumed by an audit, and nothing less by whoever protects. Equal, inside one
period and population: margins of the same persons, along areas and single-answer dimensions; a
table of some (only those in child labour) and the codes of another that name the same. At most:
a table of some and one of more. Between populations and periods there are no equalities: area and
sex come from another deciding record, a person recurs across months. What is proven there:

* children found in forced labour are children in a worst form (C182 art. 3(a)): for the country,
  and by sex;
* whoever is counted in a month is counted in its quarter and year: for everybody together, and
  for those in child labour or forced labour together, for the year takes the most severe record;
* a year has at most as many persons as its months (or quarters) together;
* a record and a visit are of one month: their years are the sums of their months.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from server.disclosure.cube import TOTAL, Codes, Cube
from server.disclosure.joint import TableTie
from server.tables.cubes import table_of
from server.tables.declaration import Declarations, DeclaredTable, Population

SAME: Mapping[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("forced_labour_form", "state"): ("forced_labour", ("FL_STATE",)),
    ("forced_labour_form", "commercial_sexual"): ("forced_labour", ("FL_CSE",)),
}
"""A code of one dimension and those of another that say the same of a person: the forms by the
State and in commercial sexual exploitation are classes of their own."""
AT_MOST: Mapping[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("child_labour", "IN_CHILD_LABOUR"): ("child_labour_bounds", ("certain", "perhaps")),
    ("forced_labour", "IN_FORCED_LABOUR"): ("forced_labour_bounds", ("certain", "perhaps")),
}
"""A code of one dimension, and those of another in which all of its persons are: whoever has a
class of the subject was asked about it and is in its upper bound."""


def ties_within(declarations: Declarations, cubes: Mapping[str, Cube]) -> list[TableTie]:
    """What holds between these cubes of one period (server.tables.cubes names them)."""
    ties: list[TableTie] = []
    for one, other in combinations(cubes, 2):
        a, b = declarations.tables[table_of(one)], declarations.tables[table_of(other)]
        if a.population is not b.population:
            continue
        if a.where == b.where:
            ties += _compared(cubes, one, other, {}, equal=True)
        else:
            ties += _some_of(declarations, cubes, (one, a), (other, b))
            ties += _some_of(declarations, cubes, (other, b), (one, a))
        ties += _said_otherwise(declarations, cubes, (one, a), (other, b))
        ties += _said_otherwise(declarations, cubes, (other, b), (one, a))
    return [*ties, *_children_in_forced_labour(declarations, cubes)]


def ties_across(
    declarations: Declarations,
    whole: tuple[str, Mapping[str, Cube]],
    parts: Sequence[tuple[str, Mapping[str, Cube]]],
    *,
    all_parts: bool,
) -> list[TableTie]:
    """What holds between a year (or quarter) and those of its parts that are given.

    whole, parts: each what is put before the names of its cubes in the release, and the cubes.
    all_parts: whether every month (or quarter) of the whole in which anybody was counted is given.
    """
    prefix, cubes = whole
    ties = []
    for name, cube in cubes.items():
        table = declarations.tables[table_of(name)]
        once = table.population in (Population.CASES, Population.VISITS)
        for codes in cube.keys() if once else _comparable(table, cube):
            here = (prefix + name, codes)
            there = [
                (before + name, codes)
                for before, theirs in parts
                if name in theirs and _has(theirs[name], codes)
            ]
            if once and there:
                ties.append(TableTie(tuple(there), (here,), equal=all_parts))
                continue
            ties += [TableTie((place,), (here,), equal=False) for place in there]
            if all_parts and there:
                ties.append(TableTie((here,), tuple(there), equal=False))
    return ties


def _comparable(table: DeclaredTable, cube: Cube) -> Iterator[Codes]:
    """The cells of a table of persons of which the inequalities between periods are proven."""
    everybody = [TOTAL] * len(cube.dimensions)
    if not table.where or all(
        codes in (("IN_CHILD_LABOUR",), ("IN_FORCED_LABOUR",)) for codes in table.where.values()
    ):
        yield tuple(everybody)
    if table.where:
        return
    for at, dimension in enumerate(cube.dimensions):
        for code in ("IN_CHILD_LABOUR", "IN_FORCED_LABOUR"):
            if dimension.name in ("child_labour", "forced_labour") and code in dimension.places:
                yield (*everybody[:at], code, *everybody[at + 1 :])


def _has(cube: Cube, codes: Codes) -> bool:
    return all(code in d.places for d, code in zip(cube.dimensions, codes, strict=True))


def _compared(
    cubes: Mapping[str, Cube],
    one: str,
    other: str,
    fixed: Mapping[str, tuple[str, ...]],
    *,
    equal: bool,
) -> Iterator[TableTie]:
    """The margins that two tables have in common. fixed: by dimension the codes of the other to
    which everybody of the one belongs; their sum is compared."""
    a, b = cubes[one], cubes[other]
    theirs = {d.name: d for d in b.dimensions}
    common = [d for d in a.dimensions if d.name in theirs and d.name not in fixed]
    ways = [[code for code in d.codes if code in theirs[d.name].places] for d in common]
    for codes in product(*ways):
        chosen = dict(zip((d.name for d in common), codes, strict=True))
        here = tuple(chosen.get(d.name, TOTAL) for d in a.dimensions)
        there = [
            tuple(named.get(d.name, chosen.get(d.name, TOTAL)) for d in b.dimensions)
            for named in (dict(zip(fixed, way, strict=True)) for way in product(*fixed.values()))
        ]
        yield TableTie(((one, here),), tuple((other, place) for place in there), equal)


def _some_of(
    declarations: Declarations,
    cubes: Mapping[str, Cube],
    some: tuple[str, DeclaredTable],
    all_: tuple[str, DeclaredTable],
) -> Iterator[TableTie]:
    """What ties a table of some persons to one that counts all of them, too."""
    (name, table), (other, wider) = some, all_
    for dimension, codes in wider.where.items():
        narrower = table.where.get(dimension)
        if narrower is None or not all(
            any(declarations.dimensions[dimension].lies_in(code, above) for above in codes)
            for code in narrower
        ):
            return
    theirs = {d.name: d for d in cubes[other].dimensions}
    own = {d: codes for d, codes in table.where.items() if wider.where.get(d) != codes}
    named = {
        dimension: tuple(code for code in codes if code in theirs[dimension].places)
        for dimension, codes in own.items()
        if dimension in theirs
    }
    if own and named.keys() == own.keys() and all(map(len, named.values())):
        yield from _compared(cubes, name, other, named, equal=True)
    else:
        yield from _compared(cubes, name, other, {}, equal=False)


def _said_otherwise(
    declarations: Declarations,
    cubes: Mapping[str, Cube],
    first: tuple[str, DeclaredTable],
    second: tuple[str, DeclaredTable],
) -> Iterator[TableTie]:
    """Codes of one table that say the same as codes of another dimension of the other."""
    (one, table), (other, wider) = first, second
    theirs = {d.name: d for d in cubes[other].dimensions}
    said = [(*pair, True) for pair in SAME.items()] + [(*pair, False) for pair in AT_MOST.items()]
    for at, dimension in enumerate(cubes[one].dimensions):
        for (name, code), (elsewhere, codes), equal in said:
            if dimension.name != name or code not in dimension.places:
                continue
            if elsewhere not in theirs or any(c not in theirs[elsewhere].places for c in codes):
                continue
            if not all(_counts_all(declarations, t, elsewhere, codes) for t in (table, wider)):
                continue
            for tie in _compared(cubes, one, other, {elsewhere: codes}, equal=equal):
                ((_, here),) = tie.parts
                if here[at] == TOTAL:
                    place = one, (*here[:at], code, *here[at + 1 :])
                    yield TableTie((place,), tie.wholes, tie.equal)


def _counts_all(
    declarations: Declarations, table: DeclaredTable, dimension: str, codes: Sequence[str]
) -> bool:
    """Whether a table counts everybody of these codes of a dimension."""
    known = declarations.dimensions[dimension]
    return all(
        name == dimension
        and all(any(known.lies_in(code, above) for above in wanted) for code in codes)
        for name, wanted in table.where.items()
    )


def _children_in_forced_labour(
    declarations: Declarations, cubes: Mapping[str, Cube]
) -> Iterator[TableTie]:
    """Children in forced labour are at most the children in a worst form, and those at most the
    children in child labour: for the country, and by sex, which is the same whichever record
    decides (the register never takes records of two sexes for one person)."""
    for name, cube in cubes.items():
        table = declarations.tables[table_of(name)]
        places = [d.name for d in cube.dimensions]
        if table.population is not Population.FORCED_LABOUR or "child_or_adult" not in places:
            continue
        chosen = {"child_or_adult": "child"}
        if table.where != {"forced_labour": ("IN_FORCED_LABOUR",)}:
            if table.where or "forced_labour" not in places:
                continue
            chosen["forced_labour"] = "IN_FORCED_LABOUR"
        for other, wider in cubes.items():
            of = declarations.tables[table_of(other)]
            if of.population is not Population.CHILD_LABOUR:
                continue
            sexes = _codes_of(cube, "sex") & _codes_of(wider, "sex")
            for within, sex in product(_children(of, wider), sorted(sexes)):
                here = tuple({**chosen, "sex": sex}.get(d, TOTAL) for d in places)
                there = tuple({**within, "sex": sex}.get(d.name, TOTAL) for d in wider.dimensions)
                if _has(cube, here) and _has(wider, there):
                    yield TableTie(((name, here),), ((other, there),), equal=False)


def _children(table: DeclaredTable, cube: Cube) -> list[dict[str, str]]:
    """The codes of a table of children in which every child in forced labour is."""
    if not table.where:
        known = _codes_of(cube, "child_labour")
        codes = [code for code in ("WFCL_OTHER", "IN_CHILD_LABOUR") if code in known]
        return [{"child_labour": code} for code in codes] or [{}]
    in_it = (("IN_CHILD_LABOUR",), ("WFCL_OTHER",))
    return [{}] if all(codes in in_it for codes in table.where.values()) else []


def _codes_of(cube: Cube, dimension: str) -> set[str]:
    found = [set(d.codes) for d in cube.dimensions if d.name == dimension]
    return found[0] if found else {TOTAL}
