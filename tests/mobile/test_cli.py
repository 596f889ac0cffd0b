"""The command line: verbs, exit statuses and sentences; the PIN never on it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mobile.cli import main
from shared.texts import text
from tests.mobile.conftest import PIN, open_with_cheap_pins
from tests.mobile.http_office import HttpOffice, serving
from tests.mobile.interviews import CHILD, VISIT
from tests.mobile.office import MemoryOffice

CASE = dict(CHILD) | {
    "consent_given_by": "unknown",
    "consent_purposes": "unknown",
    "moved": "unknown",
    "worked_family_business": "no",
    "worked_produced_goods": "no",
    "worked_other_paid": "no",
    "worked_without_pay": "no",
    "works_with_parents": "yes",
    "occupation": "unknown",
    "industry": "unknown",
    "night_work": "unknown",
    "injuries": "unknown",
    "abuse": ["none"],
    "fetched_water_or_firewood": "unknown",
    "chores": "unknown",
    "attends_school": "yes",
    "school_affected": "unknown",
    "fl_third_party_coercion": "no",
    "fl_parents_in_forced_labour": "no",
    "known_to": ["none"],
    "referral_offered": ["none"],
}


@pytest.fixture(autouse=True)
def machine_speaks_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture
def http(office: MemoryOffice) -> Iterator[HttpOffice]:
    with serving(office) as http:
        yield http


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    runner = CliRunner()

    def run(*words: str, pin: str = PIN, typed: str = "") -> Result:
        return runner.invoke(
            main,
            ["--headless", "--folder", f"{tmp_path}/t", *words],
            obj=open_with_cheap_pins,
            env={"TALLY87TABLET_PIN": pin},
            input=typed,
        )

    return run


def script(path: Path, **case: object) -> str:
    visit = {"answers": dict(VISIT) | {"activity": "unknown"}, "cases": [{"answers": CASE | case}]}
    path.write_text(as_of_today(json.dumps({"visits": [visit]})), encoding="utf-8")
    return str(path)


def as_of_today(written: str) -> str:
    """Visits of today, persons as old as they were: the command lives by the machine's clock."""
    today = date.today()
    [visited] = set(re.findall(r'"visit_date": "([^"]+)"', written))
    years = today.year - int(visited[:4])
    aged = re.sub(
        r'"birth_date": "(\d{4})', lambda m: f'"birth_date": "{int(m[1]) + years}', written
    )
    return aged.replace(visited, today.isoformat())


def test_a_script_enrols_records_sends_and_asks_for_status(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice, tmp_path: Path
) -> None:
    assert run("enrol", "-", typed=office.ticket().text() + "\n").exit_code == 0

    recorded = run("record", script(tmp_path / "visits.json"))
    sent = run("send")
    status = run("status", "--json")

    assert (recorded.exit_code, recorded.output) == (0, "0002 finalised\n")
    assert sent.exit_code == 0, sent.output
    assert "accepted 2 forms" in sent.output
    assert json.loads(status.output)["accepted"] == 2
    assert len(office.accepted()) == 2


def test_the_file_road_needs_no_network(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice, tmp_path: Path
) -> None:
    run("enrol", office.ticket().text())
    run("record", script(tmp_path / "visits.json"))

    saved = run("save-parcels", str(tmp_path / "stick"))
    for parcel in (tmp_path / "stick").glob("*.parcel"):
        parcel.with_suffix(".receipt").write_bytes(office.take_in(parcel.read_bytes()))
    read = run("read-receipts", str(tmp_path / "stick"))

    assert "1 parcel files" in saved.output
    assert (read.exit_code, "accepted 2 forms" in read.output) == (0, True)


def test_what_cannot_be_finalised_is_said_and_kept_as_draft(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice, tmp_path: Path
) -> None:
    run("enrol", office.ticket().text())

    recorded = run("record", script(tmp_path / "visits.json", work_hours=190))

    assert recorded.exit_code == 1
    assert "error at" in recorded.output
    assert "0002 draft" in recorded.output
    assert json.loads(run("status", "--json").output)["drafts"] == 1


def test_draft_errors_name_the_question(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice, tmp_path: Path
) -> None:
    run("enrol", office.ticket().text())

    recorded = run("record", script(tmp_path / "visits.json", work_hours=190))

    assert "error at work_hours: " in recorded.output


REFUSED_SCRIPTS = [
    ([], "The script: is a list, not an object in braces."),
    ({}, 'The script: needs a list "visits".'),
    ({"visits": {"answers": {}}}, "visits: is an object, not a list in brackets."),
    ({"visits": [[]]}, "visits[0]: is a list"),
    ({"visits": [{"case": []}]}, 'visits[0]: has "case"; there can be "answers" and "cases".'),
    ({"visits": [{"answers": ["area"]}]}, "visits[0].answers: is a list"),
    ({"visits": [{"cases": [{"answers": []}]}]}, "visits[0].cases[0].answers: is a list"),
    ({"visits": [{}, {"cases": [{"answers": {"hue": 1}}]}]}, "there is no question hue of a case."),
    ({"visits": [{"answers": {"sex": "male"}}]}, "there is no question sex of a visit."),
    ({"visits": [{"answers": {"area": True}}]}, "visits[0].answers.area: is true or false;"),
    ({"visits": [{"answers": {"area": {"code": "PK"}}}]}, "visits[0].answers.area: is an object;"),
]


@pytest.mark.parametrize(("refused", "sentence"), REFUSED_SCRIPTS)
def test_refused_script_says_where_and_records_nothing(
    run: Callable[..., Result],
    http: HttpOffice,
    office: MemoryOffice,
    tmp_path: Path,
    refused: object,
    sentence: str,
) -> None:
    run("enrol", office.ticket().text())
    (tmp_path / "script.json").write_text(json.dumps(refused))

    recorded = run("record", str(tmp_path / "script.json"))

    assert recorded.exit_code == 2
    assert sentence in recorded.output
    assert "Nothing was recorded." in recorded.output
    status = json.loads(run("status", "--json").output)
    assert (status["drafts"], status["visits"]) == (0, 0)


def test_script_that_is_no_json_is_refused_in_a_sentence(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice
) -> None:
    run("enrol", office.ticket().text())

    assert "The script: is not JSON" in run("record", "-", typed="visits: []").output


def test_example_script_of_the_documentation_is_recorded_and_sent(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "tablet.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    run("enrol", office.ticket().text())

    recorded = run("record", "-", typed=as_of_today(example))

    assert (recorded.exit_code, recorded.output) == (0, "0002 finalised\n0003 finalised\n")
    assert run("send").exit_code == 0
    assert len(office.accepted()) == 3


def test_status_says_when_the_office_last_answered(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice
) -> None:
    run("enrol", office.ticket().text())
    before = run("status").output
    run("send")
    after = run("status").output

    assert "last answer    the office has not answered yet" in before
    assert re.search(r"last answer    \d{4}-\d\d-\d\d \d\d:\d\d", after)


def test_wrong_pin_speaks_of_waiting_only_when_one_must_wait(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice
) -> None:
    run("enrol", office.ticket().text())

    told = [run("status", pin="482914").output for _ in range(3)]

    assert ["Seconds to wait" in each for each in told] == [False, False, True]
    assert "Tries left before drafts and names on it are destroyed: 9." in told[0]


def test_ticket_with_another_address_is_told_to_compare_the_address_too(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice
) -> None:
    ticket = office.ticket().text()
    address, _, code = ticket.partition("#")

    refused = run("enrol", f"{address}1#{code}")

    assert refused.exit_code == 1
    assert "the address before #" in refused.output
    assert run("enrol", ticket).exit_code == 0


def test_a_bad_link_has_its_own_status_and_sentence(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice, tmp_path: Path
) -> None:
    run("enrol", office.ticket().text())
    run("record", script(tmp_path / "visits.json"))
    http.faults.append("portal")

    sent = run("send")

    assert sent.exit_code == 3
    assert "sign-in page" in sent.output


def test_a_wrong_pin_has_its_own_status(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice
) -> None:
    run("enrol", office.ticket().text())

    wrong = run("status", pin="482914")

    assert wrong.exit_code == 4
    assert "Tries left" in wrong.output


@pytest.mark.parametrize(
    ("machine", "language"), [("ur_PK.UTF-8", "ur"), ("C.UTF-8", "en"), ("xx", "en")]
)
def test_what_is_refused_is_said_in_the_language_of_the_machine(
    run: Callable[..., Result],
    http: HttpOffice,
    office: MemoryOffice,
    monkeypatch: pytest.MonkeyPatch,
    machine: str,
    language: str,
) -> None:
    monkeypatch.setenv("LC_ALL", machine)
    run("enrol", office.ticket().text())

    assert text("tablet.wrong_pin", language, tries_left=9) in run("status", pin="482914").output


def test_names_are_listed_only_when_asked_for(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice, tmp_path: Path
) -> None:
    run("enrol", office.ticket().text())
    run("record", script(tmp_path / "visits.json"))

    assert "Zorblax" not in run("list").output
    assert "Zorblax" in run("list", "--names").output
    assert run("list", "--search", "nobody").output == ""


def test_misuse_is_told_from_refusal(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run().exit_code == 2
    assert run("status").exit_code == 1
    assert "No PIN was chosen" in run("status").output
    assert run("enrol", "not a ticket").exit_code == 1


def test_backup_and_restore_move_a_tablet(
    run: Callable[..., Result],
    http: HttpOffice,
    office: MemoryOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TALLY87TABLET_PASSPHRASE", "four kilns by a slow river")
    run("enrol", office.ticket().text())
    run("record", script(tmp_path / "visits.json"))

    saved = run("backup", str(tmp_path / "b"))
    refused = run("restore", str(tmp_path / "b"))
    shutil.rmtree(tmp_path / "t")
    restored = run("restore", str(tmp_path / "b"))

    assert (saved.exit_code, refused.exit_code, restored.exit_code) == (0, 1, 0)
    assert "already chosen" in refused.output
    assert run("send").exit_code == 0


def test_a_whole_store_can_be_rescued(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice, tmp_path: Path
) -> None:
    run("enrol", office.ticket().text())
    run("record", script(tmp_path / "visits.json"))

    assert "2 cases and visits are saved" in run("rescue").output


def test_parcels_of_others_are_carried(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice, tmp_path: Path
) -> None:
    run("enrol", office.ticket().text())
    run("record", script(tmp_path / "visits.json"))
    run("save-parcels", str(tmp_path / "stick"))

    assert "1 parcels are taken over" in run("carry", "take", str(tmp_path / "stick")).output
    assert run("carry", "deliver").exit_code == 0
    assert "1 receipts" in run("carry", "hand-back", str(tmp_path / "stick")).output
    assert run("read-receipts", str(tmp_path / "stick")).exit_code == 0


def test_escrow_copies_need_no_pin(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice, tmp_path: Path
) -> None:
    run("enrol", office.ticket().text())
    run("record", script(tmp_path / "visits.json"))

    saved = run("save-escrow", str(tmp_path / "escrow"), pin="")

    assert "2 sealed copies" in saved.output
    for path in (tmp_path / "escrow").iterdir():
        office.take_in(path.read_bytes())
    assert len(office.accepted()) == 2


def test_place_that_cannot_be_written_is_named_in_a_sentence(
    run: Callable[..., Result], http: HttpOffice, office: MemoryOffice, tmp_path: Path
) -> None:
    run("enrol", office.ticket().text())
    run("record", script(tmp_path / "visits.json"))
    in_the_way = tmp_path / "stick"
    in_the_way.touch()

    refused = run("save-parcels", str(in_the_way / "parcels"))

    assert refused.exit_code == 1
    assert f"Nothing could be read or written in {in_the_way}" in refused.output
    assert "What was saved before is safe." in refused.output


def test_the_product_has_no_way_to_make_a_pin_cheap(
    office: MemoryOffice, http: HttpOffice, tmp_path: Path
) -> None:
    """OWASP's least for Argon2id is 19 MiB; a switch for less would be found by an attacker too."""
    first = ["--headless", "--folder", str(tmp_path / "t")]
    environment = {"TALLY87TABLET_PIN": PIN}

    begun = CliRunner().invoke(main, [*first, "enrol", office.ticket().text()], env=environment)
    switch = CliRunner().invoke(main, [*first, "--insecure-fast-key-derivation", "status"])

    assert begun.exit_code == 0, begun.output
    derivation = json.loads((tmp_path / "t" / "key").read_text().splitlines()[0])
    assert derivation["memory_kib"] >= 19 * 1024
    assert switch.exit_code == 2
