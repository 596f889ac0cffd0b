"""Files the office writes: whole or not at all, and there when that was said."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from server import durable

SERVER = Path(durable.__file__).parent


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system was asked for, in order."""
    asked: list[str] = []
    sync, put = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        asked.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def replace(beside: Path, path: Path) -> None:
        asked.append("in its place")
        put(beside, path)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    return asked


def test_file_is_on_the_disk_before_it_takes_a_place_and_its_name_after(
    tmp_path: Path, said: list[str]
) -> None:
    path = tmp_path / "profile.toml"
    path.write_bytes(b"before")

    durable.replace_file(path, b"after")

    assert said == ["file", "in its place", "folder"]
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [
        ("profile.toml", b"after")
    ]


def test_full_disk_leaves_what_was_there_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "profile.toml"
    path.write_bytes(b"before")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        durable.replace_file(path, b"after")

    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [
        ("profile.toml", b"before")
    ]


def test_new_file_is_its_owners_only_and_never_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "programme.key"

    durable.write_new(path, b"secret")

    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        durable.write_new(path, b"another")
    assert path.read_bytes() == b"secret"


def test_share_whose_folders_cannot_be_synced_is_written_to_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)

    durable.replace_file(tmp_path / "one.receipt", b"receipt")

    assert (tmp_path / "one.receipt").read_bytes() == b"receipt"


def test_no_other_module_puts_a_file_in_the_place_of_another() -> None:
    others = {
        str(file.relative_to(SERVER))
        for file in SERVER.rglob("*.py")
        if any(
            way in file.read_text() for way in ("os.replace(", "beside.replace(", ".part.rename")
        )
    }

    assert others == {"durable.py"}
