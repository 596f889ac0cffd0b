"""The web application: who may see what, one shape for refusals, headers, pages and logs."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.jobs.worker import work_off
from server.office import Office
from server.office.config import config_for
from server.staff import accounts
from server.tables import national
from server.web import create_app
from server.web.access import ACCESS, ANYBODY
from tests.server.field import (
    NOW,
    Clock,
    FieldTablet,
    add_account_of_every_role,
    make_office,
    seeded,
    somebody,
)

PASSWORD = "a quite long sentence"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office that holds a few cases, with an account of every role."""
    folder = tmp_path_factory.mktemp("filled") / "office"
    office = make_office(folder)
    tablet = FieldTablet.enrol(office)
    records = []
    for number in range(30):
        visit = tablet.visit(area=f"PK-PB-0{number % 3 + 1}")
        records += [visit, tablet.case(visit, somebody(number))]
    tablet.send(*records, tablet.case(records[0], given_name="MARKERNAME"))
    work_off(office)
    add_account_of_every_role(office, PASSWORD)
    office.close()
    return folder


@pytest.fixture
def app(filled: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application of such an office, each test with a copy of its own."""
    folder = shutil.copytree(filled, tmp_path / "office")
    app = create_app(config_for(folder, public_url="http://127.0.0.1:8087"), Clock(), seeded(6))
    app.extensions["tally87"].clock.now = NOW
    yield app
    app.extensions["tally87"].close()


def sign_in(app: Flask, role: str) -> FlaskClient:
    client = app.test_client()
    reply = client.post("/sign-in", data={"name": role, "password": PASSWORD})
    assert reply.status_code == 303, reply.get_data(as_text=True)
    return client


def test_page_of_counts_shows_numbers_the_warning_and_what_they_are_not(app: Flask) -> None:
    page = sign_in(app, "statistician").get("/counts").get_data(as_text=True)

    assert "Made-up data." in page
    assert "not SDG indicator 8.7.1" in page
    assert ">30<" in page
    assert "server." not in re.sub(r"<[^>]*>", "", page)


def test_file_of_counts_holds_the_same_cells_and_no_small_one(app: Flask) -> None:
    reply = sign_in(app, "statistician").get("/counts.csv?period=2026")

    lines = reply.get_data(as_text=True).lstrip("\ufeff").splitlines()
    notes = [line for line in lines if line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[len(notes) :]))))
    assert any("not SDG indicator 8.7.1" in note for note in notes)
    counted = [row for row in rows if row["table"][:2] in ("CL", "FL")]
    assert counted
    for row in counted:
        if row["status"] == "withheld":
            assert row["persons"] == ""
        else:
            assert int(row["persons"]) == 0 or int(row["persons"]) >= 10


@pytest.mark.parametrize(
    ("shown", "period"), [("year", "2026"), ("quarter", "2026-Q4"), ("month", "2026-11")]
)
def test_periods_of_one_length_only_are_shown_so_that_none_is_the_rest_of_another(
    lite: Office, shown: str, period: str
) -> None:
    tablet = FieldTablet.enrol(lite)
    tablet.send(tablet.visit())
    lite.config = replace(lite.config, period=shown)

    assert national.periods(lite) == [period]
    for other in {"2026", "2026-Q4", "2026-11"} - {period}:
        with pytest.raises(national.NoSuchPeriod):
            national.national_tables(lite, other)


def test_period_nobody_visited_in_is_not_found(app: Flask) -> None:
    for address in ("/counts?period=1999", "/counts.csv?period=banana"):
        reply = sign_in(app, "statistician").get(address)
        assert reply.status_code == 404
        assert "There is no visit in this period" in reply.get_data(as_text=True)


def test_file_of_counts_before_the_first_table_leads_to_the_page_that_says_so(
    lite: Office,
) -> None:
    accounts.add_account(lite, "statistician", "statistician", PASSWORD)
    app = create_app(lite.config, Clock(), seeded(6))
    try:
        reply = sign_in(app, "statistician").get("/counts.csv")
        assert reply.status_code == 303
        assert reply.headers["Location"] == "/counts"
    finally:
        app.extensions["tally87"].close()


def test_period_in_the_address_of_the_front_page_is_not_passed_over(app: Flask) -> None:
    reply = sign_in(app, "statistician").get("/?period=banana", follow_redirects=True)

    assert reply.status_code == 404
    assert "There is no visit in this period" in reply.get_data(as_text=True)
    assert sign_in(app, "statistician").get("/", follow_redirects=True).status_code == 200


def test_tablet_whose_clock_is_years_ahead_does_not_choose_the_period_of_the_page(
    lite: Office,
) -> None:
    tablet = FieldTablet.enrol(lite)
    tablet.send(tablet.visit(visit_date="2025-11-10"), tablet.visit(visit_date="2029-03-01"))

    assert national.periods(lite) == ["2029", "2025"]
    assert national.usual_period(lite, national.periods(lite)) == "2025"
    lite.config = replace(lite.config, period="month")
    assert national.usual_period(lite, national.periods(lite)) == "2025-11"
    tablet.send(tablet.visit(visit_date="2026-11-10"))
    assert national.usual_period(lite, national.periods(lite)) == "2026-11"


def test_only_visits_of_years_to_come_are_shown_when_there_are_no_others(lite: Office) -> None:
    assert national.usual_period(lite, national.periods(lite)) is None
    tablet = FieldTablet.enrol(lite)
    tablet.send(tablet.visit(visit_date="2029-03-01"))

    assert national.usual_period(lite, national.periods(lite)) == "2029"


def test_steward_sees_why_records_were_rejected_and_no_answer(app: Flask) -> None:
    page = sign_in(app, "steward").get("/intake").get_data(as_text=True)

    assert "record.identity_field" in page
    assert "given_name" in page
    assert "MARKERNAME" not in page
    assert "The audit log is whole." in page
    assert "server." not in re.sub(r"<[^>]*>", "", page)


@pytest.mark.parametrize("path", ["/sign-in", "/counts", "/intake"])
def test_pages_allow_no_inline_script_or_style_and_nothing_from_elsewhere(
    app: Flask, path: str
) -> None:
    reply = sign_in(app, "statistician" if path == "/counts" else "administrator").get(path)
    page = reply.get_data(as_text=True)

    policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "<script" not in page
    assert "style=" not in page
    assert " on" not in re.sub(r">[^<]*<", "><", page).replace(" one", "")
    for address in re.findall(r'(?:href|src|action)="([^"]+)"', page):
        assert address.startswith(("/", "#"))


def test_form_without_the_sessions_token_is_refused(app: Flask) -> None:
    client = sign_in(app, "statistician")

    assert client.post("/sign-out").status_code == 400
    assert client.get("/counts").status_code == 200


def test_signing_out_ends_the_session_on_the_server(app: Flask) -> None:
    client = sign_in(app, "statistician")
    cookie = client.get_cookie("tally87_session")
    assert cookie is not None
    token = re.search(r'name="csrf_token" value="(\w+)"', client.get("/counts").text)
    assert token is not None

    client.post("/sign-out", data={"csrf_token": token[1]})
    client.set_cookie("tally87_session", cookie.value)

    assert client.get("/counts").status_code == 302


def test_session_cookie_is_kept_from_scripts_and_other_sites(app: Flask) -> None:
    client = app.test_client()
    reply = client.post("/sign-in", data={"name": "viewer", "password": PASSWORD})

    cookie = reply.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_session_ends_when_nobody_is_there(app: Flask) -> None:
    client = sign_in(app, "viewer")
    app.extensions["tally87"].clock.now = NOW + timedelta(minutes=31)

    assert client.get("/counts").status_code == 302


def test_sign_in_form_of_another_site_is_refused(app: Flask) -> None:
    reply = app.test_client().post(
        "/sign-in",
        data={"name": "viewer", "password": PASSWORD},
        headers={"Origin": "https://elsewhere.example"},
    )

    assert reply.status_code == 400


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere"]
)
def test_signing_in_leads_to_no_other_site(app: Flask, to: str) -> None:
    reply = app.test_client().post(
        "/sign-in", data={"name": "viewer", "password": PASSWORD, "to": to}
    )

    assert reply.headers["Location"] == "/"


def test_guessing_passwords_has_to_wait(app: Flask) -> None:
    client = app.test_client()
    for _ in range(accounts.TRIES):
        wrong = client.post("/sign-in", data={"name": "viewer", "password": "wrong"})
        assert wrong.status_code == 403

    reply = client.post("/sign-in", data={"name": "viewer", "password": PASSWORD})
    assert reply.status_code == 429

    app.extensions["tally87"].clock.now = NOW + timedelta(minutes=16)
    reply = client.post("/sign-in", data={"name": "viewer", "password": PASSWORD})
    assert reply.status_code == 303


def test_one_time_code_is_asked_for_and_works_once(app: Flask) -> None:
    office: Office = app.extensions["tally87"]
    address = accounts.add_account(office, "careful", "viewer", PASSWORD, with_totp=True)
    assert address is not None
    code = pyotp.parse_uri(address).at(NOW)  # type: ignore[union-attr]
    form = {"name": "careful", "password": PASSWORD}
    client = app.test_client()

    assert client.post("/sign-in", data=form).status_code == 403
    assert client.post("/sign-in", data=form | {"code": "000000"}).status_code == 403
    assert client.post("/sign-in", data=form | {"code": code}).status_code == 303
    assert client.post("/sign-in", data=form | {"code": code}).status_code == 403


def test_no_page_of_counts_or_cases_is_seen_by_who_is_not_signed_in(app: Flask) -> None:
    assert {endpoint for endpoint, roles in ACCESS.items() if roles is ANYBODY} == {
        "tablets.Enrolments",
        "tablets.Parcels",
        "tablets.ReferenceData",
        "health.Health",
        "health.Metrics",
        "api-docs.openapi_json",
        "static",
        "staff.sign_in",
        "joining.join",
        "set_up.set_up",
        *("editions.all_editions", "editions.one", "editions.file", "editions.exported"),
        *("editions_api.EditionList", "editions_api.EditionDetails"),
        *("sitemap.of_pages", "sitemap.robots"),
        *("sdmx.data_2_1", "sdmx.data_3_0", "sdmx.structures_2_1", "sdmx.structures_3_0"),
        "editions.all_editions",
        "editions.one",
        "editions.file",
        "editions.exported",
        "glances.one",
        "explore.listed",
        "explore.latest",
        "explore.one",
        "explore.as_csv",
        "explore.about",
        "knowledge.listed",
        "knowledge.catalogue",
        "knowledge.questionnaire",
        "knowledge.profile",
        "knowledge.code_list",
        *("explore.embedded", "maps.one", "trends.by_period", "feed.of_editions"),
        *("targets.shown", "targets.file"),
        *("countries.listed", "countries.one", "countries.edition", "countries.file"),
        *("api_page.shown", "api_page.try_out", "api_page.description"),
        "languages.choose",
        "tablets.Authority",
    }
    for path in ("/", "/counts", "/counts.csv", "/intake"):
        reply = app.test_client().get(path)
        assert reply.status_code == 302
        assert reply.headers["Location"].startswith("/sign-in")


def test_weak_or_known_passwords_make_no_account(lite: Office) -> None:
    for password in ("short", "somebody and more", "x" * 300):
        with pytest.raises(accounts.NotAllowed):
            accounts.add_account(lite, "somebody", "viewer", password)


def test_closed_account_is_out_at_once(app: Flask) -> None:
    client = sign_in(app, "viewer")

    accounts.close_account(app.extensions["tally87"], "viewer", "test")

    assert client.get("/counts").status_code == 302


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/v1/parcels", b"garbage", 400, "parcel_unreadable"),
        ("POST", "/api/v1/parcels", b"", 400, "parcel_unreadable"),
        ("POST", "/api/v1/parcels", b"T87P\x00old", 426, "tablet_too_old"),
        ("POST", "/api/v1/parcels", b"T87P\x02new", 426, "office_too_old"),
        ("POST", "/api/v1/enrolments", b"T87E\x02new", 426, "office_too_old"),
        ("POST", "/api/v1/parcels", bytes(300_000), 413, "too_large"),
        ("POST", "/api/v1/enrolments", b"garbage", 400, "parcel_unreadable"),
        ("GET", "/api/v1/parcels", b"", 405, "method_not_allowed"),
        ("GET", "/api/v1/nothing", b"", 404, "not_found"),
    ],
)
def test_every_refusal_of_the_api_has_the_one_shape(
    app: Flask, method: str, path: str, body: bytes, status: int, code: str
) -> None:
    reply = app.test_client().open(path, method=method, data=body)

    assert reply.status_code == status
    told = reply.get_json()
    assert sorted(told) == ["code", "findings", "message", "request_id"]
    assert told["code"] == code
    assert not told["message"].startswith("server.")


def test_health_and_openapi_are_there_without_signing_in(app: Flask) -> None:
    client = app.test_client()

    assert client.get("/healthz").get_json() == {"status": "ok", "jobs": "in_time"}
    described = client.get("/api/openapi.json").get_json()
    assert described["openapi"].startswith("3.1")
    assert {"/api/v1/parcels", "/api/v1/enrolments", "/healthz"} <= set(described["paths"])


def test_fault_tells_a_reference_and_no_traceback(
    app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    def break_down() -> str:
        raise RuntimeError("MARKERVALUE")

    app.view_functions["health.Health"] = break_down
    app.config["PROPAGATE_EXCEPTIONS"] = False

    reply = app.test_client().get("/healthz", headers={"X-Request-ID": "abcd-1234"})

    assert reply.status_code == 500
    assert reply.get_json()["request_id"] == "abcd-1234"
    assert "MARKERVALUE" not in reply.get_data(as_text=True) + capfd.readouterr().err
