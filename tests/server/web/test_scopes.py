"""A steward with a scope sees, counts and changes what lies within, and learns of nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.assignments import visits
from server.assignments.frame import FramePlace
from server.db.engine import reading
from server.intake.model import Conflict
from server.operations import alarms
from server.staff import accounts
from server.staff.scope import AccountScope
from server.stewardship import queries
from server.web.access import ACCESS, ANYBODY, NARROWED
from tests.server.field import FieldTablet, somebody
from tests.server.web.conftest import PASSWORD, Workplace, token_of
from tests.server.web.test_routes_and_roles import path_of

INSIDE, OUTSIDE = "PK-PB-01", "PK-SD"
PAGES = (
    "/today",
    "/today/returned?state=all",
    "/today/returned?state=all&organisation=NGO-B",
    "/today/conflicts",
    "/today/conflicts?state=decided",
    "/today/conflicts?organisation=NGO-B",
    "/today/queries",
    "/today/queries?state=settled",
    "/assignments",
    "/assignments?state=all",
    "/assignments?state=all&organisation=NGO-B",
)


@dataclass
class Part:
    """What one officer's tablet brought, and what the office asked of it. numbers: of the conflict
    left open, the one decided, the question and the visit."""

    tablet: str
    danger: str
    held: str
    rejected: str
    words: str
    conflict: int
    query: int
    visit: int

    @property
    def marks(self) -> tuple[str, ...]:
        """What a page shows of it and of nothing else."""
        return (self.tablet[:8], self.danger[:8], self.held[:8], self.rejected[:8], self.words)


def part_of(workplace: Workplace, officer: int, area: str, words: str) -> Part:
    office = workplace.office
    tablet = FieldTablet.enrol(office, officer, seed=200 + officer)
    mine = tablet.membership.tablet_id
    visit = tablet.visit(area=area)
    case = replace(tablet.case(visit, somebody(officer)), danger=True)
    held = tablet.case(visit, somebody(10 + officer))
    rejected = tablet.case(visit, given_name="MARKER")
    tablet.send(visit, case, held, rejected)
    tablet.send(replace(held, content={**held.content, "sex": "male"}))
    queries.ask(office, held.record_id, "work_hours", "unusual", "test")
    visits.ask(office, mine, [FramePlace(area, "brick_kiln", words)], "2026-12-31", "test")
    with reading(office.engine) as connection:
        number = connection.scalar(select(Conflict.number).where(Conflict.tablet_id == mine))
        asked = queries.listed(connection, "", 50).lines[-1].number
        board = visits.board(connection, office.today(), "", 50).lines
    assert number is not None
    (there,) = [one.number for one in board if one.words == words]
    return Part(
        *(mine, case.record_id, held.record_id, rejected.record_id, words), number, asked, there
    )


@pytest.fixture
def parts(workplace: Workplace) -> tuple[Part, Part]:
    """What the first NGO recorded in Punjab, and the second in Sindh."""
    return part_of(workplace, 1, INSIDE, "Inside here"), part_of(workplace, 2, OUTSIDE, "Out there")


def steward(workplace: Workplace, **scope: str) -> FlaskClient:
    accounts.add_account(
        workplace.office, "narrow", "steward", PASSWORD, scope=AccountScope(**scope)
    )
    return workplace.sign_in("narrow")


@pytest.mark.parametrize("scope", [{"organisation": "NGO-A"}, {"area": "PK-PB"}])
def test_pages_show_and_count_what_lies_within_and_nothing_else(
    workplace: Workplace, parts: tuple[Part, Part], scope: dict[str, str]
) -> None:
    inside, outside = parts
    client = steward(workplace, **scope)
    shown = {path: client.get(path).text for path in PAGES}

    for path, page in shown.items():
        for mark in (*outside.marks, "OFFICER-2"):
            assert mark not in page, (path, mark)
    assert inside.danger[:8] in shown["/today"]
    assert inside.held[:8] in shown["/today/conflicts"]
    assert inside.held[:8] in shown["/today/queries"]
    assert inside.words in shown["/assignments"]
    # What was rejected and has no visit the office could place is seen by its organisation.
    is_placed = inside.rejected[:8] in shown["/today/returned?state=all"]
    assert is_placed == ("organisation" in scope)
    for pile in ("danger", "conflicts"):
        assert re.search(rf'id="{pile}">[^<]*<span class="number">1<', shown["/today"]), pile
    assert re.findall(r"<dd>(\d+)</dd>", shown["/assignments"])[0] == "1"
    for pile in ("pairs", "parcels", "aside", "odd", "given_up"):
        assert f'id="{pile}"' not in shown["/today"], "a state of the whole office"
    # Who reaches the country sees both.
    whole = workplace.sign_in("steward").get("/today").text
    assert inside.danger[:8] in whole
    assert outside.danger[:8] in whole


@pytest.mark.parametrize("scope", [{"organisation": "NGO-A"}, {"area": "PK-PB"}])
def test_who_guesses_ids_and_numbers_reads_and_changes_nothing(
    workplace: Workplace, parts: tuple[Part, Part], scope: dict[str, str]
) -> None:
    inside, outside = parts
    client = steward(workplace, **scope)
    token = {"csrf_token": token_of(client), "sure": "yes"}
    asked = {"due": "2026-12-31", "place_kind": "brick_kiln"}

    def answer(path: str, **typed: str) -> str:
        reply = client.post(path, data={**token, **typed})
        return (
            client.get(reply.headers["Location"]).text if reply.status_code == 303 else reply.text
        )

    assert client.get(f"/today/conflicts/{outside.conflict}").status_code == 404
    assert client.get("/today/conflicts/987").status_code == 404
    assert client.get(f"/today/conflicts/{inside.conflict}").status_code == 200
    for decision in ("left", "taken", "open"):
        guessed = answer(f"/today/conflicts/{outside.conflict}", decision=decision)
        nobody = answer("/today/conflicts/987", decision=decision)
        assert guessed == nobody, "that there is one is not told"
    about = answer("/today/queries/about", record=outside.held)
    assert "work_hours" not in about
    answer("/today/queries", record=outside.held, question="sex", reason="unusual")
    answer(f"/today/queries/{outside.query}")
    answer("/today/alarms", record=outside.danger)
    answer(f"/assignments/{outside.visit}", state="done")
    answer("/assignments", tablet=outside.tablet, area=INSIDE, words="Guessed", **asked)
    answer("/assignments", tablet=inside.tablet, area=OUTSIDE, words="Guessed", **asked)

    office = workplace.office
    assert {one.record_id for one in alarms.unseen_alarms(office)} == {
        inside.danger,
        outside.danger,
    }
    with reading(office.engine) as connection:
        waiting = select(Conflict.number).where(Conflict.decided_at_s.is_(None))
        assert len(list(connection.scalars(waiting))) == 2
        assert len(queries.listed(connection, "", 50).lines) == 2
        board = visits.board(connection, office.today(), "", 50, "").lines
    if "area" in scope:
        assert [one.words for one in board if one.state == "open"] == ["Inside here", "Out there"]
    else:
        # An organisation's officers are asked wherever they are sent.
        assert "Guessed" not in [one.words for one in board if one.tablet_id == outside.tablet]

    # Its own it decides.
    assert "Noted." in answer("/today/alarms", record=inside.danger)
    answer(f"/today/conflicts/{inside.conflict}", decision="left")
    answer(f"/today/queries/{inside.query}")
    answer(f"/assignments/{inside.visit}", state="done")
    with reading(office.engine) as connection:
        assert list(connection.scalars(waiting)) == [outside.conflict]
        assert [one.number for one in queries.listed(connection, "", 50).lines] == [outside.query]


def test_place_in_a_list_of_somebody_else_shows_nothing_from_outside(
    workplace: Workplace, parts: tuple[Part, Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, outside = parts
    for page in ("conflicts", "today", "queries", "assignments"):
        monkeypatch.setattr(f"server.web.pages.{page}.A_PAGE", 1)
    whole, narrow = workplace.sign_in("steward"), steward(workplace, organisation="NGO-A")
    followed = 0
    for path in PAGES:
        place = re.search(r'href="([^"]+)" rel="next"', whole.get(path).text)
        own = narrow.get(path).text
        assert 'rel="next"' not in own or path.startswith("/assignments"), path
        if place is not None:
            followed += 1
            page = narrow.get(place[1].replace("&amp;", "&")).text
            assert all(mark not in page for mark in outside.marks), path
    assert followed >= 3


def test_every_route_that_is_not_narrowed_is_refused_to_a_scope(workplace: Workplace) -> None:
    client = steward(workplace, area="PK-PB")
    for rule in workplace.app.url_map.iter_rules():
        roles = ACCESS[rule.endpoint]
        if roles is ANYBODY:
            continue
        may = "steward" in roles and rule.endpoint in NARROWED
        if "GET" in (rule.methods or ()):
            assert (client.get(path_of(rule)).status_code != 403) == may, rule
        if "POST" in (rule.methods or ()):
            assert client.post(path_of(rule)).status_code == (400 if may else 403), rule
    assert {*NARROWED} <= {*ACCESS}


def test_scope_is_set_on_the_page_ends_sessions_and_is_in_the_log(workplace: Workplace) -> None:
    administrator, client = workplace.sign_in("administrator"), workplace.sign_in("steward")
    assert "the whole country" in administrator.get("/programme/accounts").text

    page = workplace.post(administrator, "/programme/accounts/scope", name="steward", area="PK-PB")

    assert "reaches so far from now on" in page
    assert workplace.last_act() == ("account administrator", "account_scope_set")
    assert client.get("/today").status_code == 302
    again = workplace.sign_in("steward")
    assert "Punjab" in again.get("/today").text
    assert again.get("/intake").status_code == 403
    for wrong in (
        {"name": "steward", "area": "PK-XX"},
        {"name": "steward", "organisation": "NOBODY"},
        {"name": "steward", "area": "PK-PB", "organisation": "NGO-A"},
        {"name": "viewer", "area": "PK-PB"},
        {"name": "contributor"},
        {"name": "nobody", "area": "PK-PB"},
    ):
        page = workplace.post(administrator, "/programme/accounts/scope", **wrong)
        assert 'class="told bad"' in page, wrong
    assert workplace.last_act() == ("account steward", "signed_in")
