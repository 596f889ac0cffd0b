"""A progress report: judged where that is fair, and every digit of it signed."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.cli import main
from server.db.engine import reading, transaction
from server.exports.signed_edition import NotGenuine, signed_edition
from server.office import Office
from server.programme.keys import keys_of
from server.progress import store
from server.progress.entering import EntriesRefused, enter, take_back, template_of
from server.progress.figures import CellNotFound
from server.progress.files import files_of
from server.progress.kinds import KINDS
from server.progress.report import NothingDeclared, canonical, make
from server.progress.signing import signed_json
from server.progress.verifying import verify
from server.releases import store as releases
from server.releases.sealing import signature
from tests.server.exports.invented import NEVER_TOLD, edition_files, publish_invented
from tests.server.field import make_office
from tests.server.progress.declared import ALL, declare_all

PERIOD = "2026-11"


@pytest.fixture
def declared(lite: Office) -> Office:
    publish_invented(lite, 3, "1.2.0", 1_795_000_000)
    declare_all(lite)
    return lite


def indicator(document: Any, code: str) -> Any:
    return next(one for one in document["indicators"] if one["code"] == code)


def test_entries_are_kept_by_both_databases_and_later_ones_take_their_place(office: Office) -> None:
    declare_all(office)
    changed = ALL["commitment"].replace("under_way", "done").splitlines()[:2]
    enter(office, "commitment", "\n".join(changed).encode(), "Ministry")
    take_back(office, "pilot", ("P1",), "Ministry")

    with reading(office.engine) as connection:
        known = store.framework(connection)
    assert [(one["code"], one["state"]) for one in known["commitment"]] == [
        ("C1", "done"),
        ("C2", "planned"),
    ]
    assert known["pilot"] == ()
    assert len(known["value"]) == 3
    with pytest.raises(store.NoSuchEntry, match="no pilot P1"):
        take_back(office, "pilot", ("P1",), "Ministry")
    made = make(office, "2026")
    with reading(office.engine) as connection:
        kept = store.last_report(connection, "")
    assert kept is not None
    assert kept.document == made.canonical


def test_every_fault_of_a_file_is_named_and_nothing_is_kept(lite: Office) -> None:
    with pytest.raises(EntriesRefused) as refused:
        enter(
            lite,
            "commitment",
            b"code,title,owner,cost,funded,currency,due,state,source\n"
            b"A,Hire,Ministry,10,20,USD,2026-13-01,under_way,Plan\n"
            b"B,,Ministry,1e9,,,2026-01-01,perhaps,Plan\n"
            b"C,Hire,Ministry,,5,USD,2026-01-01,done,Plan,more\n"
            b"D,Hire,Ministry,5,6,USD,2026-01-01,done,Plan\n",
            "Ministry",
        )
    said = str(refused.value)
    for fault in (
        "Line 2: due is a day",
        "Line 3: title is needed",
        "Line 3: cost is a number",
        "Line 3: state is one of",
        "Line 4: 10 values in 9 columns",
        "Line 5: funded is more than cost",
        "Nothing was kept",
    ):
        assert fault in said
    with reading(lite.engine) as connection:
        assert store.framework(connection)["commitment"] == ()


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for all that is refused: nothing of it is kept."""
    office = make_office(tmp_path_factory.mktemp("refusing") / "office")
    declare_all(office)
    yield office
    office.close()


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        ("target", b"", "empty"),
        ("target", b"\xff\xfe", "not UTF-8"),
        ("target", b"indicator,deadline\n", "the column value is missing"),
        ("pilot", "code,title,period,lesson,source\nP,a\u202eb,2026,x,y\n", "cannot be printed"),
        ("target", "indicator,deadline,value,source\nNONE,2026-01-01,1,x\n", "no indicator NONE"),
        ("target", "indicator,deadline,value,source\nRECORDED,2026-01-01,1,x\n", "no target"),
        ("value", "indicator,period,value,organisation,source,on\nRECORDED,2026,1,a,b,2026-01-01\n",
         "from editions alone"),
        ("indicator", "code,name,theme,kind,measure,unit,baseline,baseline_period,baseline_source\n"
         "R,n,all,outcome,recorded,persons,5,2020,x\n", "not for recorded persons"),
        ("indicator", "code,name,theme,kind,measure,unit\nSHARE,n,all,outcome,recorded,persons\n",
         "has a target"),
        ("standard", "instrument,article,topic,conforms,law,source,on\n"
         + 2 * "C138,2,x,yes,l,s,2026-01-01\n", "there 2 times"),
    ],
)  # fmt: skip
def test_what_would_mislead_is_refused(
    refusing: Office, kind: str, content: str | bytes, fault: str
) -> None:
    file = content.encode() if isinstance(content, str) else content
    with pytest.raises(EntriesRefused, match=fault):
        enter(refusing, kind, file, "Ministry")


def test_templates_are_files_that_can_be_filled_in() -> None:
    for name, kind in KINDS.items():
        (header,) = [line for line in template_of(kind).splitlines() if line[0] != "#"]
        assert set(ALL[name].splitlines()[0].replace(";", ",").split(",")) == set(header.split(","))


def test_figures_are_judged_by_target_and_deadline_but_recorded_counts_never(
    declared: Office,
) -> None:
    document = make(declared, PERIOD).document

    recorded = indicator(document, "RECORDED")
    assert (recorded["latest"]["value"], recorded["latest"]["edition"]) == ("31", 3)
    assert not recorded["is_judged"]
    assert recorded["targets"] == []
    share = indicator(document, "SHARE")
    assert share["latest"]["value"] == "7.5"  # Not the forecast for a later time.
    assert [(one["state"], one["share"], one["movement"]) for one in share["targets"]] == [
        ("overdue", "0.500", "towards"),
        ("open", "0.250", "towards"),
    ]
    assert [one["state"] for one in indicator(document, "BUDGET")["targets"]] == ["met"]
    first, second = document["commitments"]
    assert (first["gap"], first["is_overdue"]) == ("899999.5", True)
    assert (second["gap"], second["is_overdue"]) == (None, False)


def test_withheld_number_is_in_no_file_of_a_report(declared: Office) -> None:
    document = make(declared, PERIOD).document

    hidden = indicator(document, "HIDDEN")["latest"]
    assert (hidden["value"], hidden["state"]) == (None, "withheld")
    files = files_of(document, "en", keys_of(declared).programme.sign)
    for name, content in files.items():
        assert not any(str(number).encode() in content for number in NEVER_TOLD), name


def test_recorded_persons_called_anything_else_give_no_report(declared: Office) -> None:
    other = ALL["indicator"].replace("recorded;children", "process;children")
    enter(declared, "indicator", other.encode(), "Ministry")
    with pytest.raises(CellNotFound, match="its measure is recorded"):
        make(declared, PERIOD)


def test_report_says_what_changed_since_the_last_and_that_a_target_was_moved(
    declared: Office,
) -> None:
    assert make(declared, PERIOD).document["since"] is None
    assert make(declared, PERIOD).document["changes"] == []
    for kind, old, new in (
        ("commitment", "300000.50", "1200000"),
        ("target", "2030-12-31,0", "2030-12-31,4"),
        ("standard", "Minimum age,no", "Minimum age,yes"),
        ("value", "7.5", "4"),
    ):
        enter(declared, kind, ALL[kind].replace(old, new).encode(), "Ministry")
    take_back(declared, "pilot", ("P1",), "Ministry")

    changes = make(declared, PERIOD).document["changes"]

    assert [(one["key"], one.get("field", one["what"]), one.get("now")) for one in changes] == [
        ("SHARE", "latest", "2025: 4"),
        ("SHARE", "target 2025-12-31 state", "met"),
        ("SHARE", "target 2030-12-31 value", "4"),
        ("SHARE", "target 2030-12-31 state", "met"),
        ("C1", "funded", "1200000"),
        ("P1", "gone", None),
        ("C138 Art. 2(3)", "conforms", "yes"),
    ]


def test_number_of_an_edition_withdrawn_since_is_not_told_again(declared: Office) -> None:
    make(declared, PERIOD)
    with transaction(declared.engine) as connection:
        releases.change_edition(
            connection, 3, withdrawal={"reason": "linkage", "note": {}}, withdrawn_at_s=1
        )

    document = make(declared, PERIOD).document

    latest = indicator(document, "RECORDED")["latest"]
    assert (latest["value"], latest["state"]) == (None, "not_yet_published")
    (change,) = [one for one in document["changes"] if one["key"] == "RECORDED"]
    assert (change["what"], change["before"]) == ("withdrawn", None)


def test_action_group_is_a_view_with_its_own_report_before(declared: Office) -> None:
    make(declared, PERIOD)
    view = make(declared, PERIOD, "chains").document
    assert {one["code"] for one in view["indicators"]} == {"RECORDED", "SHARE"}
    assert [one["code"] for one in view["commitments"]] == ["C2"]
    assert (view["since"], view["pilots"]) == (None, [])
    with pytest.raises(NothingDeclared, match="action group none"):
        make(declared, PERIOD, "none")


class Signed:
    """A report and its edition as they are handed over."""

    def __init__(self, office: Office) -> None:
        keys = keys_of(office).programme
        self.key = keys.public.signing.hex()
        self.files = files_of(make(office, PERIOD).document, "en", keys.sign)
        manifest, files = edition_files(3, "1.2.0", 1_795_000_000)
        self.edition_files = {
            **files,
            "edition.json": manifest,
            "edition.json.sig": signature(keys, manifest).hex().encode(),
        }
        self.edition = signed_edition(self.edition_files, self.key)

    def verified(self, name: str, file: bytes) -> Any:
        beside = self.files.get(f"{name}.sig", b"")
        return verify(name, file, beside, self.key, [self.edition])


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    office = make_office(tmp_path_factory.mktemp("progress") / "office")
    publish_invented(office, 3, "1.2.0", 1_795_000_000)
    declare_all(office)
    made = Signed(office)
    office.close()
    return made


def reports(signed: Signed) -> dict[str, bytes]:
    return {name: file for name, file in signed.files.items() if not name.endswith(".sig")}


def test_every_file_is_genuine_and_its_figures_are_those_of_the_edition(signed: Signed) -> None:
    assert {name.rpartition(".")[2] for name in reports(signed)} == {"docx", "pdf", "json", "csv"}
    for name, file in reports(signed).items():
        found = signed.verified(name, file)
        assert (found.compared, found.entered, found.missing) == (2, 2, ()), name


def test_one_changed_byte_anywhere_is_found(signed: Signed) -> None:
    for name, file in reports(signed).items():
        for at in range(0, len(file), max(1, len(file) // 150)):
            other = file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]
            with pytest.raises(NotGenuine):
                signed.verified(name, other)
        for other in (file + b"\n", file[:-1], file + file, b"", b"\n" + file):
            with pytest.raises(NotGenuine):
                signed.verified(name, other)


def test_digit_changed_in_the_words_of_a_word_file_is_found(signed: Signed) -> None:
    file = signed.files["progress-1.en.docx"]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                assert b": 31. " in content
                content = content.replace(b": 31. ", b": 37. ")
            new.writestr(name, content)
    with pytest.raises(NotGenuine, match="changed, saved again"):
        signed.verified("progress-1.en.docx", out.getvalue())


def test_signature_of_one_kind_of_file_is_none_of_another(signed: Signed) -> None:
    document = json.loads(signed.files["progress-1.json"])
    forged = signed.files["progress-1.csv"]
    with pytest.raises(NotGenuine):
        verify("a.csv", forged, document["signature"].encode(), signed.key, [])
    with pytest.raises(NotGenuine):
        verify("a.txt", forged, b"", signed.key, [])


def test_edition_that_says_otherwise_is_found(signed: Signed) -> None:
    document = json.loads(signed.files["progress-1.json"])["report"]
    for one in document["indicators"]:
        if one["code"] == "RECORDED":
            one["latest"]["value"] = "32"  # Signed by a programme that contradicts itself.
    key = Ed25519PrivateKey.generate()
    other = key.public_key().public_bytes_raw().hex()
    file = signed_json(canonical(document), key.sign)

    with pytest.raises(NotGenuine, match="RECORDED is not what the edition says"):
        verify("progress-1.json", file, b"", other, [signed.edition])


def test_other_programs_read_the_figures(signed: Signed) -> None:
    word = docx.Document(io.BytesIO(signed.files["progress-1.en.docx"]))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert any(": 31. Edition 3, table CL-CLASS" in cell for cell in cells)
    assert any(cell.endswith(": withheld. Edition 3, table CL-CLASS") for cell in cells)
    assert "not judged: recorded persons" in cells
    assert "1\u202f200\u202f000 USD" in cells
    read = pypdf.PdfReader(io.BytesIO(signed.files["progress-1.en.pdf"]), strict=True)
    pages = " ".join(page.extract_text() for page in read.pages)
    said = re.sub("[\u2066\u2069]", "", pages).split()
    assert "31. Edition 3, table CL-CLASS" in " ".join(said)
    rows = list(csv.DictReader(io.StringIO(signed.files["progress-1.csv"].decode())))
    latest = {row["indicator"]: row["value"] for row in rows if row["what"] == "latest"}
    assert latest == {"RECORDED": "31", "HIDDEN": "", "SHARE": "7.5", "BUDGET": "6.25"}


@pytest.mark.parametrize("language", ["am", "ar", "bn", "es", "fr", "hi", "ne", "pt", "sw", "ur"])
def test_report_is_printed_in_every_language(signed: Signed, language: str) -> None:
    document = json.loads(signed.files["progress-1.json"])["report"]
    files = files_of(document, language, lambda message: bytes(64))
    word = docx.Document(io.BytesIO(files[f"progress-1.{language}.docx"]))
    said = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "progress." not in said
    assert "Labour inspection" not in said
    assert files[f"progress-1.{language}.pdf"].startswith(b"%PDF")


def test_commands_enter_report_and_verify(
    tmp_path: Path, declared: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLY87_FOLDER", str(declared.config.folder))
    monkeypatch.delenv("TALLY87_DATABASE_URL", raising=False)

    def tally87(*words: str, fails: bool = False) -> str:
        told = CliRunner().invoke(main, ["report", *words])
        assert (told.exit_code != 0) is fails, told.output
        return told.output

    more = tmp_path / "pilots.csv"
    more.write_text(tally87("template", "pilot") + "P2,Night school,,2026,It works,Report,\n")
    assert "1 pilot entries are kept" in tally87("enter", "pilot", str(more), "--by", "Ministry")
    assert "P2: " in tally87("show", "pilot")
    assert "taken back" in tally87("take-back", "pilot", "P2", "--by", "Ministry")
    tally87("progress", "--period", PERIOD, "--out", str(tmp_path))
    key = keys_of(declared).programme.public.signing.hex()
    for name in ("progress-1.en.docx", "progress-1.csv"):
        told = tally87("verify", str(tmp_path / name), "--key", key)
        assert "signed, and nothing of it was changed" in told
        assert "Figures of edition 3 were not compared" in told
    (tmp_path / "progress-1.csv").write_bytes(b"x")
    assert tally87("verify", str(tmp_path / "progress-1.csv"), "--key", key, fails=True)
