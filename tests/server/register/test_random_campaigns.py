"""Two hostile officers of two organisations forge at random, and nobody honest is moved.

Unlike the attacks written by hand these follow no plan: mixtures of the codes of one, two or three
children, identities crossed from two of them, with nothing, something or everything in clear, while
linking goes on between. The seeds decide; `TALLY87_CAMPAIGNS` of them are tried.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace

import pytest

from server.office import Office
from server.stewardship.doctor import check
from server.tables import recount
from shared.linkage import CODE_TYPES, Identity, LinkageCode, linkage_codes
from shared.wire.records import Record
from tests.server.field import FieldTablet, somebody
from tests.server.register.test_attacks_on_the_register import forged, persons_of, taken_in

CAMPAIGNS = int(os.environ.get("TALLY87_CAMPAIGNS", "2"))
CHILDREN, ROUNDS = 10, 10
_CROSSED = ("given_name", "family_name", "parent_given_name", "birth_date", "birth_year", "area")


@pytest.mark.parametrize("seed", range(CAMPAIGNS))
def test_two_officers_who_forge_at_random_merge_and_split_nobody(lite: Office, seed: int) -> None:
    draw = random.Random(seed)
    first, second = FieldTablet.enrol(lite, 0, 1), FieldTablet.enrol(lite, 1, 2)
    hostile = FieldTablet.enrol(lite, 2, 10), FieldTablet.enrol(lite, 0, 11)
    told = [[somebody(number)] for number in range(CHILDREN)]
    cases: list[Record] = []
    for number, identities in enumerate(told):
        cases += taken_in(first, identities)
        if number % 2 == 0:
            identities.append(_told_again(number, draw))
            cases += taken_in(second, identities[1:])
    recount.link_what_waits(lite)
    before = persons_of(lite, cases)
    assert CHILDREN <= len(before) < len(cases)

    for _ in range(ROUNDS):
        for tablet in hostile:
            codes = _forged_codes(tablet.membership.linkage_key, told, draw)
            forged(tablet, codes, **_in_clear(draw))
        recount.link_what_waits(lite)

    assert persons_of(lite, cases) == before
    assert check(lite) == []


def _told_again(number: int, draw: random.Random) -> Identity:
    """A child as another organisation writes her down: the same, less known, or misspelt."""
    child = somebody(number)
    return draw.choice(
        (
            child,
            replace(child, birth_date=None),
            replace(child, given_name=f"{child.given_name}a"),
        )
    )


def _forged_codes(key: bytes, told: list[list[Identity]], draw: random.Random) -> list[LinkageCode]:
    """As many of each kind as an office takes."""
    meant = [draw.choice(one) for one in draw.sample(told, draw.randrange(1, 4))]
    way = draw.randrange(4)
    if way == 0:
        codes = [code for one in meant for code in linkage_codes(one, key)]
    elif way == 1:
        codes = []
        for one in meant:
            of_one = linkage_codes(one, key)
            codes += draw.sample(of_one, draw.randrange(1, len(of_one) + 1))
    elif way == 2:
        codes = [code for code in linkage_codes(meant[0], key) if code.type % 2 == 0]
        codes += [code for code in linkage_codes(meant[-1], key) if code.type % 2]
    else:
        crossed = {name: getattr(meant[-1], name) for name in draw.sample(_CROSSED, 2)}
        codes = list(linkage_codes(replace(meant[0], **crossed), key))
    draw.shuffle(codes)
    taken: dict[int, list[LinkageCode]] = {}
    for code in codes:
        of_kind = taken.setdefault(code.type, [])
        if code not in of_kind and len(of_kind) < CODE_TYPES[code.type].codes:
            of_kind.append(code)
    return [code for of_kind in taken.values() for code in of_kind]


def _in_clear(draw: random.Random) -> dict[str, object]:
    """What else the forged record says: nothing of age and sex, one of them, or what contradicts
    half of the children."""
    return draw.choice(
        (
            {"sex": "unknown", "birth_date": None},
            {"sex": draw.choice(("male", "female")), "birth_date": None},
            {"birth_date": draw.randrange(6, 17)},
            {},
        )
    )
