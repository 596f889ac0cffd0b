"""A national office to measure: a fresh database with one enrolled tablet, in this process."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from server.db.migrate import migrate
from server.intake import quota
from server.office import Office
from server.office.config import config_for
from server.programme import enrolment
from server.programme.keys import keys_of, make_keys
from server.reference.in_force import reference_of
from shared.identifiers import TabletId
from shared.wire.keys import TabletKeys
from shared.wire.parcels import seal_parcel
from shared.wire.tickets import open_enrolment_reply, request_enrolment

ORGANISATION = "labour_inspectorate"
"""Of the kind of this list (source_lists) is the organisation of the tablet."""


@dataclass(frozen=True)
class Bench:
    """The office, its one tablet and the linkage key the tablet was given."""

    office: Office
    tablet_id: TabletId
    keys: TabletKeys
    linkage_key: bytes

    def parcel(self, records: list[bytes]) -> bytes:
        """These records as a sealed parcel of the tablet."""
        return seal_parcel(
            records,
            tablet_id=self.tablet_id,
            tablet_keys=self.keys,
            programme_public=keys_of(self.office).programme.public,
            clock_s=self.office.now_s(),
            random=os.urandom,
        ).data


@contextmanager
def fresh_office(database_url: str | None = None) -> Iterator[Bench]:
    """An office in a temporary folder; on SQLite there unless another database is named."""
    with tempfile.TemporaryDirectory() as name:
        changes = {"database_url": database_url} if database_url else {}
        office = Office.open(
            config_for(Path(name), **changes), lambda: datetime.now(UTC), os.urandom
        )
        try:
            migrate(office.engine)
            keys = make_keys(office.config.key_folder, os.urandom)
            enrolment.create_programme(office, keys, "Benchmark", "PAK", "synthetic", practice=True)
            enrolment.add_organisation(
                office,
                "LI",
                "Inspectorate",
                ORGANISATION,
                reference_of(office).codelists["source_lists"],
            )
            enrolment.add_officer(office, "LI", "LI-1")
            # One tablet brings what hundreds would.
            quota.change(office, {"at_once": quota.MOST, "a_day": quota.MOST}, "benchmark")
            yield join(office, "LI-1")
        finally:
            office.close()


def join(office: Office, officer: str) -> Bench:
    """A tablet of this officer, enrolled without a network and without a store."""
    ticket = enrolment.issue_ticket(office, officer, "benchmark")
    tablet = TabletKeys.generate(os.urandom)
    request = request_enrolment(ticket, tablet)
    member = open_enrolment_reply(
        enrolment.enrol(office, request), ticket=ticket, request=request, tablet_keys=tablet
    )
    return Bench(office, member.tablet_id, tablet, member.linkage_key)


def in_parcels(visits: Iterable[tuple[bytes, ...]], at_most: int) -> Iterator[list[bytes]]:
    """Records of visits, together in parcels of at most so many records."""
    parcel: list[bytes] = []
    for records in visits:
        if parcel and len(parcel) + len(records) > at_most:
            yield parcel
            parcel = []
        parcel.extend(records)
    if parcel:
        yield parcel
