"""What is seen at a glance and what marshmallow says of a record's shape are one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.intake import validate
from server.intake.validate import RecordShape, _plainly_fits
from shared.linkage import CODE_TYPES, LinkageCode
from shared.questionnaire import Level
from shared.wire.records import Record

ODD = "\x00é \n-" + "a" * 3
texts = st.text(ODD, max_size=4) | st.integers(0, 2100).map(lambda length: "a" * length)
numbers = st.integers(-(10**13), 10**13) | st.floats() | st.booleans()
answers = texts | numbers | st.lists(texts | numbers, max_size=3).map(tuple)
names = st.text("aZ_0-", min_size=0, max_size=3) | st.integers(60, 66).map(lambda many: "a" * many)
codes = st.lists(
    st.builds(LinkageCode, st.sampled_from([*list(CODE_TYPES)[:4], 250]), st.binary(max_size=1)),
    max_size=6,
).map(tuple)


@given(
    revision=st.integers(-1, 3) | st.integers(999_999, 1_000_002) | st.booleans(),
    rules_version=names,
    withdrawn=st.none() | names,
    content=st.dictionaries(names, answers, max_size=3) | st.just({f"a{n}": 1 for n in range(501)}),
    classes=st.dictionaries(names, texts, max_size=3) | st.just({f"a{n}": "" for n in range(61)}),
    linkage=codes,
)
def test_glance_never_passes_what_the_schema_refuses(**fields: Any) -> None:
    record = Record(
        kind=Level.CASE, record_id="0" * 32, visit_id="1" * 32, questionnaire="", **fields
    )

    assert not _plainly_fits(record) or _refused_by_schema(record) == ()


def test_glance_passes_a_sound_record() -> None:
    """Else the schema would look at every record, and nobody would notice but by the time."""
    record = Record(
        Level.CASE,
        "0" * 32,
        1,
        "",
        "2026.1",
        content={"sex": "female", "age": 10, "hours": 20.5, "tools": ("knife", "fire")},
        classes={"cl_sna": "CHILD_LABOUR", "flags": "a b"},
    )

    assert _plainly_fits(record)


def _refused_by_schema(record: Record) -> tuple[object, ...]:
    assert isinstance(validate._SHAPE, RecordShape)
    return validate._by_schema(record)
