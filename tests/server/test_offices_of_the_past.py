"""Databases of released versions, with records in them, are brought up to date and go on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, func, insert, select, text

from server.db.engine import open_engine, reading
from server.db.migrate import migrate
from server.db.shape import must_be_current
from server.intake import quarantine
from server.intake.model import CaseRecord
from server.intake.receive import take_in
from server.office import Office
from server.office.config import config_for
from server.programme.enrolment import enrol
from server.programme.keys import keys_of, make_keys
from server.programme.model import EnrolledTablet, IssuedTicket, Officer
from server.programme.programme import programme_of
from server.reference import publish
from server.staff import audit
from server.staff.model import AuditEntry
from server.stewardship.doctor import check
from server.tables import recount
from shared.errors import TicketInvalid
from shared.identifiers import TabletId
from shared.linkage import VERSION_1
from shared.wire.keys import TabletKeys
from shared.wire.tickets import Membership, request_enrolment
from shared.wire.tickets import Ticket as PaperTicket
from tests.server.conftest import new_database
from tests.server.field import Clock, FieldTablet, seeded, words

OFFICES = Path(__file__).parent / "offices"
OLD_SECRET = "305317feed6740b925dc"
OLD_TICKET = "878d972fa1"


def put_back(engine: Engine, file: Path) -> None:
    """The rows of that file in a database of the shape they were taken from."""
    migrate(engine, file.name.partition(".")[0])
    schema = MetaData()
    schema.reflect(engine)
    rows = json.loads(gzip.decompress(file.read_bytes()))
    with engine.begin() as connection:
        for table in schema.sorted_tables:
            for row in rows.get(table.name, []):
                told = {
                    name: bytes.fromhex(value["hex"])
                    if isinstance(value, dict) and value.keys() == {"hex"}
                    else value
                    for name, value in row.items()
                }
                connection.execute(insert(table).values(told))
            if engine.dialect.name == "postgresql" and "number" in table.columns:
                connection.execute(
                    text(
                        "select setval(pg_get_serial_sequence(:name, 'number'), max(number)) "
                        f'from "{table.name}"'
                    ),
                    {"name": table.name},
                )


@pytest.fixture(params=["sqlite", "postgresql"])
def past(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Office]]:
    """Opens the office of that revision, migrated to today's."""
    made: list[Office] = []

    def opened(revision: str) -> Office:
        settings: dict[str, str] = {}
        if request.param == "postgresql":
            settings["database_url"] = new_database(request.getfixturevalue("postgres_url"))
        config = config_for(tmp_path, **settings)
        # The keys are the first thing make_office draws from its seed.
        make_keys(config.key_folder, seeded(1))
        engine = open_engine(config.database)
        tmp_path.mkdir(exist_ok=True)
        put_back(engine, OFFICES / f"{revision}.json.gz")
        migrate(engine)
        must_be_current(engine)
        engine.dispose()
        made.append(Office.open(config, Clock(), seeded(87)))
        return made[-1]

    yield opened
    for office in made:
        office.close()


def tablet_of(office: Office, officer: str, seed: int) -> FieldTablet:
    """The tablet FieldTablet.enrol made of that seed, as it was after enrolment."""
    draw = seeded(seed)
    keys = TabletKeys.generate(draw)
    with reading(office.engine) as connection:
        tablet_id = connection.scalar(
            select(EnrolledTablet.tablet_id)
            .join(Officer, Officer.number == EnrolledTablet.officer_number)
            .where(Officer.code == officer)
        )
    assert tablet_id is not None
    membership = Membership(
        programme_of(office).programme_id,
        "PAK",
        "",
        "",
        officer,
        TabletId(tablet_id),
        keys_of(office).programme.public,
        keys_of(office).linkage,
    )
    return FieldTablet(office, keys, membership, draw, code_types=VERSION_1)


def test_office_of_the_first_tables_is_brought_up_to_date_and_goes_on(
    past: Callable[[str], Office],
) -> None:
    office = past("0001")
    tablet = tablet_of(office, "OFFICER-0", 100)
    other = tablet_of(office, "OFFICER-1", 200)

    # Nothing of what was there is lost or counted twice; one case has no visit yet.
    remarks = check(office)
    assert "its visit has not come" in remarks[0]
    again = (OFFICES / "0001.parcel").read_bytes()  # sealed by the tablet of that release
    assert words(tablet.open(take_in(office, again).receipt)) == ["already_accepted"] * 3
    for _ in range(3):
        tablet.new_id()  # those of the records in it

    # A case whose visit comes only now is judged with it.
    late = other.visit(place_kind="brick_kiln", setting="rural", activity="43")
    waiting = select(CaseRecord.child_labour).where(CaseRecord.visit_id == late.record_id)
    with reading(office.engine) as connection:
        before = connection.scalar(waiting)
    assert words(other.send(late)) == ["accepted"]
    with reading(office.engine) as connection:
        assert connection.scalar(waiting) not in (None, before)

    # What was set aside waits, and can be taken in; the same is not set aside a second time.
    (aside,) = quarantine.waiting(office)
    assert quarantine.accept(office, aside.parcel_id, "test") == {"accepted": 1}
    first = publish.publish_first(office, "test")
    assert first is not None
    assert first.number == 1
    assert words(tablet.send(tablet.visit())) == ["accepted"]
    recount.link_what_waits(office)
    assert check(office) == []
    with reading(office.engine) as connection:
        assert audit.broken_at(connection) is None
        assert connection.scalar(select(func.count()).select_from(AuditEntry)) > 16


def test_ticket_issued_before_hashes_were_kept_is_gone_with_its_secret(
    past: Callable[[str], Office],
) -> None:
    office = past("0001")
    with reading(office.engine) as connection:
        assert {bytes(secret) for secret in connection.scalars(select(IssuedTicket.secret))} == {
            b""
        }
    paper = PaperTicket(
        office.config.public_url,
        OLD_TICKET,
        bytes.fromhex(OLD_SECRET),
        PaperTicket.issue(
            "http://x", keys_of(office).programme.public, seeded(1)
        ).programme_fingerprint,
    )
    with pytest.raises(TicketInvalid, match="ask for a new one"):
        enrol(office, request_enrolment(paper, TabletKeys.generate(seeded(5))))
    assert FieldTablet.enrol(office, 2, 6).membership.officer_code == "OFFICER-2"
