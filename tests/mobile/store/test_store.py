"""The store: sealed rows, all-or-nothing, damage noticed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.store import (
    FORMAT,
    Sealer,
    Store,
    StoreDamaged,
    StoreFull,
    StoreInUse,
    StoreLocked,
    StoreTooNew,
)
from mobile.store.sealing import STEPS, SealBroken, step_for
from mobile.tablet import Session, Tablet
from tests.mobile.conftest import PIN
from tests.mobile.interviews import MARKERS, finalised_case, record_case, record_visit


def quiet(_: str) -> None:
    """No milestone."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def key() -> bytearray:
    return bytearray(range(64))


@pytest.fixture
def store(path: Path, key: bytearray) -> Iterator[Store]:
    opened = Store(path, Sealer(bytearray(key), os.urandom), quiet)
    yield opened
    opened.close()


def reopened(path: Path, key: bytearray) -> Store:
    return Store(path, Sealer(bytearray(key), os.urandom), quiet)


def test_what_was_put_is_there_after_reopening(store: Store, path: Path, key: bytearray) -> None:
    with store.transaction():
        store.cards.put("a", b"one")
        store.bodies.put("a", b"two")
    store.close()

    with closing(reopened(path, key)) as again:
        assert again.cards.get("a") == b"one"
        assert again.bodies.get("a") == b"two"
        assert again.bodies.get("b") is None


def test_a_transaction_that_fails_changes_nothing(store: Store) -> None:
    with store.transaction():
        store.cards.put("a", b"before")

    def interrupted() -> None:
        with store.transaction():
            store.cards.put("a", b"after")
            store.cards.put("b", b"new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()

    assert store.cards.get("a") == b"before"
    assert list(store.cards.contents()) == [b"before"]
    with store.transaction():
        store.cards.put("c", b"the census still agrees")


@given(st.binary(max_size=50_000))
def test_padded_lengths_are_steps_and_contents_come_back(content: bytes) -> None:
    sealer = Sealer(bytearray(64), os.urandom)
    row = sealer.row_of("cards", "x")

    sealed = sealer.seal("cards", row, content, 7)

    assert sealer.open("cards", row, sealed) == (7, content)
    assert len(sealed) == step_for(len(content))
    assert len(sealed) in STEPS or len(sealed) % STEPS[-1] == 0


def test_a_row_moved_to_another_place_does_not_open(store: Store) -> None:
    sealer = store._sealer
    row, other = sealer.row_of("cards", "a"), sealer.row_of("cards", "b")
    sealed = sealer.seal("cards", row, b"content", 1)

    for table, place in (("cards", other), ("bodies", row)):
        with pytest.raises(SealBroken):
            sealer.open(table, place, sealed)


def test_row_names_say_nothing_without_the_key(store: Store) -> None:
    other = Sealer(bytearray(64), os.urandom)

    assert store._sealer.row_of("cards", "a") != other.row_of("cards", "a")
    assert store._sealer.row_of("cards", "a") != store._sealer.row_of("bodies", "a")


def test_every_flipped_byte_of_a_row_is_noticed(store: Store) -> None:
    sealer = store._sealer
    row = sealer.row_of("cards", "a")
    sealed = sealer.seal("cards", row, b"content", 1)

    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 0x40
        with pytest.raises(SealBroken):
            sealer.open("cards", row, bytes(broken))


def test_rows_that_vanish_are_noticed(store: Store, path: Path, key: bytearray) -> None:
    with store.transaction():
        for number in range(20):
            store.cards.put(str(number), b"content")
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as thief:
        thief.execute("DELETE FROM cards WHERE row IN (SELECT row FROM cards LIMIT 1)")

    with pytest.raises(StoreDamaged, match="damaged"):
        reopened(path, key)


def test_a_store_of_a_later_version_is_left_alone(store: Store, path: Path, key: bytearray) -> None:
    store.close()
    with closing(sqlite3.connect(path)) as later:
        later.execute(f"PRAGMA user_version = {FORMAT + 1}")
    before = path.read_bytes()

    with pytest.raises(StoreTooNew, match="newer version"):
        reopened(path, key)

    assert path.read_bytes() == before


def test_a_second_program_is_kept_out(store: Store, path: Path, key: bytearray) -> None:
    with store.transaction():
        store.cards.put("a", b"content")

    with pytest.raises(StoreInUse, match="already open"):
        reopened(path, key)


def test_a_full_disk_loses_nothing_that_was_there(store: Store) -> None:
    with store.transaction():
        store.cards.put("a", b"before")
    pages = store._live().execute("PRAGMA page_count").fetchone()[0]
    store._live().execute(f"PRAGMA max_page_count = {pages + 1}")

    with pytest.raises(StoreFull, match="No room"), store.transaction():
        store.bodies.put("big", os.urandom(500_000))

    assert store.cards.get("a") == b"before"
    assert store.bodies.get("big") is None
    store._live().execute("PRAGMA max_page_count = 1000000")
    with store.transaction():
        store.bodies.put("big", os.urandom(500_000))


def test_a_locked_store_gives_nothing(store: Store) -> None:
    store._sealer.forget()
    with pytest.raises(StoreLocked):
        store.cards.get("a")
    store.close()
    with pytest.raises(StoreLocked), store.transaction():
        pass


def test_no_marker_can_be_found_in_any_file_of_the_tablet(
    session: Session, tmp_path: Path, make_tablet: Callable[..., Tablet]
) -> None:
    """Names, places, dates, answers, classes: nothing readable, open or closed, log included."""
    finalised_case(session.casework)
    record_case(session.casework, record_visit(session.casework))
    session.set_setting("language", "Zyxlanguage")
    session.sending.save_parcels(tmp_path / "stick")
    opened = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    session.lock()
    closed = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    make_tablet().save_escrow(tmp_path / "escrow")
    escrow = {path: path.read_bytes() for path in (tmp_path / "escrow").iterdir()}

    words = [*MARKERS, "heavy_loads", "HAZARDOUS", "Zyxlanguage", "PK-PB-05", "brick_kiln", PIN]
    assert escrow
    for files in (opened, closed, escrow):
        for path, data in files.items():
            for word in words:
                assert word.encode() not in data, (path.name, word)
                assert word.encode("utf-16-le") not in data


def test_an_erased_identity_is_gone_from_the_file_for_who_has_the_key(
    session: Session, tmp_path: Path
) -> None:
    """secure_delete and a truncated log: not even the sealed bytes are left."""
    case_id = finalised_case(session.casework)
    store = session._store
    row = store._sealer.row_of("bodies", case_id)
    (sealed,) = store._live().execute("SELECT sealed FROM bodies WHERE row = ?", (row,)).fetchone()
    session.casework.erase_all_identities()
    session.lock()

    left = b"".join(path.read_bytes() for path in (tmp_path / "tablet").iterdir())
    assert sealed[:64] not in left
    assert sealed[-64:] not in left


def test_key_is_overwritten_in_memory_on_locking(session: Session) -> None:
    key = session._sealer._data_key
    assert any(key)

    session.lock()

    assert not any(key)
