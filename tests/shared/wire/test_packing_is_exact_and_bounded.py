"""Packed records come back byte for byte, and no packed bytes can make a reader eat memory."""

from __future__ import annotations

import random
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import ParcelUnreadable
from shared.identifiers import Fingerprint, RecordId
from shared.linkage import LinkageCode
from shared.questionnaire.model import Level, Questionnaire
from shared.wire import cbor
from shared.wire.limits import (
    MAX_INFLATED_BYTES,
    MAX_RECORD_BYTES,
    MAX_RECORDS,
    MAX_UNPACKED_BYTES,
)
from shared.wire.outline import UnpackedRecord
from shared.wire.packing import pack, unpack
from shared.wire.records import Record, encode_record, fingerprint
from shared.wire.squeeze import deflate, inflate


def some_records(count: int, seed: int, questionnaire: Questionnaire) -> list[bytes]:
    """Visits and cases mixed, cases of visits here and elsewhere, some with ancestors."""
    dice = random.Random(seed)
    visits: list[RecordId] = [RecordId(dice.randbytes(16).hex())]
    found: list[bytes] = []
    for _ in range(count):
        record_id = RecordId(dice.randbytes(16).hex())
        is_visit = dice.random() < 0.4
        if is_visit:
            visits.append(record_id)
        names = {
            "workers_seen": dice.randrange(40),
            "nobody_found": dice.choice(["yes", "no", "unknown"]),
            "sex": dice.choice(["male", "female"]),
            "work_hours": dice.randrange(0, 600) / 10,
            "hazards": ("heights", "other")[: dice.randrange(3)],
            "unheard_of": "as it stands",
        }
        content = {name: value for name, value in names.items() if dice.random() < 0.7}
        codes = (LinkageCode(t, dice.randbytes(8)) for t in range(1, dice.randrange(2, 12)))
        record = Record(
            kind=Level.VISIT if is_visit else Level.CASE,
            record_id=record_id,
            revision=dice.choice([1, 1, 1, 2]),
            ancestors=tuple(
                Fingerprint(dice.randbytes(16).hex()) for _ in range(dice.choice([0, 0, 2]))
            ),
            visit_id=None if is_visit else dice.choice(visits),
            questionnaire=questionnaire.digest,
            rules_version="2026.1",
            danger=dice.random() < 0.1,
            content=content,
            classes={} if is_visit else {"cl_sna": dice.choice(["HAZARDOUS", "NOT"])},
            linkage=() if is_visit else tuple(codes),
        )
        found.append(encode_record(record, questionnaire))
    return found


def bytes_of(unpacked: tuple[UnpackedRecord, ...]) -> tuple[bytes, ...]:
    """The bytes of what was unpacked; what is said of them beside is what a reader finds in
    them."""
    for one in unpacked:
        if one.fields is not None:
            assert typed(one.fields) == typed(cbor.decode(one.data))
            kept = (*one.fields[:11], b"", b"", one.fields[13])
            assert one.kept == cbor.encode(kept)
    return tuple(one.data for one in unpacked)


def typed(item: cbor.Item) -> object:
    """An item with the types of all that is in it: to Python, true is 1."""
    return (tuple, *map(typed, item)) if isinstance(item, tuple) else (type(item), item)


@given(st.integers(0, 40), st.integers(0, 10_000))
def test_records_come_back_byte_for_byte_in_their_order(
    questionnaire: Questionnaire, count: int, seed: int
) -> None:
    records = some_records(count, seed, questionnaire)

    assert bytes_of(unpack(pack(records))) == tuple(records)


@given(st.lists(st.binary(max_size=80), max_size=6), st.integers(0, 100))
def test_bytes_that_are_no_record_are_carried_as_they_are(
    questionnaire: Questionnaire, others: list[bytes], seed: int
) -> None:
    mixed = some_records(4, seed, questionnaire) + others
    random.Random(seed).shuffle(mixed)

    assert bytes_of(unpack(pack(mixed))) == tuple(mixed)


def test_look_alikes_of_true_and_one_are_not_merged(questionnaire: Questionnaire) -> None:
    """For Python, true equals 1; on the wire they are different bytes and stay so."""
    record = some_records(3, 4, questionnaire)[-1]
    fields = cbor.decode(record)
    assert isinstance(fields, tuple)
    variants = (
        [
            cbor.encode((*fields[:place], value, *fields[place + 1 :]))
            for place in (0, 1, 4, 9)
            for value in (True, 1, False, 0)
        ]
        + [cbor.encode((*fields[:13], (key, 5))) for key in (1, True)]
        + [cbor.encode((*fields[:10], (key, "a"), *fields[11:])) for key in ("x", True, 1)]
    )

    assert bytes_of(unpack(pack(variants))) == tuple(variants)


GOLDEN_PACKING = (
    "03000118c050a4a3a6d07f5c0c332f8b1224083fd2b5769fa0f1483f95a90d9df2f130d60fcf04bd"
    "93f50ae69514da8c659ce2b10c96d5234a42b24c6ba4e6ed24ec636a8ac0a1271e5866279238aaf8"
    "4e58056d8f87a766ec30e4037458a9905cad87bd4c77e2983f27745ccb9a31052e944cf1b2214773"
    "8606f2bf7ec70209e0cd05ee5720edbcba3acce672084ab649fcbce49b38bdecface4abd12108f39"
    "1ebc070e83e8180a6bd4f43a2afffcd3c12ef8905738b4e652e44da7f2370d9e260e2713656bee61"
    "6464f46054764def5c7df67d9a918191999e61c2572746268eaf4c8d69c939f1c5798940354c986a"
    "dc1899985958d950d431609af5c581e10b4343732b2313434e5e7e527e4a657c5a7e695e4a4e797e"
    "51766a51717c716a6a5e1bba6c56695e466a62514a7c7e1a8ac256a6f48cc42aa0447172716a0592"
    "aa2c90aaf88cfcd2a26206a0618c4c8c0c991e8e518e412efea1c10c479a142499d819be8927fbf9"
    "8780798cb50cc995a9c53989c50a99250ac525897929c5dc12f24de919a999e91925c5a9f92519a9"
    "4529b98939a9286a807a25fc01"
)
GOLDEN_FINGERPRINTS = [
    "b8b0c32d2be23e7bd52757eefcc7cd37",
    "3234c10a7c9b4c8e18662e9a33bd7384",
    "ccc1303ba31ead61eed1630f3a8f5830",
]


def test_a_parcel_of_the_first_release_can_always_be_read() -> None:
    assert (
        list(map(fingerprint, bytes_of(unpack(bytes.fromhex(GOLDEN_PACKING)))))
        == GOLDEN_FINGERPRINTS
    )


@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_parcel_unreadable(data: bytes) -> None:
    try:
        unpack(data)
    except ParcelUnreadable:
        return


@settings(max_examples=300)
@given(
    seed=st.integers(0, 50),
    place=st.integers(0),
    change=st.binary(min_size=0, max_size=3),
    skip=st.integers(0, 3),
)
def test_damaged_packing_raises_nothing_but_parcel_unreadable(
    questionnaire: Questionnaire, seed: int, place: int, change: bytes, skip: int
) -> None:
    """Damage inside the deflated part too: it is inflated, changed and deflated again."""
    packed = pack(some_records(3, seed, questionnaire), dictionary=0)
    reader = cbor.Reader(packed)
    heads = [reader.item() for _ in range(4)]
    assert isinstance(heads[3], int)
    run = reader.take(heads[3])
    dense = inflate(packed[reader.at :], MAX_INFLATED_BYTES)
    at = place % len(dense)
    damaged = dense[:at] + change + dense[at + skip :]

    again = b"".join(map(cbor.encode, heads)) + run + deflate(damaged)
    try:
        unpack(again)
    except ParcelUnreadable:
        return


items = st.recursive(
    st.integers(-3, 2**64 - 1) | st.booleans() | st.text(max_size=2) | st.binary(max_size=2),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=8,
)


@given(st.integers(1, 3), st.lists(items, max_size=14), st.binary(max_size=80))
def test_dense_parts_of_any_items_raise_nothing_but_parcel_unreadable(
    count: int, dense: list[cbor.Item], run: bytes
) -> None:
    heads = b"".join(map(cbor.encode, (count, 0, 0, len(run))))

    try:
        unpack(heads + run + deflate(b"".join(map(cbor.encode, dense))))
    except ParcelUnreadable:
        return


def peak_of(packed: bytes) -> tuple[int, float]:
    """Most bytes held and processor seconds spent while a bomb is refused."""
    tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(ParcelUnreadable):
            unpack(packed)
        return tracemalloc.get_traced_memory()[1], time.process_time() - started
    finally:
        tracemalloc.stop()


def packed_by_hand(count: int, dense: bytes, run: bytes = b"") -> bytes:
    return b"".join(map(cbor.encode, (count, 0, 0, len(run)))) + run + deflate(dense)


def test_a_bomb_of_zeros_is_refused_with_little_memory() -> None:
    """200 kB that would inflate to 200 MB."""
    bomb = packed_by_hand(1, bytes(200 * 1024 * 1024))
    assert len(bomb) < 1 << 18

    memory, seconds = peak_of(bomb)

    assert memory < 4 * MAX_INFLATED_BYTES
    assert seconds < 5


def test_a_bomb_of_one_huge_head_for_many_records_is_refused_with_little_memory() -> None:
    """Each of a thousand rows would repeat 60 kB of class names."""
    keys = tuple(f"{number:05}" * 12 for number in range(1000))
    head = (1, 0, 1, bytes(8), "r", "", False, b"", 0, False, 0, keys)
    dense = b"".join(
        (
            cbor.encode((head,)),
            cbor.encode(((),)),
            bytes(MAX_RECORDS),
            bytes(MAX_RECORDS),
            bytes(900_000),
        )
    )

    memory, seconds = peak_of(packed_by_hand(MAX_RECORDS, dense, bytes(16 * MAX_RECORDS)))

    assert memory < 8 * MAX_UNPACKED_BYTES
    assert seconds < 10


def test_a_promise_of_more_values_than_bytes_is_refused() -> None:
    head = (1, 0, 1, bytes(8), "r", "", False, b"", 0, False, 0, ())
    steps = (0,) * 60_000
    dense = b"".join(
        (cbor.encode((head,)), cbor.encode((steps,)), bytes(2 * MAX_RECORDS), bytes(10))
    )

    memory, seconds = peak_of(packed_by_hand(MAX_RECORDS, dense, bytes(16 * MAX_RECORDS)))

    assert memory < 8 * MAX_UNPACKED_BYTES
    assert seconds < 10


@pytest.mark.parametrize(
    "packed",
    [
        packed_by_hand(0, b""),
        packed_by_hand(MAX_RECORDS + 1, b""),
        cbor.encode(1) + cbor.encode(0) + cbor.encode(2) + cbor.encode(0) + deflate(b""),
        cbor.encode(1) + cbor.encode(4711) + cbor.encode(0) + cbor.encode(0) + deflate(b""),
        cbor.encode(1) + cbor.encode(0) + cbor.encode(0) + cbor.encode(2**63) + deflate(b""),
        cbor.encode(-1) + cbor.encode(0) + cbor.encode(0) + cbor.encode(0) + deflate(b""),
        packed_by_hand(1, b"") + b"\x00",
        packed_by_hand(1, b"")[:-1],
    ],
)
def test_other_layouts_are_refused(packed: bytes) -> None:
    with pytest.raises(ParcelUnreadable):
        unpack(packed)


def test_more_than_the_limits_is_not_packed() -> None:
    with pytest.raises(ValueError, match="Too many"):
        pack([b"x"] * (MAX_RECORDS + 1))
    with pytest.raises(ValueError, match="too large"):
        pack([bytes(MAX_RECORD_BYTES + 1)])
    with pytest.raises(ValueError, match="too large"):
        pack([bytes(MAX_RECORD_BYTES)] * 65)


def test_ids_and_codes_cost_their_own_bytes_and_no_more(questionnaire: Questionnaire) -> None:
    dice = random.Random(3)
    records = [
        encode_record(
            Record(
                kind=Level.CASE,
                record_id=RecordId(dice.randbytes(16).hex()),
                revision=1,
                visit_id=RecordId("ab" * 16),
                questionnaire=questionnaire.digest,
                rules_version="2026.1",
                content={"sex": "female", "work_hours": 12.0},
                linkage=tuple(LinkageCode(t, dice.randbytes(8)) for t in range(1, 19)),
            ),
            questionnaire,
        )
        for _ in range(200)
    ]

    per_case = len(pack(records)) / len(records)

    assert per_case < 16 + 18 * 8 + 1
