"""Of large tables the cells withheld are asked for proofs first, and many are proved at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from server.disclosure import suppress
from server.disclosure.cube import sums_from_signed
from server.disclosure.methods import OWN_PIECES
from server.disclosure.moves import Moves, is_whole
from server.disclosure.protect import Policy, protect
from server.releases import provenance
from server.releases.structure import EditionRead
from tests.server.releases.synthetic_release import OWN, counted, published

TABLES = (
    *("CL-CLASS:area,child_labour", "CL-CLASS:sex,age_band,child_labour"),
    "CL-CLASS:area,sex,child_labour",
)


@pytest.mark.parametrize("own", [None, OWN])
def test_large_release_shows_as_much_and_nobody_finds_anything(
    own: Mapping[str, float] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = counted(600, 4, seed=1, tables=TABLES, organisations=own)
    now = counted(600, 4, seed=1, tables=TABLES, organisations=own, more=60)
    with monkeypatch.context() as before:
        before.setattr(provenance, "METHOD", provenance.method_in_words(OWN_PIECES))
        small = published(then, levels={})
    monkeypatch.setattr(suppress, "LARGE", 0)

    large = published(then, levels={})
    grown = published(now, [EditionRead(1, large.files, then)], levels={})

    assert large.findings.may_leave
    assert grown.findings.may_leave
    for name, share in large.shown.items():
        assert share.cells > small.shown[name].cells - 0.05


def test_table_by_itself_is_protected_alike_whatever_its_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (table, *_) = counted(300, 5, seed=2, tables=TABLES[:1]).tables.values()
    small = protect(table.cube, Policy(10), steps=300)
    monkeypatch.setattr(suppress, "LARGE", 0)

    assert (protect(table.cube, Policy(10), steps=300).withheld == small.withheld).all()


def test_twice_half_a_move_is_in_whole_persons() -> None:
    """Nine more in a sum of two that are alike are four and a half in each; ten are five."""
    sums = sums_from_signed([[(1, 1), (2, 1), (0, -1)], [(1, 1), (2, -1)]])
    base, floor = np.array([20, 10, 10]), np.ones(3, dtype=np.int64)
    moves = Moves(base, sums, floor, np.ones(3, dtype=bool), np.ones(3))

    once, twice = moves.rise(0, 9), moves.doubled(0, 9)

    assert once is not None
    assert not is_whole(once)
    assert twice is not None
    assert twice.tolist() == [30, 15, 15]
    assert moves.rise(0, 9) is not None, "what may fall is as before"
