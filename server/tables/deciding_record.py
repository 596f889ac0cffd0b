"""The deciding record: of a person, a period and a subject, the case everything is counted from.

Pure. There are two subjects, child labour and forced labour, and each has its own deciding record,
so that no cell can exist that the rules exclude: a girl exploited at 17 and met again at 18 stays a
child in that year, and nobody of 15 to 17 is "below minimum age".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from server.intake.attributes import NOT_KNOWN
from shared.classification import ChildLabourClass, ForcedLabourClass

_C, _F = ChildLabourClass, ForcedLabourClass


class Subject(StrEnum):
    """What a table is about."""

    CHILD_LABOUR = "child_labour"
    FORCED_LABOUR = "forced_labour"


UNDETERMINED = "UNDETERMINED"
SEVERITY: Mapping[Subject, tuple[str, ...]] = {
    Subject.CHILD_LABOUR: (
        *(_C.WFCL_OTHER, _C.HAZARDOUS, _C.BELOW_MIN_AGE, _C.HAZ_HOUSEHOLD_SERVICES),
        *(_C.LIGHT_WORK, _C.PERMITTED_WORK, _C.NOT_WORKING),
        *(_C.UNDETERMINED, _C.OUT_OF_SCOPE),
    ),
    Subject.FORCED_LABOUR: (
        *(_F.FL_STATE, _F.FL_CSE, _F.FL_PRIVATE, _F.NOT_FL),
        *(_F.UNDETERMINED, _F.OUT_OF_SCOPE),
    ),
}
"""Most severe first. UNDETERMINED counts only where no record of the period decides, and before
out of scope, which says nothing of the time the person was in scope. Among the classes of forced
labour no convention ranks one above another: the order is ours, from the one against which there
is least to turn to (the State) on, and is fixed so that the order of arrival cannot matter."""

AGES_OF_CLASS: Mapping[str, frozenset[str]] = {
    _C.BELOW_MIN_AGE: frozenset({"5-11", "12-14"}),
    _C.LIGHT_WORK: frozenset({"12-14"}),
    _C.PERMITTED_WORK: frozenset({"15-17"}),
    **dict.fromkeys(
        (_C.WFCL_OTHER, _C.HAZARDOUS, _C.HAZ_HOUSEHOLD_SERVICES, _C.NOT_WORKING),
        frozenset({"5-11", "12-14", "15-17"}),
    ),
    **dict.fromkeys(
        (_F.FL_STATE, _F.FL_CSE, _F.FL_PRIVATE, _F.NOT_FL),
        frozenset({"5-11", "12-14", "15-17", "18+"}),
    ),
}
"""Age bands that a class can have, beside an unknown one; every band where a class is not here.
Sources: rules R0 to R8 and F0 to F8 of docs/counting-rules.md."""


@dataclass(frozen=True, slots=True)
class CountedRecord:
    """What deciding needs of one accepted current case.

    month: '2026-11'. classes: by subject. high: by subject, whether it may yet be in it: the
    second letter of its bounds. is_complete: whether every required question is answered.
    attributes: by name; NOT_KNOWN, or no entry, is not known.
    """

    record_id: str
    month: str
    classes: Mapping[Subject, str]
    high: Mapping[Subject, bool] = field(default_factory=dict)
    is_complete: bool = True
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """A person in a period, for one subject.

    record_id: the deciding record. class_: its class. attributes: of it, an unknown one from the
    latest record that knows it. high: whether the person is in the upper bound.
    """

    record_id: str
    class_: str
    attributes: Mapping[str, str]
    high: bool


def decide_record(records: Sequence[CountedRecord], subject: Subject) -> Decided:
    """The deciding record of one person's records in one period. Raises ValueError without any.

    The most severe class decides; among equals a complete interview before one that is not, then
    the latest (by month, then by record id). Records in any order give the same.
    """
    first = max(records, key=lambda record: _rank(record, subject))
    class_ = _known_class(first, subject)
    latest_first = sorted(records, key=_when, reverse=True)
    names = {name for record in records for name in record.attributes}
    attributes = {name: _attribute(name, class_, first, latest_first) for name in sorted(names)}
    high = any(record.high.get(subject, False) for record in records)
    return Decided(first.record_id, class_, attributes, high)


def contradicts(class_: str, attribute: str, value: str) -> bool:
    """Whether somebody of that class cannot have that attribute."""
    if attribute != "age_band" or value == NOT_KNOWN:
        return False
    bands = AGES_OF_CLASS.get(class_)
    return bands is not None and value not in bands


def _attribute(
    name: str, class_: str, first: CountedRecord, latest_first: Sequence[CountedRecord]
) -> str:
    """The deciding record's own, else of the latest that knows it and fits the class."""
    for record in (first, *latest_first):
        value = record.attributes.get(name, NOT_KNOWN)
        if value != NOT_KNOWN and (record is first or not contradicts(class_, name, value)):
            return value
    return NOT_KNOWN


def _known_class(record: CountedRecord, subject: Subject) -> str:
    # A code these tables do not know (a newer rule's) is undetermined, not left out.
    found = record.classes.get(subject, UNDETERMINED)
    return found if found in SEVERITY[subject] else UNDETERMINED


def _rank(record: CountedRecord, subject: Subject) -> tuple[int, bool, bool, str, str]:
    place = SEVERITY[subject].index(_known_class(record, subject))
    return -place, record.high.get(subject, False), record.is_complete, *_when(record)


def _when(record: CountedRecord) -> tuple[str, str]:
    return record.month, record.record_id
