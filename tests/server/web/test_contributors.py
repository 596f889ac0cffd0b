"""An organisation's own person: enters what it commits to and measures, and sees nothing else."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from server.db.engine import reading, transaction
from server.progress import store
from server.progress.entering import enter
from server.staff import accounts
from server.staff.model import Account
from server.staff.passwords import NotAllowed
from server.staff.scope import AccountScope
from server.web.access import ACCESS, ANYBODY
from tests.server.progress.declared import COMMITMENTS, INDICATORS
from tests.server.web.conftest import PASSWORD, Workplace, token_of
from tests.server.web.test_routes_and_roles import path_of

PROMISE = {
    "code": "HOUSE-1",
    "title": "Open a shelter",
    "cost": "1200000",
    "funded": "۳۰۰۰۰۰",
    "currency": "PKR",
    "due": "2027-06-30",
    "state": "planned",
    "source": "Decision of the board",
}
SHARE = {
    "code": "SCHOOL",
    "name": "Children back in school",
    "theme": "child_labour",
    "kind": "outcome",
    "measure": "process",
    "unit": "children",
}
VALUE = {
    "indicator": "SCHOOL",
    "period": "2026-Q3",
    "value": "41",
    "source": "Own register",
    "on": "2026-11-01",
}


def keep(workplace: Workplace, client: FlaskClient, kind: str, /, **typed: str) -> str:
    return workplace.post(client, f"/progress/{kind}", **typed)


def number_of(client: FlaskClient, kind: str, code: str) -> str:
    listed = client.get(f"/progress?kind={kind}").text
    found = re.search(rf'/progress/{kind}/(\d+)"><bdi>{code}<', listed)
    assert found is not None, listed
    return found[1]


def sign_in_of(workplace: Workplace, organisation: str) -> FlaskClient:
    scope = AccountScope(organisation=organisation)
    name = f"person of {organisation}"
    accounts.add_account(workplace.office, name, "contributor", PASSWORD, scope=scope)
    return workplace.sign_in(name)


def standing(workplace: Workplace, kind: str) -> tuple[store.Said, ...]:
    with reading(workplace.office.engine) as connection:
        return store.framework(connection)[kind]


def test_contributor_enters_a_commitment_an_indicator_and_its_value(workplace: Workplace) -> None:
    client = workplace.sign_in("contributor")
    assert client.get("/").headers["Location"] == "/progress"

    assert "It is kept." in keep(workplace, client, "commitment", **PROMISE)
    assert "It is kept." in keep(workplace, client, "indicator", **SHARE)
    assert "It is kept." in keep(workplace, client, "value", **VALUE)

    (promise,) = standing(workplace, "commitment")
    assert promise["owner"] == "Ngo-A"
    assert promise["funded"] == "300000"
    (value,) = standing(workplace, "value")
    assert (value["organisation"], value["value"], value["on"]) == ("Ngo-A", "41", "2026-11-01")
    assert workplace.last_act() == ("account contributor", "progress_entered")


def test_change_keeps_what_was_said_before_and_the_code(workplace: Workplace) -> None:
    client = workplace.sign_in("contributor")
    keep(workplace, client, "commitment", **PROMISE)
    number = number_of(client, "commitment", "HOUSE-1")

    changed = {**PROMISE, "code": "OTHER", "title": "Open two shelters", "state": "under_way"}
    keep(workplace, client, "commitment", number=number, **changed)

    (promise,) = standing(workplace, "commitment")
    assert (promise["code"], promise["title"], promise["state"]) == (
        "HOUSE-1",
        "Open two shelters",
        "under_way",
    )
    page = client.get(f"/progress/commitment/{number_of(client, 'commitment', 'HOUSE-1')}").text
    assert "<bdi>Open a shelter</bdi>" in page
    # The page of what it said before is none any more: a form of it changes nothing.
    assert client.get(f"/progress/commitment/{number}").status_code == 404
    late = keep(workplace, client, "commitment", number=number, **PROMISE)
    assert "Nothing was kept" in late
    assert standing(workplace, "commitment") == (promise,)


def test_contributor_takes_back_own_line_and_must_be_sure(workplace: Workplace) -> None:
    client = workplace.sign_in("contributor")
    keep(workplace, client, "commitment", **PROMISE)
    end = f"/progress/commitment/{number_of(client, 'commitment', 'HOUSE-1')}/end"

    workplace.post(client, end)
    assert len(standing(workplace, "commitment")) == 1
    assert "It is taken back." in workplace.post(client, end, sure="yes")

    assert standing(workplace, "commitment") == ()
    assert "It is kept." in keep(workplace, client, "commitment", **PROMISE)


WRONG: tuple[tuple[str, dict[str, str], str, str], ...] = (
    ("commitment", {**PROMISE, "due": "soon"}, "due", "This is a day such as"),
    ("commitment", {**PROMISE, "title": " "}, "title", "This is needed."),
    ("commitment", {**PROMISE, "state": "perhaps"}, "state", "Choose one of the list."),
    ("commitment", {**PROMISE, "code": "a b"}, "code", "A code has Latin letters"),
    ("commitment", {**PROMISE, "cost": "1,200"}, "cost", "This is a number"),
    ("commitment", {**PROMISE, "source": "x" * 501}, "source", "longer than 500"),
    ("commitment", {**PROMISE, "title": "a\x07b"}, "title", "cannot be printed"),
    ("commitment", {**PROMISE, "funded": "9999999"}, "", "more than what it costs"),
    ("commitment", {**PROMISE, "currency": ""}, "", "need a currency"),
    ("indicator", {**SHARE, "baseline": "3"}, "", "go together"),
    ("value", VALUE, "", "There is no indicator of yours yet"),
)


def test_wrong_value_is_named_at_its_field_and_nothing_is_kept(workplace: Workplace) -> None:
    client = workplace.sign_in("contributor")
    token = token_of(client)

    for kind, typed, field, said in WRONG:
        reply = client.post(f"/progress/{kind}", data={"csrf_token": token, **typed})

        assert reply.status_code == 409, said
        assert said in reply.text
        if field:
            assert f'id="{field}-wrong"' in reply.text
            assert "aria-invalid=true" in reply.text
        assert standing(workplace, kind) == ()


def test_lines_of_others_are_not_seen_not_opened_not_changed_and_not_guessed(
    workplace: Workplace,
) -> None:
    enter(workplace.office, "commitment", COMMITMENTS.encode(), "Statistics office")
    enter(workplace.office, "indicator", INDICATORS.encode(), "Statistics office")
    mine, other = workplace.sign_in("contributor"), sign_in_of(workplace, "NGO-B")
    keep(workplace, other, "commitment", **PROMISE)
    keep(workplace, other, "indicator", **SHARE)
    keep(workplace, other, "value", **VALUE)
    before = standing(workplace, "commitment"), standing(workplace, "value")
    token = {"csrf_token": token_of(mine)}

    for kind in ("commitment", "indicator", "value"):
        page = mine.get(f"/progress?kind={kind}&organisation=NGO-B&order=oldest").text
        assert "Nothing was entered yet." in page
        assert mine.get(f"/progress.csv?kind={kind}").text.count("\n") == 1
        assert "SCHOOL" not in page
        for number in range(1, 10):
            typed = {**token, **PROMISE, **VALUE, "number": str(number), "sure": "yes"}
            assert mine.get(f"/progress/{kind}/{number}").status_code == 404
            assert mine.post(f"/progress/{kind}", data=typed).status_code in (303, 409)
            assert mine.post(f"/progress/{kind}/{number}/end", data=typed).status_code == 303
    # A code of somebody else is refused, and a value for an indicator of somebody else.
    for code in ("HOUSE-1", "C1"):
        reply = mine.post(
            "/progress/commitment",
            data={"csrf_token": token_of(mine), **PROMISE, "code": code, "of": "NGO-B"},
        )
        assert "Somebody else uses this code" in reply.text
        assert "NGO-B" not in reply.text
    for code in ("SCHOOL", "BUDGET"):
        typed = {**VALUE, "indicator": code, "period": "2025"}
        reply = mine.post("/progress/value", data={"csrf_token": token_of(mine), **typed})
        assert reply.status_code == 409

    assert (standing(workplace, "commitment"), standing(workplace, "value")) == before


def test_contributor_cannot_take_the_code_of_a_line_that_was_taken_back(
    workplace: Workplace,
) -> None:
    other = sign_in_of(workplace, "NGO-B")
    keep(workplace, other, "commitment", **PROMISE)
    end = f"/progress/commitment/{number_of(other, 'commitment', 'HOUSE-1')}/end"
    workplace.post(other, end, sure="yes")
    mine = workplace.sign_in("contributor")

    reply = mine.post("/progress/commitment", data={"csrf_token": token_of(mine), **PROMISE})

    assert "Somebody else uses this code" in reply.text


def test_office_sees_all_lines_and_a_line_it_corrects_stays_its_organisations(
    workplace: Workplace,
) -> None:
    mine, office = workplace.sign_in("contributor"), workplace.sign_in("statistician")
    keep(workplace, mine, "commitment", **PROMISE)
    number = number_of(office, "commitment", "HOUSE-1")

    keep(workplace, office, "commitment", number=number, **{**PROMISE, "title": "A shelter"})

    assert "NGO-A" in office.get("/progress").text
    page = mine.get(f"/progress/commitment/{number_of(mine, 'commitment', 'HOUSE-1')}").text
    assert 'value="A shelter"' in page
    # By a file, too.
    line = standing(workplace, "commitment")[0]
    content = ",".join(line) + "\n" + ",".join(line.values())
    enter(workplace.office, "commitment", content.encode(), "Office")
    assert number_of(mine, "commitment", "HOUSE-1")


def test_words_in_other_languages_stay_while_what_they_translate_does(
    workplace: Workplace,
) -> None:
    client = workplace.sign_in("contributor")
    line = {**PROMISE, "owner": "Ngo-A", "funded": "0", "title::fr": "Ouvrir un refuge"}
    content = ",".join(line) + "\n" + ",".join(line.values())
    enter(workplace.office, "commitment", content.encode(), "Office", "NGO-A")

    number = number_of(client, "commitment", "HOUSE-1")
    keep(workplace, client, "commitment", number=number, **{**PROMISE, "state": "done"})
    assert standing(workplace, "commitment")[0]["title::fr"] == "Ouvrir un refuge"
    assert "title::fr" in client.get("/progress.csv?kind=commitment").text

    number = number_of(client, "commitment", "HOUSE-1")
    keep(workplace, client, "commitment", number=number, **{**PROMISE, "title": "Open two"})
    assert "title::fr" not in standing(workplace, "commitment")[0]


def test_file_of_own_lines_can_be_entered_again(workplace: Workplace) -> None:
    client = workplace.sign_in("contributor")
    keep(workplace, client, "commitment", **PROMISE)

    content = client.get("/progress.csv?kind=commitment").data

    assert enter(workplace.office, "commitment", content, "Office") == 1


def test_file_holds_the_lines_the_list_shows_in_its_order(workplace: Workplace) -> None:
    for code in ("HOUSE-1", "HOUSE-2"):
        mine = {**PROMISE, "code": code}
        keep(workplace, workplace.sign_in("contributor"), "commitment", **mine)
    office = {**PROMISE, "code": "OFFICE-1", "owner": "Ministry of Labour"}
    keep(workplace, workplace.sign_in("administrator"), "commitment", **office)
    client = workplace.sign_in("administrator")
    page = client.get("/progress?kind=commitment&organisation=NGO-A&sort=-entered").text
    there = re.search(r'href="(/progress\.csv\?[^"]+)"', page)
    assert there is not None

    content = client.get(unescape(there[1])).data.decode("utf-8-sig")

    assert [line["code"] for line in csv.DictReader(io.StringIO(content))] == ["HOUSE-2", "HOUSE-1"]
    assert "OFFICE-1" in client.get("/progress.csv?kind=commitment").text


@pytest.mark.parametrize(
    "title", ['=HYPERLINK("https://thief.example","Totals")', "+1+2", "-2+3", "@SUM(A1)", "'=1+1"]
)
def test_words_that_look_like_a_formula_are_text_in_the_file_and_come_back_as_they_were(
    workplace: Workplace, title: str
) -> None:
    keep(workplace, workplace.sign_in("contributor"), "commitment", **{**PROMISE, "title": title})

    content = workplace.sign_in("administrator").get("/progress.csv?kind=commitment").data
    (line,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))

    assert line["title"] == f"'{title}"
    assert line["cost"] == "1200000"
    enter(workplace.office, "commitment", content, "Office")
    assert standing(workplace, "commitment")[0]["title"] == title


def test_contributor_who_lost_the_organisation_sees_and_keeps_nothing(workplace: Workplace) -> None:
    keep(workplace, sign_in_of(workplace, "NGO-A"), "commitment", **PROMISE)
    with transaction(workplace.office.engine) as connection:
        connection.execute(update(Account).values(organisation=None))
    client = workplace.sign_in("person of NGO-A")

    assert "HOUSE-1" not in client.get("/progress?kind=commitment").text
    assert "HOUSE-1" not in client.get("/progress.csv?kind=commitment").text
    keep(workplace, client, "commitment", **{**PROMISE, "code": "NEW-1", "owner": "Ministry"})
    keep(workplace, client, "commitment", **{**PROMISE, "code": "NEW-2", "of": "NGO-B"})
    assert [one["code"] for one in standing(workplace, "commitment")] == ["HOUSE-1"]


def test_contributor_reaches_its_pages_and_its_account_and_no_other_route(
    workplace: Workplace,
) -> None:
    client = workplace.sign_in("contributor")
    seen = set()
    for rule in workplace.app.url_map.iter_rules():
        if ACCESS[rule.endpoint] is ANYBODY or "GET" not in (rule.methods or ()):
            continue
        if client.get(path_of(rule)).status_code != 403:
            seen.add(rule.endpoint)

    assert seen == {
        *("staff.front", "own_account.shown"),
        *("progress.listed", "progress.as_csv", "progress.form", "progress.one"),
    }
    places = re.findall(r'<nav aria-label="Pages">(.*?)</nav>', client.get("/progress").text, re.S)
    assert re.findall(r'href="([^"]+)"', places[0]) == ["/progress"]


def test_role_cannot_have_a_scope_that_would_not_hold(workplace: Workplace) -> None:
    for role, scope, why in (
        ("contributor", AccountScope(), "scope_needed"),
        ("contributor", AccountScope(area="PK-PB"), "scope_needed"),
        ("administrator", AccountScope(organisation="NGO-A"), "scope_role"),
        ("statistician", AccountScope(area="PK-PB"), "scope_role"),
        ("viewer", AccountScope(area="PK-PB"), "scope_role"),
        ("steward", AccountScope("PK-PB", "NGO-A"), "scope_both"),
    ):
        with pytest.raises(NotAllowed) as refused:
            accounts.add_account(workplace.office, "Bilal", role, PASSWORD, scope=scope)
        assert refused.value.code == why


def test_every_role_is_described_where_it_is_given(workplace: Workplace) -> None:
    page = workplace.sign_in("administrator").get("/programme/accounts").text

    for role in accounts.ROLES:
        assert f'<option value="{role}"' in page
    assert "enters its commitments, its indicators and their values, and sees nothing else" in page
