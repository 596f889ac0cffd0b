"""A simulated tablet with broken software: sends records no real tablet would.

Shows what the server does with them: each gets its own outcome and a reason, and the good records
in the same parcel are stored all the same. Spoils records of RecordWriter, because the real tablet
core refuses to make bad ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mobile.simulation.plan import PlannedVisit
from mobile.simulation.written_records import RecordWriter
from shared.answers import UNKNOWN, Value
from shared.identifiers import RandomBytes, new_record_id
from shared.wire.records import Record


@dataclass(frozen=True)
class SpoiltRecord:
    """One record of the faulty tablet. fault: what is wrong with it, ``""`` when nothing is."""

    fault: str
    record: Record


def spoilt_records(
    writer: RecordWriter, planned: PlannedVisit, random_bytes: RandomBytes
) -> list[SpoiltRecord]:
    """One visit with its cases as they should be, then the first case with one thing wrong each.

    In the order they are to be sent. Raises IndexError when nobody is found in the visit.
    """
    written = writer.write(planned)
    good = [SpoiltRecord("", record) for record in (written.visit, *written.cases)]
    name = planned.cases[0].person.given_name
    return good + list(_spoilt(written.cases[0], name, random_bytes))


def _spoilt(good: Record, name: str, random_bytes: RandomBytes) -> Iterator[SpoiltRecord]:
    def another(**content: Value) -> Record:
        # no linkage codes: the faulty copies are not further people to be found
        return replace(
            good,
            record_id=new_record_id(random_bytes),
            content={**good.content, **content},
            linkage=(),
        )

    yield SpoiltRecord("wrong type", another(work_hours="many"))
    yield SpoiltRecord("unknown code", another(sex="not_in_the_list"))
    yield SpoiltRecord("identity field", another(given_name=name))
    other = {**good.content, "attends_school": UNKNOWN}
    yield SpoiltRecord("revision conflict", replace(good, content=other))
