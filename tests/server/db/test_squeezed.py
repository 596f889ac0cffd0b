"""Values that resemble each other are kept squeezed, and come out as they went in."""

from __future__ import annotations

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from server.db.migrate import migrate
from server.db.squeezed import DICTIONARIES, squeezed, unsqueezed
from server.office import Office
from server.tables import recount
from tests.server.field import FieldTablet, somebody

FROZEN = {
    "record-1.bin": "5d82a42eaae97f349d1744ecfa5a81480ed0400145bb3b8ae129adc4df88ee6b",
    "said-1.bin": "1f7e50415814fd2d87315716ca31def5b0afd65680bd524058835e58e483e520",
}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["record", "said"]))
def test_whatever_is_kept_comes_out_again(plain: bytes, name: str) -> None:
    assert unsqueezed(squeezed(plain, name), name) == plain


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=300), st.integers(0, 31))
def test_damaged_bytes_are_nobodys_crash(rest: bytes, first: int) -> None:
    assert isinstance(unsqueezed(bytes((first,)) + rest, "record"), bytes)


def test_what_promises_more_than_fits_is_left_as_it_is() -> None:
    bomb = squeezed(bytes(3 << 20), "record")

    assert len(bomb) < 100_000
    assert unsqueezed(bomb, "record") == bomb


def test_dictionaries_that_were_in_use_are_never_changed() -> None:
    files = {file.name: file.read_bytes() for file in DICTIONARIES.glob("*.bin")}

    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} == FROZEN


def test_records_and_counted_words_are_kept_in_few_bytes(office: Office) -> None:
    tablet = FieldTablet.enrol(office)
    visits = [tablet.visit() for _ in range(4)]
    tablet.send(*visits, *(tablet.case(visit, somebody(n)) for n, visit in enumerate(visits)))
    recount.link_what_waits(office)
    queries = (
        "select canonical from record_revision order by number",
        "select said from counted_case order by record_id",
    )

    def kept() -> list[list[bytes]]:
        with office.engine.connect() as plain:
            return [
                [
                    one.encode() if isinstance(one, str) else bytes(one)
                    for one in plain.scalars(query)
                ]
                for query in map(text, queries)
            ]

    small = kept()
    migrate(office.engine, "0039")
    spelt_out = kept()
    migrate(office.engine)

    assert kept() == small
    shares = [
        sum(map(len, now)) / sum(map(len, before))
        for now, before in zip(small, spelt_out, strict=True)
    ]
    assert shares[0] < 0.6
    assert shares[1] < 0.4
    assert all(one.count(b"\t") > 20 for one in spelt_out[1])
