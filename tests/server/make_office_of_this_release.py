"""Makes the database of a released version that later versions must bring up to date.

Run (``python -m tests.server.make_office_of_this_release``) once before a release that changes
tables; the file is then never changed. The office's keys come from the seed of make_office.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

from sqlalchemy import MetaData, select

from server.db.shape import current_revision
from server.intake.receive import take_in
from server.office import Office
from server.programme import enrolment
from server.tables import recount
from tests.server.field import FieldTablet, make_office, somebody

OFFICES = Path(__file__).parent / "offices"


def main() -> None:
    """Visits, cases, one case whose visit has not come, tickets used and unused, a parcel of a
    signed-out tablet that waits for a person."""
    with tempfile.TemporaryDirectory() as folder:
        office = make_office(Path(folder))
        fill(office)
        revision = current_revision(office.engine)
        said = json.dumps(rows_of(office), indent=0, sort_keys=True)
        office.close()
    OFFICES.mkdir(exist_ok=True)
    (OFFICES / f"{revision}.json.gz").write_bytes(gzip.compress(said.encode(), mtime=0))


def fill(office: Office) -> None:
    """What later tests expect to find."""
    tablet, other = FieldTablet.enrol(office), FieldTablet.enrol(office, 1, 200)
    visit = tablet.visit()
    tablet.send(visit, tablet.case(visit, somebody(1)), tablet.case(visit, somebody(2)))
    late = other.visit(place_kind="brick_kiln", setting="rural", activity="43")
    other.send(other.case(late, somebody(1), birth_date=16))
    recount.link_what_waits(office)
    enrolment.issue_ticket(office, "OFFICER-2", "test")
    lost = FieldTablet.enrol(office, 2, 300)
    enrolment.revoke(office, lost.membership.tablet_id, "test")
    take_in(office, lost.seal([lost.visit()]).data)


def rows_of(office: Office) -> dict[str, list[dict[str, object]]]:
    """Every row by table; bytes as hexadecimal digits."""
    schema = MetaData()
    schema.reflect(office.engine)
    with office.engine.connect() as connection:
        return {
            table.name: [
                {
                    name: {"hex": value.hex()} if isinstance(value, bytes) else value
                    for name, value in row._mapping.items()
                }
                for row in connection.execute(select(table))
            ]
            for table in schema.sorted_tables
            if table.name != "alembic_version"
        }


if __name__ == "__main__":
    main()
