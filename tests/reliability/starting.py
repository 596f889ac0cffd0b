"""An office and tablets that have just joined, made once and copied for each run."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg

from demo.officers.cheap_keys import cheap_derivation
from mobile.tablet import Tablet
from server.office import Office
from server.programme import enrolment
from shared.answers import Value
from tests.mobile.interviews import CHILD, VISIT, record_case, record_visit
from tests.reliability.web import Web, serving
from tests.server.field import REFERENCE, Clock, make_office

PIN = "482913"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=5)))


def quick_folder() -> Path | None:
    """A folder in memory, where there is one: a flush to the disk costs nothing there."""
    shared_memory = Path("/dev/shm")
    return shared_memory if shared_memory.is_dir() else None


@dataclass
class Template:
    """An office with tablets that have just joined, to be copied for each run. database: the name
    of a PostgreSQL database to copy, with its server's address; else SQLite in the folder. visit,
    case, short_case: the answers of whole interviews. web: what puts the office behind HTTP."""

    folder: Path
    names: tuple[str, ...]
    visit: dict[str, Value]
    case: dict[str, Value]
    short_case: dict[str, Value]
    server_url: str = ""
    database: str = ""
    web: Web | None = None


@contextmanager
def template(
    tablets: int, postgres_url: str = "", *, over_http: bool = False
) -> Iterator[Template]:
    """Makes it once; it goes away with the block. over_http: tablets reach their office over real
    sockets."""
    root = Path(tempfile.mkdtemp(prefix="tally87-country-", dir=quick_folder()))
    try:
        changes: dict[str, Any] = {"parcels_per_minute": 1_000_000}
        name = ""
        if postgres_url:
            name = f"country_{random.Random(str(root)).randrange(1 << 40):x}"
            execute(postgres_url, f'create database "{name}"')
            changes["database_url"] = postgres_url.rsplit("/", 1)[0] + f"/{name}"
        office = make_office(root / "office", **changes)
        names = tuple(f"tablet-{number}" for number in range(tablets))
        try:
            for number, one in enumerate((*names, "supervisor")):
                _join(office, root / one, number)
        finally:
            office.close()
        with ExitStack() as until_the_end:
            web = until_the_end.enter_context(serving(office.config)) if over_http else None
            yield Template(
                root,
                names,
                *_interviews(root / names[0]),
                server_url=postgres_url,
                database=name,
                web=web,
            )
        if name:
            execute(postgres_url, f'drop database "{name}"')
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _join(office: Office, folder: Path, number: int) -> None:
    """A tablet that has joined."""
    officer = f"OFFICER-T{number}"
    enrolment.add_officer(office, "INSPECTORATE", officer)
    ticket = enrolment.issue_ticket(office, officer, "test")

    class Straight:
        def enrol(self, request: bytes) -> bytes:
            return enrolment.enrol(office, request)

        def close(self) -> None: ...

    tablet = Tablet(
        folder,
        REFERENCE,
        Clock(NOW),
        random.Random(f"joining {number}").randbytes,
        link=lambda _: Straight(),  # type: ignore[arg-type,return-value]
        derivation=cheap_derivation,
    )
    session = tablet.set_up(PIN)
    session.enrolment.enrol(ticket.text())
    session.lock()


def _interviews(folder: Path) -> tuple[dict[str, Value], ...]:
    """All answers of a visit, a case and a short case, as an officer gives them on a tablet."""
    scratch = folder.with_name("scratch")
    shutil.copytree(folder, scratch)
    randomness = random.Random("interviews").randbytes
    session = Tablet(
        scratch, REFERENCE, Clock(NOW), randomness, derivation=cheap_derivation
    ).unlock(PIN)
    work = session.casework
    visit_id = record_visit(work, **VISIT)
    records = [
        visit_id,
        record_case(work, visit_id, **CHILD),
        record_case(work, visit_id, **CHILD | {"worked_own_farm": "no", "work_hours": 0.0}),
    ]
    said = tuple(dict(work._repository.body(one).answers) for one in records)
    session.lock()
    shutil.rmtree(scratch)
    return said


def execute(url: str, statement: str) -> None:
    """One statement on that PostgreSQL server."""
    plain = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def who(number: int) -> dict[str, Value]:
    """Names and birth date of person number n, nothing like anybody else's."""
    draw = random.Random(f"person {number}")
    # consonants that no skeleton of a name drops or folds together
    names = [
        "".join(draw.choice("bdfglmnprt") + draw.choice("aeiou") for _ in "four") for _ in "abc"
    ]
    return {
        "given_name": names[0].title(),
        "family_name": names[1].title(),
        "parent_given_name": names[2].title(),
        "birth_date": f"2014-{draw.randrange(1, 11):02}-{draw.randrange(1, 29):02}",
    }
