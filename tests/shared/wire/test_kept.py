"""What is kept is read quickly, and never otherwise than the strict reader reads it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import RecordUnreadable
from shared.identifiers import Fingerprint, RecordId
from shared.questionnaire import Level
from shared.reference import load_reference
from shared.wire.kept import answers_kept, classes_kept
from shared.wire.records import Record, decode_record, encode_record

REFERENCE = load_reference("PAK")
QUESTIONNAIRE = REFERENCE.questionnaire
NAMES = {
    level: [one.name for one in QUESTIONNAIRE.of_level(level)]
    for level in (Level.VISIT, Level.CASE)
}
codes = st.sampled_from(["yes", "no", "unknown", "refused", "urban", "own", "", "é" * 30])
values = (
    codes
    | st.integers(-(10**12), 10**12)
    | st.decimals(-1000, 1000, places=2).map(float)
    | st.lists(codes, max_size=4, unique=True).map(tuple)
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    level = draw(st.sampled_from([Level.VISIT, Level.CASE]))
    names = st.sampled_from(NAMES[level]) | st.from_regex(r"\Aq[a-z]{1,40}\Z")
    withdrawn = draw(st.sampled_from([None, None, "mistake"]))
    return Record(
        kind=level,
        record_id=RecordId("ab" * 16),
        revision=draw(st.integers(1, 10**6)),
        questionnaire=QUESTIONNAIRE.digest,
        rules_version=draw(st.sampled_from(["2026.8", "r" * 40])),
        ancestors=tuple(Fingerprint("cd" * 16) for _ in range(draw(st.integers(0, 3)))),
        visit_id=RecordId("ef" * 16) if level is Level.CASE else None,
        withdrawn=withdrawn,
        danger=draw(st.booleans()),
        content={} if withdrawn else draw(st.dictionaries(names, values, max_size=30)),
        classes={}
        if withdrawn
        else draw(st.dictionaries(st.from_regex(r"\A[a-z_]{1,30}\Z"), codes, max_size=25)),
    )


@settings(max_examples=150, deadline=None)
@given(records())
def test_answers_and_classes_are_those_the_strict_reader_finds(record: Record) -> None:
    data = encode_record(record, QUESTIONNAIRE)
    strictly = decode_record(data, REFERENCE.questionnaire_by_digest)

    for _ in range(2):  # the second time from what is remembered
        answers = answers_kept(data, REFERENCE.questionnaire_by_digest)
        assert list(answers.items()) == list(strictly.content.items())
        assert list(map(type, answers.values())) == list(map(type, strictly.content.values()))
    assert dict(classes_kept(data)) == dict(strictly.classes)


@settings(max_examples=150, deadline=None)
@given(records(), st.data())
def test_bytes_cut_short_are_refused(record: Record, data: st.DataObject) -> None:
    whole = encode_record(record, QUESTIONNAIRE)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]

    with pytest.raises(RecordUnreadable):
        answers_kept(cut, REFERENCE.questionnaire_by_digest)


def test_classes_need_no_questionnaire_and_answers_do() -> None:
    record = Record(
        Level.CASE,
        RecordId("ab" * 16),
        1,
        QUESTIONNAIRE.digest,
        "2026.8",
        visit_id=RecordId("ef" * 16),
        content={"sex": "female"},
        classes={"fl": "NOT_FL"},
    )
    data = encode_record(record, QUESTIONNAIRE)

    assert classes_kept(data) == {"fl": "NOT_FL"}
    with pytest.raises(RecordUnreadable):
        answers_kept(data, lambda digest: None)
