"""The audit log and the limits of tablets on pages: acts in words, numbers that can be set."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import pytest

from server.intake import quota
from server.programme.enrolment import NotPossible
from server.reference import choices, publish
from server.releases.states import ReleaseAct
from server.staff import audit
from server.web.pages.words import act_word
from shared.texts import has_text
from tests.server.field import FieldTablet
from tests.server.web.conftest import PASSWORD, Workplace, token_of

SERVER = Path(__file__).parents[3] / "server"
HANDED_ON = {"_audit", "_again"}
"""Functions that are handed the act they enter."""


def acts() -> set[str]:
    """Every act that some line of the office enters into the log."""
    found = {f"release_{act.value}" for act in ReleaseAct}
    for file in SERVER.rglob("*.py"):
        source = file.read_text("utf-8")
        if "audit" not in source:
            continue
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called == "audit.enter":
                found |= words_of(node.args[3], tree)
            elif called in HANDED_ON:
                found |= {one for arg in node.args for one in words_of(arg, tree)}
    return found


def words_of(argument: ast.expr, tree: ast.AST) -> set[str]:
    """The words an argument may be: itself, or what is assigned to a variable ``what``."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return {argument.value}
    if not isinstance(argument, ast.Name) or argument.id != "what":
        return set()
    return {
        one.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and "what" in ast.unparse(node.targets[0])
        for one in ast.walk(node.value)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def test_every_act_has_words() -> None:
    found = acts()

    assert len(found) > 40
    assert sorted(one for one in found if not has_text(f"server.act.{one}", "en")) == []
    assert act_word("of_an_earlier_version", "fr") == "of_an_earlier_version"


def test_log_says_acts_in_the_language_of_the_reader(workplace: Workplace) -> None:
    client = workplace.sign_in("administrator")

    assert "signed in" in client.get("/programme/log").text
    page = client.get("/programme/log", headers={"Accept-Language": "fr"}).text
    assert "s’est connecté" in page


def test_limits_of_all_tablets_and_of_one_are_set_on_a_page(workplace: Workplace) -> None:
    client = workplace.sign_in("administrator")
    tablet_id = FieldTablet.enrol(workplace.office).membership.tablet_id
    given = {"at_once": "900", "a_day": "90", "outside_at_once": "9", "outside_a_day": "3"}

    assert "It holds from the next" in workplace.post(client, "/programme/quotas", **given)
    said = workplace.post(
        client,
        "/programme/quotas",
        **{**given, "a_day": "50", "from_year": "2020"},
        tablet=tablet_id,
    )

    assert 'value="50"' in said
    assert quota.current(workplace.office).a_day == 90
    assert quota.current(workplace.office, tablet_id).from_year == 2020
    assert workplace.last_act() == ("account administrator", "quota_set")
    for wrong in ({"a_day": "0"}, {"a_day": "many"}, {"from_year": "2030", "to_year": "2020"}):
        assert "Nothing was set" in workplace.post(client, "/programme/quotas", **given | wrong)
    assert client.get("/programme/quotas?tablet=banana").status_code == 404


def test_what_tablets_are_unlocked_with_is_chosen_on_a_page_and_stays_in_later_editions(
    workplace: Workplace,
) -> None:
    office, client = workplace.office, workplace.sign_in("administrator")
    publish.publish_first(office, "test")
    assert choices.unlocking(office) == "pin"
    assert 'value="pin" required checked' in client.get("/programme/unlocking").text

    said = workplace.post(client, "/programme/unlocking", way="passphrase")

    assert "Tablets learn of it" in said
    assert 'value="passphrase" required checked' in said
    assert choices.unlocking(office) == "passphrase"
    assert workplace.last_act() == ("account administrator", "unlocking_set")
    for way in ("passphrase", "nothing at all", ""):
        assert "Nothing was changed" in workplace.post(client, "/programme/unlocking", way=way)
    # The folders say otherwise, and hold nothing new beside it.
    assert publish.not_yet_published(office) == ()
    with pytest.raises(NotPossible):
        publish.publish(office, "test")
    workplace.post(client, "/programme/unlocking", way="hardware_or_passphrase")
    assert choices.unlocking(office) == "hardware_or_passphrase"
    workplace.post(client, "/programme/unlocking", way="pin")
    assert choices.unlocking(office) == "pin"


def test_recovery_codes_are_shown_once_to_who_knows_the_password(workplace: Workplace) -> None:
    client = workplace.sign_in("statistician")
    assert "Codes left: 0" in client.get("/account").text
    assert "another one" in workplace.post(client, "/account/recovery", password="wrong one here")

    form = {"csrf_token": token_of(client), "password": PASSWORD}
    reply = client.post("/account/recovery", data=form)

    codes = re.findall(r"<code>((?:[A-Z2-7]{4}-){3}[A-Z2-7]{4})</code>", reply.text)
    assert len(set(codes)) == 8
    page = client.get("/account").text
    assert "Codes left: 8" in page
    assert codes[0] not in page


def test_whole_log_is_a_file_whose_chain_can_be_checked_elsewhere(workplace: Workplace) -> None:
    client = workplace.sign_in("administrator")
    workplace.sign_in("viewer")

    reply = client.get("/programme/log.csv")

    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert [row["action"] for row in rows][-2:] == ["signed_in", "looked_at"]
    previous = audit.FIRST
    for row in rows:
        assert row["previous_hash"] == previous
        previous = row["entry_hash"]
        details = json.loads(row["details"])
        assert previous == audit.entry_hash(
            *(row["previous_hash"], int(row["number"]), int(row["at_s"])),
            *(row["actor"], row["action"], details),
        )
    assert workplace.sign_in("steward").get("/programme/log.csv").status_code == 403


def test_file_beside_the_list_of_the_log_holds_what_is_shown_in_that_order(
    workplace: Workplace,
) -> None:
    client = workplace.sign_in("administrator")
    for _ in range(2):
        client.get("/programme/tablets")
        workplace.post(client, "/programme/messages", in_en="The office moves.")
    page = client.get("/programme/log?sort=number").text
    shown = re.search(r'href="(/programme/log\.csv\?[^"]+)"', page)
    assert shown is not None

    lines = list(csv.reader(client.get(unescape(shown[1])).text.splitlines()))[1:]
    everything = list(csv.reader(client.get("/programme/log.csv").text.splitlines()))[1:]
    newest = list(csv.reader(client.get("/programme/log.csv?sort=-number").text.splitlines()))[1:]

    assert [line[3] for line in lines].count("looked_at") == 0
    assert lines == [line for line in everything if line[3] != "looked_at"]
    assert [line[0] for line in newest][-1] == everything[0][0]
