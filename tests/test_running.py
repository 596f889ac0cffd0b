"""Where `python -m tests` puts the files of tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import __main__ as running


def test_files_lie_where_there_is_room_and_are_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "ROOM_BYTES", 1)

    with running.place_for_files(tmp_path) as environment:
        folder = Path(environment["TMPDIR"])
        assert folder.parent == tmp_path
        assert os.stat(folder).st_mode & 0o005 == 0o005, "a database server of another account"
        (folder / "left behind").touch()

    assert not list(tmp_path.iterdir())


def test_files_stay_where_they_always_are_when_memory_is_short_or_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running.place_for_files(tmp_path / "not there") as environment:
        assert environment == {}
    monkeypatch.setattr(running, "ROOM_BYTES", 1 << 60)
    with running.place_for_files(tmp_path) as environment:
        assert environment == {}


def test_programs_read_modules_that_were_compiled_once_also_where_none_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "read_by_many.py").touch()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    with running.place_for_bytecode() as environment:
        subprocess.run(
            [sys.executable, "-c", "import read_by_many"],
            cwd=tmp_path,
            env=os.environ | dict(environment),
            check=True,
        )
        folder = Path(environment["PYTHONPYCACHEPREFIX"])
        assert list(folder.rglob("read_by_many.*.pyc"))

    assert not folder.exists()
    assert [file.name for file in tmp_path.iterdir()] == ["read_by_many.py"]


def test_bytecode_stays_beside_the_sources_where_nobody_minds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    with running.place_for_bytecode() as environment:
        assert environment == {}


@pytest.mark.parametrize(("mark", "folder"), running.FOLDERS.items())
def test_test_of_a_small_group_is_refused_where_its_group_does_not_look(
    tmp_path: Path, mark: str, folder: str
) -> None:
    (tmp_path / "test_elsewhere.py").write_text(
        f"import pytest\n\n@pytest.mark.{mark}\ndef test_one(): pass\n"
    )

    plugins = ("-p", "no:cacheprovider", "-p", "tests.conftest")
    place = ("--rootdir", str(tmp_path), "-c", os.devnull, str(tmp_path))
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *place], capture_output=True, text=True
    )

    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"is marked {mark}: it belongs in {folder}." in ran.stdout + ran.stderr
