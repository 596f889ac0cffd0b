"""The office of the demonstration in half a minute: its records written by the shared rules and
taken in directly, without tablets."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.office import join
from demo.cast import TABLETS, Script
from demo.link import free_port
from demo.office import DemoNotes, DemoOffice
from demo.officers.desk import COUNTRY, area_codes, shift_of
from demo.officers.written_records import RecordWriter
from server.intake import quota
from server.intake.receive import take_in
from server.tables import recount
from shared.reference import load_reference
from shared.wire.records import encode_record

AT_ONCE = 300


def demo_office(folder: Path, survey: Path) -> tuple[DemoOffice, DemoNotes]:
    """The office after all tablets have sent, everything linked and counted."""
    made = DemoOffice(folder, free_port())
    notes = made.make("replayed")
    office, reference = made.office, load_reference(COUNTRY)
    quota.change(office, {"at_once": quota.MOST, "a_day": quota.MOST}, "test")
    for number, (organisation, place) in enumerate(TABLETS):
        tablet = join(office, f"{organisation.code}-{place}")
        writer = RecordWriter(reference, area_codes(reference), tablet.linkage_key, os.urandom)
        visits = [writer.write(one) for one in shift_of(Script(survey).order(number)).visits]
        records = [
            encode_record(one, reference.questionnaire)
            for visit in visits
            for one in (visit.visit, *visit.cases)
        ]
        for at in range(0, len(records), AT_ONCE):
            take_in(office, tablet.parcel(records[at : at + AT_ONCE]))
    recount.link_what_waits(office)
    return made, notes
