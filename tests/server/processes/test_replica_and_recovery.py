"""The steps of docs/deployment.md on real PostgreSQL servers: a replica that answers and takes
over, and a database brought back to a moment. Nothing acknowledged is lost for good.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, select

from server import notes
from server.db.engine import reading, transaction
from server.intake.model import CaseRecord
from server.office import Office
from server.operations import saying
from server.releases import published
from server.releases.model import Release, TableEdition
from server.tables import recount
from shared.wire.note_kinds import Generation
from tests.patience import PATIENCE_S
from tests.postgres import Instances, postgres_instances
from tests.server.field import FieldTablet, make_office, somebody, words

DATABASE = "tally87"


@pytest.fixture
def servers() -> Iterator[Instances]:
    with postgres_instances() as made:
        if made is None:
            pytest.skip("needs PostgreSQL")
        yield made


def ask(servers: Instances, name: str, question: str, database: str = DATABASE) -> object:
    url = servers.url(name, database).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(question)
        return found.fetchone()[0] if found.description else None  # type: ignore[index]


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def publish_something(office: Office) -> None:
    """An edition as far as a reader asks for its number."""
    with transaction(office.engine) as connection:
        release = connection.execute(
            insert(Release)
            .values(
                state="published", declared={}, declared_by="test", declared_at_s=0, pre_release=[]
            )
            .returning(Release.number)
        ).scalar_one()
        connection.execute(
            insert(TableEdition).values(
                number=1,
                release_number=release,
                version="1.0.0",
                published_at_s=0,
                manifest=b"{}",
                signature=b"",
            )
        )


def cases(office: Office) -> set[str]:
    with reading(office.engine) as connection:
        return set(connection.scalars(select(CaseRecord.record_id)))


def elsewhere(office: Office, url: str) -> Office:
    """The same office with another database."""
    config = replace(office.config, database_url=url, read_database_url="")
    return Office.open(config, office.clock, office.random_bytes)


def send(tablet: FieldTablet, number: int, office: Office | None = None) -> str:
    """Sends a case and gives its id: the office has acknowledged it."""
    visit = tablet.visit()
    case = tablet.case(visit, somebody(number))
    assert words(tablet.send(visit, case, office=office)) == ["accepted"] * 2
    return case.record_id


@pytest.mark.slow
def test_replica_answers_reads_and_takes_over_with_everything_that_was_acknowledged(
    servers: Instances, tmp_path: Path
) -> None:
    servers.make("first")
    servers.start("first")
    ask(servers, "first", f"create database {DATABASE}", "postgres")
    servers.copy("first", "second", "-R")
    servers.start("second", hot_standby="on")
    ask(servers, "first", "alter system set synchronous_standby_names = '*'")
    ask(servers, "first", "alter system set synchronous_commit = 'remote_apply'")
    ask(servers, "first", "select pg_reload_conf()")
    office = make_office(
        tmp_path / "office",
        database_url=servers.url("first", DATABASE),
        read_database_url=servers.url("second", DATABASE),
    )
    tablet = FieldTablet.enrol(office)
    publish_something(office)

    # Reads of editions go to the replica, and to the database when the replica is away.
    assert published.newest_number(office) == 1
    assert ask(servers, "second", "select pg_is_in_recovery()") is True
    office.engine.dispose()
    acknowledged = {send(tablet, number) for number in range(8)}
    servers.stop("first", "immediate")
    assert published.newest_number(office) == 1, "answered without the database"

    ask(servers, "second", "select pg_promote()")
    ask(servers, "second", "alter system set synchronous_standby_names = ''")
    ask(servers, "second", "select pg_reload_conf()")
    promoted = elsewhere(office, servers.url("second", DATABASE))
    assert cases(promoted) == acknowledged
    more = send(tablet, 9, promoted)
    recount.link_what_waits(promoted)
    assert cases(promoted) == acknowledged | {more}
    for one in (promoted, office):
        one.close()


@pytest.mark.slow
def test_database_brought_back_to_a_moment_gets_from_the_tablets_what_came_after_it(
    servers: Instances, tmp_path: Path
) -> None:
    archive = servers.root / "archive"
    archive.mkdir(mode=0o777)
    archive.chmod(0o777)
    servers.make("first")
    servers.start(
        "first",
        archive_mode="on",
        archive_command=f"test ! -f {archive}/%f && cp %p {archive}/%f",
    )
    ask(servers, "first", f"create database {DATABASE}", "postgres")
    office = make_office(tmp_path / "office", database_url=servers.url("first", DATABASE))
    tablet = FieldTablet.enrol(office)
    before = {send(tablet, number) for number in range(3)}
    servers.copy("first", "backup")
    before |= {send(tablet, number) for number in range(3, 6)}
    moment = ask(servers, "first", "select now()::text")
    time.sleep(0.01)  # the moment is over: what commits from now on is after it
    visit = tablet.visit()
    late = tablet.case(visit, somebody(7))
    tablet.send(visit, late)
    assert cases(office) == before | {late.record_id}
    ask(servers, "first", "select pg_switch_wal()")
    until(
        lambda: (
            not ask(
                servers,
                "first",
                "select count(*) from pg_ls_archive_statusdir() where name like '%.ready'",
            )
        )
    )
    office.engine.dispose()
    servers.stop("first", "immediate")

    (servers.folder("backup") / "recovery.signal").touch()
    servers.start(
        "backup",
        archive_mode="off",
        restore_command=f"cp {archive}/%f %p",
        recovery_target_time=str(moment),
        recovery_target_action="promote",
    )
    until(lambda: ask(servers, "backup", "select not pg_is_in_recovery()"))
    back = elsewhere(office, servers.url("backup", DATABASE))
    assert cases(back) == before, "exactly what was there at that moment"

    # As `tally87 programme restored` does: the tablet hears of it and offers everything again.
    saying.new_generation(back, "test")
    with reading(back.engine) as connection:
        said = notes.outstanding(connection, tablet.membership.tablet_id, back.now_s())
    assert [type(note.content) for note in said] == [Generation]
    assert words(tablet.send(visit, late, office=back)) == ["accepted"] * 2
    recount.link_what_waits(back)
    assert cases(back) == before | {late.record_id}
    for one in (back, office):
        one.close()
