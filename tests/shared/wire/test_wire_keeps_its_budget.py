"""Goals in bytes, before HTTP: what the protocol itself takes for 1, 30 and 300 cases.

HTTP_BYTES stands for the headers of one request and one reply; the wire benchmark counts real
ones. Records are drawn from the current questionnaire; every case has a visit of its own or
shares it with others, and every person is one of whom nearly everything is known.
"""

from __future__ import annotations

from itertools import chain

import pytest

from shared.identifiers import TabletId
from shared.lifecycle import Outcome
from shared.linkage import CODE_BYTES, VERSION_2
from shared.linkage.code_types import CURRENT, codes_of
from shared.reference import Reference, load_reference
from shared.wire.dictionary import seeded_bytes
from shared.wire.keys import ProgrammeKeys, TabletKeys
from shared.wire.parcels import seal_parcel
from shared.wire.receipts import Receipt, RecordOutcome, Totals, seal_receipt
from shared.wire.records import encode_record
from shared.wire.typical import typical_visits

HTTP_BYTES = 400


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference("PAK")


def bytes_of_a_sync(
    reference: Reference,
    cases_each: list[int],
    tablet_keys: TabletKeys,
    programme_keys: ProgrammeKeys,
) -> int:
    random = seeded_bytes(b"budget")
    records = list(chain.from_iterable(typical_visits(reference, cases_each, random)))
    parcel = seal_parcel(
        [encode_record(record, reference.questionnaire) for record in records],
        tablet_id=TabletId("00112233445566aa"),
        tablet_keys=tablet_keys,
        programme_public=programme_keys.public,
        clock_s=1_790_000_000,
        random=random,
    )
    receipt = Receipt(
        parcel.parcel_id,
        (RecordOutcome(Outcome.ACCEPTED),) * len(records),
        Totals(len(records), "0123456789abcdef"),
        {"reference": reference.questionnaire.digest},
        1_790_000_030,
    )
    answer = seal_receipt(
        receipt, programme_keys=programme_keys, tablet_public=tablet_keys.public, random=random
    )
    return len(parcel.data) + len(answer) + HTTP_BYTES


@pytest.mark.parametrize(
    ("cases_each", "budget"),
    [
        ([], 720),
        ([1], 1_100),
        ([1] * 30, 9_000),
        ([3, 0] * 10, 9_000),
        ([1] * 300, 75_000),
    ],
    ids=["idle", "1 case", "30 cases, 30 visits", "30 cases, 20 visits", "300 cases, 300 visits"],
)
def test_a_sync_stays_within_its_budget(
    reference: Reference,
    cases_each: list[int],
    budget: int,
    tablet_keys: TabletKeys,
    programme_keys: ProgrammeKeys,
) -> None:
    assert bytes_of_a_sync(reference, cases_each, tablet_keys, programme_keys) <= budget


def test_linkage_codes_take_at_most_200_bytes_a_case() -> None:
    assert codes_of(VERSION_2) * CODE_BYTES <= 200
    assert codes_of(CURRENT) * CODE_BYTES <= 200
