"""At the levels proposed nearly all of a set of declared tables is shown, and no small cell."""

from __future__ import annotations

import pytest

from server.tables.cubes import table_of
from server.tables.levels import (
    NATIONAL,
    allowed_levels,
    propose_levels,
    wanted_of,
)
from server.tables.ties import ties_within
from tests.server.tables.synthetic import DECLARED, release

THRESHOLD = 10


@pytest.mark.parametrize(
    ("persons", "areas", "classes"), [(1_060, 9, 4), (5_000, 9, 3), (50_000, 30, 4)]
)
def test_levels_proposed_for_the_national_tables_show_nearly_all(
    persons: int, areas: int, classes: int
) -> None:
    cubes = release(persons, areas, classes)

    proposal = propose_levels(DECLARED, cubes, THRESHOLD)

    wanted = wanted_of(cubes)
    assert list(dict.fromkeys(map(table_of, proposal.tables))) == list(NATIONAL)
    for name, cube in proposal.tables.items():
        assert wanted.met_by({name: proposal.shown[name]}), (name, proposal.shown[name])
        small = (cube.counts > 0) & (cube.counts < THRESHOLD)
        assert not (small & ~proposal.withheld[name]).any()
    assert len(proposal.levels["CL-AREA"]["area"]) >= 3
    assert len(proposal.levels["CL-AREA"]["child_labour"]) >= 3


def test_smallest_codes_stand_together_only_where_no_other_table_shows_them_apart() -> None:
    cubes = release(1_060, 9, 4)
    alone, _ = allowed_levels(DECLARED, {"CL-AREA": cubes["CL-AREA"]})
    both = {"CL-AREA": cubes["CL-AREA"], "FL-STATUS": cubes["CL-AREA"]}
    beside, _ = allowed_levels(DECLARED, both)

    def with_others(levels: dict[str, dict[str, list[dict[str, str]]]]) -> bool:
        return any(
            word.startswith("Other")
            for words in levels["CL-AREA"]["area"]
            for word in words.values()
        )

    assert with_others(alone)
    assert not with_others(beside)


def test_ties_of_the_national_tables_are_true_at_every_level() -> None:
    cubes = release(1_060, 9, 4)
    proposal = propose_levels(DECLARED, cubes, THRESHOLD)

    for tables in (cubes, proposal.tables):
        ties = ties_within(DECLARED, tables)
        assert any(not tie.equal for tie in ties)
        for tie in ties:
            parts, wholes = (
                sum(int(tables[n].counts.flat[tables[n].place(c)]) for n, c in side)
                for side in (tie.parts, tie.wholes)
            )
            assert parts == wholes if tie.equal else parts <= wholes
