"""Which attributes a class cannot have: the cells that no table may hold.

An unknown attribute of the deciding record is filled in from another record; what would make such
a cell is not taken. Sources: rules R0 to R8, G1, G2 and F0 to F8 of docs/counting-rules.md; a test
compares what is here with every cell the rules themselves can make.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shared.classification.child_labour import ChildLabourClass
from shared.classification.forced_labour import ForcedLabourClass
from shared.counting.standing import NOT_KNOWN, UNDETERMINED, Subject

_C, _F = ChildLabourClass, ForcedLabourClass

_CHILDREN = frozenset({"5-11", "12-14", "15-17"})
_EVERYBODY = _CHILDREN | {"18+"}
_NO_WORK = frozenset({"0"})
_LIGHT = frozenset({"1-13"})
_BELOW_43 = frozenset({"1-13", "14-27", "28-42"})
_BY_HOUSEHOLD_OR_OPEN = MappingProxyType(
    {"5-11": _NO_WORK, "12-14": _NO_WORK | _LIGHT, "15-17": _NO_WORK | _BELOW_43}
)

HOURS_BANDS_OF: Mapping[str, Mapping[str, frozenset[str]]] = {
    _C.WFCL_OTHER: dict.fromkeys(_CHILDREN, _NO_WORK | _BELOW_43 | {"43+"}),
    _C.HAZARDOUS: dict.fromkeys(_CHILDREN, _BELOW_43 | {"43+"}),
    _C.BELOW_MIN_AGE: {"5-11": _BELOW_43, "12-14": _BELOW_43 - _LIGHT},
    _C.HAZ_HOUSEHOLD_SERVICES: _BY_HOUSEHOLD_OR_OPEN,
    _C.LIGHT_WORK: {"12-14": _LIGHT},
    _C.PERMITTED_WORK: {"15-17": _BELOW_43},
    _C.NOT_WORKING: dict.fromkeys(_CHILDREN, _NO_WORK),
    _C.UNDETERMINED: _BY_HOUSEHOLD_OR_OPEN,
}
"""Classes of child labour, the age bands each can have, and with each of these the bands of
economic hours (attribute ``hours_band``). What stays open stays below the hours that decide."""

AGE_BANDS_OF: Mapping[str, frozenset[str]] = {
    **{class_: frozenset(ages) for class_, ages in HOURS_BANDS_OF.items()},
    **dict.fromkeys((_F.FL_STATE, _F.FL_CSE, _F.FL_PRIVATE, _F.NOT_FL), _EVERYBODY),
}
"""Age bands a class can have, beside an unknown one; every band where a class is not here.
``UNDETERMINED`` is that of child labour: that of forced labour can be anybody's of 5 and more."""

MAKES_HAZARDOUS = frozenset({"hazard", "abuse", "night", "industry", "isic_section", "occupation"})
"""Attributes that make work hazardous (R2), by themselves or where the law of a country lists
them."""
OF_WORK = MAKES_HAZARDOUS | {"sector", "status", "employer", "injury"}
"""Attributes of a job in the week. One who did not work has none, whatever another record of the
person knows of another week."""
NOT_HAZARDOUS = frozenset({_C.BELOW_MIN_AGE, _C.LIGHT_WORK, _C.PERMITTED_WORK})
"""Classes of those who work, and whose work no answer says to be hazardous: R2 comes first."""
_PERHAPS_WORKING = frozenset({_C.HAZ_HOUSEHOLD_SERVICES, _C.UNDETERMINED})
"""Classes of those who may or may not work, and are in no hazardous work as far as is known."""
_SAYS_NONE = frozenset({NOT_KNOWN, "no", "none"})

LONG_CHORES = "21+"
"""Band of ``chore_hours`` that is child labour at 5 to 14 (G1)."""
AGE_OF_CHORES_WITHOUT_END = "15-17"
"""Age band at which no hours of chores are child labour by themselves."""
ADULTS, BELOW_FIVE = "18+", "0-4"


def contradicts(
    subject: Subject,
    class_: str,
    attribute: str,
    value: str,
    beside: Mapping[str, str] = MappingProxyType({}),
) -> bool:
    """Whether somebody of that class cannot have that attribute. Unknown contradicts nothing.

    beside: other attributes of the same person, for what only several of them together exclude:
    hours with an age, long chores with an age, no hours with a job.
    """
    if value == NOT_KNOWN:
        return False
    if subject is Subject.FORCED_LABOUR:
        if class_ == UNDETERMINED:
            return attribute == "age_band" and value == BELOW_FIVE
        return attribute == "age_band" and value not in AGE_BANDS_OF.get(class_, {value})
    by_age = HOURS_BANDS_OF.get(class_)
    if by_age is None:
        return False
    known = {**beside, attribute: value}
    age, hours = known.get("age_band", NOT_KNOWN), known.get("hours_band", NOT_KNOWN)
    if attribute == "age_band":
        return not _is_possible(class_, age, hours) or _too_long_chores(class_, known)
    if attribute == "hours_band":
        return not _is_possible(class_, age, hours) or _other_than_the_job(class_, known)
    if attribute == "chore_hours":
        return _too_long_chores(class_, known)
    if attribute not in OF_WORK:
        return False
    return class_ == _C.NOT_WORKING or (class_ in _PERHAPS_WORKING and hours in _NO_WORK)


def may_be_taken(
    subject: Subject,
    class_: str,
    attribute: str,
    value: str,
    beside: Mapping[str, str],
    of_class: str,
) -> bool:
    """Whether an attribute of another record may be told of somebody of that class.

    of_class: the class of that other record. What makes work hazardous is told of a class without
    hazardous work only from a record whose own class says that it does not: its law was asked.
    """
    if contradicts(subject, class_, attribute, value, beside):
        return False
    if subject is Subject.FORCED_LABOUR or attribute not in MAKES_HAZARDOUS:
        return True
    if class_ not in NOT_HAZARDOUS | _PERHAPS_WORKING or value in _SAYS_NONE:
        return True
    return of_class in NOT_HAZARDOUS


def _is_possible(class_: str, age: str, hours: str) -> bool:
    by_age = HOURS_BANDS_OF[class_]
    if age == NOT_KNOWN:
        # Whoever may be an adult is undetermined whatever the hours (R0).
        everything = class_ == UNDETERMINED or hours == NOT_KNOWN
        return everything or any(hours in bands for bands in by_age.values())
    return age in by_age and (hours == NOT_KNOWN or hours in by_age[age])


def _too_long_chores(class_: str, known: Mapping[str, str]) -> bool:
    """Whether the chores alone would make it child labour (G1)."""
    age = known.get("age_band", NOT_KNOWN)
    if known.get("chore_hours") != LONG_CHORES or age == AGE_OF_CHORES_WITHOUT_END:
        return False
    return class_ in (_C.LIGHT_WORK, _C.NOT_WORKING) or (
        class_ == UNDETERMINED and age in _CHILDREN
    )


def _other_than_the_job(class_: str, known: Mapping[str, str]) -> bool:
    """Whether hours are not those of the job that is told: none of somebody with a job, or some in
    work that may be hazardous, which would have another class."""
    if class_ not in _PERHAPS_WORKING:
        return False
    if known["hours_band"] in _NO_WORK:
        return any(known.get(name, NOT_KNOWN) != NOT_KNOWN for name in OF_WORK)
    if class_ == UNDETERMINED and known.get("age_band", NOT_KNOWN) == NOT_KNOWN:
        return False
    return any(known.get(name, NOT_KNOWN) not in _SAYS_NONE for name in MAKES_HAZARDOUS)
