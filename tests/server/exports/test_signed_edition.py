"""A saved edition is genuine as a whole: one changed digit anywhere is found, without an office."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main
from server.exports.signed_edition import NotGenuine, signed_edition
from server.programme.keys import keys_of
from server.releases.files import NumberState
from server.releases.sealing import signature
from tests.server.exports.invented import edition_files
from tests.server.field import make_office


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of an edition as they are handed over, with the key of who signed it."""
    office = make_office(tmp_path_factory.mktemp("signed") / "office")
    keys = keys_of(office).programme
    manifest, files = edition_files()
    office.close()
    return {
        **files,
        "edition.json": manifest,
        "edition.json.sig": signature(keys, manifest).hex().encode() + b"\n",
        "programme.pub": keys.public.signing.hex().encode() + b"\n",
    }


@pytest.fixture
def key(saved: dict[str, bytes]) -> str:
    return saved["programme.pub"].decode()


def test_genuine_edition_is_read(saved: dict[str, bytes], key: str) -> None:
    read = signed_edition(saved, key)
    assert read.number == 3
    states = {cell.state for table in read.tables for cell in table.cells.values()}
    assert states == set(NumberState)


def test_one_changed_digit_in_any_file_is_found(saved: dict[str, bytes], key: str) -> None:
    for name, content in saved.items():
        if name == "programme.pub" or not content:
            continue
        at = next(place for place, byte in enumerate(content) if chr(byte) in "12345678")
        other = content[:at] + bytes([content[at] + 1]) + content[at + 1 :]
        with pytest.raises(NotGenuine, match=r"edition\.json is not signed|" + name):
            signed_edition({**saved, name: other}, key)


def test_everything_wrong_is_named_at_once(saved: dict[str, bytes], key: str) -> None:
    files = {**saved, "structure.json": b"{}"}
    del files["CL-CLASS_2026-10.csv"]
    with pytest.raises(NotGenuine) as refused:
        signed_edition(files, key)
    assert "CL-CLASS_2026-10.csv is missing." in str(refused.value)
    assert "structure.json is not the file that was signed." in str(refused.value)


@pytest.mark.parametrize("wrong", ["", "no key", "00" * 32, "ff" * 31])
def test_other_key_is_refused(saved: dict[str, bytes], wrong: str) -> None:
    with pytest.raises(NotGenuine):
        signed_edition(saved, wrong)


def test_command_needs_no_office(saved: dict[str, bytes], key: str, tmp_path: Path) -> None:
    for name, content in saved.items():
        (tmp_path / name).write_bytes(content)
    asked = ["check-edition", str(tmp_path), "--key", key.strip()]

    told = CliRunner().invoke(main, asked)
    assert (told.exit_code, "Edition 3, version 1.2.0" in told.output) == (0, True), told.output

    (tmp_path / "CL-CLASS_2026-11.csv").write_bytes(b"")
    refused = CliRunner().invoke(main, asked)
    assert refused.exit_code == 1
    assert "CL-CLASS_2026-11.csv is not the file that was signed." in refused.output
