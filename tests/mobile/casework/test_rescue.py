"""A damaged store is said in plain words, and what can be read is saved."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mobile.enrolment.enrolment import NotEnrolled
from mobile.store import StoreDamaged
from mobile.tablet import STORE_NAME, StoreLocked, Tablet
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from tests.mobile.conftest import PIN
from tests.mobile.interviews import finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice

CASES = 6


@pytest.fixture
def recorded(
    make_tablet: Callable[..., Tablet], office: MemoryOffice, tmp_path: Path
) -> dict[RecordId, str]:
    """A locked tablet with six cases, half of them finalised: id -> given name."""
    session = make_tablet().set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    names = {}
    for number in range(CASES):
        name = f"Zorblax{number}"
        if number % 2:
            names[finalised_case(session.casework, given_name=name)] = name
        else:
            visit_id = record_visit(session.casework)
            names[record_case(session.casework, visit_id, given_name=name)] = name
    session.lock()
    shutil.copytree(tmp_path / "tablet", tmp_path / "whole")
    return names


def saved_names(tablet: Tablet, recorded: dict[RecordId, str]) -> set[str]:
    """Rescues, unlocks, and gives the names that are there; each must be the genuine one."""
    tablet.rescue(PIN)
    session = tablet.unlock(PIN)
    try:
        found = set()
        for row in session.casework.list_cases():
            session.casework.interview(row.record_id)
            name = session.casework.answer_of(row.record_id, "given_name")
            if name is not None:
                assert recorded[row.record_id] == name
                found.add(str(name))
        return found
    finally:
        session.lock()


def saved_or_gone(tablet: Tablet, recorded: dict[RecordId, str]) -> set[str]:
    """The same; none when the page with the tablet's own membership was cut off as well."""
    try:
        return saved_names(tablet, recorded)
    except NotEnrolled:
        return set()


def damage(tmp_path: Path, data: bytes) -> None:
    shutil.rmtree(tmp_path / "tablet")
    shutil.copytree(tmp_path / "whole", tmp_path / "tablet")
    (tmp_path / "tablet" / STORE_NAME).write_bytes(data)


def test_a_whole_store_loses_nothing_by_a_rescue(
    recorded: dict[RecordId, str],
    make_tablet: Callable[..., Tablet],
    office: MemoryOffice,
    tmp_path: Path,
) -> None:
    assert saved_names(make_tablet(), recorded) == set(recorded.values())
    assert (tmp_path / "tablet" / "damaged-1" / STORE_NAME).exists()

    session = make_tablet().unlock(PIN)
    assert session.sending.send().accepted == CASES
    assert len(list((tmp_path / "tablet").glob("*.saved*"))) == 0
    session.lock()


def test_a_store_cut_at_any_page_is_reported_and_the_rest_is_saved(
    recorded: dict[RecordId, str], make_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    whole = (tmp_path / "whole" / STORE_NAME).read_bytes()
    saved = []
    for length in [*range(4096, len(whole), 4096 * 3), len(whole) - 1, len(whole) // 2 + 7, 50]:
        damage(tmp_path, whole[:length])

        with pytest.raises(StoreDamaged, match="Rescue, or take the tablet to the office"):
            make_tablet().unlock(PIN)
        saved.append(len(saved_or_gone(make_tablet(), recorded)))

    assert max(saved) >= CASES - 1


def test_a_store_with_a_flipped_byte_is_never_believed(
    recorded: dict[RecordId, str], make_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    """Either the byte does not matter, or the damage is noticed; never a wrong answer."""
    whole = (tmp_path / "whole" / STORE_NAME).read_bytes()
    moments = random.Random(7)
    noticed = 0
    for _ in range(60):
        place = moments.randrange(len(whole))
        flipped = bytearray(whole)
        flipped[place] ^= 1 << moments.randrange(8)
        damage(tmp_path, bytes(flipped))
        try:
            session = make_tablet().unlock(PIN)
        except StoreDamaged:
            noticed += 1
            assert len(saved_names(make_tablet(), recorded)) >= CASES - 2
            continue
        try:
            for record_id, name in recorded.items():
                assert session.casework.answer_of(record_id, "given_name") == name
        except StoreDamaged:
            noticed += 1
        finally:
            session.lock()
    assert noticed


def test_a_lost_card_is_made_again_from_its_body(
    recorded: dict[RecordId, str], make_tablet: Callable[..., Tablet], office: MemoryOffice
) -> None:
    session = make_tablet().unlock(PIN)
    lost = next(iter(recorded))
    store = session._store
    finalised = session.casework.list_cases(state=CaseState.FINALISED)[0].record_id
    with store.transaction():
        store.cards.delete(lost)
        store.cards.delete(finalised)
        store.outbox.delete(finalised)
    session.lock()

    assert saved_names(make_tablet(), recorded) == set(recorded.values())

    session = make_tablet().unlock(PIN)
    assert session.casework.row(finalised).state is CaseState.FINALISED
    session.sending.send()
    assert finalised in office.accepted()
    session.lock()


def test_a_log_that_was_never_brought_into_the_file_is_read_too(
    recorded: dict[RecordId, str], make_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    """As after a power cut: the newest answers are in the write-ahead log only."""
    session = make_tablet().unlock(PIN)
    record_id = next(iter(recorded))
    session.casework.answer(record_id, "family_name", "Newest")
    files = {path.name: path.read_bytes() for path in (tmp_path / "tablet").glob(f"{STORE_NAME}*")}
    session.lock()
    for name, data in files.items():
        (tmp_path / "tablet" / name).write_bytes(data)
    assert len(files[f"{STORE_NAME}-wal"]) > 0

    assert saved_names(make_tablet(), recorded) == set(recorded.values())

    session = make_tablet().unlock(PIN)
    assert session.casework.answer_of(record_id, "family_name") == "Newest"
    session.lock()


@pytest.mark.parametrize("left", [None, b""])
def test_a_store_that_is_gone_or_empty_is_never_taken_for_a_new_one(
    recorded: dict[RecordId, str],
    make_tablet: Callable[..., Tablet],
    tmp_path: Path,
    left: bytes | None,
) -> None:
    session = make_tablet().unlock(PIN)
    session.casework.answer(next(iter(recorded)), "family_name", "Newest")
    log = (tmp_path / "tablet" / f"{STORE_NAME}-wal").read_bytes()
    session.lock()
    for name, data in ((STORE_NAME, left), (f"{STORE_NAME}-wal", log)):
        (tmp_path / "tablet" / name).unlink(missing_ok=True)
        if data is not None:
            (tmp_path / "tablet" / name).write_bytes(data)

    for _ in range(2):
        with pytest.raises(StoreDamaged, match="Rescue, or take the tablet to the office"):
            make_tablet().unlock(PIN)

    assert (tmp_path / "tablet" / f"{STORE_NAME}-wal").read_bytes() == log
    assert make_tablet().rescue(PIN).readable >= 1  # what was in the log


def test_a_rescue_cut_off_anywhere_is_begun_again_and_loses_nothing(
    recorded: dict[RecordId, str],
    make_tablet: Callable[..., Tablet],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The power goes at the n-th file that is moved, for every n."""

    class PowerCut(BaseException):
        pass

    really_move = os.replace
    for moves in range(6):
        damage(tmp_path, (tmp_path / "whole" / STORE_NAME).read_bytes())
        left = [moves]

        def move(before: Path, after: Path, left: list[int] = left) -> None:
            if before.name.startswith((STORE_NAME, "damaged")):
                if not left[0]:
                    raise PowerCut
                left[0] -= 1
            really_move(before, after)

        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", move)
            try:
                make_tablet().rescue(PIN)
                break
            except PowerCut:
                pass
        with pytest.raises(StoreDamaged):
            make_tablet().unlock(PIN)
        assert saved_names(make_tablet(), recorded) == set(recorded.values())
        assert (tmp_path / "tablet" / "damaged-1" / STORE_NAME).exists()
    assert moves == 3  # aside, into its place, named for good


def test_finalised_records_of_a_damaged_store_can_be_taken_to_the_office_without_a_pin(
    recorded: dict[RecordId, str],
    make_tablet: Callable[..., Tablet],
    office: MemoryOffice,
    tmp_path: Path,
) -> None:
    whole = (tmp_path / "whole" / STORE_NAME).read_bytes()
    sound = {path.read_bytes() for path in make_tablet().save_escrow(tmp_path / "sound")}

    damage(tmp_path, whole[:100] + b"rubbish" * 20 + whole[240:])
    found = {path.read_bytes() for path in make_tablet().save_escrow(tmp_path / "found")}

    assert len(sound) == CASES  # three cases, each with its visit
    assert sound <= found
    for copy in found:
        office.take_in(copy)
    assert sum(record_id in office.accepted() for record_id in recorded) == CASES // 2


def test_order_to_erase_identities_reaches_the_files_a_rescue_set_aside(
    recorded: dict[RecordId, str],
    make_tablet: Callable[..., Tablet],
    office: MemoryOffice,
    tmp_path: Path,
) -> None:
    """The names are in them, sealed with the same key."""
    tablet = make_tablet()
    tablet.rescue(PIN)
    session = tablet.unlock(PIN)
    assert list((tmp_path / "tablet").glob("damaged*"))
    office.revoked.add(session.membership.tablet_id)

    session.sending.send()
    session.lock()

    assert not list((tmp_path / "tablet").glob("damaged*"))


def test_backup_that_cannot_be_written_leaves_nothing_behind(
    make_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    session = make_tablet().set_up(PIN)
    store = session._store
    session.lock()

    with pytest.raises(StoreLocked):
        store.copy(tmp_path / "stick.part")

    assert not (tmp_path / "stick.part").exists()
