"""A province is given its first districts between two editions, and stays the same to a reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from server.disclosure.methods import CHOSEN_AGAIN
from server.disclosure.release_attackers import AuditedRelease, EarlierRelease
from server.disclosure.release_audit import audit_release
from server.disclosure.release_beside import readers_beside
from server.disclosure.release_book import Codes, Extent, ReleasedTable

EXTENTS_THEN = {"P": frozenset({"P"}), "Q": frozenset({"Q"})}
EXTENTS_NOW = {
    "P": frozenset({"P", "P-1", "P-2"}),
    "P~": frozenset({"P"}),
    "P-1": frozenset({"P-1"}),
    "P-2": frozenset({"P-2"}),
    "Q": frozenset({"Q"}),
}
CLASSES = ("in it", "not")


def table(
    counts: Mapping[str, tuple[int, int]], areas: Mapping[str, Extent], withheld: set[Codes]
) -> tuple[ReleasedTable, dict[Codes, int]]:
    """Areas by class. counts: of each area; their total is of those that are no parts."""
    top = [sum(counts[area][at] for area in ("P", "Q")) for at in (0, 1)]
    truth: dict[Codes, int] = {}
    for area, of in {"Total": tuple(top), **counts}.items():
        truth |= {(area, "Total"): sum(of), (area, "in it"): of[0], (area, "not"): of[1]}
    classes = {one: frozenset({one}) for one in CLASSES}
    cells = {codes: None if codes in withheld else count for codes, count in truth.items()}
    extents = {"area": areas, "class": classes}
    return ReleasedTable(("area", "class"), cells, "children@2026", extents), truth


def subject(known_no_further: tuple[int, int]) -> AuditedRelease:
    """Then 4 of P were in child labour, withheld; now twelve are, and 46 are not, as before."""
    then, true_then = table(
        {"P": (4, 46), "Q": (20, 30)},
        EXTENTS_THEN,
        {(area, one) for area in ("P", "Q") for one in CLASSES},
    )
    rest = tuple(all_ - known for all_, known in zip((12, 46), known_no_further, strict=True))
    now, true_now = table(
        {"P": (12, 46), "Q": (20, 30), "P~": known_no_further, "P-1": rest, "P-2": (0, 0)},
        EXTENTS_NOW,
        set(),
    )
    before = EarlierRelease({"where": then}, {"where": true_then})
    return AuditedRelease({"where": now}, {"where": true_now}, earlier=[before])


@pytest.mark.parametrize("known_no_further", [(12, 46), (12, 15)])
def test_province_is_tied_to_itself_whether_its_records_name_districts_since_or_not(
    known_no_further: tuple[int, int],
) -> None:
    """Of those in P 4 to 12 were in child labour then: at most twelve are now, at most 46 not."""
    release = subject(known_no_further)

    assert not audit_release(release, 10, 9).may_leave
    assert readers_beside(release, 10, 9)


def test_an_edition_of_before_is_attacked_by_codes() -> None:
    release = replace(subject((12, 15)), method=CHOSEN_AGAIN)
    assert audit_release(release, 10, 9).may_leave, "before, nothing tied the two"
