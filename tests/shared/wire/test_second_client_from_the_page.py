"""A client written from docs/wire-protocol.md alone and ours understand each other."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest

from shared.identifiers import TabletId
from shared.lifecycle import Outcome
from shared.reference import load_reference
from shared.wire import cbor
from shared.wire.keys import ProgrammeKeys, TabletKeys
from shared.wire.parcels import open_parcel, parcel_id_of, seal_parcel
from shared.wire.receipts import Receipt, RecordOutcome, open_receipt, seal_receipt, totals_of
from shared.wire.records import Record, decode_record, encode_record, fingerprint
from shared.wire.squeeze import preset_dictionary
from shared.wire.typical import typical_visits
from tests.shared.wire import second_client as second
from tests.shared.wire.test_parcels_are_refused_unless_whole import GOLDEN_IDLE_PARCEL
from tests.shared.wire.test_tickets_admit_one_tablet import GOLDEN_REQUEST, GOLDEN_TICKET

TABLET = TabletId("00112233445566aa")
DICTIONARIES = {0: b"", 1: preset_dictionary(1)}


@pytest.fixture(scope="module")
def records() -> list[bytes]:
    """Visits and cases as they usually are, with danger, ancestors and a withdrawn one."""
    reference, dice = load_reference("PAK"), random.Random(8)
    drawn = [r for visit in typical_visits(reference, [1, 3, 2], dice.randbytes) for r in visit]
    first: Record = drawn[1]
    changed = {"revision": 3, "ancestors": ("11" * 16, "22" * 16), "danger": True}
    drawn[1] = Record(**{**vars(first), **changed})
    gone = {"withdrawn": "recorded_twice", "content": {}, "classes": {}, "linkage": ()}
    drawn[3] = Record(**{**vars(drawn[3]), **gone})
    found = [encode_record(record, reference.questionnaire) for record in drawn]
    return [*found, b"a record of a layout of tomorrow"]


def keys_of(keys: TabletKeys | ProgrammeKeys) -> second.Keys:
    return second.Keys(keys.signing, keys.sealing)


def test_second_client_imports_nothing_of_ours() -> None:
    tree = ast.parse(Path(second.__file__).read_text("utf-8"))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    assert names & {"shared", "server", "mobile", "tests"} == set()


def test_second_client_opens_the_golden_parcel(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    data = bytes.fromhex(GOLDEN_IDLE_PARCEL)

    opened = second.read_parcel(
        data, keys_of(programme_keys), tablet_keys.public.to_bytes(), DICTIONARIES
    )

    assert opened == (bytes.fromhex(TABLET), 1_790_000_000, [])
    assert second.parcel_id(data).hex() == parcel_id_of(data)


@pytest.mark.parametrize("dictionary", [0, 1])
@pytest.mark.parametrize("count", [1, 2, 5, 10])
def test_second_client_opens_our_parcels(
    records: list[bytes],
    count: int,
    dictionary: int,
    tablet_keys: TabletKeys,
    programme_keys: ProgrammeKeys,
) -> None:
    sent = records[-count:]
    parcel = seal_parcel(
        sent,
        tablet_id=TABLET,
        tablet_keys=tablet_keys,
        programme_public=programme_keys.public,
        clock_s=7,
        random=random.Random(count).randbytes,
        dictionary=dictionary,
    )

    _, clock_s, found = second.read_parcel(
        parcel.data, keys_of(programme_keys), tablet_keys.public.to_bytes(), DICTIONARIES
    )

    assert (clock_s, found) == (7, sent)
    assert [second.fingerprint_of_record(one) for one in found] == list(map(fingerprint, sent))


@pytest.mark.parametrize("order", [0, 1])
def test_we_open_the_second_clients_parcels(
    records: list[bytes], order: int, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    sent = records[:-1]
    data = second.write_parcel(
        bytes.fromhex(TABLET),
        1_790_000_000,
        sent,
        keys_of(tablet_keys),
        programme_keys.public.to_bytes(),
        random.Random(3).randbytes(32),
        order,
    )

    opened = open_parcel(
        data, programme_keys=programme_keys, tablet_public=lambda _: tablet_keys.public
    )

    assert opened.records == tuple(sent)
    assert opened.clock_s == 1_790_000_000
    reference = load_reference("PAK")
    for canonical in opened.records:
        decode_record(canonical, reference.questionnaire_by_digest)


def test_second_client_opens_our_receipts(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    held = [("11" * 16, 2, "22" * 16), ("33" * 16, 1, "44" * 16)]
    finding = ("hours.much", "work_hours", {"hours": 60.5, "most": 48})
    words = [Outcome.ACCEPTED] * 200 + [Outcome.REJECTED, Outcome.SUPERSEDED]
    receipt = Receipt(
        parcel_id_of(b"a parcel"),
        tuple(
            RecordOutcome(word, (finding,) if word is Outcome.REJECTED else ()) for word in words
        ),
        totals_of(held),  # type: ignore[arg-type]
        {"questionnaire": "0123456789abcdef", "profile": "2026-1"},
        1_790_000_000,
        ("erase_identities",),
    )
    data = seal_receipt(
        receipt,
        programme_keys=programme_keys,
        tablet_public=tablet_keys.public,
        random=random.Random(4).randbytes,
    )

    read = second.read_receipt(data, keys_of(tablet_keys), programme_keys.public.to_bytes())

    assert read["parcel"].hex() == receipt.parcel_id
    assert read["words"] == [word.value for word in words]
    assert (read["held"], read["digest"]) == (2, second.totals(held))
    assert read["digest"] == receipt.totals.digest
    assert read["versions"] == receipt.versions
    assert (read["orders"], read["clock_s"]) == (["erase_identities"], 1_790_000_000)
    code, question, values = read["findings"][200][0]
    assert (code, question) == finding[:2]
    assert dict(zip(values[::2], map(float, values[1::2]), strict=True)) == finding[2]


def test_we_open_the_second_clients_receipts(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    data = second.write_receipt(
        bytes(16),
        ["accepted", "accepted", "conflict"],
        5,
        keys_of(programme_keys),
        tablet_keys.public.to_bytes(),
        random.Random(3).randbytes(32),
    )

    receipt = open_receipt(data, tablet_keys=tablet_keys, programme_public=programme_keys.public)

    assert [one.word.value for one in receipt.outcomes] == ["accepted", "accepted", "conflict"]
    assert receipt.versions == {"questionnaire": "00" * 8}


def test_second_client_asks_for_membership_with_the_golden_bytes(tablet_keys: TabletKeys) -> None:
    request = second.write_enrolment_request(GOLDEN_TICKET, keys_of(tablet_keys))

    assert request.hex() == GOLDEN_REQUEST


def test_columns_of_names_no_questionnaire_has_stand_in_the_order_of_the_text(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    """Whatever letters a broken tablet puts into a name: one record is refused, not the parcel."""
    names = ("a", "a b", "a'c", "ab", 'z"', "é")
    sent = [
        cbor.encode(
            (
                *(1, 1, bytes([number]) * 16, bytes(16), 1, b"", bytes(8), "r", "", False),
                *(
                    (),
                    b"",
                    b"",
                    tuple(item for at, name in enumerate(names) for item in (name, at)),
                ),
            )
        )
        for number in range(3)
    ]
    data = second.write_parcel(
        bytes.fromhex(TABLET),
        7,
        sent,
        keys_of(tablet_keys),
        programme_keys.public.to_bytes(),
        bytes(32),
        order=0,
    )

    opened = open_parcel(
        data, programme_keys=programme_keys, tablet_public=lambda _: tablet_keys.public
    )

    assert list(opened.records) == sent
