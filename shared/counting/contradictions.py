"""Which attributes a class cannot have: the cells that no table may hold.

An unknown attribute of the deciding record is filled in from another record; what would make such
a cell is not taken. Sources: rules R0 to R8 and F0 to F8 of docs/counting-rules.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shared.classification.child_labour import ChildLabourClass
from shared.classification.forced_labour import ForcedLabourClass
from shared.counting.standing import NOT_KNOWN

_C, _F = ChildLabourClass, ForcedLabourClass

_CHILDREN = frozenset({"5-11", "12-14", "15-17"})
_EVERYBODY = _CHILDREN | {"18+"}

AGE_BANDS_OF: Mapping[str, frozenset[str]] = {
    _C.BELOW_MIN_AGE: frozenset({"5-11", "12-14"}),
    _C.LIGHT_WORK: frozenset({"12-14"}),
    _C.PERMITTED_WORK: frozenset({"15-17"}),
    **dict.fromkeys(
        (_C.WFCL_OTHER, _C.HAZARDOUS, _C.HAZ_HOUSEHOLD_SERVICES, _C.NOT_WORKING), _CHILDREN
    ),
    **dict.fromkeys((_F.FL_STATE, _F.FL_CSE, _F.FL_PRIVATE, _F.NOT_FL), _EVERYBODY),
}
"""Age bands a class can have, beside an unknown one; every band where a class is not here."""

HOURS_BANDS_OF: Mapping[str, frozenset[str]] = {
    _C.NOT_WORKING: frozenset({"0"}),
    _C.LIGHT_WORK: frozenset({"1-13"}),
    _C.PERMITTED_WORK: frozenset({"1-13", "14-27", "28-42"}),
    _C.BELOW_MIN_AGE: frozenset({"1-13", "14-27", "28-42"}),
}
"""Bands of economic hours a class can have (attribute ``hours_band``): from 43 hours on work is
hazardous (R3)."""

OF_WORK = frozenset(
    {
        *("industry", "isic_section", "sector", "occupation", "status", "employer"),
        *("hazard", "abuse", "night", "injury"),
    }
)
"""Attributes of a job in the week. One who did not work has none, whatever another record of the
person knows of another week."""


LONG_CHORES = "21+"
"""Band of ``chore_hours`` that is child labour at 5 to 14 (G1)."""
AGE_OF_CHORES_WITHOUT_END = "15-17"
"""Age band at which no hours of chores are child labour by themselves."""


def contradicts(
    class_: str, attribute: str, value: str, beside: Mapping[str, str] = MappingProxyType({})
) -> bool:
    """Whether somebody of that class cannot have that attribute. Unknown contradicts nothing.

    beside: other attributes of the same person, for what only two of them together exclude: hours
    below those of rule R5 with an age, long chores with an age.
    """
    if value == NOT_KNOWN:
        return False
    if attribute == "chore_hours":
        age = beside.get("age_band", NOT_KNOWN)
        return value == LONG_CHORES and (
            class_ == _C.LIGHT_WORK
            or (class_ == _C.NOT_WORKING and age != AGE_OF_CHORES_WITHOUT_END)
        )
    if class_ == _C.BELOW_MIN_AGE:
        both = {**beside, attribute: value}
        if both.get("age_band") == "12-14" and both.get("hours_band") == "1-13":
            return attribute in ("age_band", "hours_band")
    if attribute == "age_band":
        possible = AGE_BANDS_OF.get(class_)
    elif attribute == "hours_band":
        possible = HOURS_BANDS_OF.get(class_)
    else:
        return class_ == _C.NOT_WORKING and attribute in OF_WORK
    return possible is not None and value not in possible
