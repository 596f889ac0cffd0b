"""An honest office publishes, its register grows or is corrected, and it declares the next edition.

What the first withheld leaves less open than the office sees. The next is protected beside it, at
the same levels, finer or coarser ones, and is not refused for what nobody could have chosen.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from server.disclosure.methods import OWN_BEFORE
from server.disclosure.protect import Policy
from server.releases import protection as protection_module
from server.releases import provenance
from server.releases.counted import Levels, ReleaseCounts
from server.releases.level_choice import LevelState, weigh_levels
from server.releases.levels import choices_of
from server.releases.making import NotPublishable
from server.releases.protection import Protection
from server.releases.structure import EditionRead
from server.tables.levels import wanted_for
from tests.server.disclosure.register_attacker import RegisterAttacker
from tests.server.releases.synthetic_release import OWN, as_read, counted, published
from tests.server.releases.test_attackers_of_releases import (
    hidden_in,
    must_tell_nothing,
    true_counts,
)
from tests.server.tables.synthetic import DECLARED

TABLES = ("CL-CLASS:area,child_labour", "CL-CLASS:sex,age_band,child_labour")
WAYS = [("fine", "fine"), ("fine", "areas"), ("fine", "classes"), ("classes", "areas")]
WAYS += [("classes", "fine")]


def levels_of(counts: ReleaseCounts) -> Mapping[str, Levels]:
    """All there is; three groups of classes; five of areas."""
    some = choices_of(counts.tables, DECLARED.dimensions).levels
    classes = next(one for one in some["child_labour"] if 0 < len({*one.values()}) <= 3)
    areas = next(one for one in some["area"] if 0 < len({*one.values()}) <= 5)
    return {"fine": {}, "classes": {"child_labour": classes}, "areas": {"area": areas}}


@pytest.mark.parametrize(("first", "next_"), WAYS)
def test_edition_of_a_register_that_grew_comes_out(first: str, next_: str) -> None:
    then = counted(1_000, 9, seed=2, tables=TABLES)
    now = counted(1_000, 9, seed=2, tables=TABLES, more=60)
    levels = levels_of(then)
    one = EditionRead(1, published(then, levels=levels[first]).files, then)

    two = published(now, [one], levels=levels[next_])

    assert two.findings.may_leave
    assert all(shown.cells > 0.25 for shown in two.shown.values())


@pytest.mark.parametrize("next_", ["areas", "fine"])
def test_who_has_both_editions_places_nobody(next_: str) -> None:
    then = counted(1_000, 9, seed=1, tables=TABLES)
    now = counted(1_000, 9, seed=1, tables=TABLES, more=60)
    levels = levels_of(then)
    one = published(then, levels={})
    two = published(now, [EditionRead(1, one.files, then)], levels=levels[next_])

    both = [as_read(one.files), as_read(two.files)]
    truth = {**true_counts(then, one.levels, 0), **true_counts(now, two.levels, 1)}
    attacker = RegisterAttacker(both, least=lambda at: min(1, truth[at]))
    must_tell_nothing(attacker, truth, [*hidden_in(both[0], 0)[::20], *hidden_in(both[1], 1)[::25]])


@pytest.mark.parametrize("is_correction", [False, True])
@pytest.mark.parametrize(("first", "next_"), WAYS)
def test_edition_beside_organisations_that_recorded_most_of_both_comes_out(
    first: str, next_: str, *, is_correction: bool
) -> None:
    before, more, draw = (400, 400, 77) if is_correction else (0, 200, 50)
    then = counted(3_000, 9, seed=6, tables=TABLES, organisations=OWN, more=before)
    now = counted(3_000, 9, seed=6, tables=TABLES, organisations=OWN, more=more, draw=draw)
    levels = levels_of(then)
    one = EditionRead(1, published(then, levels=levels[first]).files, then)

    assert published(now, [one], levels=levels[next_]).findings.may_leave


def test_what_is_told_of_levels_beside_an_edition_is_what_comes_out() -> None:
    then = counted(1_000, 9, seed=1, tables=TABLES)
    now = counted(1_000, 9, seed=1, tables=TABLES, more=60)
    first = EditionRead(1, published(then, levels={}).files, then)
    protection = Protection(now, [first], Policy(10), steps=300)

    told = weigh_levels({}, protection, wanted_for(1_000), {})

    assert told.state is LevelState.SAFE
    assert told.shown == published(now, [first], levels={}).shown


def test_large_tables_are_chosen_again_only_at_levels_that_were_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While levels are searched for a coarser one is quicker found than another choice."""
    then = counted(1_000, 9, seed=1, tables=TABLES)
    now = counted(1_000, 9, seed=1, tables=TABLES, more=60)
    first = EditionRead(1, published(then, levels={}).files, then)
    protection = Protection(now, [first], Policy(10), steps=300)
    found = protection.at({})
    assert protection.against_all(found, searching=True), "these are small tables"

    monkeypatch.setattr(protection_module, "MOST_CELLS_AGAIN", 0)

    assert protection.against_all(found, searching=True) is None
    assert protection.against_all(found)
    assert published(now, [first], levels={}).findings.may_leave
    asked = weigh_levels(DECLARED.dimensions, protection, wanted_for(1_000), {})
    assert asked.state is LevelState.SAFE
    states = {one.state for some in asked.levels.values() for one in some}
    assert LevelState.UNTRIED in states, "what would have to be chosen again is not said to be lost"
    with monkeypatch.context() as never:
        never.setattr(Protection, "again", None)
        proposed = weigh_levels(DECLARED.dimensions, protection, wanted_for(1_000), None)
        assert proposed.state is LevelState.SAFE
        assert published(now, [first]).shown == proposed.shown


def test_an_edition_of_before_is_chosen_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of before gave up where another choice holds; the same way gives the same bytes."""
    now = counted(1_000, 9, seed=1, tables=TABLES, more=60)
    monkeypatch.setattr(provenance, "METHOD", provenance.method_in_words(OWN_BEFORE))
    then = counted(1_000, 9, seed=1, tables=TABLES)
    first = EditionRead(1, published(then, levels={}).files, then)
    with pytest.raises(NotPublishable):
        published(now, [first], levels={})

    monkeypatch.undo()
    some = [published(now, [first], levels={}).files for _ in range(2)]
    assert some[0] == some[1]
