"""A byte of the store changed, or the store cut anywhere: said in plain words, and saved.

Here a sample of the places; every one: ``python -m tests.reliability damage``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from mobile.store.log import lost_commits
from mobile.tablet import STORE_NAME
from tests.reliability.damage import (
    KILLED,
    LOCKED,
    LOG_NAME,
    Recorded,
    flipped,
    places,
    recorded_tablet,
)

A_FILE = 23
"""So many places in each file, spread evenly, none of them a boundary of anything."""


@pytest.fixture(scope="module")
def recorded() -> Iterator[Recorded]:
    with recorded_tablet() as recorded:
        yield recorded


def spread(length: int) -> range:
    step = length // A_FILE
    return range(step // 2 + 1, length, step)


@pytest.mark.parametrize(("form", "name"), places())
def test_changed_byte_is_harmless_or_told_and_costs_no_finalised_record(
    recorded: Recorded, form: str, name: str
) -> None:
    whole = recorded.files[form][name]
    told = 0
    for at in spread(len(whole)):
        saved = recorded.damaged(form, name, flipped(whole, at))
        told += saved.told
        assert saved.finalised == len(recorded.waiting), at
        assert saved.whole >= len(recorded.kept) - 2, at  # as many as share a page
    assert told


def test_every_byte_of_the_table_of_contents_may_change(recorded: Recorded) -> None:
    """SQLite says strange things about it; the officer reads one sentence. A sample of them, with
    those at which its own words cannot even be read."""
    whole = recorded.files[LOCKED][STORE_NAME]
    for at in (*range(100, 4096, 193), *range(4090, 3000, -97)):
        saved = recorded.damaged(LOCKED, STORE_NAME, flipped(whole, at))
        assert saved.whole == len(recorded.kept), at
    start = whole.index(b"CREATE TABLE")
    for at in range(start, start + 400, 7):
        content = whole[:at] + b"\xff" + whole[at + 1 :]
        assert recorded.damaged(LOCKED, STORE_NAME, content).whole == len(recorded.kept), at


def test_row_that_is_no_blob_any_more_is_told(recorded: Recorded) -> None:
    store = recorded.root / "changed.sqlite"
    for change in (
        "UPDATE cards SET sealed = 7",
        "UPDATE outbox SET sealed = 'text'",
        "DELETE FROM outbox",
        "UPDATE outbox SET row = randomblob(16)",
    ):
        store.write_bytes(recorded.files[LOCKED][STORE_NAME])
        with closing(sqlite3.connect(store, isolation_level=None)) as thief:
            thief.execute(change)
        saved = recorded.damaged(LOCKED, STORE_NAME, store.read_bytes())
        assert saved.told, change
        assert saved.finalised == len(recorded.waiting), change


@pytest.mark.parametrize("form", [LOCKED, KILLED])
def test_store_cut_anywhere_is_told_and_what_was_left_is_saved(
    recorded: Recorded, form: str
) -> None:
    ((_, name),) = [place for place in places() if place[0] == form and place[1] != LOG_NAME]
    whole = recorded.files[form][name]
    for length in (0, *spread(len(whole)), len(whole) - 1):
        saved = recorded.damaged(form, name, whole[:length])
        assert saved.told or form == KILLED, length
    assert saved.whole >= len(recorded.kept) - 1


def test_log_cut_anywhere_leaves_an_earlier_moment_and_nothing_invented(
    recorded: Recorded,
) -> None:
    whole = recorded.files[KILLED][LOG_NAME]
    back = [
        recorded.damaged(KILLED, LOG_NAME, whole[:length]).steps_back
        for length in (*spread(len(whole)), len(whole))
    ]
    assert back == sorted(back, reverse=True)
    assert back[-1] == 0


def test_whole_log_and_one_that_power_loss_cut_are_not_called_damaged(recorded: Recorded) -> None:
    whole = recorded.files[KILLED][LOG_NAME]
    for length in (*range(0, len(whole), 3001), len(whole)):
        assert not lost_commits(whole[:length])
    for at in (3, 14, 17, 25, 32, 40, 52, len(whole) // 2):
        assert lost_commits(flipped(whole, at)), at
    last_frame = len(whole) - 4096
    assert not lost_commits(flipped(whole, last_frame))
