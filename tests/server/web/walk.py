"""Every page that can be looked at: an office in which there is one of everything, and a walk from
link to link over its pages."""

from __future__ import annotations

import html
import io
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from werkzeug.test import TestResponse

from server.db.engine import transaction
from server.jobs.worker import work_off
from server.office import Office
from server.reference import publish
from server.reference.in_force import reference_of
from server.releases import build
from server.staff import invitations
from server.web.access import ACCESS, ANYBODY
from server.workshop import bench, estimate_trials, level_trials
from tests.server.field import FieldTablet, add_account_of_every_role, somebody
from tests.server.maps.test_shapes import collection, square
from tests.server.progress.declared import declare_all
from tests.server.register.test_possible_pairs import two_alike
from tests.server.releases.register import Field, declaration, released, with_two_people
from tests.server.web.conftest import PASSWORD, Workplace, token_of

_LINK = re.compile(r'(?:href|src)="(/[^"#]*)')
FRONT = "staff.front"
"""Leads everybody to where they begin."""
PURPOSE = "ages of children by class"


def fill_with_everything(workplace: Workplace) -> list[str]:
    """One of everything that a page can show; the addresses to which no page leads."""
    office = workplace.office
    add_account_of_every_role(office, PASSWORD)
    publish.publish_first(office, "test")
    two_alike(office)
    fill_with_records(workplace)
    Field.begin(office, 300).meet(60)
    with_two_people(office)
    released(office, steps=300)
    declare_all(office)
    build.declare(office, "somebody", declaration(steps=300))
    level_trials.ask(office, "somebody", declaration(steps=300), None)
    bench.ask(office, "statistician", ["CL-CLASS:area,sex,child_labour"], "2026", PURPOSE)
    estimate_trials.ask(office, "statistician", "2026", "child_labour")
    work_off(office)
    boss, statistician = workplace.sign_in("administrator"), workplace.sign_in("statistician")
    workplace.post(statistician, "/progress/reports", period="2026-11")
    workplace.post(statistician, "/progress/reports/1", decision="show", sure="yes")
    codes = [one.code for one in reference_of(office).codelists["areas"]][:3]
    shapes = io.BytesIO(collection(*(square(code, at, 30) for at, code in enumerate(codes))))
    told = {"csrf_token": token_of(boss), "file": (shapes, "areas.geojson")}
    assert boss.post("/programme/map", data=told).status_code == 303
    invited = invitations.invite(office, "newcomer", "steward", "test")
    table = re.search(r"/explore/1/[^\"?/]+", boss.get("/explore").text)
    flow = re.search(r'Dataflow [^>]*id="(\w+)"', boss.get("/api/sdmx/2.1/dataflow").text)
    assert table
    assert flow
    return [
        f"/join/{invited}",
        "/api/editions/1",
        f"{table[0]}/embed",
        "/releases/levels/1",
        "/releases/1/preview",
        "/api/sdmx/2.1/dataflow",
        f"/api/sdmx/2.1/data/{flow[1]}",
        "/api/sdmx/3.0/structure/dataflow",
        f"/api/sdmx/3.0/data/dataflow/*/{flow[1]}",
    ]


def fill_with_records(workplace: Workplace, cases: int = 6, seed: int = 7) -> None:
    """Cases of a tablet, some returned, in danger, in conflict, asked about; a visit asked for."""
    office, steward = workplace.office, workplace.sign_in("steward")
    office.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]
    tablet = FieldTablet.enrol(office, 0, seed)
    visit = tablet.visit()
    whole = [tablet.case(visit, somebody(number)) for number in range(cases)]
    tablet.send(visit, *whole)
    tablet.send(*(tablet.case(visit, given_name="MARKER") for _ in range(cases)))
    alarmed = [
        replace(tablet.case(visit, somebody(900 + one)), danger=True) for one in range(cases)
    ]
    tablet.send(*alarmed)
    other = FieldTablet.enrol(office, 0, seed + 1_000)
    other.send(*(replace(case, content={**case.content, "sex": "male"}) for case in whole))
    here = tablet.membership.tablet_id
    for case in whole[:2]:
        said = {"record": case.record_id, "question": "work_hours", "reason": "unusual"}
        workplace.post(steward, "/today/queries", **said)
    place = {"area": "PK-PB-01", "place_kind": "brick_kiln", "words": "Behind the mill"}
    workplace.post(steward, "/assignments", tablet=here, due="2026-12-31", **place)
    work_off(office)


MAY_BE_WRITTEN = {"audit_entry", "staff_session"}


def make_read_only(office: Office) -> None:
    """From now on the database itself refuses to write any table but those two."""
    with transaction(office.engine) as connection:
        names = sorted(set(inspect(connection).get_table_names()) - MAY_BE_WRITTEN)
        if connection.dialect.name == "postgresql":
            connection.execute(
                text(
                    "create function refuse() returns trigger language plpgsql as "
                    "$$ begin raise exception 'a look writes'; end $$"
                )
            )
        for name in names:
            for what in ("insert", "update", "delete"):
                if connection.dialect.name == "postgresql":
                    ends = "for each statement execute function refuse()"
                else:
                    ends = "begin select raise(abort, 'a look writes'); end"
                connection.execute(
                    text(f'create trigger no_{what}_{name} before {what} on "{name}" {ends}')
                )


@dataclass(frozen=True)
class Look:
    """One address as this role sees it; "" is nobody who is signed in."""

    role: str
    address: str
    endpoint: str


def looked_at(app: Flask) -> dict[str, str]:
    """Routes that answer a GET, by their endpoints."""
    return {
        one.endpoint: one.rule for one in app.url_map.iter_rules() if "GET" in (one.methods or ())
    }


def walk(
    app: Flask, clients: Mapping[str, FlaskClient], beside: Iterable[str]
) -> dict[Look, TestResponse]:
    """What each role is told at every address without a part to fill in, at these beside, and at
    all that their pages lead to. Pages built alike, of one route with the same parameters, are
    looked at once; so is what several may see."""
    route, told = app.url_map.bind("127.0.0.1"), dict[Look, TestResponse]()
    once = set[tuple[str, frozenset[str], str]]()
    begin = [address for address in looked_at(app).values() if "<" not in address]
    for role, client in clients.items():
        ways = deque([*begin, *beside])
        seen = set(ways)
        while ways:
            address = ways.popleft()
            parts = urlsplit(address)
            if not route.test(parts.path, "GET"):
                continue
            endpoint, _ = route.match(parts.path, "GET")
            if endpoint != FRONT and role not in _who_sees(endpoint):
                continue
            parameters = frozenset(parse_qs(parts.query, keep_blank_values=True))
            kind = (endpoint, parameters, role if endpoint == FRONT else "")
            if kind in once:
                continue
            once.add(kind)
            reply = told[Look(role, address, endpoint)] = client.get(address)
            found = {urlsplit(reply.headers.get("Location", "")).path} - {""}
            if reply.mimetype == "text/html":
                found |= {html.unescape(one) for one in _LINK.findall(reply.text)}
            ways += sorted(found - seen)
            seen |= found
    return told


def _who_sees(endpoint: str) -> frozenset[str]:
    return frozenset({""}) if ACCESS[endpoint] is ANYBODY else ACCESS[endpoint]
