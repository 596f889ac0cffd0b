"""What pages cost the server: published tables of a country, and the lists of a large office.

Milliseconds of processor of one request in this process, the median of several, pages made afresh
each time (no cache of a browser helps). Published: a table of 5,000,000 persons by 140 areas, sex,
age and class, from its edition's file, as page, map, series, selection and SDMX. Lists: every list
of an office with 100,000 cases of the last days, a pair and a job that waits for each, a roll-out
that goes on, 500 tablets and 200 accounts; fewer cases by ``--cases``.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial

import click
import numpy as np
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from benchmarks.copied_cases import copy_rows, note_originals
from benchmarks.figures import Figures, show
from benchmarks.growth import ONE_COPY
from benchmarks.office import fresh_office, in_parcels, join
from benchmarks.records import many, written_visits
from benchmarks.served import processor_s_of_database
from server.db.engine import reading, transaction
from server.disclosure.cube import Cube, tree
from server.intake.model import RecordHead
from server.intake.receive import take_in
from server.jobs.worker import work_off
from server.office import Office
from server.programme import enrolment
from server.reference import publish
from server.releases import store
from server.releases.counted import ReleaseCounts, SourceTable
from server.releases.declaration import ReleaseDeclaration
from server.releases.files import digest_of, table_text
from server.releases.structure import COVERAGE, QUALITY, STRUCTURE, structure_text
from server.staff import accounts, audit
from server.tables import recount
from server.web import create_app
from tests.postgres import running_postgres

PERSONS, AREAS, THRESHOLD = 5_000_000, 140, 10
TABLE, PERIOD = "CL-CLASS", "2026"
REPEATS = 7
REAL, MOST_LOGGED = 1_000, 3_000
PASSWORD = "a quite long sentence"
LISTS: dict[str, tuple[str, str]] = {
    "today": ("steward", "/today"),
    "conflicts": ("steward", "/today/conflicts"),
    "returned": ("steward", "/today/returned"),
    "queries": ("steward", "/today/queries"),
    "pairs": ("steward", "/today/pairs"),
    "pairs_kept_apart": ("steward", "/today/pairs?state=apart"),
    "pairs_proposed": ("steward", "/today/pairs?state=proposed"),
    "pairs_same": ("steward", "/today/pairs?state=same"),
    "odd_tablets": ("steward", "/today/odd-tablets"),
    "odd_tablets_quarter": ("steward", "/today/odd-tablets?days=90&sort-persons=tablet"),
    "odd_tablets_year": ("steward", "/today/odd-tablets?days=366&sort=tablet"),
    "assignments": ("steward", "/assignments"),
    "intake": ("steward", "/intake"),
    "jobs": ("steward", "/jobs"),
    "jobs_oldest": ("steward", "/jobs?sort=since"),
    "jobs_by_kind": ("steward", "/jobs?sort=-kind"),
    "jobs_put_aside": ("steward", "/jobs?sort=since&state=put_aside"),
    "organisations": ("administrator", "/programme"),
    "organisations_by_officers": ("administrator", "/programme?sort-organisations=-officers"),
    "tablets": ("administrator", "/programme/tablets"),
    "tablets_by_silence": ("administrator", "/programme/tablets?sort=last"),
    "tablets_by_records": ("administrator", "/programme/tablets?sort=-records"),
    "conflicts_newest": ("steward", "/today/conflicts?sort=-received"),
    "returned_oldest": ("steward", "/today/returned?sort=received"),
    "pairs_by_number": ("steward", "/today/pairs?sort=number"),
    "log_oldest": ("administrator", "/programme/log?what=all&sort=number"),
    "data_on_tablets": ("administrator", "/programme/data"),
    "accounts": ("administrator", "/programme/accounts"),
    "log": ("administrator", "/programme/log"),
    "quotas": ("administrator", "/programme/quotas"),
    "messages": ("administrator", "/programme/messages"),
    "releases": ("statistician", "/releases"),
    "commitments": ("statistician", "/progress"),
    "estimates": ("statistician", "/estimates"),
    "bench": ("statistician", "/bench"),
}
PUBLISHED: dict[str, str] = {
    "editions": "/editions",
    "edition": "/editions/1",
    "explore": "/explore",
    "table": f"/explore/1/{TABLE}_{PERIOD}?rows=area&columns=child_labour",
    "table_held": f"/explore/1/{TABLE}_{PERIOD}?rows=age_band&columns=sex&area=A007",
    "frame": f"/explore/1/{TABLE}_{PERIOD}/embed",
    "series": f"/explore/series/{TABLE}",
    "map": f"/map/1/{TABLE}_{PERIOD}",
    "selection_csv": f"/explore/1/{TABLE}_{PERIOD}/selection.csv",
    "trends": "/trends",
    "knowledge": "/knowledge",
    "about": "/about",
    "sdmx_data": "/api/sdmx/2.1/data/DF_CL_CLASS/all",
}


def publish_a_country(office: Office) -> int:
    """Keeps an edition of one large table; how many cells it has. Numbers below ten are withheld;
    nothing else is protected, which costs a reader nothing more."""
    areas = [f"A{number:03}" for number in range(AREAS)]
    ages, classes = ["5-11", "12-14", "15-17"], ["NOT", "LIGHT_WORK", "CHILD_LABOUR", "HAZARDOUS"]
    dimensions = (
        tree("area", areas, {}),
        tree("sex", ["female", "male"], {}),
        tree("age_band", ages, {}),
        tree("child_labour", classes, {}),
    )
    chance = np.random.default_rng(87)
    weights = np.multiply.outer(
        chance.dirichlet(np.full(AREAS, 0.3)), chance.dirichlet(np.ones(2 * 3 * 4))
    ).ravel()
    drawn = chance.multinomial(PERSONS, weights / weights.sum()).reshape(AREAS, 2, 3, 4)
    counts = np.zeros([len(one.codes) for one in dimensions], dtype=np.int64)
    places = [
        [one.places[code] for code in codes]
        for one, codes in zip(dimensions, (areas, ["female", "male"], ages, classes), strict=True)
    ]
    counts[np.ix_(*places)] = drawn
    for axis in range(counts.ndim):
        total = counts.sum(axis=axis)
        counts[(slice(None),) * axis + (0,)] = total
    cube = Cube(dimensions, counts, len(dimensions) - 1)
    source = SourceTable(TABLE, PERIOD, f"child_labour@{PERIOD}", cube)
    withheld = (counts > 0) & (counts < THRESHOLD)
    labels = {"area": {code: {"en": f"District {code}"} for code in areas}}
    structure = ReleaseCounts({source.name: source}, (), (), {}, {}, labels)
    texts = {
        f"{source.name}.csv": table_text(cube, withheld, frozenset(), {}),
        STRUCTURE: structure_text(structure, {}),
        COVERAGE: "",
        QUALITY: "",
    }
    files = {name: said.encode() for name, said in texts.items()}
    now_s = office.now_s()
    manifest = {
        "programme": {"id": "bbdce1ea72ae8853", "name": "Benchmark"},
        "country": "PAK",
        "origin": "synthetic",
        "practice": True,
        "edition": 1,
        "version": "1.0.0",
        "published_at_s": now_s,
        "parameters": {"threshold": THRESHOLD},
        "periods": [PERIOD],
        "marks": [],
        "files": {name: digest_of(content) for name, content in files.items()},
    }
    with transaction(office.engine) as connection:
        declared = ReleaseDeclaration((TABLE,), (PERIOD,), THRESHOLD)
        release = store.add(connection, declared, "benchmark", now_s)
        store.keep_files(connection, release, files, b"sealed")
        said = json.dumps(manifest).encode()
        store.add_edition(connection, 1, release, "1.0.0", now_s, said, bytes(64))
    return counts.size


def milliseconds(look: Callable[[], object], of_database: Callable[[], float]) -> float:
    """Processor time of one look, the median of several; the first is not counted. of_database:
    seconds of processor the database's own processes have taken so far."""
    look()
    took = []
    for _ in range(REPEATS):
        elsewhere = of_database()
        began = time.process_time()
        look()
        here = time.process_time() - began
        took.append(1000 * (here + of_database() - elsewhere))
    return round(statistics.median(took), 1)


def of_published_pages(office: Office) -> Figures:
    """Milliseconds a page; ``_first``: the first table of an edition a process reads."""
    cells = publish_a_country(office)
    figures: Figures = {"published_cells": cells, "published_persons": PERSONS}
    app = create_app(office.config, lambda: datetime.now(UTC), os.urandom)
    reader = app.test_client()
    began = time.process_time()
    _found(reader, PUBLISHED["table"])
    figures["published_table_first_ms"] = round(1000 * (time.process_time() - began), 1)
    for name, path in PUBLISHED.items():
        figures[f"published_{name}_ms"] = milliseconds(partial(_found, reader, path), lambda: 0.0)
    app.extensions["tally87"].close()
    return figures


_CONFLICTS = (
    "insert into conflict (record_id, revision, fingerprint, reason, tablet_id, parcel_id, danger, "
    "received_at_s) select record_id, revision + 7, fingerprint, 'other_owner', tablet_id, "
    "parcel_id, false, received_at_s from record_revision where number % 40 = 0"
)
_RETURNED = (
    "insert into record_revision (record_id, revision, fingerprint, ancestors, tablet_id, "
    "parcel_id, questionnaire, rules_version, outcome, findings, withdrawn, danger, canonical, "
    "received_at_s) select record_id, revision + 11, fingerprint, ancestors, tablet_id, parcel_id, "
    "questionnaire, rules_version, 'rejected', '[]', false, false, null, received_at_s "
    "from record_revision where number % 41 = 0"
)
_WAITING = (
    "create table in_a_row as select record_id, lead(record_id) over (order by record_id) as next, "
    "row_number() over (order by record_id) as at from case_record where withdrawn = false",
    "insert into possible_pair (first_id, second_id, code_types, rule, score, found_at_s) "
    "select record_id, next, 'name,birth', 'benchmark', (at * 7919) % 4001, :now_s "
    "from in_a_row where next is not null",
    "insert into kept_apart (first_id, second_id, decided_by, decided_at_s) "
    "select record_id, next, 'ada', :now_s from in_a_row where at % 50 = 1 and next is not null",
    "insert into decided_same (first_id, second_id, proposed_by, proposed_at_s, confirmed_by, "
    "confirmed_at_s) select record_id, next, 'ada', :now_s, case when at % 100 = 2 then 'ben' end, "
    "case when at % 100 = 2 then :now_s end from in_a_row where at % 50 = 2 and next is not null",
    "insert into job (kind, subject, made_at_s, due_at_s, tries, put_aside_at_s, reason) "
    "select 'link', at, :now_s, :now_s, 0, null, null from in_a_row",
    "insert into job (kind, subject, made_at_s, due_at_s, tries, put_aside_at_s, reason) "
    "select 'protect', at, :now_s, :now_s, 5, :now_s, 'OSError' from in_a_row where at % 999 = 0",
)
"""Pairs that may be one person, some decided; cases to be linked; work that was given up."""
_ROLLOUT = (
    "insert into reference_rollout (number, began_at_s, withheld) values (1, 0, '[]')",
    "insert into reference_edition (number, made_at_s, content, manifest, rollout) "
    "select number + 1, made_at_s, content, manifest, 1 from reference_edition",
    "insert into reference_rollout_tablet (tablet_id, rollout, chosen_at_s) "
    "select tablet_id, 1, 0 from tablet order by tablet_id limit 50",
)


def fill(office: Office, cases: int, tablets: int, users: int) -> int:
    """An office with so many cases, tablets and accounts, one record in forty in conflict and as
    many returned; how many records it has."""
    bench = None
    for number in range(tablets):
        if number % 5 == 0:
            enrolment.add_officer(office, "LI", f"LI-{number + 2}")
        bench = join(office, f"LI-{number - number % 5 + 2}")
    assert bench is not None
    reference, written = written_visits(bench.linkage_key, synthetic=True)
    first = [one.records for one in many(written, reference, REAL)]
    for records in in_parcels(first, 300):
        take_in(office, bench.parcel(records))
    recount.link_what_waits(office)
    with transaction(office.engine) as connection:
        note_originals(connection)
        persons = connection.scalar(text("select count(*) from copied")) or 0
        for number in range(1, max(1, round(cases / persons))):
            copy_rows(connection, ONE_COPY, f"{number:08x}")
        connection.execute(text(_CONFLICTS))
        connection.execute(text(_RETURNED))
        for _ in range(MOST_LOGGED):
            audit.enter(connection, office.now_s(), "benchmark", "looked_at", {"page": "today"})
    publish.publish_first(office, "benchmark")
    for number in range(users):
        role = accounts.ROLES[number % 4]
        accounts.add_account(office, f"user-{number:03}", role, PASSWORD)
    for role in ("steward", "administrator", "statistician"):
        accounts.add_account(office, role, role, PASSWORD)
    work_off(office)
    with transaction(office.engine) as connection:
        for statement in (*_WAITING, *_ROLLOUT):
            wanted = {"now_s": office.now_s()} if ":now_s" in statement else {}
            connection.execute(text(statement), wanted)
    with office.engine.connect() as plain:
        plain.execution_options(isolation_level="AUTOCOMMIT").execute(text("analyze"))
    with reading(office.engine) as connection:
        return connection.scalar(select(func.count()).select_from(RecordHead)) or 0


def of_lists(office: Office, cases: int, tablets: int, users: int) -> Figures:
    """Milliseconds a list."""
    records = fill(office, cases, tablets, users)
    figures: Figures = {"list_records": records, "list_tablets": tablets, "list_users": users}
    app = create_app(office.config, lambda: datetime.now(UTC), os.urandom)
    signed_in: dict[str, FlaskClient] = {}
    for name, (role, path) in LISTS.items():
        if role not in signed_in:
            signed_in[role] = app.test_client()
            form = {"name": role, "password": PASSWORD}
            assert signed_in[role].post("/sign-in", data=form).status_code == 303
        look = partial(_found, signed_in[role], path)
        figures[f"list_{name}_ms"] = milliseconds(look, partial(_database_s, office))
    app.extensions["tally87"].close()
    return figures


def _database_s(office: Office) -> float:
    with reading(office.engine) as connection:
        return processor_s_of_database(connection)


def _found(client: FlaskClient, path: str) -> None:
    reply = client.get(path)
    if reply.status_code not in (200, 302):
        raise SystemExit(f"{path}: {reply.status_code}")


def _database(name: str) -> AbstractContextManager[str | None]:
    return running_postgres(durable=True) if name == "postgresql" else nullcontext()


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on one line.")
@click.option("--cases", default="20000", show_default=True, help="Of the office with lists.")
@click.option("--tablets", default=500, show_default=True)
@click.option("--users", default=200, show_default=True)
@click.option("--databases", default="sqlite", show_default=True)
def command(as_json: bool, cases: str, tablets: int, users: int, databases: str) -> None:
    """Milliseconds of processor that pages cost the server.

    CASES and DATABASES: one or several, separated by commas.
    """
    with fresh_office() as bench:
        figures = of_published_pages(bench.office)
    for name in databases.split(","):
        for size in map(int, cases.split(",")):
            with _database(name) as url, fresh_office(url) as bench:
                lists = of_lists(bench.office, size, tablets, users)
            figures |= {f"{name}_{size}_{what}": value for what, value in lists.items()}
    if as_json:
        click.echo(json.dumps(figures))
    else:
        show("What pages cost", figures)


if __name__ == "__main__":
    command()
