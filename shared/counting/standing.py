"""What one record says of one subject: its class, its bounds, and whether anybody asked.

Reads the flat codes of Classification.codes(), which is what tablet and office keep of a record.
A record of older rules, which has no bounds, has those its class alone gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from shared.classification.child_labour import IN_CHILD_LABOUR, ChildLabourClass
from shared.classification.forced_labour import IN_FORCED_LABOUR, ForcedLabourClass
from shared.remembered import forgotten_on_locking

_C, _F = ChildLabourClass, ForcedLabourClass

NOT_KNOWN = "unknown"
"""An attribute nobody answered, in every count."""


class Subject(StrEnum):
    """What a table is about."""

    CHILD_LABOUR = "child_labour"
    FORCED_LABOUR = "forced_labour"


UNDETERMINED = "UNDETERMINED"
OUT_OF_SCOPE = "OUT_OF_SCOPE"
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

IN_THE_SUBJECT: Mapping[Subject, frozenset[str]] = {
    Subject.CHILD_LABOUR: frozenset(IN_CHILD_LABOUR),
    Subject.FORCED_LABOUR: frozenset(IN_FORCED_LABOUR),
}
"""The classes that are child labour (on the general production boundary), or forced labour."""

_CODES = {
    Subject.CHILD_LABOUR: ("cl_general", "cl_general_bounds", "child_labour_not_assessed"),
    Subject.FORCED_LABOUR: ("fl", "fl_bounds", "forced_labour_not_assessed"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What one record says of one subject.

    class_: one of SEVERITY. low, high: whether it is in the subject in every way the unknown
    answers can turn out, and in some way; low is never without high. asked: whether anybody asked:
    a record without that is no zero and stands in no denominator.
    """

    class_: str
    low: bool
    high: bool
    asked: bool


def standing(codes: Mapping[str, str], subject: Subject) -> Standing:
    """What a record with these classes says of a subject.

    A class these rules do not know (a newer rule's, none at all) is undetermined with every bound
    open, not left out.
    """
    name, bounds_name, _ = _CODES[subject]
    return _standing(
        subject, codes.get(name, UNDETERMINED), codes.get(bounds_name, ""), codes.get("flags", "")
    )


@forgotten_on_locking
@lru_cache(maxsize=1_000)
def _standing(subject: Subject, found: str, bounds: str, flags: str) -> Standing:
    not_asked = _CODES[subject][2]
    known = found in SEVERITY[subject]
    class_ = found if known else UNDETERMINED
    inside = class_ in IN_THE_SUBJECT[subject]
    if not known or bounds not in ("NN", "NY", "YY"):
        bounds = "NY" if class_ == UNDETERMINED else "YY" if inside else "NN"
    asked = not (class_ == UNDETERMINED and not_asked in flags.split())
    return Standing(class_, bounds == "YY", inside or bounds != "NN", asked)


_NOT_COMPLETE = frozenset({"record.required_missing", "answer.required"})


def is_complete(finding_codes: Iterable[str]) -> bool:
    """Whether every required question that was asked is answered, by the findings of a record.

    An interview that was cut short has nothing required and is complete in this sense; its class
    is undetermined all the same.
    """
    return _NOT_COMPLETE.isdisjoint(finding_codes)
