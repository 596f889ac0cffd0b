"""An organisation reads the editions of before with what it recorded of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from server.disclosure.methods import PIECES
from server.disclosure.release_attackers import AuditedRelease, EarlierRelease
from server.disclosure.release_audit import ReleaseFindings, audit_release
from server.disclosure.release_book import Codes, Extent
from tests.server.disclosure.test_untold_groups import (
    CLASSES,
    OF_IN,
    Register,
    Released,
    register,
    tells_of_few,
)

EITHER = {"either": frozenset({"hazardous", "other worst form"})}
EACH: Mapping[str, Extent] = {one: frozenset({one}) for one in CLASSES}


def attacked(
    now: tuple[Released, Register],
    before: Sequence[tuple[Released, Register]],
    method: int | None = None,
) -> ReleaseFindings:
    """What is found when one organisation recorded these registers of each."""
    release, mine = now
    subject = AuditedRelease(
        release.tables,
        release.truth,
        {"ngo": own_of(release, mine)},
        (),
        [EarlierRelease(one.tables, one.truth, own={"ngo": own_of(one, of)}) for one, of in before],
    )
    return audit_release(subject if method is None else replace(subject, method=method), 10, 9)


def own_of(release: Released, mine: Register) -> dict[str, dict[Codes, int]]:
    """The organisation's own persons in the cells of the release."""
    return {
        name: {
            codes: sum(
                count
                for (sex, class_), count in mine.items()
                if all(
                    {"sex": sex, "class": class_}[name] in table.extents[name][code]
                    for name, code in (
                        *table.where.items(),
                        *((n, c) for n, c in zip(table.names, codes, strict=True) if c != "Total"),
                    )
                )
            )
            for codes in table.cells
        }
        for name, table in release.tables.items()
    }


@pytest.mark.parametrize(("recorded", "may_leave"), [(20, False), (8, True), (0, True)])
def test_few_beside_what_an_organisation_recorded_of_an_edition_before(
    recorded: int, may_leave: bool
) -> None:
    """23 girls are below the age by the edition before less this one; of 20 the organisation
    knows."""
    of = register((40, 30, 23, 25), (40, 30, 30, 25))
    mine = register((0, 0, recorded, 0), (0, 0, 0, 0))
    first, second = Released(of).shows("all", OF_IN), Released(of).shows("either", where=EITHER)

    assert second.attacked([first]).may_leave, "nobody else learns anything"
    found = attacked((second, mine), [(first, mine)])

    assert found.may_leave is may_leave
    assert tells_of_few(found) is not may_leave
    assert attacked((second, mine), [(first, mine)], PIECES).may_leave, "before, nobody looked"


def test_what_an_organisation_alone_recorded_of_an_edition_before_opens_nothing_beside_it() -> None:
    """The edition before withholds what one organisation alone recorded. Three sums, of which it
    publishes one, leave four counts open to everybody, and none to who knows one of them."""
    of = register((0, 0, 0, 0), (20, 14, 7, 5))
    mine = register((0, 0, 0, 0), (0, 14, 0, 0))
    hazardous, alone, few, fewer = CLASSES
    boys = [(sex, class_) for sex in ("m", "Total") for class_ in ("Total", *CLASSES)]
    first = Released(of).shows("each", EACH, withheld=boys)
    first.shows("one", where={"one": frozenset({alone, few, fewer})})
    second = Released(of).shows("two", where={"two": frozenset({alone, few, hazardous})})
    second.shows("three", where={"three": frozenset({alone, fewer, hazardous})})

    assert attacked((first, mine), []).may_leave
    assert attacked((second, mine), []).may_leave
    assert second.attacked([first]).may_leave, "nobody else learns anything"
    found = attacked((second, mine), [(first, mine)])

    assert tells_of_few(found) or found.unsafe
    assert attacked((second, mine), [(first, mine)], PIECES).may_leave, "before, nobody looked"
