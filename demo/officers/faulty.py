"""A simulated tablet with broken software: sends records no real tablet would.

Shows what the server does with them: each gets its own outcome and a reason, and the good records
in the same parcel are stored all the same. Spoils records of RecordWriter, because the real tablet
core refuses to make bad ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from demo.officers.plan import PlannedVisit
from demo.officers.written_records import RecordWriter
from mobile.transport.http import HttpLink
from shared.answers import UNKNOWN, Value
from shared.identifiers import RandomBytes, new_record_id
from shared.reference import Reference
from shared.wire.keys import TabletKeys
from shared.wire.parcels import seal_parcel
from shared.wire.receipts import open_receipt
from shared.wire.records import Record, encode_record
from shared.wire.tickets import Ticket, open_enrolment_reply, request_enrolment


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


def send_bad_records(
    ticket_text: str,
    reference: Reference,
    area_codes: Mapping[str, str],
    planned: PlannedVisit,
    clock_s: int,
    random_bytes: RandomBytes,
) -> list[dict[str, Any]]:
    """Enrols with the ticket, sends good and bad records in one parcel, and tells what came back.

    Gives for each record: fault, outcome, and findings as (code, question, values). Raises
    LinkDown, LinkRefused, TicketInvalid, WireError.
    """
    ticket, keys = Ticket.from_text(ticket_text), TabletKeys.generate(random_bytes)
    link = HttpLink(ticket.url)
    try:
        request = request_enrolment(ticket, keys)
        member = open_enrolment_reply(
            link.enrol(request), ticket=ticket, request=request, tablet_keys=keys
        )
        writer = RecordWriter(reference, area_codes, member.linkage_key, random_bytes)
        records = spoilt_records(writer, planned, random_bytes)
        parcel = seal_parcel(
            [encode_record(one.record, reference.questionnaire) for one in records],
            tablet_id=member.tablet_id,
            tablet_keys=keys,
            programme_public=member.programme_public,
            clock_s=clock_s,
            random=random_bytes,
        )
        receipt = open_receipt(
            link.send_parcel(parcel.data),
            tablet_keys=keys,
            programme_public=member.programme_public,
        )
    finally:
        link.close()
    return [
        {
            "record_id": one.record.record_id,
            "fault": one.fault,
            "outcome": outcome.word.value,
            "findings": [
                [code, question, dict(values)] for code, question, values in outcome.findings
            ],
        }
        for one, outcome in zip(records, receipt.outcomes, strict=True)
    ]
