"""A record is corrected between two editions that an organisation reads beside its own records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import pytest

from server.disclosure.methods import DIVIDED
from server.disclosure.release_attackers import AuditedRelease, EarlierRelease
from server.disclosure.release_audit import ReleaseFindings, audit_release
from server.disclosure.release_book import Codes, ReleasedTable
from server.disclosure.release_pieces import FinestCounts

Areas = Mapping[str, int]
THEN = {"ab": "ab", "cde": "cde"}
NOW = {"a": "a", "bc": "bc", "d": "d", "e": "e"}
"""Areas as each edition has them: its code, and the areas of today in it."""


def table(
    of: Areas, levels: Mapping[str, str], withheld: Collection[str]
) -> tuple[ReleasedTable, dict[Codes, int]]:
    truth: dict[Codes, int] = {("Total",): sum(of.values())}
    truth |= {(code,): sum(of[area] for area in covered) for code, covered in levels.items()}
    cells: dict[Codes, int | None] = {
        codes: None if codes[0] in withheld else n for codes, n in truth.items()
    }
    extents = {"area": {code: frozenset(covered) for code, covered in levels.items()}}
    return ReleasedTable(("area",), cells, "children@2026", extents), truth


def attacked(then: Areas, theirs_then: Areas, now: Areas, theirs: Areas) -> AuditedRelease:
    """Areas by twos and threes then; now b and c are together and the others apart."""
    before, true_before = table(then, THEN, ())
    after, true_after = table(now, NOW, ("bc", "d", "e"))
    own = {"ngo": {"where": table(theirs, NOW, ())[1]}}
    edition = EarlierRelease(
        {"where": before},
        {"where": true_before},
        {"where": _finest(then)},
        {"ngo": {"where": table(theirs_then, THEN, ())[1]}},
        {"ngo": {"where": _finest(theirs_then)}},
    )
    tables, truth = {"where": after}, {"where": true_after}
    return AuditedRelease(tables, truth, own, (), [edition], finest={"where": _finest(now)})


def _finest(of: Areas) -> FinestCounts:
    return FinestCounts(("area",), {(area,): n for area, n in of.items() if n})


def audited(subject: AuditedRelease) -> ReleaseFindings:
    return audit_release(subject, 10, 9)


NOBODY = dict.fromkeys("abcde", 0)


@pytest.mark.parametrize("others", [0, 3])
def test_organisation_does_not_place_whom_a_correction_took_out_of_its_group(others: int) -> None:
    """Of the eight it alone recorded in b and c today five were in b then. Where three more were
    there, who were corrected to a since, it would place those of b within eight persons, and they
    were not its own."""
    then = {"a": 25, "b": 5 + others, "c": 3, "d": 40, "e": 40}
    now = {"a": 40, "b": 5, "c": 3, "d": 80, "e": 80}
    mine = {**NOBODY, "b": 5, "c": 3}
    subject = attacked(then, mine, now, mine)

    assert audited(replace(subject, own={})).may_leave, "nobody else learns anything"
    assert audited(subject).may_leave is (others == 0)
    assert audited(replace(subject, method=DIVIDED)).may_leave, "before, its levels did not tell"
