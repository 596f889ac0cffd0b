"""A pack brings what another country can use, genuine or not at all, and nothing that harms."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main
from server.countries.beginning import begin_country
from server.exports.signed_edition import NotGenuine
from server.office import Office
from server.packs.packing import SIGNED, PackRefused, pack_of, take_pack, unpacked_pack
from server.programme.keys import keys_of
from server.progress.entering import enter
from server.reference.in_force import reference_of
from server.rollup.handed import files_in, in_one_file
from shared.codelists.lists import load_codelist
from tests.server.field import make_office
from tests.server.progress.declared import declare_all


@pytest.fixture
def office(tmp_path: Path) -> Office:
    folder = tmp_path / "own"
    (folder / "questionnaire").mkdir(parents=True)
    (folder / "questionnaire" / "survey.csv").write_text("type,name\n")
    (folder / "questionnaire" / "notes.txt").write_text("Amina, 0300 1234567")
    (folder / "tables.toml").write_text("")
    made = make_office(tmp_path / "office", country_folders=(folder,))
    declare_all(made)
    return made


def key_of(office: Office) -> str:
    return keys_of(office).programme.public.signing.hex()


def test_pack_brings_form_law_indicators_and_lessons(office: Office, tmp_path: Path) -> None:
    said, names = take_pack(pack_of(office), key_of(office), tmp_path / "new")

    assert said["country"] == "PAK"
    assert {"law.csv", "indicators.csv", "lessons.csv", "tables.toml"} < {*names}
    assert "questionnaire/survey.csv" in names
    lessons = (tmp_path / "new" / "lessons.csv").read_text()
    assert "Meals alone are not enough" in lessons
    other = make_office(tmp_path / "other", seed=2)
    for kind, name in (("indicator", "indicators.csv"), ("pilot", "lessons.csv")):
        assert enter(other, kind, (tmp_path / "new" / name).read_bytes(), "Other office") >= 1
    other.close()


def test_what_would_be_wrong_elsewhere_stays_at_home(office: Office) -> None:
    _, files = unpacked_pack(pack_of(office), key_of(office))
    whole = b"\n".join(files.values())
    profile = reference_of(office).profile
    assert profile.helplines
    assert not any(line.name.encode() in whole for line in profile.helplines)
    assert not {"areas.csv", "profile.toml", "questionnaire/notes.txt"} & files.keys()
    rows = list(csv.DictReader(io.StringIO(files["indicators.csv"].decode())))
    assert rows
    assert not any(row["baseline"] + row["baseline_source"] for row in rows)


def test_law_of_a_pack_begins_a_country_and_nothing_of_it_is_confirmed(office: Office) -> None:
    _, files = unpacked_pack(pack_of(office), key_of(office))
    law = list(enumerate(csv.DictReader(io.StringIO(files["law.csv"].decode())), 2))
    made = begin_country(
        "NPL", load_codelist("countries"), ["ne"], "gregorian", [], law, [], date(2026, 11, 22)
    )
    text = made.files["profile.toml"]
    assert "[parameters.minimum_age]\nvalue = 15" in text
    assert "confirmed = true" not in text
    assert 'source = "PAK: ' in text


def test_one_changed_byte_or_a_strange_file_is_refused(office: Office, tmp_path: Path) -> None:
    content, key = pack_of(office), key_of(office)
    files = files_in(content)
    for name, one in files.items():
        if one:
            other = in_one_file({**files, name: bytes([one[0] ^ 1]) + one[1:]})
            with pytest.raises(NotGenuine):
                unpacked_pack(other, key)
    with pytest.raises(NotGenuine, match="Not as it was signed: more"):
        unpacked_pack(in_one_file({**files, "more.csv": b"x"}), key)
    with pytest.raises(NotGenuine):
        unpacked_pack(content, "00" * 32)
    for damaged in (content[: len(content) // 2], b"", b"no archive"):
        with pytest.raises(NotGenuine, match="This is no pack"):
            unpacked_pack(damaged, key)

    keys = keys_of(office).programme  # A country that signs what no pack has.
    for name in ("../up.csv", "questionnaire/../../up.csv", "profile.toml", "a\\b.csv"):
        manifest = json.dumps({"format": "tally87 pack 1", "files": {name: _digest(b"x")}}).encode()
        signed = keys.sign(SIGNED + manifest).hex().encode()
        bad = in_one_file({name: b"x", "pack.json": manifest, "pack.json.sig": signed})
        with pytest.raises(PackRefused, match="no pack has"):
            take_pack(bad, key, tmp_path / "in" / "here")
    assert not (tmp_path / "in").exists()


def _digest(content: bytes) -> str:
    from server.releases.files import digest_of

    return digest_of(content)


def test_commands_export_and_import(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLY87_FOLDER", str(office.config.folder))
    monkeypatch.delenv("TALLY87_DATABASE_URL", raising=False)
    file, folder = tmp_path / "pak.zip", tmp_path / "start"
    assert CliRunner().invoke(main, ["pack", "export", str(file)]).exit_code == 0
    asked = ["pack", "import", str(file), "--key", key_of(office), "--into", str(folder)]
    told = CliRunner().invoke(main, asked)
    assert (told.exit_code, "is genuine" in told.output) == (0, True), told.output
    again = CliRunner().invoke(main, asked)
    assert (again.exit_code, "is not empty" in again.output) == (1, True)
