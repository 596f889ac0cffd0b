"""Which class of a case is told first, and whether it may look like good news.

Owns the headline of lists and the weight of a class: the same on every page that shows one. Reads
the flat codes of Classification.codes(), which is what a list still has. Knows no colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from shared.classification.child_labour import IN_CHILD_LABOUR, ChildLabourClass
from shared.classification.forced_labour import IN_FORCED_LABOUR, ForcedLabourClass
from shared.classification.national import FORBIDDEN, NationalClass

_C, _F = ChildLabourClass, ForcedLabourClass


class Weight(StrEnum):
    """How a class may look. QUIET: nothing was found here, but it is no good news."""

    SERIOUS = "serious"
    OPEN = "open"
    QUIET = "quiet"
    GOOD = "good"


def child_labour_of(codes: Mapping[str, str]) -> str:
    """The class on the general production boundary, as the sentences tell it: a child in hazardous
    housework is not "not working". Empty before there is one."""
    return codes.get("cl_general") or codes.get("cl_sna", "")


def headlines(codes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The classes a list tells of a case, most important first: 'cl_sna' or 'fl', and the class.

    Forced labour that was found is always told. Of a person who is not counted as a child the
    class of forced labour is told, but never "none found" beside trafficking that is not excluded.
    """
    child, forced = child_labour_of(codes), codes.get("fl", "")
    if forced in IN_FORCED_LABOUR:
        if child != _C.OUT_OF_SCOPE:
            yield "cl_sna", child
        yield "fl", forced
    elif child == _C.OUT_OF_SCOPE and forced not in ("", _F.OUT_OF_SCOPE):
        trafficked = forced == _F.NOT_FL and codes.get("tip") != "N"
        yield "fl", _F.UNDETERMINED.value if trafficked else forced
    elif child:
        yield "cl_sna", child


def weight_of_child_labour(codes: Mapping[str, str], confirmed: bool) -> Weight:
    """Of the class of child labour: good news only where nothing is open, and where law that
    somebody has confirmed does not forbid the work."""
    found = child_labour_of(codes)
    forbidden = codes.get("national") in FORBIDDEN
    if found in IN_CHILD_LABOUR:
        return Weight.SERIOUS
    if found == _C.UNDETERMINED:
        return Weight.SERIOUS if forbidden else Weight.OPEN
    if codes.get("cl_general_bounds") != "NN":
        return Weight.SERIOUS if forbidden else Weight.OPEN
    if found == _C.OUT_OF_SCOPE:
        return Weight.SERIOUS if forbidden else Weight.QUIET
    if "worked_in_the_year" in codes.get("flags", "").split():
        return Weight.QUIET  # nothing in the week, and the year was not judged
    return _by_law(codes, confirmed)


def weight_of_forced_labour(codes: Mapping[str, str], confirmed: bool) -> Weight:
    """Of the class of forced labour: good news only where its upper bound is no, trafficking is
    excluded, and the class of child labour is good news too or the person no child."""
    found = codes.get("fl", "")
    if found in IN_FORCED_LABOUR:
        return Weight.SERIOUS
    if found == _F.UNDETERMINED or codes.get("fl_bounds") != "NN" or codes.get("tip") != "N":
        return Weight.OPEN
    if found == _F.OUT_OF_SCOPE or child_labour_of(codes) != _C.OUT_OF_SCOPE:
        child = weight_of_child_labour(codes, confirmed)
        return Weight.GOOD if child is Weight.GOOD else Weight.QUIET  # bad is the other one
    return _by_law(codes, confirmed)


def weight_beside_doubts(weight: Weight, doubts: bool) -> Weight:
    """The weight where the whole case is shown: while something in its answers is still to be
    looked at (a sign of coercion beside "none", a bed at the workplace beside "no work"), nothing
    of it is good news."""
    return Weight.QUIET if doubts and weight is Weight.GOOD else weight


def _by_law(codes: Mapping[str, str], confirmed: bool) -> Weight:
    legal = codes.get("national", "")
    if legal in FORBIDDEN:
        return Weight.SERIOUS
    return Weight.GOOD if confirmed or legal == NationalClass.NOT_A_CHILD else Weight.QUIET
