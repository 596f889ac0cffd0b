"""The power goes at every write of a tablet's life: at most the answer being typed is lost.

A real tablet's process is recorded by strace from set-up to erasing: every write, sync and rename.
Then the disk is put together as a power cut would leave it after each of them: with all that was
written, with what was synced only, with writes torn, missing, or in another order. Here a sample;
all of them: ``python -m tests.reliability writes``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.file_operations import Operation, cannot_record
from tests.reliability.power import (
    Recording,
    Surroundings,
    every_way,
    is_whole_after_kill,
    is_whole_after_power_loss,
)

pytestmark = pytest.mark.skipif(bool(cannot_record()), reason=cannot_record())


@pytest.fixture(scope="module")
def around() -> Iterator[Surroundings]:
    with Surroundings() as around:
        yield around


@pytest.fixture(scope="module")
def recorded(around: Surroundings) -> Recording:
    return Recording.make(around)


def in_the_sample(number: int, done: Operation, _: str) -> bool:
    """Whatever concerns more than the log, and every 61st of the rest."""
    is_rare = done.kind in ("rename", "remove", "cut") or (
        done.kind == "sync" and not done.path.endswith("-wal")
    )
    return number % (4 if is_rare else 61) == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_tablet_is_whole_wherever_the_power_goes(around: Surroundings, recorded: Recording) -> None:
    looked_at = set()
    for point, way, files in every_way(recorded, in_the_sample):
        try:
            is_whole_after_power_loss(around, recorded, point, files)
        except BaseException as fault:
            fault.add_note(f"operation {point.number}: {point.operation.kind} {way}")
            raise
        looked_at.add(way.split(":")[0].rstrip("0123456789"))

    assert looked_at == {
        *("live", "durable", "names_first", "contents_first", "without", "torn", "hole")
    }


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("call", "count"), [("pwrite64", 333), ("fdatasync", 170), ("rename", 9)])
def test_tablet_killed_at_a_write_goes_on_where_it_was(
    around: Surroundings, recorded: Recording, call: str, count: int
) -> None:
    assert is_whole_after_kill(around, recorded, call, count)


def test_everything_that_is_promised_happens_in_the_recorded_journey(recorded: Recording) -> None:
    """What is acknowledged, and what is written before it: each step ends on the disk."""
    steps = {view["step"] for view in recorded.views}
    assert steps >= {
        *("set_up", "enrolled", "started", "answered", "finalised", "sent", "reopened"),
        *("withdrawn", "deleted", "pin_changed", "backed_up", "restored", "rescued", "erased"),
    }
    assert sum(one.kind == "sync" for one in recorded.operations) > len(recorded.views)
    before, after = (
        next(view["kept"] for view in recorded.views if view["step"] == step)
        for step in ("damaged", "rescued")
    )
    assert before == after
