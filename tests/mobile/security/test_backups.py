"""A sealed copy of a tablet goes to its replacement; an old copy never overwrites anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mobile.tablet import (
    AlreadySetUp,
    BackupUnreadable,
    Session,
    Tablet,
    WeakPin,
    WrongPassphrase,
)
from shared.lifecycle import CaseState
from tests.mobile.conftest import PIN
from tests.mobile.interviews import MARKERS, finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice

PASSPHRASE = "four kilns by a slow river"


def test_a_replacement_tablet_goes_on_where_the_old_one_was(
    session: Session, office: MemoryOffice, make_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    case_id = finalised_case(session.casework)
    draft = record_case(session.casework, record_visit(session.casework))
    session.save_backup(tmp_path / "stick" / "tablet.backup", PASSPHRASE)

    new = make_tablet("replacement").restore(
        tmp_path / "stick" / "tablet.backup", PASSPHRASE, "918273"
    )

    assert new.membership == session.membership
    assert new.casework.answer_of(draft, "given_name") == "Zorblax"
    assert new.sending.send().accepted == 2
    assert new.casework.row(case_id).state is CaseState.ACCEPTED
    new.lock()
    make_tablet("replacement").unlock("918273").lock()


def test_an_old_backup_shows_as_conflict_and_overwrites_nothing(
    session: Session, office: MemoryOffice, make_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    case_id = finalised_case(session.casework)
    session.save_backup(tmp_path / "old.backup", PASSPHRASE)
    session.casework.reopen(case_id)
    session.casework.answer(case_id, "sex", "female")
    session.casework.finalise(case_id)
    session.sending.send()

    old = make_tablet("replacement").restore(tmp_path / "old.backup", PASSPHRASE, "918273")
    late = old.sending.send()
    old.casework.reopen(case_id)
    old.casework.answer(case_id, "age_stated", 14)
    old.casework.answer(case_id, "birth_date", "unknown")
    old.casework.finalise(case_id)
    diverged = old.sending.send()

    assert late.superseded == 1
    assert diverged.conflicts == 1
    assert old.casework.row(case_id).state is CaseState.CONFLICT
    assert [one.code for one in old.casework.returned_findings(case_id)] == ["record.conflict"]
    assert office.newest(case_id).content["sex"] == "female"
    old.lock()


def test_a_backup_gives_nothing_to_who_finds_it(session: Session, tmp_path: Path) -> None:
    finalised_case(session.casework)
    session.save_backup(tmp_path / "found.backup", PASSPHRASE)

    data = (tmp_path / "found.backup").read_bytes()

    for marker in (*MARKERS, PASSPHRASE, PIN):
        assert marker.encode() not in data
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_damaged_backup_or_a_wrong_passphrase_changes_nothing(
    session: Session, make_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    path = tmp_path / "tablet.backup"
    with pytest.raises(WeakPin):
        session.save_backup(path, "123456")
    session.save_backup(path, PASSPHRASE)
    whole = path.read_bytes()
    tablet = make_tablet("replacement")

    with pytest.raises(WrongPassphrase, match="Nothing was changed"):
        tablet.restore(path, "five kilns", "918273")
    for length in range(0, len(whole), 4001):
        path.write_bytes(whole[:length])
        with pytest.raises(BackupUnreadable, match="Nothing was changed"):
            tablet.restore(path, PASSPHRASE, "918273")
    path.write_bytes(whole[:999] + bytes([whole[999] ^ 1]) + whole[1000:])
    with pytest.raises(BackupUnreadable):
        tablet.restore(path, PASSPHRASE, "918273")
    path.write_bytes(whole)

    assert not tablet.is_set_up
    tablet.restore(path, PASSPHRASE, "918273").lock()
    with pytest.raises(AlreadySetUp):
        tablet.restore(path, PASSPHRASE, "918273")
