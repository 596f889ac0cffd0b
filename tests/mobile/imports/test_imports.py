"""Cases kept elsewhere come in as on a visit: whole, once, and no name leaves."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from mobile.cli import main
from mobile.imports.converting import day_of
from mobile.imports.importing import ImportedRow, ImportStopped, RowOutcome
from mobile.imports.mapping import MappingRefused, read_mapping
from mobile.imports.proposing import proposed_mapping
from mobile.imports.sheets import SourceUnreadable, read_sheets_of
from mobile.tablet import Session, Tablet
from tests.mobile.conftest import PIN, open_with_cheap_pins
from tests.mobile.http_office import HttpOffice, serving
from tests.mobile.imports.files import (
    ALWAYS,
    KOBO_CHILDREN,
    KOBO_MAPPING,
    KOBO_VISITS,
    ODK_MAPPING,
    TABLE_MAPPING,
    csv_text,
    kobo,
    odk,
    table,
    workbook,
)
from tests.mobile.office import MemoryOffice


def imported(
    session: Session, file: Path, mapping: str, *, practice: bool = False
) -> list[ImportedRow]:
    sheets = read_sheets_of(file)
    read = read_mapping(mapping, sheets, session.reference)
    practised = list(session.imports.practise(sheets, read, "digest"))
    return practised if practice else list(session.imports.run(sheets, read, "digest"))


def told(rows: list[ImportedRow]) -> Counter[str]:
    return Counter(row.outcome.value for row in rows)


def answers(session: Session, rows: list[ImportedRow]) -> list[dict[str, Any]]:
    by_number = {row.number: row.record_id for row in session.casework.list_cases()}
    of_interest = ("sex", "birth_date", "worked_own_farm", "work_hours", "hazards", "given_name")
    return [
        {name: session.casework.answer_of(by_number[row.number], name) for name in of_interest}
        for row in rows
        if row.number is not None
    ]


def test_kobo_workbook_comes_in_by_its_repeats(session: Session, tmp_path: Path) -> None:
    rows = imported(session, kobo(tmp_path / "kobo.xlsx"), KOBO_MAPPING)

    assert [(row.sheet, row.line, row.outcome) for row in rows] == [
        ("children", 2, RowOutcome.IMPORTED),
        ("children", 3, RowOutcome.IMPORTED),
        ("Survey", 3, RowOutcome.LEFT_OUT),
        ("children", 5, RowOutcome.IMPORTED),
    ]
    first, second, third = answers(session, rows)
    assert (first["sex"], first["work_hours"], first["hazards"]) == (
        "male",
        30.0,
        ("heavy_loads", "dust_fumes_gas"),
    )
    # Nothing said is no "none", and what is needed is unknown: never no.
    assert (second["worked_own_farm"], second["hazards"] or "unknown") == ("no", "unknown")
    assert (third["work_hours"], third["hazards"]) == (12.5, ("none",))
    assert len(session.casework.list_visits()) == 2
    assert session.casework.counts().drafts == 0


def test_imported_cases_are_sent_without_a_name(
    session: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    imported(session, kobo(tmp_path / "kobo.xlsx"), KOBO_MAPPING)
    session.sending.send()
    assert len(office.accepted()) == 5
    told = repr(list(office.records.values())).encode() + b"".join(office.seen)
    for name in (b"Zorblax", b"Qwertzin", b"Vumpelik", b"2014-05-17"):
        assert name not in told
    assert any(record.linkage for record in office.records.values())


def test_second_import_of_a_new_export_brings_only_what_is_new(
    session: Session, tmp_path: Path
) -> None:
    imported(session, kobo(tmp_path / "one.xlsx"), KOBO_MAPPING)
    more = {"place/visit_date": "2026-10-08", "place/area": "PK-PB-07", "rootUuid": "uuid-4"}
    visits = [
        {**more, "_index": 1},
        *({**row, "_index": at} for at, row in enumerate(KOBO_VISITS, 2)),
    ]
    children = [
        {**row, "_parent_index": int(str(row["_parent_index"])) + 1} for row in KOBO_CHILDREN
    ]
    children[3]["work_hours"] = 14
    children.append({**KOBO_CHILDREN[0], "given_name": "Newly", "_parent_index": 1})

    rows = imported(session, kobo(tmp_path / "two.xlsx", visits, children), KOBO_MAPPING)

    assert told(rows) == {
        "imported": 1,
        "imported before": 2,
        "changed since it was imported": 1,
        "left out: rejected in the source": 1,
    }


def test_odk_zip_leaves_rejected_and_sealed_rows_out_and_names_orphans(
    session: Session, tmp_path: Path
) -> None:
    rows = imported(session, odk(tmp_path / "odk.zip"), ODK_MAPPING)
    assert [(row.sheet, row.line, row.outcome.name) for row in rows] == [
        ("visits-child", 2, "IMPORTED"),
        ("visits-child", 3, "IMPORTED"),
        ("visits", 3, "LEFT_OUT"),
        ("visits", 4, "LEFT_OUT"),
        ("visits-child", 5, "REFUSED"),
    ]
    assert rows[-1].why == ("its submission is not in the file",)
    assert [one["worked_own_farm"] for one in answers(session, rows)] == ["yes", "no"]


def test_twenty_broken_rows_are_named_and_the_rest_comes_in(
    session: Session, tmp_path: Path
) -> None:
    file, broken = table(tmp_path / "list.csv", good=12)
    before = hashlib.sha256(file.read_bytes()).hexdigest()

    rows = imported(session, file, TABLE_MAPPING)

    refused = [row for row in rows if row.outcome is RowOutcome.REFUSED]
    assert [row.line for row in refused] == broken
    assert len(broken) == 20
    assert told(rows)["imported"] == 12
    assert session.casework.counts().drafts == 0
    for row in refused:
        assert row.why
        assert not any("Zorblax" in why or "190" in why for why in row.why)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["list.csv"]


def test_row_put_right_comes_in_later_and_the_others_not_again(
    session: Session, tmp_path: Path
) -> None:
    children = [dict(row) for row in KOBO_CHILDREN]
    children[1]["birth_date"] = "2099-01-02"
    rows = imported(session, kobo(tmp_path / "kobo.xlsx", children=children), KOBO_MAPPING)
    assert told(rows)["refused"] == 1
    again = imported(session, kobo(tmp_path / "kobo.xlsx"), KOBO_MAPPING)
    assert told(again) == {
        "imported": 1,
        "imported before": 2,
        "left out: rejected in the source": 1,
    }
    assert len(session.casework.list_visits()) == 2  # With its brother, not in a visit of its own.


def test_practice_run_leaves_nothing_and_comes_first(session: Session, tmp_path: Path) -> None:
    file = kobo(tmp_path / "kobo.xlsx")
    rows = imported(session, file, KOBO_MAPPING, practice=True)
    assert told(rows) == {"would be imported": 3, "left out: rejected in the source": 1}
    assert session.casework.list_cases() == []
    assert session.casework.list_visits() == []
    sheets = read_sheets_of(file)
    read = read_mapping(KOBO_MAPPING, sheets, session.reference)
    with pytest.raises(ImportStopped, match="no practice run of this file"):
        list(session.imports.run(sheets, read, "another digest"))


class _PowerCut(Exception):
    pass


def test_import_that_is_cut_off_goes_on_and_nothing_is_twice(
    make_tablet: Callable[..., Tablet], office: MemoryOffice, tmp_path: Path
) -> None:
    file = kobo(tmp_path / "kobo.xlsx")
    for point in ("during_import", "after_import"):
        cuts = [point]

        def milestone(name: str, cuts: list[str] = cuts) -> None:
            if cuts and name == cuts[0]:
                cuts.clear()
                raise _PowerCut

        name = f"tablet {point}"
        session = make_tablet(name, milestone).set_up(PIN)
        session.enrolment.enrol(office.ticket().text())
        with pytest.raises(_PowerCut):
            imported(session, file, KOBO_MAPPING)
        session.lock()

        session = make_tablet(name).unlock(PIN)
        imported(session, file, KOBO_MAPPING)
        assert len(session.casework.list_cases()) == 3, point
        assert len(session.casework.list_visits()) == 2, point
        assert session.casework.counts().drafts == 0, point
        session.lock()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('key = "rootUuid"', 'key = "_index"'), "_index is made anew at each export"),
        (('question = "sex"', 'question = "no_such"'), "there is no question no_such"),
        (('question = "sex"', 'question = "immediate_danger"'), "danger is said by a person"),
        (('question = "sex"', 'question = ""'), "say which question it answers"),
        (('persons = "children"', ""), "The sheet children is neither cases nor persons"),
        (('question = "given_name"', "drop = true"), "Without names nobody"),
        (('name = "birth_date"', 'name = "born"'), "Column birth_date of children is neither"),
        (('source = "kobo"', 'source = "kobold"'), "source is one of"),
        (("[always]", "[always"), "not TOML"),
        (('"dust_fumes_gas"', '"dust"'), "hazards has no code dust"),
        (('Boy = "male"', 'Boy = "boy"'), "sex has no code boy"),
        (('access = "free"', 'access = "open"'), "access has no code open"),
    ],
)
def test_mapping_that_would_lose_or_mistake_something_is_refused(
    session: Session, tmp_path: Path, change: tuple[str, str], fault: str
) -> None:
    sheets = read_sheets_of(kobo(tmp_path / "kobo.xlsx"))
    with pytest.raises(MappingRefused, match=fault):
        read_mapping(KOBO_MAPPING.replace(*change, 1), sheets, session.reference)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("list.csv", "name\nJos\xe9\n".encode("latin-1"), "not UTF-8"),
        ("list.csv", "name\nJosÃ©\n".encode(), "a spreadsheet broke"),
        ("list.csv", b"a,a\n1,2\n", "a column twice"),
        ("list.xlsx", b"no workbook", "no workbook that can be read"),
        ("list.zip", b"no zip", "damaged or has a password"),
        ("list.pdf", b"", "files end in"),
    ],
)
def test_file_that_cannot_be_read_for_certain_is_refused(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceUnreadable, match=why):
        read_sheets_of(tmp_path / name)


def test_day_is_read_only_in_the_order_that_was_said() -> None:
    assert day_of("2026-10-05T10:00:00.000+05:00", "year-month-day") == "2026-10-05"
    assert day_of("05/10/2026", "year-month-day") is None
    assert day_of("05/10/2026", "day-month-year") == "2026-10-05"
    assert day_of("05/10/2026", "month-day-year") == "2026-05-10"
    assert day_of("۰۵/۱۰/۲۰۲۶", "day-month-year") == "2026-10-05"
    assert day_of("30/02/2026", "day-month-year") is None


def test_age_bands_without_names_come_in_as_a_list_apart(
    session: Session, tmp_path: Path, office: MemoryOffice
) -> None:
    file = tmp_path / "ctdc.csv"
    row = {"yearOfRegistration": "2026", "gender": "Woman", "ageBroad": "9--17"}
    file.write_text(csv_text([row, {**row, "gender": ""}, row, row]), "utf-8")
    proposed = proposed_mapping(read_sheets_of(file), session.reference)
    assert 'source = "ctdc"' in proposed
    mapping = (
        'source = "ctdc"\ncases = "ctdc"\napart = true\n'
        + ALWAYS.replace("[always]", '[always]\nvisit_date = "2026-10-01"\narea = "PK-PB-05"')
        + '[[column]]\nname = "yearOfRegistration"\ndrop = true\n'
        + '[[column]]\nname = "gender"\nquestion = "sex"\ncodes = { Woman = "female" }\n'
        + '[[column]]\nname = "ageBroad"\nquestion = "age_band"\ncodes = { "9--17" = "unknown" }\n'
    )
    with pytest.raises(MappingRefused, match="Enrol this computer for a list of its own"):
        read_mapping(mapping.replace("apart = true", ""), read_sheets_of(file), session.reference)
    rows = imported(session, file, mapping)
    assert told(rows) == {"imported": 4}  # Three of them read the same, and are three persons.
    assert told(imported(session, file, mapping)) == {"imported before": 4}
    session.sending.send()
    assert not any(record.linkage for record in office.records.values())


def test_wizard_proposes_what_names_say_and_no_value_of_a_person(
    session: Session, tmp_path: Path
) -> None:
    said = proposed_mapping(read_sheets_of(kobo(tmp_path / "kobo.xlsx")), session.reference)
    assert 'persons = "children"' in said
    assert 'key = "rootUuid"' in said
    assert 'name = "place/visit_date"\nquestion = "visit_date"' in said
    assert (
        'name = "Sex"\nsheet = "children"\nquestion = "sex"\ncodes = { "Boy" = "?", "Girl" = "?"'
        in said
    )
    for value in ("Zorblax", "Qwertzin", "2014-05-17", "uuid-1"):
        assert value not in said


@pytest.fixture
def http(office: MemoryOffice) -> Iterator[HttpOffice]:
    with serving(office) as http:
        yield http


def test_commands_propose_practise_and_import(
    tmp_path: Path, office: MemoryOffice, http: HttpOffice
) -> None:
    def run(*words: str) -> Any:
        return CliRunner().invoke(
            main,
            ["--headless", "--folder", f"{tmp_path}/t", *words],
            obj=open_with_cheap_pins,
            env={"TALLY87TABLET_PIN": PIN},
        )

    assert run("enrol", office.ticket().text()).exit_code == 0
    file, _ = table(tmp_path / "list.csv", good=3)
    mapping = tmp_path / "mapping.toml"
    proposed = run("import", "propose", str(file), str(mapping))
    assert (proposed.exit_code, "columns are open" in proposed.output) == (0, True), proposed.output
    assert run("import", "propose", str(file), str(mapping)).exit_code == 2
    mapping.write_text(TABLE_MAPPING)
    early = run("import", "run", str(file), str(mapping))
    assert (early.exit_code, "no practice run" in early.output) == (1, True)
    out = tmp_path / "outcomes.csv"
    practised = run("import", "try", str(file), str(mapping), "--outcomes", str(out))
    assert "3 would be imported, 20 refused" in practised.output
    assert practised.exit_code == 1
    done = run("import", "run", str(file), str(mapping), "--outcomes", str(out))
    assert "3 imported, 20 refused" in done.output
    with out.open() as kept:
        assert len(list(csv.reader(kept))) == 24
    assert "Zorblax" not in out.read_text() + done.output + practised.output


def test_workbook_days_and_whole_numbers_are_read_as_they_look(tmp_path: Path) -> None:
    import datetime

    path = workbook(
        tmp_path / "a.xlsx", {"s": [{"d": datetime.datetime(2026, 10, 5), "n": 12.0, "t": "x "}]}
    )
    (sheet,) = read_sheets_of(path)
    assert dict(sheet.rows[0].values) == {"d": "2026-10-05", "n": "12", "t": "x"}


@pytest.mark.parametrize("formula", ["=2026-2012", "=#REF!"])
def test_formula_that_nobody_worked_out_is_no_empty_cell(tmp_path: Path, formula: str) -> None:
    path = workbook(tmp_path / "a.xlsx", {"s": [{"name": "Zorblax", "age": formula}]})

    with pytest.raises(SourceUnreadable, match="s line 2 has a formula without a result"):
        read_sheets_of(path)


@pytest.mark.parametrize("name", ["kobo.xlsx", "list.zip"])
def test_damage_anywhere_in_a_file_is_told_in_a_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "list.zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
            opened.writestr("list.csv", "name,age\n" + "Zorblax,12\n" * 50)
    else:
        kobo(path)
    whole, random = path.read_bytes(), Random(1)
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[random.randrange(len(damaged))] = random.randrange(256)
        path.write_bytes(damaged[: random.choice((len(damaged), random.randrange(len(damaged))))])
        with suppress(SourceUnreadable):
            read_sheets_of(path)
