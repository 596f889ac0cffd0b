"""From records to a published edition on pages: declared, previewed, approved by somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from server.db.engine import reading, transaction
from server.disclosure.cube import TOTAL
from server.jobs.worker import Worker
from server.office import Office
from server.queue import JobKind
from server.releases import build, store
from server.releases.declaration import ReleaseDeclaration
from server.releases.model import ReleaseFile
from server.releases.source import USUAL
from server.staff import accounts
from server.web import create_app
from tests.server.field import AREAS, Clock, make_office, seeded
from tests.server.releases.register import TABLES, WARNINGS, Field
from tests.server.releases.register import work as work_on
from tests.server.web.conftest import PASSWORD, Workplace, token_of


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """An office with 240 children, two statisticians and others, and its pages."""
    office: Office = make_office(tmp_path_factory.mktemp("releases") / "office")
    Field.begin(office).meet(240)
    work_on(office)
    for name, role in (
        *(("Amina", "statistician"), ("Bashir", "statistician")),
        *(("Chandra", "steward"), ("Dawit", "viewer")),
    ):
        accounts.add_account(office, name, role, PASSWORD)
    app = create_app(office.config, Clock(), seeded(7))
    yield Workplace(office, app)
    app.extensions["tally87"].close()
    office.close()


def declare(workplace: Workplace, client: FlaskClient, **changes: object) -> str:
    """What the page after the form says."""
    fields: dict[str, object] = {"table": list(TABLES), "period": "2026", "threshold": "10"}
    return workplace.post(client, "/releases/new", **{**fields, **changes})  # type: ignore[arg-type]


def newest(workplace: Workplace) -> store.KeptRelease:
    with reading(workplace.office.engine) as connection:
        return store.releases(connection)[0]


def words(page: str) -> str:
    return re.sub(r"<[^>]*>", " ", page)


def test_release_goes_from_a_form_to_an_edition_by_two_people(workplace: Workplace) -> None:
    amina, bashir = workplace.sign_in("Amina"), workplace.sign_in("Bashir")
    assert "No release was declared yet." in amina.get("/releases").text
    page = declare(workplace, amina)
    assert "Declared." in page
    assert "<progress" in page
    number = newest(workplace).number
    here = f"/releases/{number}"
    assert amina.get(f"{here}/preview").status_code == 404

    work_on(workplace.office)

    page = bashir.get(here).text
    assert "attackers tried the exact files" in page
    assert "Children of 5 to 17: area, child labour, 2026" in page, (
        "a table by its heading, and not its file"
    )
    assert "server." not in words(page)
    preview = bashir.get(f"{here}/preview").text
    assert "Not published" in preview
    assert "240" in preview
    assert "a second person has to" in workplace.post(
        amina, here, act="approve", read=list(WARNINGS)
    )
    assert "not ticked as read" in workplace.post(bashir, here, act="approve")
    assert workplace.app.test_client().get("/editions/1").status_code == 404
    approved = workplace.post(
        bashir,
        here,
        **{"act": "approve", "embargo": "2026-11-22T13:00", "pre-name": "The Minister"},
        **{"pre-of": "Ministry of Labour", "pre-from": "2026-11-22T12:30"},
        read=list(WARNINGS),
    )
    assert "Approved." in approved
    assert "Nov 22, 2026, 13:00" in approved
    # A page that was opened before somebody approved has no box for it: the approval stands.
    assert "say first that you are sure" in workplace.post(amina, here, act="again")
    Worker(workplace.office).step(JobKind.PUBLISH, workplace.office.now_s())
    assert workplace.app.test_client().get("/editions/1").status_code == 404
    workplace.office.clock.now = workplace.office.clock.now.replace(hour=14)  # type: ignore[attr-defined]
    work_on(workplace.office)
    edition = workplace.app.test_client().get("/editions/1").text
    assert "Ministry of Labour" in edition
    assert f"/releases/{number}" not in edition

    assert "choose at least one table" in posted(workplace, amina, period="2026")
    assert "needs a reason and a public note" in posted(
        workplace, amina, table=TABLES[0], period="2026", corrects="1"
    )

    correction = amina.get("/releases/new?corrects=1").text
    chosen = re.findall(r'value="([^"]*)"(?: checked| selected)', correction)
    assert {*TABLES, "2026", "1"} <= {*chosen}, "as it is in the edition that is corrected"
    assert "CL-SECTOR-SEX" not in chosen
    assert chosen.count("1") == 2, "the edition, and its levels"
    fresh = re.search(r'name="levels"><option value="(\w*)"', amina.get("/releases/new").text)
    assert fresh is not None
    why = {"reason": "recording_error", "note-en": "An error."}
    assert "Declared." in declare(workplace, amina, levels=fresh[1], corrects="1", **why)
    assert not newest(workplace).declared.levels, "a fresh form proposes the finest"
    build.drop(workplace.office, "Amina", newest(workplace).number)

    assert "a withdrawal needs a reason and a public note" in workplace.post(
        amina, f"{here}/withdrawal", reason="recording_error"
    )
    asked = workplace.post(
        amina, f"{here}/withdrawal", reason="recording_error", **{"note-en": "An error."}
    )
    assert "Asked." in asked
    sure = {"act": "approve", "sure": "yes"}
    assert "a second person has to" in workplace.post(amina, f"{here}/withdrawal", **sure)
    assert "say first that you are sure" in workplace.post(
        bashir, f"{here}/withdrawal", act="approve"
    )
    assert "240" in workplace.app.test_client().get("/editions/1").text
    assert "Withdrawn" in workplace.post(bashir, f"{here}/withdrawal", **sure)
    withdrawn = workplace.app.test_client().get("/editions/1").text
    assert "An error." in withdrawn
    assert "240" not in withdrawn


def posted(workplace: Workplace, client: FlaskClient, **fields: str) -> str:
    """What a form that is refused answers."""
    token = re.search(r'name="csrf_token" value="(\w+)"', client.get("/account").text)
    assert token is not None
    reply = client.post("/releases/new", data={"csrf_token": token[1], **fields})
    assert reply.status_code == 409
    return reply.text


def test_release_that_is_given_up_is_listed_so_and_has_no_preview(workplace: Workplace) -> None:
    amina = workplace.sign_in("Amina")
    declare(workplace, amina, **{"next_due": "2027-12-31", "due": "2026-12-31"})
    here = f"/releases/{newest(workplace).number}"
    assert "Dec 31, 2026" in amina.get("/releases").text
    assert "say first that you are sure" in workplace.post(amina, here, act="drop")

    assert "given up" in workplace.post(amina, here, act="drop", sure="yes")

    assert amina.get(f"{here}/preview").status_code == 404
    assert here in amina.get("/releases?state=dropped").text
    assert "not possible in its present state" in workplace.post(amina, here, act="again")
    assert amina.get("/releases/999").status_code == 404


def test_form_as_it_is_given_declares_the_usual_tables_each_once(workplace: Workplace) -> None:
    amina = workplace.sign_in("Amina")
    page = amina.get("/releases/new").text
    offered = re.findall(r'name="table" value="([^"]+)"', page)
    chosen = re.findall(r'name="table" value="([^"]+)" checked', page)

    said = declare(workplace, amina, table=chosen)

    assert len(set(offered)) == len(offered)
    assert chosen == list(USUAL)
    assert "Declared." in said
    assert newest(workplace).declared.tables == USUAL


def test_only_who_declares_sees_releases(workplace: Workplace, tmp_path: Path) -> None:
    for name in ("Chandra", "Dawit"):
        client = workplace.sign_in(name)
        for path in ("/releases", "/releases/new", "/releases/1", "/releases/1/preview"):
            assert client.get(path).status_code == 403, (name, path)


def test_number_is_read_in_any_digits_and_never_taken_for_another(workplace: Workplace) -> None:
    client = workplace.sign_in("Amina")
    page = client.post(
        "/releases/new",
        data={
            **{"csrf_token": token_of(client), "table": list(TABLES), "period": "2026"},
            **{"threshold": "1.5", "least_new": "30"},
        },
    )
    assert page.status_code == 409
    assert "cannot be read as a whole number" in page.text

    declare(workplace, client, threshold="۲۵", least_new="٤٠")
    asked = newest(workplace).declared

    assert (asked.threshold, asked.least_new) == (25, 40)
    build.drop(workplace.office, "Amina", newest(workplace).number)


def test_dimension_that_is_left_out_has_no_column(workplace: Workplace) -> None:
    """Levels by hand that leave out the areas of the table by area."""
    declared = ReleaseDeclaration(
        TABLES, ("2026",), 10, {"area": dict.fromkeys(AREAS, TOTAL)}, steps=300
    )
    build.declare(workplace.office, "Amina", declared)
    work_on(workplace.office)

    page = workplace.sign_in("Bashir").get(f"/releases/{newest(workplace).number}/preview").text

    headings = [re.sub(r"<.*?>", "", one) for one in re.findall(r"<h2>(.*?)</h2>", page)]
    assert headings[0] == "Children of 5 to 17: child labour, 2026"
    assert headings[1] == "Children of 5 to 17: sex, age, child labour, 2026"


@pytest.mark.parametrize("content", [b"sex,count\n?\n", b"\xff"])
def test_page_of_a_release_whose_files_were_changed_says_so(
    workplace: Workplace, content: bytes
) -> None:
    build.declare(
        workplace.office, "Amina", ReleaseDeclaration(TABLES[:1], ("2026",), 10, steps=300)
    )
    work_on(workplace.office)
    number = newest(workplace).number
    with transaction(workplace.office.engine) as connection:
        of_it = (ReleaseFile.release_number == number, ReleaseFile.name.endswith("_2026.csv"))
        connection.execute(update(ReleaseFile).where(*of_it).values(content=content))
    bashir = workplace.sign_in("Bashir")

    page = bashir.get(f"/releases/{number}")

    assert page.status_code == 200
    assert "audit is not of these files" in words(page.text)
    assert bashir.get(f"/releases/{number}/preview").status_code == 409
    build.drop(workplace.office, "Amina", number)
