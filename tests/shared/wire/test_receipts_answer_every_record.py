"""A receipt gives each record its outcome, in few bytes, to its own tablet only."""

from __future__ import annotations

import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.identifiers import Fingerprint, ParcelId, RecordId
from shared.lifecycle import Outcome
from shared.wire import cbor, envelope
from shared.wire.envelope import MessageKind
from shared.wire.keys import ProgrammeKeys, TabletKeys
from shared.wire.limits import MAX_RECEIPT_BYTES, MAX_RECORDS
from shared.wire.receipts import (
    Receipt,
    RecordOutcome,
    Totals,
    open_receipt,
    receipt_parcel,
    seal_receipt,
    totals_of,
)

PARCEL = ParcelId("5a" * 16)
TIME_S = 1_790_000_030

texts = st.text(max_size=12)
findings = st.tuples(
    texts,
    st.none() | texts,
    st.dictionaries(
        texts,
        texts | st.integers(-(2**40), 2**40) | st.integers(-10_000, 10_000).map(lambda n: n / 100),
        max_size=3,
    ),
)
outcomes = st.builds(
    RecordOutcome,
    st.sampled_from(Outcome),
    st.just(()) | st.lists(findings, max_size=3).map(tuple),
)
receipts = st.builds(
    Receipt,
    parcel_id=st.just(PARCEL),
    outcomes=st.lists(outcomes, max_size=12).map(tuple),
    totals=st.builds(
        Totals, st.integers(0, 10**6), st.integers(0, 2**64 - 1).map(lambda n: f"{n:016x}")
    ),
    versions=st.dictionaries(texts, texts | st.sampled_from(["0123456789abcdef", "2026.1"])),
    server_time_s=st.integers(0, 2**40),
    orders=st.lists(texts, max_size=2).map(tuple),
)


def sealed_with(receipt: Receipt, programme_keys: ProgrammeKeys, tablet_keys: TabletKeys) -> bytes:
    return seal_receipt(
        receipt,
        programme_keys=programme_keys,
        tablet_public=tablet_keys.public,
        random=random.Random(6).randbytes,
    )


@given(receipt=receipts)
def test_the_tablet_reads_what_the_server_wrote(
    receipt: Receipt, programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    data = sealed_with(receipt, programme_keys, tablet_keys)

    opened = open_receipt(data, tablet_keys=tablet_keys, programme_public=programme_keys.public)

    assert opened == receipt


@pytest.mark.parametrize("count", [0, 1, 30, 300, MAX_RECORDS])
def test_all_accepted_costs_the_same_few_bytes_for_any_number_of_records(
    count: int, programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    receipt = Receipt(
        PARCEL,
        (RecordOutcome(Outcome.ACCEPTED),) * count,
        Totals(count, "0123456789abcdef"),
        {"reference": "0123456789abcdef"},
        TIME_S,
    )

    assert len(sealed_with(receipt, programme_keys, tablet_keys)) <= 184


def test_findings_of_many_records_are_compressed(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    finding = ("hours.over_a_week", "work_hours", {"hours": 190})
    receipt = Receipt(
        PARCEL, (RecordOutcome(Outcome.REJECTED, (finding,)),) * 300, Totals(), {}, TIME_S
    )

    assert len(sealed_with(receipt, programme_keys, tablet_keys)) < 1_500


def test_a_cut_or_a_changed_bit_anywhere_is_refused(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    data = sealed_with(Receipt(PARCEL, (), Totals()), programme_keys, tablet_keys)

    for place in range(len(data)):
        damaged = data[:place] + bytes((data[place] ^ 4,)) + data[place + 1 :]
        for bad in (data[:place], damaged):
            with pytest.raises(ParcelUnreadable):
                open_receipt(bad, tablet_keys=tablet_keys, programme_public=programme_keys.public)


def test_a_receipt_of_one_parcel_cannot_be_shown_for_another(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    """The parcel id stands in the header, and header and seal hang together."""
    data = sealed_with(Receipt(PARCEL, (), Totals()), programme_keys, tablet_keys)
    moved = data[:5] + bytes.fromhex("77" * 16) + data[21:]

    assert receipt_parcel(moved) == "77" * 16
    with pytest.raises(ParcelUnreadable):
        open_receipt(moved, tablet_keys=tablet_keys, programme_public=programme_keys.public)


def test_another_tablet_cannot_read_it(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys, dice: random.Random
) -> None:
    data = sealed_with(Receipt(PARCEL, (), Totals()), programme_keys, tablet_keys)

    with pytest.raises(ParcelUnreadable):
        open_receipt(
            data,
            tablet_keys=TabletKeys.generate(dice.randbytes),
            programme_public=programme_keys.public,
        )


def test_only_the_programme_can_make_one(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys, dice: random.Random
) -> None:
    forged = sealed_with(
        Receipt(PARCEL, (), Totals(), orders=("erase_identities",)),
        ProgrammeKeys.generate(dice.randbytes),
        tablet_keys,
    )

    with pytest.raises(SignatureInvalid):
        open_receipt(forged, tablet_keys=tablet_keys, programme_public=programme_keys.public)


@given(body=st.binary(max_size=80), packed=st.sampled_from([b"\x00", b"\x01", b"\x02", b""]))
def test_any_signed_body_raises_nothing_but_parcel_unreadable(
    body: bytes, packed: bytes, programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    data = signed(packed + body, programme_keys, tablet_keys)

    try:
        open_receipt(data, tablet_keys=tablet_keys, programme_public=programme_keys.public)
    except ParcelUnreadable:
        return


items = st.recursive(
    st.integers(-3, 2**64 - 1) | st.booleans() | st.text(max_size=2) | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=8,
)


@given(parts=st.lists(items, min_size=7, max_size=7))
def test_any_signed_items_raise_nothing_but_parcel_unreadable(
    parts: list[cbor.Item], programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    body = b"\x00" + b"".join(map(cbor.encode, parts))

    try:
        open_receipt(
            signed(body, programme_keys, tablet_keys),
            tablet_keys=tablet_keys,
            programme_public=programme_keys.public,
        )
    except ParcelUnreadable:
        return


def signed(body: bytes, programme_keys: ProgrammeKeys, tablet_keys: TabletKeys) -> bytes:
    return envelope.seal(
        MessageKind.RECEIPT,
        envelope.header_of(MessageKind.RECEIPT, bytes.fromhex(PARCEL)),
        body,
        signer=programme_keys,
        recipient=tablet_keys.public,
        random_bytes=random.Random(7).randbytes,
    )


def test_a_run_beyond_the_largest_parcel_is_refused(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    parts: tuple[cbor.Item, ...] = (0, 0, bytes(8), (), (), (0, MAX_RECORDS + 1), ())
    data = signed(b"\x00" + b"".join(map(cbor.encode, parts)), programme_keys, tablet_keys)

    with pytest.raises(ParcelUnreadable):
        open_receipt(data, tablet_keys=tablet_keys, programme_public=programme_keys.public)


def test_a_receipt_that_is_too_large_is_refused_unread(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    with pytest.raises(ParcelUnreadable, match=str(MAX_RECEIPT_BYTES)):
        open_receipt(
            bytes(MAX_RECEIPT_BYTES + 1),
            tablet_keys=tablet_keys,
            programme_public=programme_keys.public,
        )


# --- totals ---------------------------------------------------------------------------------------

held = st.lists(
    st.tuples(
        st.binary(min_size=16, max_size=16).map(lambda raw: RecordId(raw.hex())),
        st.integers(1, 9),
        st.binary(min_size=16, max_size=16).map(lambda raw: Fingerprint(raw.hex())),
    ),
    max_size=8,
    unique=True,
)


@given(held, st.randoms(use_true_random=False))
def test_totals_do_not_depend_on_the_order(
    records: list[tuple[RecordId, int, Fingerprint]], shuffler: random.Random
) -> None:
    shuffled = list(records)
    shuffler.shuffle(shuffled)

    assert totals_of(shuffled) == totals_of(records)


@given(held, held)
def test_totals_tell_different_records_apart(
    one: list[tuple[RecordId, int, Fingerprint]], other: list[tuple[RecordId, int, Fingerprint]]
) -> None:
    assert (totals_of(one) == totals_of(other)) == (set(one) == set(other))


@given(held)
def test_a_record_taken_away_again_leaves_the_totals_as_they_were(
    records: list[tuple[RecordId, int, Fingerprint]],
) -> None:
    before = totals_of(records)
    more = (RecordId("ab" * 16), 1, Fingerprint("cd" * 16))

    assert before.plus(*more).minus(*more) == before
    assert before.plus(*more).count == before.count + 1


def test_the_totals_of_worked_records_never_change() -> None:
    record = (RecordId("11" * 16), 2, Fingerprint("22" * 16))

    assert totals_of([]) == Totals(0, "0" * 16)
    assert totals_of([record]) == Totals(1, "7a3c2e08d0a36266")


def test_orders_are_kept_in_their_order(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    receipt = dataclasses.replace(
        Receipt(PARCEL, (), Totals()), orders=("erase_identities", "another")
    )
    data = sealed_with(receipt, programme_keys, tablet_keys)

    opened = open_receipt(data, tablet_keys=tablet_keys, programme_public=programme_keys.public)

    assert opened.orders == ("erase_identities", "another")
