"""Who takes part, on pages: organisations, officers, tablets, messages, accounts, the log."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from server import notes
from server.cli import main
from server.db.engine import reading
from server.programme import enrolment
from server.reference.messages import messages
from server.reference.publish import publish_first
from server.staff import invitations
from server.staff.model import AuditEntry
from shared.wire.keys import TabletKeys
from shared.wire.tickets import Ticket, open_enrolment_reply, request_enrolment
from tests.server.field import FieldTablet, seeded
from tests.server.web.conftest import PASSWORD, Workplace, token_of


@pytest.fixture
def boss(workplace: Workplace) -> FlaskClient:
    """An administrator who is signed in."""
    return workplace.sign_in("administrator")


def shown_once(client: FlaskClient, path: str, **fields: str) -> str:
    """The page a form is answered with directly, because what is on it is shown nowhere else."""
    reply = client.post(path, data={"csrf_token": token_of(client), **fields})
    assert reply.status_code == 200, reply.text
    assert reply.headers["Cache-Control"] == "no-store"
    return reply.text


def test_administrator_comes_from_an_organisation_to_an_enrolled_tablet_without_a_shell(
    workplace: Workplace, boss: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    office = workplace.office
    page = workplace.post(
        boss, "/programme/organisations", code="POLICE", name="Police", source_list="police"
    )
    assert "The organisation was added." in page
    page = workplace.post(boss, "/programme/officers", organisation="POLICE", code="POLICE-1")
    assert "POLICE-1" in page
    assert workplace.last_act() == ("account administrator", "officer_added")

    page = shown_once(boss, "/programme/tickets", officer="POLICE-1", hours="24")
    assert "<svg" in page
    assert "style=" not in page
    paper = re.search(r"<code>(.+?)</code>", page)
    assert paper is not None
    ticket = Ticket.from_text(paper[1])
    assert paper[1] not in capfd.readouterr().err
    with reading(office.engine) as connection:
        for details in connection.scalars(select(AuditEntry.details)):
            assert ticket.secret.hex() not in str(details)

    keys = TabletKeys.generate(seeded(9))
    request = request_enrolment(ticket, keys)
    reply = boss.post("/api/v1/enrolments", data=request)
    membership = open_enrolment_reply(reply.data, ticket=ticket, request=request, tablet_keys=keys)
    assert membership.officer_code == "POLICE-1"
    assert membership.tablet_id in boss.get("/programme/tablets?organisation=POLICE").text


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("organisations", {"code": "NGO-A", "name": "x", "source_list": "ngo"}, "used already"),
        ("organisations", {"code": "a b", "name": "x", "source_list": "ngo"}, "a code has 1 to"),
        ("organisations", {"code": "X", "name": "x", "source_list": "banana"}, "kind of source"),
        ("organisations", {"code": "X", "name": " ", "source_list": "ngo"}, "the name is missing"),
        ("officers", {"organisation": "NOBODY", "code": "X"}, "is not there"),
        ("officers", {"organisation": "NGO-A", "code": "OFFICER-0"}, "used already"),
        ("tickets", {"officer": "NOBODY"}, "is not there"),
        ("messages", {"in_en": ""}, "English text is needed"),
        ("messages", {"in_en": "x" * 501}, "English text is needed"),
        ("accounts", {"name": "viewer", "role": "viewer"}, "of this name already"),
        ("accounts", {"name": "", "role": "viewer"}, "1 to 80 characters"),
        ("accounts", {"name": "x", "role": "king"}, "This was not done"),
    ],
)
def test_form_that_cannot_be_followed_says_why_and_nothing_was_changed(
    workplace: Workplace, boss: FlaskClient, path: str, fields: dict[str, str], said: str
) -> None:
    publish_first(workplace.office, "test")
    before = workplace.last_act()
    fields = {"csrf_token": token_of(boss), **fields}

    reply = boss.post(f"/programme/{path}", data=fields)

    assert reply.status_code == 409
    assert said in reply.text
    assert 'role="alert"' in reply.text
    assert "server." not in re.sub(r"<[^>]*>", "", reply.text)
    assert workplace.last_act() in (before, ("account administrator", "signed_in"))


def test_tablet_is_told_put_aside_brought_back_and_signed_out_on_its_page(
    workplace: Workplace, boss: FlaskClient
) -> None:
    office = workplace.office
    tablet = FieldTablet.enrol(office)
    tablet.send(tablet.visit())
    here = f"/programme/tablets/{tablet.membership.tablet_id}"

    assert "next receipt" in workplace.post(boss, f"{here}/message", words="Please call.")
    assert "was not said" in workplace.post(boss, f"{here}/message", words=" ")
    with reading(office.engine) as connection:
        (note,) = notes.outstanding(connection, tablet.membership.tablet_id, office.now_s())
    assert getattr(note.content, "words", "Please call.") == "Please call."

    assert "name the day" in workplace.post(boss, f"{here}/aside", since="banana")
    assert "It is put aside" in workplace.post(boss, f"{here}/aside", since="2026-11-01")
    assert "put aside already" in workplace.post(boss, f"{here}/aside", since="2026-11-02")
    assert tablet.membership.tablet_id in boss.get("/programme/tablets?state=aside").text
    assert "stands again" in workplace.post(boss, f"{here}/back")
    assert "Nothing of this tablet" in workplace.post(boss, f"{here}/back")

    assert "say first" in workplace.post(boss, f"{here}/sign-out")
    assert "is signed out" in workplace.post(boss, f"{here}/sign-out", sure="yes")
    assert workplace.last_act() == ("account administrator", "tablet_revoked")
    assert "signed out already" in workplace.post(boss, f"{here}/sign-out", sure="yes")
    assert boss.get("/programme/tablets/banana").status_code == 404


def test_list_of_tablets_is_sorted_filtered_and_paged_by_its_address(
    workplace: Workplace, boss: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.pages.tablet_pages.A_PAGE", 1)
    tablets = [FieldTablet.enrol(workplace.office, number, 100 + number) for number in range(3)]
    tablets[1].send(tablets[1].visit())
    ids = [one.membership.tablet_id for one in tablets]

    def order(address: str) -> list[int]:
        found = []
        while True:
            page = boss.get(address).text
            found += [number for number, one in enumerate(ids) if one in page]
            following = re.search(r'href="([^"]+)" rel="next"', page)
            if following is None:
                return found
            address = following[1].replace("&amp;", "&")

    assert order("/programme/tablets") == [0, 1, 2]
    assert order("/programme/tablets?sort=heard")[0] == 1
    assert order("/programme/tablets?sort=silent")[-1] == 1
    assert order("/programme/tablets?organisation=NGO-B") == [2]
    assert order("/programme/tablets?sort=banana&state=banana&organisation=x") == [0, 1, 2]


def test_message_to_all_goes_out_and_is_taken_back(workplace: Workplace, boss: FlaskClient) -> None:
    publish_first(workplace.office, "test")

    page = workplace.post(boss, "/programme/messages", in_en="Meeting <Monday>", in_fr="Lundi")

    assert "Meeting &lt;Monday&gt;" in page
    (message,) = messages(workplace.office)
    assert message.texts == {"en": "Meeting <Monday>", "fr": "Lundi"}
    page = workplace.post(boss, "/programme/messages/withdraw", number=str(message.number))
    assert "is taken back" in page
    assert messages(workplace.office) == []
    for number in (str(message.number), "banana", "", "9" * 30):
        page = workplace.post(boss, "/programme/messages/withdraw", number=number)
        assert "no such message" in page


def link_on(page: str) -> str:
    found = re.search(r"http://127.0.0.1:8087(/join/\w+)", page)
    assert found is not None
    return found[1]


def test_invited_person_chooses_a_password_and_a_second_factor_once(
    workplace: Workplace, boss: FlaskClient
) -> None:
    page = shown_once(boss, "/programme/accounts", name="Amina", role="steward", factor="yes")
    link = link_on(page)
    somebody = workplace.app.test_client()
    for _ in range(2):
        page = somebody.get(link).text  # looking at it uses nothing up
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret is not None
    now = workplace.app.extensions["tally87"].clock.now
    code = pyotp.TOTP(secret[1]).at(now)
    good = {"password": "plums in the garden", "again": "plums in the garden", "code": code}

    for wrong, said in (
        ({"again": "x"}, "passwords differ"),
        ({"password": "short", "again": "short"}, "12 to 200"),
        ({"password": "amina in the garden", "again": "amina in the garden"}, "hold the name"),
        ({"code": "000000"}, "not the one the app shows"),
    ):
        reply = somebody.post(link, data={**good, **wrong})
        assert reply.status_code == 409
        assert said in reply.text
    elsewhere = somebody.post(link, data=good, headers={"Origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 400
    assert somebody.post("/sign-in", data={"name": "Amina", "password": ""}).status_code == 403

    assert somebody.post(link, data=good).status_code == 200
    assert somebody.get(link).status_code == 404
    assert somebody.post(link, data=good).status_code == 404
    used = somebody.post("/sign-in", data={"name": "Amina", **good})
    assert used.status_code == 403, "a code works once"
    later = pyotp.TOTP(secret[1]).at(now + timedelta(seconds=30))
    form = {"name": "Amina", "password": good["password"], "code": later}
    assert somebody.post("/sign-in", data=form).status_code == 303


def test_new_link_leaves_the_old_password_until_it_is_used_and_voids_the_link_before(
    workplace: Workplace, boss: FlaskClient
) -> None:
    first = link_on(shown_once(boss, "/programme/accounts/link", name="viewer"))
    second = link_on(shown_once(boss, "/programme/accounts/link", name="viewer"))

    assert boss.get(first).status_code == 404
    assert boss.get(second).status_code == 200
    workplace.sign_in("viewer")
    clock = workplace.app.extensions["tally87"].clock
    clock.now = clock.now.replace(day=29)
    assert boss.get(second).status_code == 404


def test_account_is_signed_out_and_closed_but_never_the_last_administrator(
    workplace: Workplace, boss: FlaskClient
) -> None:
    viewer = workplace.sign_in("viewer")

    page = workplace.post(boss, "/programme/accounts/sign-out", name="viewer")
    assert "sessions are ended" in page
    assert viewer.get("/account").status_code == 302

    assert "say first" in workplace.post(boss, "/programme/accounts/close", name="viewer")
    close = {"sure": "yes"}
    page = workplace.post(boss, "/programme/accounts/close", name="viewer", **close)
    assert "account is closed" in page
    page = workplace.post(boss, "/programme/accounts/close", name="administrator", **close)
    assert "only administrator" in page
    assert "viewer" in boss.get("/programme/accounts?state=closed").text


def test_own_password_is_changed_and_other_browsers_are_signed_out(workplace: Workplace) -> None:
    here, other = workplace.sign_in("viewer"), workplace.sign_in("viewer")
    assert "another one" in here.get("/account").text
    new = {"password": "plums in the garden", "again": "plums in the garden"}

    wrong = workplace.post(here, "/account/password", old="wrong", **new)
    assert "present password is another one" in wrong
    assert "password is changed" in workplace.post(here, "/account/password", old=PASSWORD, **new)

    assert here.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    workplace.sign_in("viewer", new["password"])
    assert "sessions are ended" in workplace.post(here, "/account/sign-out")


def test_log_says_who_changed_what_and_on_demand_who_looked(
    workplace: Workplace, boss: FlaskClient
) -> None:
    workplace.post(boss, "/programme/officers", organisation="NGO-A", code="NEW-1")

    acts, all_of_it = boss.get("/programme/log").text, boss.get("/programme/log?what=all").text

    assert ">added an officer<" in acts
    assert "NEW-1" in acts
    assert ">looked at<" not in acts
    assert ">looked at<" in all_of_it


def test_restored_backup_makes_links_void(workplace: Workplace) -> None:
    office = workplace.office
    token = invitations.invite(office, "Amina", "viewer", "test")
    with office.engine.begin() as connection:
        assert invitations.void_links(connection) == 1

    assert invitations.invited(office, token) is None


def test_tablet_without_network_is_enrolled_by_a_file_that_is_carried(
    workplace: Workplace, boss: FlaskClient
) -> None:
    ticket = enrolment.issue_ticket(workplace.office, "OFFICER-0", "test", 168)
    keys = TabletKeys.generate(seeded(5))
    asked = request_enrolment(ticket, keys)

    def post(data: bytes) -> TestResponse:
        form = {"csrf_token": token_of(boss), "request": (io.BytesIO(data), "tablet.request")}
        return boss.post("/programme/enrolments", data=form)

    reply = post(asked)

    assert reply.headers["Content-Disposition"] == 'attachment; filename="tablet.enrolment-reply"'
    membership = open_enrolment_reply(reply.data, ticket=ticket, request=asked, tablet_keys=keys)
    assert membership.officer_code == "OFFICER-0"
    again = open_enrolment_reply(post(asked).data, ticket=ticket, request=asked, tablet_keys=keys)
    assert again.tablet_id == membership.tablet_id, "the same request is answered the same"
    other = request_enrolment(ticket, TabletKeys.generate(seeded(6)))
    for refused in (other, b"", b"no request", bytes(5000)):
        page = post(refused)
        assert page.status_code == 409
        assert "No tablet was enrolled" in page.text


def test_request_file_is_answered_on_the_command_line(workplace: Workplace, tmp_path: Path) -> None:
    keys = TabletKeys.generate(seeded(5))
    folder = {
        "TALLY87_FOLDER": str(workplace.office.config.folder),
        "TALLY87_PUBLIC_URL": "http://127.0.0.1:8087",
    }
    issued = CliRunner().invoke(main, ["enrol", "--officer", "OFFICER-0"], env=folder)
    ticket = Ticket.from_text(issued.stdout.strip())
    file = tmp_path / "tablet.enrolment-request"
    file.write_bytes(request_enrolment(ticket, keys))

    told = CliRunner().invoke(main, ["answer-enrolment", str(file)], env=folder)

    assert told.exit_code == 0, told.output
    reply = (tmp_path / "tablet.enrolment-reply").read_bytes()
    asked = file.read_bytes()
    assert open_enrolment_reply(reply, ticket=ticket, request=asked, tablet_keys=keys)
    file.write_bytes(b"no request")
    refused = CliRunner().invoke(main, ["answer-enrolment", str(file)], env=folder)
    assert refused.exit_code == 1
    assert "No tablet was enrolled" in refused.output
