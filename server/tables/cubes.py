"""From the cells of a declared table to what disclosure control protects: cubes with their trees.

A code that stands above others (a province of which the district is not known) becomes a part of
itself, ``CODE~``, so that a whole always has all its parts and they add up. A table whose one
dimension takes several answers becomes one cube for each answer: those who gave it and those who
did not, which do add up. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from server.disclosure.cube import Codes, Cube, Dimension, cube_of, tree
from server.tables.case_words import MISSING
from server.tables.contributions import TOTAL
from server.tables.declaration import Declarations, DeclaredDimension, DeclaredTable
from shared.codelists import CodeList

NOT_FURTHER_KNOWN = "~"
"""Ends the code of a part of which no more is known than its whole: a district not known."""
WITHOUT = "not:"
"""Begins the code of those who did not give one of several possible answers."""
_SEPARATE = ":"

Lists = Mapping[str, CodeList]


def cubes_of(
    declarations: Declarations,
    table: DeclaredTable,
    cells: Mapping[Codes, int],
    lists: Lists,
    also: Mapping[str, Iterable[str]] | None = None,
) -> dict[str, Cube]:
    """The table as cubes by name, ready for server.disclosure.joint.protect_jointly.

    One, named by the table's code, where every dimension takes a single answer; else one for each
    answer of the dimension that takes several, named ``CODE:answer``. cells: of one period, as
    server.tables.declared_counts.cells gives them. also: by dimension codes that have a row though
    nobody is there (areas somebody looked in). Codes that the declaration says everybody knows to
    be possible have one anyway; no other zero is shown, for it would say more than is known.
    """
    several = declarations.several_of(table)
    shown = {
        name: _codes(declarations.dimensions[name], at, cells, (also or {}).get(name, ()))
        for at, name in enumerate(table.dimensions)
    }
    trees = {
        name: dimension_tree(declarations.dimensions[name], codes, lists)
        for name, codes in shown.items()
        if name != several
    }
    leaf = {
        name: _leaves(declarations.dimensions[name], codes, lists)
        for name, codes in shown.items()
        if name != several
    }
    if several is None:
        finest: Counter[Codes] = Counter()
        for codes, number in cells.items():
            finest[
                tuple(leaf[n][code] for n, code in zip(table.dimensions, codes, strict=True))
            ] += number
        return {
            table.code: cube_of(
                [trees[name] for name in table.dimensions],
                finest,
                table.dimensions.index(table.sensitive),
            )
        }
    at = table.dimensions.index(several)
    answers = [code for code in shown[several] if code not in MISSING and code != TOTAL]
    return {
        f"{table.code}{_SEPARATE}{answer}": _yes_no(table, cells, at, answer, trees, leaf)
        for answer in answers
    }


def dimension_tree(dimension: DeclaredDimension, codes: Iterable[str], lists: Lists) -> Dimension:
    """The tree of these recorded codes: by the code list and the parents that were declared."""
    leaves = _leaves(dimension, list(codes), lists)
    parents: dict[str, str] = {}
    for code, leaf in leaves.items():
        above = _parent(dimension, code, lists) if leaf == code else code
        below = leaf
        while above is not None:
            parents[below] = above
            below, above = above, _parent(dimension, above, lists)
    return tree(dimension.name, leaves.values(), parents)


def table_of(cube_name: str) -> str:
    """The code of the declared table a cube belongs to."""
    return cube_name.split(_SEPARATE)[0]


def _yes_no(
    table: DeclaredTable,
    cells: Mapping[Codes, int],
    at: int,
    answer: str,
    trees: Mapping[str, Dimension],
    leaf: Mapping[str, Mapping[str, str]],
) -> Cube:
    """Those who gave an answer, those who did not, those of whom it is not known."""
    name = table.dimensions[at]
    finest: Counter[Codes] = Counter()
    for codes, number in cells.items():
        word = codes[at]
        where = [
            leaf[n][code] if n != name else code
            for n, code in zip(table.dimensions, codes, strict=True)
        ]
        if word == answer or word in MISSING:
            finest[tuple(where)] += number
            where[at] = WITHOUT + answer
            finest[tuple(where)] -= number
        elif word == TOTAL:
            where[at] = WITHOUT + answer
            finest[tuple(where)] += number
    missing = sorted({codes[at] for codes in cells} & MISSING)
    both = tree(name, (answer, WITHOUT + answer, *missing), {})
    dimensions = [both if n == name else trees[n] for n in table.dimensions]
    return cube_of(dimensions, finest, table.dimensions.index(table.sensitive))


def _codes(
    dimension: DeclaredDimension, at: int, cells: Iterable[Codes], also: Iterable[str]
) -> list[str]:
    """Codes that have a row: those known to be possible in their order, then those found."""
    found = {codes[at] for codes in cells} | set(also)
    known = list(dimension.codes)
    rest = sorted(found - set(known), key=lambda code: (code in MISSING, code))
    return [*known, *rest]


def _leaves(dimension: DeclaredDimension, codes: Sequence[str], lists: Lists) -> dict[str, str]:
    """Each recorded code to the code of its part of the table."""
    wholes = _wholes(dimension, lists)
    return {code: code + NOT_FURTHER_KNOWN if code in wholes else code for code in codes}


def _wholes(dimension: DeclaredDimension, lists: Lists) -> frozenset[str]:
    listed = lists.get(dimension.codelist)
    above = {entry.parent for entry in listed if entry.parent} if listed is not None else set()
    return frozenset({*above, *dimension.parents.values()})


def _parent(dimension: DeclaredDimension, code: str, lists: Lists) -> str | None:
    if code in dimension.parents:
        return dimension.parents[code]
    listed = lists.get(dimension.codelist)
    return listed.parent(code) if listed is not None else None
