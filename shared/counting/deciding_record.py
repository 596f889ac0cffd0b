"""The deciding record: of a person, a period and a subject, the case everything is counted from.

There are two subjects, child labour and forced labour, and each has its own deciding record, so
that no cell can exist that the rules exclude: a girl exploited at 17 and met again at 18 stays a
child in that year, and nobody of 15 to 17 is "below minimum age".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.counting.contradictions import may_be_taken
from shared.counting.standing import (
    IN_THE_SUBJECT,
    NOT_KNOWN,
    OUT_OF_SCOPE,
    SEVERITY,
    UNDETERMINED,
    Standing,
    Subject,
    standing,
)


@dataclass(frozen=True, slots=True)
class CountedRecord:
    """What deciding needs of one accepted current case.

    month: '2026-11'. standings: by subject; see of_codes(). is_complete: whether every required
    question is answered. attributes: by name; NOT_KNOWN, or no entry, is not known.
    """

    record_id: str
    month: str
    standings: Mapping[Subject, Standing]
    is_complete: bool = True
    attributes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_codes(
        cls,
        record_id: str,
        month: str,
        codes: Mapping[str, str],
        *,
        is_complete: bool = True,
        attributes: Mapping[str, str] | None = None,
    ) -> CountedRecord:
        """A record from the codes of its classification (Classification.codes())."""
        standings = {subject: standing(codes, subject) for subject in Subject}
        return cls(record_id, month, standings, is_complete, attributes or {})


@dataclass(frozen=True, slots=True)
class Decided:
    """A person in a period, for one subject.

    record_id: the deciding record. class_: its class. attributes: of it, an unknown one from the
    latest record that knows it and fits the class. low, high: whether the person is in the lower
    and in the upper bound of the subject. asked: whether any record of the period asked about it;
    a person of whom nobody asked is not a person of whom nothing was found.
    """

    record_id: str
    class_: str
    attributes: Mapping[str, str]
    low: bool
    high: bool
    asked: bool


_NOTHING_KNOWN = Standing(UNDETERMINED, low=False, high=True, asked=False)


def decide_record(records: Sequence[CountedRecord], subject: Subject) -> Decided:
    """The deciding record of one person's records in one period. Raises ValueError without any.

    The most severe class decides. Among equals more information outranks less: one that was asked
    before one that was not, a complete interview before one that is not; then the latest decides
    (by month, then by record id). Records in any order give the same.

    A person is in the lower bound when some record is certain, and in the upper bound when some
    record may be; a class of the subject is always in the upper bound, also where the lower one
    waits for an answer (hours unknown in hazardous work, an exception of C29 not documented).
    """
    first = max(records, key=lambda record: _rank(record, subject))
    said = [_standing(record, subject) for record in records]
    class_ = _standing(first, subject).class_
    latest_first = sorted(records, key=_when, reverse=True)
    names = {name for record in records for name in record.attributes}
    return Decided(
        first.record_id,
        class_,
        _attributes(sorted(names, key=_first_of_all), first, latest_first, subject),
        low=any(one.low for one in said),
        high=class_ in IN_THE_SUBJECT[subject] or any(one.low or one.high for one in said),
        asked=any(one.asked and one.class_ != OUT_OF_SCOPE for one in said)
        or class_ == OUT_OF_SCOPE,
    )


def _standing(record: CountedRecord, subject: Subject) -> Standing:
    found = record.standings.get(subject, _NOTHING_KNOWN)
    return found if found.class_ in SEVERITY[subject] else _NOTHING_KNOWN


def _attributes(
    names: Sequence[str],
    first: CountedRecord,
    latest_first: Sequence[CountedRecord],
    subject: Subject,
) -> dict[str, str]:
    """The deciding record's own, else of the latest that knows it and fits the class and what is
    known already."""
    class_ = _standing(first, subject).class_
    known = {name: first.attributes.get(name, NOT_KNOWN) for name in names}
    for name in names:
        if known[name] != NOT_KNOWN:
            continue
        for record in latest_first:
            value = record.attributes.get(name, NOT_KNOWN)
            of_class = _standing(record, subject).class_
            if value != NOT_KNOWN and may_be_taken(subject, class_, name, value, known, of_class):
                known[name] = value
                break
    return known


_DECIDE_THE_CLASS = ("age_band", "hours_band", "chore_hours")


def _first_of_all(name: str) -> tuple[bool, str]:
    """What the rules go by is filled in first: the rest has to fit it."""
    return name not in _DECIDE_THE_CLASS, name


def _rank(record: CountedRecord, subject: Subject) -> tuple[int, bool, bool, str, str]:
    found = _standing(record, subject)
    place = SEVERITY[subject].index(found.class_)
    return -place, found.asked, record.is_complete, *_when(record)


def _when(record: CountedRecord) -> tuple[str, str]:
    return record.month, record.record_id
