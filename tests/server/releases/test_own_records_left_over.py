"""Whom an organisation recorded is counted also where it recorded nobody of a whole table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from server.disclosure.cube import TOTAL, Cube, Dimension, Ints
from server.disclosure.methods import OWN_BEFORE
from server.releases import provenance
from server.releases.counted import ReleaseCounts, SourceTable
from server.releases.making import NotPublishable, ReleaseMade
from tests.server.releases.synthetic_release import as_read, published

Persons = Mapping[str, tuple[int, int, int]]
"""By sex: in hazardous work, too young for any, in none of these."""
CLASSES = ("hazardous", "too_young", "none")
SEX = Dimension("sex", (TOTAL, "f", "m"), (-1, 0, 0))
CLASS = Dimension(
    "child_labour", (TOTAL, "in_it", "none", "hazardous", "too_young"), (-1, 0, 0, 1, 1)
)
IN_IT = {"hazardous": "in it", "too_young": "in it", "none": "none"}
NOBODY: Persons = {"f": (0, 0, 0), "m": (0, 0, 0)}


def by_class(of: Persons) -> Ints:
    rows = np.array([[a + b + c, a + b, c, a, b] for a, b, c in of.values()])
    return np.vstack([rows.sum(axis=0), rows])


def hazardous(of: Persons) -> Ints:
    girls, boys = (of[sex][0] for sex in ("f", "m"))
    return np.array([girls + boys, girls, boys])


def released(of: Persons, own: Persons) -> ReleaseCounts:
    """Class by sex, and those in hazardous work; of an organisation what a release has of it:
    nothing in a table where it recorded nobody."""
    told: dict[str, SourceTable] = {}
    for name, dimensions, counted, where in (
        ("CLASS", (SEX, CLASS), by_class, {}),
        ("HAZARDOUS", (SEX,), hazardous, {"child_labour": "hazardous"}),
    ):
        theirs = counted(own)
        told[f"{name}_2026"] = SourceTable(
            name,
            "2026",
            "children@2026",
            Cube(dimensions, counted(of), len(dimensions) - 1),
            where,
            {"NGO": theirs} if theirs.any() else {},
            meant={n: {code: (code,)} for n, code in where.items()},
        )
    return ReleaseCounts(told, (), (("2026", TOTAL, 9, 1),), {})


def test_organisation_that_recorded_nobody_in_one_table_does_not_find_the_few_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of 14 girls too young it recorded 11, and nobody in hazardous work: all in child labour less
    all in hazardous work are 14, and three of them are others'."""
    of = {"f": (40, 14, 25), "m": (40, 30, 25)}
    levels = {"child_labour": IN_IT}

    counts = released(of, {**NOBODY, "f": (0, 11, 0)})

    with monkeypatch.context() as before:
        before.setattr(provenance, "METHOD", provenance.method_in_words(OWN_BEFORE))
        with pytest.raises(NotPublishable) as refused:
            published(counts, levels=levels)
        assert "stand in no" in str(refused.value.proposal)

    assert None in girls(published(counts, levels=levels)), "one of the two is withheld instead"
    assert girls(published(released(of, NOBODY), levels=levels)) == (54, 40)


def girls(made: ReleaseMade) -> tuple[int | None, int | None]:
    """Those in child labour, and those in hazardous work, as published."""
    assert made.findings.may_leave
    tables = as_read(made.files)
    return tables["CLASS_2026"].cells["f", "in it"], tables["HAZARDOUS_2026"].cells["f",]
