"""Whether one record is sound, and what it says: everything about it that needs no database.

marshmallow looks at shape (how long, how many, which letters), shared.findings at meaning;
shared.classification gives the classes. What comes out holds nothing the server may not keep.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from shared.answers import Value
from shared.classification import RULES_VERSION, classify
from shared.errors import RecordUnreadable
from shared.findings import Severity, check_content
from shared.identifiers import Fingerprint, RecordId
from shared.linkage import CODE_TYPES, LinkageCode, may_be_linked
from shared.linkage.codes import KEY_STEP
from shared.questionnaire import Level
from shared.reference import Reference
from shared.wire.outline import UnpackedRecord
from shared.wire.receipts import FindingOnWire
from shared.wire.records import Record, decode_received, fingerprint

UNREADABLE = "record.unreadable"
MISSHAPEN = "record.misshapen"
CLASSES_DIFFER = "classification.differs"
LINKING_NOT_WANTED = "linkage.not_wanted"
"""Codes came of a person who did not agree to being linked: they are dropped, the case counts. Its
fingerprint stays that of the bytes that came, so that tablet and office go on agreeing."""
FLAGS = frozenset({"record.visit_in_future", "record.visit_long_ago"})
"""Warnings kept with a record that is taken in: a tablet's clock may be years off."""

_NAME = re.compile(r"\A[A-Za-z][A-Za-z0-9_]{0,63}\Z")
_PLAIN = re.compile(r"[A-Za-z0-9_.:+-]{0,60}")
_PRINTED = re.compile(r"[ -~]{0,200}")
_WORD = validate.Regexp(r"\A[A-Za-z0-9_.:+-]{0,60}\Z")
_LINE = validate.Regexp(r"\A[ -~]{0,200}\Z")
_MAX_TEXT = 2000
_MOST_REVISIONS = 1_000_000
_MAX_WHOLE = 10**12


def _is_answer(value: object) -> None:
    """An answer's outer limits: what no database can hold must not reach one."""
    for part in value if isinstance(value, tuple) else (value,):
        if isinstance(part, str):
            if len(part) > _MAX_TEXT or "\x00" in part:
                raise ValidationError("too long, or not text")
        elif isinstance(part, bool) or not isinstance(part, int | float):
            raise ValidationError("not an answer")
        elif abs(part) > _MAX_WHOLE:
            raise ValidationError("not a number of this world")
    if isinstance(value, tuple) and len(value) > 200:
        raise ValidationError("too many choices")


class RecordShape(Schema):
    """How long and how many: the outer limits of a record, whatever the questionnaire."""

    class Meta:
        unknown = RAISE

    revision = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, _MOST_REVISIONS)
    )
    rules_version = fields.String(required=True, validate=[_WORD, validate.Length(1, 40)])
    withdrawn = fields.String(
        required=True, allow_none=True, validate=[_WORD, validate.Length(1, 40)]
    )
    ancestors = fields.List(fields.Raw(), required=True, validate=validate.Length(max=500))
    content = fields.Dict(
        keys=fields.String(validate=validate.Regexp(_NAME)),
        values=fields.Raw(validate=_is_answer),
        required=True,
        validate=validate.Length(max=500),
    )
    classes = fields.Dict(
        keys=fields.String(validate=_WORD),
        values=fields.String(validate=_LINE),
        required=True,
        validate=validate.Length(max=60),
    )
    code_types = fields.List(
        fields.Integer(strict=True, validate=validate.OneOf(list(CODE_TYPES))), required=True
    )
    codes_beyond_their_kind = fields.Integer(
        required=True, strict=True, validate=validate.Range(0, 0)
    )


_SHAPE = RecordShape()


@dataclass(frozen=True)
class Validated:
    """One record as it may be stored and answered.

    record: None when it could not be read; a sound one has codes only where they may be kept.
    is_sound: no finding of severity error. findings: what is stored and answered: the errors; of a
    sound record, dates that cannot be right and that codes were dropped. canonical: for a sound
    record, its encoding without linkage codes. classes: ours; visit: the answers of the case's
    visit they were worked out with, None when it was not known.
    """

    fingerprint: Fingerprint
    record: Record | None
    is_sound: bool
    findings: tuple[FindingOnWire, ...] = ()
    canonical: bytes | None = None
    classes: Mapping[str, str] | None = None
    classes_differ: bool = False
    visit: Mapping[str, Value] | None = None


class Readable(NamedTuple):
    """A record that could be read. kept: its canonical bytes without linkage codes."""

    record: Record
    kept: bytes


def read_record(received: UnpackedRecord, reference: Reference) -> Readable | None:
    """The record that came, or None when it cannot be read."""
    try:
        return Readable(*decode_received(received, reference.questionnaire_by_digest))
    except RecordUnreadable:
        return None


class Received(NamedTuple):
    """One record as it came. readable: of ``read_record``."""

    data: bytes
    readable: Readable | None


def validate_records(
    received: Sequence[Received],
    reference: Reference,
    received_on: date,
    visit_content: Callable[[RecordId], Mapping[str, Value] | None],
    organisation: str,
) -> list[Validated]:
    """The verdicts on records as they came, in their order. Never raises for what a tablet may have
    sent.

    visit_content: what the office knows of the visit a case was found in, None when nothing; then
    our classes are not compared with the tablet's. organisation: the kind of who sends them (code
    list source_lists).

    One step for all of them, then the next: a processor that does the same again has at hand what
    it did it with, which takes a fifth less than all steps for each record.
    """
    first = [_checked(one, reference, received_on, organisation) for one in received]
    return [
        _classified(one, reference, visit_content) if one.is_sound and one.classes is None else one
        for one in first
    ]


def _checked(
    received: Received, reference: Reference, received_on: date, organisation: str
) -> Validated:
    """The verdict but for classes: a sound record that has some to be worked out has none yet."""
    mark = fingerprint(received.data)
    if received.readable is None:
        return Validated(mark, None, False, ((UNREADABLE, None, {}),))
    record, canonical = received.readable
    misshapen = _shape_findings(record)
    if misshapen:
        return Validated(mark, _without_content(record), False, misshapen)
    questionnaire = reference.questionnaire_by_digest(record.questionnaire)
    assert questionnaire is not None, "decode_record knows it"
    found = check_content(reference, record, received_on)
    severe = [finding for finding in found if finding.severity is Severity.ERROR]
    flags = [finding for finding in found if finding.code in FLAGS]
    told = tuple(_on_wire(finding, questionnaire.questions) for finding in severe or flags)
    if severe:
        return Validated(mark, _without_content(record), False, told)
    if record.linkage and not may_be_linked(questionnaire, record.content, organisation):
        record, told = replace(record, linkage=()), (*told, (LINKING_NOT_WANTED, None, {}))
    has_none = record.withdrawn is not None or record.kind is Level.VISIT
    classes: Mapping[str, str] | None = {} if has_none else None
    return Validated(mark, record, True, told, canonical=canonical, classes=classes)


def _classified(
    sound: Validated,
    reference: Reference,
    visit_content: Callable[[RecordId], Mapping[str, Value] | None],
) -> Validated:
    record = sound.record
    assert record is not None, "a sound record could be read"
    questionnaire = reference.questionnaire_by_digest(record.questionnaire)
    assert questionnaire is not None, "decode_record knows it"
    visit = visit_content(RecordId(record.visit_id or ""))
    ours = classify(record.content, visit or {}, questionnaire, reference.profile).codes()
    differ = visit is not None and record.rules_version == RULES_VERSION and ours != record.classes
    return Validated(
        sound.fingerprint,
        record,
        True,
        findings=(*sound.findings, (CLASSES_DIFFER, None, {})) if differ else sound.findings,
        canonical=sound.canonical,
        classes=ours,
        classes_differ=differ,
        visit=visit,
    )


def as_answers(content: Mapping[str, Any]) -> dict[str, Value]:
    """Answers as they were before JSON made lists of their tuples."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items()
    }


def _without_content(record: Record) -> Record:
    """What may be known of a rejected record: its numbers, not its answers."""
    safe = _PLAIN.fullmatch(record.rules_version)
    return replace(
        record,
        revision=min(record.revision, 1_000_001),
        ancestors=record.ancestors[:500],
        rules_version=record.rules_version[:40] if safe else "",
        withdrawn=None,
        content={},
        classes={},
        linkage=(),
    )


def _plainly_fits(record: Record) -> bool:
    """Whether nothing about the shape of a record is wrong, seen at a glance: what is not plainly
    right is looked at by RecordShape, which says what is wrong. A test holds the two together."""
    return (
        type(record.revision) is int
        and 1 <= record.revision <= _MOST_REVISIONS
        and 1 <= len(record.rules_version) <= 40
        and _PLAIN.fullmatch(record.rules_version) is not None
        and record.withdrawn is None
        and len(record.ancestors) <= 500
        and len(record.content) <= 500
        and (record.content.keys() <= _NAMES or all(map(_is_name, record.content)))
        and all(map(_plainly_an_answer, record.content.values()))
        and len(record.classes) <= 60
        and (record.classes.items() <= _CLASSES or all(map(_is_class, record.classes.items())))
        and _are_of_their_kind(bytes([code.type for code in record.linkage]))
    )


_MOST_REMEMBERED = 5_000
_NAMES: set[str] = set()
_CLASSES: set[tuple[str, str]] = set()
"""What was seen to fit; questions and classes are few, and what is hostile is not remembered
without end."""


def _is_name(name: str) -> bool:
    fits = _NAME.match(name) is not None
    if fits and len(_NAMES) < _MOST_REMEMBERED:
        _NAMES.add(name)
    return fits


def _is_class(named: tuple[str, str]) -> bool:
    name, code = named
    fits = _PLAIN.fullmatch(name) is not None and _PRINTED.fullmatch(code) is not None
    if fits and len(_CLASSES) < _MOST_REMEMBERED:
        _CLASSES.add(named)
    return fits


@lru_cache(maxsize=1_000)
def _are_of_their_kind(types: bytes) -> bool:
    """Whether there are codes of these types, and no more of one than it gives."""
    counts = Counter(types)
    return len({number // KEY_STEP for number in counts}) <= _MOST_KEYS_OF_CODES and all(
        number % KEY_STEP in CODE_TYPES and count <= CODE_TYPES[number % KEY_STEP].codes
        for number, count in counts.items()
    )


def _plainly_an_answer(value: object) -> bool:
    if type(value) is str:
        return len(value) <= _MAX_TEXT and "\x00" not in value
    if type(value) is int or type(value) is float:
        return -_MAX_WHOLE <= value <= _MAX_WHOLE
    return (
        type(value) is tuple
        and len(value) <= 200
        and all(type(one) is str and len(one) <= _MAX_TEXT and "\x00" not in one for one in value)
    )


def _shape_findings(record: Record) -> tuple[FindingOnWire, ...]:
    return () if _plainly_fits(record) else _by_schema(record)


def _by_schema(record: Record) -> tuple[FindingOnWire, ...]:
    problems = _SHAPE.validate(
        {
            "revision": record.revision,
            "rules_version": record.rules_version,
            "withdrawn": record.withdrawn,
            "ancestors": list(record.ancestors),
            "content": dict(record.content),
            "classes": dict(record.classes),
            # Each type once: eighteen codes of twelve types are checked by twelve numbers.
            "code_types": sorted({code.kind for code in record.linkage}),
            "codes_beyond_their_kind": _codes_beyond_their_kind(record.linkage),
        }
    )
    # The field's name only: marshmallow's messages may quote what was sent.
    return tuple((MISSHAPEN, None, {"field": name}) for name in sorted(problems))


_MOST_KEYS_OF_CODES = 2
"""The one before and a new one, while the linkage key is changed."""


def _codes_beyond_their_kind(linkage: Sequence[LinkageCode]) -> int:
    """How many codes a record has more than their types give, with two keys at most: an honest
    tablet sends none."""
    counts = Counter(code.type for code in linkage)
    keys = len({code.made_with for code in linkage})
    return max(0, keys - _MOST_KEYS_OF_CODES) + sum(
        max(0, count - CODE_TYPES[number % KEY_STEP].codes)
        for number, count in counts.items()
        if number % KEY_STEP in CODE_TYPES
    )


def _on_wire(finding: Any, questions: Mapping[str, Any]) -> FindingOnWire:
    """A finding fit to be stored and sent: a name we know, and no value of an identity question."""
    question = finding.question
    known = questions.get(question) if question else None
    if question and known is None:
        return finding.code, question if _NAME.fullmatch(question) else None, {}
    if known is not None and known.is_identity:
        return finding.code, question, {}
    return finding.code, question, dict(finding.values)
