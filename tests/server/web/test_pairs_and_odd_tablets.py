"""Possible same persons and odd tablets on pages: coarse, by two people, taken back, never told."""

from __future__ import annotations

import re

import pytest

from server import notes, queue
from server.db.engine import reading
from server.jobs import kinds
from server.jobs.worker import work_off
from server.operations.alerts import AlertFailed
from server.register import odd, possible
from server.stewardship import figures, odd_found
from server.tables import recount
from tests.server.field import FieldTablet, somebody
from tests.server.register.test_possible_pairs import persons, two_alike
from tests.server.web.conftest import Workplace


def test_pair_is_looked_at_coarsely_and_made_one_by_two_people(workplace: Workplace) -> None:
    records = two_alike(workplace.office)
    ada, ben = workplace.sign_in("steward"), workplace.sign_in("administrator")
    here = re.search(r"/today/pairs/\d+", ada.get("/today/pairs").text)
    assert here is not None

    page = ada.get(here[0]).text

    assert "Labour inspection" in page or "Labour inspectorate" in page
    assert "server." not in re.sub(r"<[^>]*>", "", page)
    for secret in (*records, "OFFICER-", "PK-PB-01", "INSPECTORATE"):
        assert secret not in page, secret
    assert workplace.last_act() == ("steward", "possible_pair_seen")
    assert "Proposed" in workplace.post(ada, here[0], decision="same")
    assert "somebody else has to confirm" in workplace.post(ada, here[0], decision="same")
    assert "They are one person" in workplace.post(ben, here[0], decision="same")
    recount.link_what_waits(workplace.app.extensions["tally87"])
    assert persons(workplace.office) == 1
    assert here[0] in ben.get("/today/pairs?state=same").text
    assert "Taken back" in workplace.post(ada, here[0], decision="back")
    recount.link_what_waits(workplace.app.extensions["tally87"])
    assert persons(workplace.office) == 2
    again = re.search(r"/today/pairs/\d+", ada.get("/today/pairs").text)
    assert again is not None, "found anew, under another number"
    assert "They are kept apart" in workplace.post(ada, again[0], decision="apart")
    assert "decided already" in workplace.post(ben, again[0], decision="same")
    assert ada.get("/today/pairs/99999").status_code == 404


def test_list_of_pairs_goes_on_after_a_key(workplace: Workplace) -> None:
    two_alike(workplace.office)
    with reading(workplace.office.engine) as connection:
        (line,) = possible.part(connection, "", 5, None).lines
        assert possible.part(connection, "", 5, possible.PairState.APART).lines == ()
    assert workplace.sign_in("steward").get("/today/pairs?after=x").status_code == 404
    assert line.state is possible.PairState.OPEN


def test_odd_tablet_is_put_aside_since_a_day_and_brought_back_and_never_told(
    workplace: Workplace,
) -> None:
    hostile = FieldTablet.enrol(workplace.office, 2, 3)
    visit = hostile.visit()
    hostile.send(visit, *(hostile.case(visit, somebody(number)) for number in range(20)))
    recount.link_what_waits(workplace.office)
    client, tablet_id = workplace.sign_in("steward"), hostile.membership.tablet_id
    assert "worked out for the first time" in client.get("/today/odd-tablets?days=90").text
    work_off(workplace.office)
    page = client.get("/today/odd-tablets?days=90").text
    assert tablet_id in page
    assert "95 % of its cases repeat the answers" in page

    assert "name the day" in workplace.post(
        client, "/today/odd-tablets", tablet=tablet_id, since="soon"
    )
    page = workplace.post(client, "/today/odd-tablets", tablet=tablet_id, since="2026-11-01")

    assert "It is put aside." in page
    assert "No tablet looks odd." in page
    assert "put aside already" in workplace.post(
        client, "/today/odd-tablets", tablet=tablet_id, since="2026-11-01"
    )
    page = workplace.post(client, "/today/odd-tablets", tablet=tablet_id, decision="back")
    assert "Everything stands again." in page
    work_off(workplace.office)
    for days in odd_found.WINDOWS:
        page = client.get(f"/today/odd-tablets?days={days}").text
        assert "repeat the answers" in page, "looked for again at once"
    assert "Nothing of this tablet" in workplace.post(
        client, "/today/odd-tablets", tablet=tablet_id, decision="back"
    )
    with reading(workplace.office.engine) as connection:
        assert notes.notes_of(connection, tablet_id, 5) == []


def test_list_of_odd_tablets_is_what_a_job_kept_and_says_nothing_of_the_person(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, hostile = workplace.office, FieldTablet.enrol(workplace.office, 2, 3)
    visit = hostile.visit()
    hostile.send(visit, *(hostile.case(visit, somebody(7)) for _ in range(20)))
    recount.link_what_waits(office)
    client, tablet_id = workplace.sign_in("steward"), hostile.membership.tablet_id
    (person,) = odd.odd_lately(office).persons
    for about in ("", queue.A_YEAR):
        kinds.look_for_odd(office, about)
    with reading(office.engine) as connection:
        at_s, said = figures.document(connection, figures.ODD) or (0, "")
    assert at_s == office.now_s()
    assert person.person_id not in said

    monkeypatch.setattr(odd, "_lately", None)  # no page looks by itself
    for days in ("90", "366", "30"):
        page = client.get(f"/today/odd-tablets?days={days}").text
        assert page.count(f'title="{tablet_id}"') == 2, "the tablet, and what it made of a person"
        assert person.person_id not in page
    workplace.post(client, "/today/odd-tablets", tablet=tablet_id, since="2026-11-01")
    page = client.get("/today/odd-tablets").text
    assert "No tablet looks odd." in page
    assert page.count(f'title="{tablet_id}"') == 1, "put aside, and nothing else"


def test_what_looks_odd_is_kept_also_where_nobody_can_be_told(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_mail(*_: object, **__: object) -> int:
        raise AlertFailed("No mail server answers.")

    monkeypatch.setattr("server.operations.odd_notices.look_around", no_mail)
    with pytest.raises(AlertFailed):
        kinds.look_for_odd(workplace.office, "")

    with reading(workplace.office.engine) as connection:
        assert figures.made_at_s(connection, figures.ODD) == workplace.office.now_s()
