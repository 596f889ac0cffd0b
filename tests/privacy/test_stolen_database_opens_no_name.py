"""A thief tries every name there is against a stolen database: without the pepper none is found.

The thief knows how codes are made, the names of everybody, and (from a stolen tablet) the linkage
key. What is held against the thief's codes is every column of every table of the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.db.schema import whole_schema
from server.intake.code_book import kept_code
from server.office import Office
from server.operations import key_rotation
from server.programme.keys import keys_of
from server.tables import recount
from shared.linkage import Identity, LinkageCode, linkage_codes
from tests.server.field import FieldTablet, make_office, somebody

RECORDED = range(20)
DICTIONARY = [somebody(number) for number in range(80)]
"""Everybody who was recorded is among them."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = make_office(tmp_path)
    tablet = FieldTablet.enrol(made)
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit, somebody(one)) for one in RECORDED))
    recount.link_what_waits(made)
    return made


def everything_in(office: Office) -> tuple[set[int], bytes]:
    """All numbers in the database, those in lists too, and all of its texts and bytes in a row."""
    numbers: set[int] = set()
    rest: list[bytes] = []

    def look(value: object) -> None:
        if isinstance(value, int):
            numbers.add(value)
        elif isinstance(value, bytes):
            rest.append(value)
        elif isinstance(value, str):
            rest.append(value.encode())
        elif isinstance(value, Iterable):
            for one in value:
                look(one)

    with reading(office.engine) as connection:
        for table in whole_schema().tables.values():
            for row in connection.execute(select(table)):
                look(tuple(row))
    return numbers, b"\0".join(rest)


def found_by(office: Office, key: bytes, peppers: Sequence[Sequence[bytes]]) -> list[Identity]:
    """Of whom any code made with this key stands in the database, as it travelled or re-keyed with
    any of these peppers."""
    numbers, rest = everything_in(office)

    def is_there(code: LinkageCode) -> bool:
        return code.code in rest or any(kept_code(code, one) in numbers for one in peppers)

    return [one for one in DICTIONARY if any(map(is_there, linkage_codes(one, key)))]


def guesses(key: bytes) -> list[tuple[bytes, ...]]:
    """What somebody without the pepper might take for it."""
    return [(bytes(32),), (key,), (b"pepper".ljust(32, b"\0"),)]


def test_thief_with_the_linkage_key_and_every_name_finds_nobody(office: Office) -> None:
    key = keys_of(office).linkage_keys[1]

    assert found_by(office, key, guesses(key)) == []


def test_thief_without_any_key_finds_nobody(office: Office) -> None:
    assert found_by(office, bytes(32), guesses(bytes(32))) == []


def test_whoever_has_every_key_finds_all_and_with_a_changed_pepper_nobody(office: Office) -> None:
    """The search above can find: so it does where it should."""
    keys = keys_of(office)
    stolen = [(keys.pepper,)]
    found = found_by(office, keys.linkage_keys[1], stolen)
    assert [somebody(one) in found for one in RECORDED] == [True] * len(RECORDED)

    key_rotation.rotate_pepper(office, "test")

    assert found_by(office, keys.linkage_keys[1], stolen) == []
