"""A record goes out in a parcel and comes back as an outcome in a receipt."""

from __future__ import annotations

import random

from shared.identifiers import RecordId, TabletId
from shared.lifecycle import Outcome
from shared.linkage import Identity, linkage_codes
from shared.questionnaire.model import Level, Questionnaire
from shared.wire.keys import ProgrammeKeys, TabletKeys
from shared.wire.parcels import open_parcel, seal_parcel
from shared.wire.receipts import (
    Receipt,
    RecordOutcome,
    open_receipt,
    receipt_parcel,
    seal_receipt,
    totals_of,
)
from shared.wire.records import Record, decode_record, encode_record, fingerprint

TABLET = TabletId("00112233445566aa")


def records_of(questionnaire: Questionnaire, dice: random.Random) -> list[Record]:
    visit = Record(
        kind=Level.VISIT,
        record_id=RecordId(dice.randbytes(16).hex()),
        revision=1,
        questionnaire=questionnaire.digest,
        rules_version="2026.1",
        content={"visit_date": "2026-07", "area": "PK-PB-01", "workers_seen": 12},
    )
    case = Record(
        kind=Level.CASE,
        record_id=RecordId(dice.randbytes(16).hex()),
        revision=2,
        ancestors=(fingerprint(b"revision one"),),
        visit_id=visit.record_id,
        questionnaire=questionnaire.digest,
        rules_version="2026.1",
        danger=True,
        content={
            "birth_date": 12,
            "sex": "female",
            "work_hours": 21.5,
            "hazards": ("heavy_loads", "unknown"),
            "occupation": "9211",
            "attends_school": "refused",
        },
        classes={"cl_sna": "HAZARDOUS", "fl": "NOT_FL"},
        linkage=linkage_codes(
            Identity("Amina", "Khan", "Yusuf", "female", 2014, None, "PK-PB-01"), bytes(32)
        ),
    )
    return [visit, case]


def test_records_travel_in_a_parcel_and_outcomes_in_a_receipt(
    questionnaire: Questionnaire,
    tablet_keys: TabletKeys,
    programme_keys: ProgrammeKeys,
    dice: random.Random,
) -> None:
    records = records_of(questionnaire, dice)
    canonical = [encode_record(record, questionnaire) for record in records]

    sealed = seal_parcel(
        canonical,
        tablet_id=TABLET,
        tablet_keys=tablet_keys,
        programme_public=programme_keys.public,
        clock_s=1_790_000_000,
        random=dice.randbytes,
    )
    opened = open_parcel(
        sealed.data,
        programme_keys=programme_keys,
        tablet_public={TABLET: tablet_keys.public}.get,
    )

    assert (opened.parcel_id, opened.tablet_id) == (sealed.parcel_id, TABLET)
    assert opened.clock_s == 1_790_000_000
    assert opened.records == tuple(canonical)
    known = {questionnaire.digest: questionnaire}.get
    assert [decode_record(data, known) for data in opened.records] == records

    receipt = Receipt(
        opened.parcel_id,
        (
            RecordOutcome(Outcome.ACCEPTED),
            RecordOutcome(
                Outcome.REJECTED, (("hours.over_a_week", "work_hours", {"hours": 190.5, "n": 1}),)
            ),
        ),
        totals_of([(records[0].record_id, 1, fingerprint(canonical[0]))]),
        versions={"questionnaire": questionnaire.digest, "rules": "2026.1"},
        server_time_s=1_790_000_030,
        orders=("erase_identities",),
    )
    answer = seal_receipt(
        receipt,
        programme_keys=programme_keys,
        tablet_public=tablet_keys.public,
        random=dice.randbytes,
    )

    assert receipt_parcel(answer) == sealed.parcel_id
    assert (
        open_receipt(answer, tablet_keys=tablet_keys, programme_public=programme_keys.public)
        == receipt
    )
