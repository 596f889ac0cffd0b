"""A record has one encoding; what does not fit the questionnaire is carried for others to judge."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.answers import Value
from shared.errors import RecordUnreadable
from shared.identifiers import Fingerprint, RecordId
from shared.linkage import LinkageCode
from shared.questionnaire.model import Level, Questionnaire
from shared.wire import cbor
from shared.wire.outline import UnpackedRecord
from shared.wire.packing import pack, unpack
from shared.wire.records import (
    Record,
    decode_received,
    decode_record,
    encode_record,
    fingerprint,
)

HAZARDS = ("heavy_loads", "dangerous_tools", "dust_fumes_gas", "heights", "other", "none")
NAMES = [
    "sex",
    "birth_date",
    "worked_own_farm",
    "work_hours",
    "hazards",
    "occupation",
    "attends_school",
    "welcome",
    "extra_field",
]

codes = st.sampled_from(
    ["yes", "no", "male", "female", "unknown", "refused", "heights", "9211", "2026-07", "", "è"]
)
numbers = st.integers(-1000, 100_000) | st.integers(0, 16_800).map(lambda n: n / 100)
several = st.lists(st.sampled_from([*HAZARDS, "unknown", "refused", "made_up"]), max_size=5)
values: st.SearchStrategy[Value] = codes | numbers | several.map(tuple)
ids = st.binary(min_size=16, max_size=16).map(lambda raw: RecordId(raw.hex()))
linkage = st.lists(
    st.builds(LinkageCode, st.integers(1, 12), st.binary(min_size=8, max_size=8)), max_size=6
).map(lambda found: tuple(sorted(set(found))))
records = st.builds(
    Record,
    kind=st.just(Level.CASE),
    record_id=ids,
    revision=st.integers(1, 2**32),
    questionnaire=st.just("0123456789abcdef"),
    rules_version=st.sampled_from(["2026.1", "2026.2"]),
    ancestors=st.lists(ids, max_size=3).map(lambda found: tuple(map(Fingerprint, found))),
    visit_id=ids,
    danger=st.booleans(),
    content=st.dictionaries(st.sampled_from(NAMES), values, max_size=9),
    classes=st.dictionaries(st.sampled_from(["cl_sna", "fl", "tip"]), codes, max_size=3),
    linkage=linkage,
)


@given(record=records)
def test_reading_gives_back_the_record_that_was_written(
    record: Record, questionnaire: Questionnaire
) -> None:
    data = encode_record(record, questionnaire)

    assert decode_record(data, {questionnaire.digest: questionnaire}.get) == record


@given(record=records)
def test_what_is_kept_is_the_encoding_of_the_same_record_without_codes(
    record: Record, questionnaire: Questionnaire
) -> None:
    bare = encode_record(dataclasses.replace(record, linkage=()), questionnaire)

    data = encode_record(record, questionnaire)
    (unpacked,) = unpack(pack([data]))
    for received in (UnpackedRecord(data), unpacked):
        assert decode_received(received, lambda digest: questionnaire) == (record, bare)


@given(record=records)
def test_the_order_in_which_answers_were_given_does_not_matter(
    record: Record, questionnaire: Questionnaire
) -> None:
    shuffled = dataclasses.replace(
        record,
        content=dict(reversed(record.content.items())),
        classes=dict(reversed(record.classes.items())),
    )

    assert encode_record(shuffled, questionnaire) == encode_record(record, questionnaire)


@given(one=records, other=records)
def test_two_records_share_bytes_only_when_they_are_equal(
    one: Record, other: Record, questionnaire: Questionnaire
) -> None:
    other = dataclasses.replace(other, record_id=one.record_id, visit_id=one.visit_id)
    assume(one != other)

    assert encode_record(one, questionnaire) != encode_record(other, questionnaire)


@given(record=records, place=st.integers(0), byte=st.integers(0, 255), insert=st.booleans())
def test_changed_bytes_are_refused_or_another_record_in_its_one_spelling(
    record: Record, place: int, byte: int, insert: bool, questionnaire: Questionnaire
) -> None:
    data = encode_record(record, questionnaire)
    at = place % len(data)
    changed = data[:at] + bytes((byte,)) + data[at + (not insert) :]

    try:
        read = decode_record(changed, lambda digest: questionnaire)
    except RecordUnreadable:
        return

    assert encode_record(read, questionnaire) == changed


@given(data=st.binary(max_size=200))
def test_random_bytes_raise_nothing_but_record_unreadable(
    data: bytes, questionnaire: Questionnaire
) -> None:
    with pytest.raises(RecordUnreadable):
        decode_record(data, lambda digest: questionnaire)


fields = st.recursive(
    st.integers(-5, 2**40)
    | st.booleans()
    | st.text(max_size=4)
    | st.binary(max_size=16)
    | st.sampled_from([cbor.UNKNOWN, cbor.Plain(4)]),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=6,
)


@given(record=records, place=st.integers(0, 13), value=fields)
def test_any_field_of_another_type_raises_nothing_but_record_unreadable(
    record: Record, place: int, value: cbor.Item, questionnaire: Questionnaire
) -> None:
    parts = cbor.decode(encode_record(record, questionnaire))
    assert isinstance(parts, tuple)
    changed = cbor.encode((*parts[:place], value, *parts[place + 1 :]))

    try:
        read = decode_record(changed, lambda digest: questionnaire)
    except RecordUnreadable:
        return

    assert encode_record(read, questionnaire) == changed


GOLDEN_CASE = (
    "8e010150111111111111111111111111111111115022222222222222222222222222222222014048"
    "0123456789abcdef66323032362e3160f48266636c5f736e616948415a4152444f55534102480000"
    "000000000000880101020c04c4822018d70508"
)
GOLDEN_FINGERPRINT = "6cc4261beced88e69f9c8f06487e0068"


def a_case(**changes: object) -> Record:
    record = Record(
        kind=Level.CASE,
        record_id=RecordId("11" * 16),
        revision=1,
        questionnaire="0123456789abcdef",
        rules_version="2026.1",
        visit_id=RecordId("22" * 16),
        content={"birth_date": 12, "sex": "female", "work_hours": 21.5, "hazards": ("heights",)},
        classes={"cl_sna": "HAZARDOUS"},
        linkage=(LinkageCode(2, bytes(8)),),
    )
    return dataclasses.replace(record, **changes)  # type: ignore[arg-type]


def test_the_bytes_and_fingerprint_of_a_worked_case_never_change(
    questionnaire: Questionnaire,
) -> None:
    """These literals are the wire: other bytes for the same record need another layout number."""
    data = encode_record(a_case(), questionnaire)

    assert data.hex() == GOLDEN_CASE
    assert fingerprint(data) == GOLDEN_FINGERPRINT


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("sex", "female", "01"),
        ("sex", "unknown", "f6"),
        ("sex", "refused", "f7"),
        ("sex", "other", "656f74686572"),
        ("sex", 1, "c801"),
        ("sex", 1.5, "c8c482200f"),
        ("sex", ("male", "female"), "82646d616c656666656d616c65"),
        ("hazards", ("heavy_loads", "heights"), "09"),
        ("hazards", ("none", "unknown"), "1860"),
        ("hazards", (), "00"),
        ("hazards", "unknown", "f6"),
        ("hazards", "heights", "6768656967687473"),
        ("hazards", ("heights", "heavy_loads"), "82676865696768747 36b68656176795f6c6f616473"),
        ("work_hours", 21.5, "c4822018d7"),
        ("work_hours", 12.0, "0c"),
        ("work_hours", 12, "0c"),
        ("work_hours", 0.1, "c4822001"),
        ("work_hours", -1.25, "c482213 87c"),
        ("birth_date", 12, "0c"),
        ("birth_date", "2014-03", "67323031342d3033"),
        ("occupation", "9211", "6439323131"),
    ],
)
def test_answers_are_written_as_the_protocol_says(
    name: str, value: Value, written: str, questionnaire: Questionnaire
) -> None:
    data = encode_record(a_case(content={name: value}), questionnaire)

    assert data.endswith(bytes.fromhex(written.replace(" ", "")))
    assert decode_record(data, lambda _: questionnaire).content == {name: value}


def test_hours_come_back_as_decimals_and_counts_as_whole_numbers(
    questionnaire: Questionnaire,
) -> None:
    data = encode_record(a_case(content={"work_hours": 12, "birth_date": 9}), questionnaire)

    content = decode_record(data, lambda _: questionnaire).content

    assert type(content["work_hours"]) is float
    assert type(content["birth_date"]) is int


@pytest.mark.parametrize(
    "changes",
    [
        {"questionnaire": "ffffffffffffffff"},
        {"record_id": RecordId("11")},
        {"visit_id": None},
        {"visit_id": RecordId("xx" * 16)},
        {"kind": Level.VISIT},
        {"revision": 0},
        {"revision": True},
        {"ancestors": (Fingerprint("1"),)},
        {"withdrawn": "mistake"},
        {"withdrawn": "", "content": {}, "classes": {}, "linkage": ()},
        {"linkage": (LinkageCode(3, bytes(8)), LinkageCode(2, bytes(8)))},
        {"linkage": (LinkageCode(2, bytes(8)), LinkageCode(2, bytes(8)))},
        {"linkage": (LinkageCode(2, bytes(7)),)},
        {"linkage": (LinkageCode(256, bytes(8)),)},
        {"content": {"work_hours": float("nan")}},
        {"content": {"work_hours": float("inf")}},
        {"content": {"workers_seen": 2**64}},
        {"content": {"occupation": "\ud800"}},
        {"content": {"occupation": "9" * 70_000}},
    ],
)
def test_a_record_that_cannot_be_is_not_written(
    changes: dict[str, object], questionnaire: Questionnaire
) -> None:
    with pytest.raises(ValueError, match=r"."):
        encode_record(a_case(**changes), questionnaire)


def test_a_withdrawn_case_carries_its_reason_and_nothing_else(
    questionnaire: Questionnaire,
) -> None:
    record = a_case(withdrawn="recorded_twice", content={}, classes={}, linkage=(), revision=3)

    data = encode_record(record, questionnaire)

    assert decode_record(data, lambda _: questionnaire) == record


def test_a_record_of_an_unknown_questionnaire_is_unreadable(
    questionnaire: Questionnaire,
) -> None:
    with pytest.raises(RecordUnreadable, match="questionnaire"):
        decode_record(encode_record(a_case(), questionnaire), lambda _: None)


def test_an_oversized_record_is_refused_before_it_is_read(questionnaire: Questionnaire) -> None:
    with pytest.raises(RecordUnreadable, match="65536"):
        decode_record(bytes(70_000), lambda _: questionnaire)


def test_the_fingerprint_covers_every_byte(questionnaire: Questionnaire) -> None:
    data = encode_record(a_case(), questionnaire)
    prints = {
        fingerprint(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]) for at in range(len(data))
    }

    assert len(prints | {fingerprint(data)}) == len(data) + 1
