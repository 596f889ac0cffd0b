"""Child labour by the decision table of docs/counting-rules.md, rules R0 to R8, G1 and G2.

Owns the statistical classes, the two SDG 8.7.1 rules and the MICS-compatible variant. Knows no
question: reading.py turns answers into the inputs. National law is apart, in national.py.

Sources: 18th ICLS Resolution II (2008) as amended by 20th ICLS Resolution IV (2018); ILO C138
and C182, R190; UNSD metadata of indicator 8.7.1 (2022-03-31); UNICEF MICS6 standard syntax
MICS6 - 09 - PR.sps.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.answers import Trilean, any_of
from shared.classification.ages import AgeGroup, PossibleAges, groups_of

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN

ONE_HOUR = 1.0
"""Hours a week: less is not work in the statistic (ICLS18 para 12)."""
LIGHT_WORK_HOURS = 14.0
"""Hours a week at 12 to 14: from here on not light work (ICLS18 para 35; 8.7.1 metadata)."""
LONG_HOURS = 43.0
"""Hours a week, any age: hazardous by length (MICS6 syntax >= 43; proxy for adult normal hours)."""
HOURS_IN_A_WEEK = 168.0
CHORE_HOURS = 21.0
"""Hours a week of household services at 5 to 14 (MICS6 syntax >= 21)."""

ECONOMIC_THRESHOLD = {
    AgeGroup.FROM_5_TO_11: ONE_HOUR,
    AgeGroup.FROM_12_TO_14: LIGHT_WORK_HOURS,
    AgeGroup.FROM_15_TO_17: LONG_HOURS,
}
"""Hours of economic activity from which the SDG series count a child, by age group."""


class ChildLabourClass(StrEnum):
    """The statistical class of one child."""

    WFCL_OTHER = "WFCL_OTHER"
    HAZARDOUS = "HAZARDOUS"
    BELOW_MIN_AGE = "BELOW_MIN_AGE"
    HAZ_HOUSEHOLD_SERVICES = "HAZ_HOUSEHOLD_SERVICES"
    LIGHT_WORK = "LIGHT_WORK"
    PERMITTED_WORK = "PERMITTED_WORK"
    NOT_WORKING = "NOT_WORKING"
    UNDETERMINED = "UNDETERMINED"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"


_C = ChildLabourClass
IN_CHILD_LABOUR = frozenset(
    {_C.WFCL_OTHER, _C.HAZARDOUS, _C.BELOW_MIN_AGE, _C.HAZ_HOUSEHOLD_SERVICES}
)
"""The classes that are child labour (the last on the general production boundary only)."""

RULE_TEXT = {
    "R0": "R0 age outside 5-17",
    "R1": "R1 worst form C182 3(a)-(c), any hours",
    "R2": "R2 hazardous work, any hours",
    "R3": "R3 long hours >=43",
    "R4": "R4 age 5-11, >=1 hour",
    "R5": "R5 age 12-14, >=14 hours",
    "R6a": "R6a age 12-14, 1-13 hours, not hazardous",
    "R6b": "R6b age 15-17, below 43 hours, not hazardous",
    "R7": "R7 less than 1 hour of SNA work",
    "R8a": "R8 hours unknown",
    "R8b": "R8 age unknown",
    "R8c": "R8 hazard unknown, hours below threshold",
    "G1": "G1 household services >=21 h (5-14) or hazardous",
    "G2": "G2 chores hours unknown",
}
"""Each rule as the worked cases spell it."""


class SdgAnswer(StrEnum):
    """Whether a child would count in a series of SDG indicator 8.7.1; NA outside 5 to 17."""

    YES = "Y"
    NO = "N"
    UNKNOWN = "U"
    NOT_APPLICABLE = "NA"


@dataclass(frozen=True, slots=True)
class ChildLabourParameters:
    """What a country may choose.

    chore_strict: household services count above 21 hours instead of from 21 hours on. The MICS
    syntax says >= 21, UNICEF's text "more than 21"; the syntax makes the numbers.
    """

    chore_strict: bool = False


@dataclass(frozen=True, slots=True)
class MicsInputs:
    """The answers as the MICS syntax sees them: what is not known is no, or no hours.

    worked: any of CL1A to CL1X is yes. hours_economic: CL3. hours_household: CL8 + CL10 + CL13
    when any household work was done. hazard: any of CL4 to CL6X is yes.
    """

    worked: bool
    hours_economic: float
    hours_household: float
    hazard: bool


@dataclass(frozen=True, slots=True)
class ChildLabourInputs:
    """What the table asks about one child.

    ages: possible ages in completed years; ANY_CHILD for a child of unknown age.
    hours_economic, hours_household: hours in the reference week; None is unknown. Never added
        to each other.
    hours_economic_at_least, hours_household_at_least: what is known when a part is unknown.
    hours_economic_at_most: the most it can be when a part is unknown; None sets no end.
    activity: any economic activity; None lets the hours say it.
    hazardous: hazardous work by condition, night, industry or occupation (not by hours).
    household_hazardous: household services under hazardous conditions (ICLS18 paras 36-37).
    household_hazardous_from_15: the same at 15 to 17 where it differs; None where it does not.
    chores_shared: whether an unknown share of the household hours is economic activity instead,
        for another household.
    worst_form: C182 art. 3(a) to (c).
    mics: the answers as the MICS syntax sees them, when that differs from the above.
    """

    ages: PossibleAges
    hours_economic: float | None = None
    hours_household: float | None = None
    hazardous: Trilean = U
    worst_form: Trilean = U
    activity: Trilean | None = None
    household_hazardous: Trilean = N
    household_hazardous_from_15: Trilean | None = None
    hours_economic_at_least: float = 0.0
    hours_economic_at_most: float | None = None
    hours_household_at_least: float = 0.0
    chores_shared: bool = False
    mics: MicsInputs | None = None


@dataclass(frozen=True, slots=True)
class ChildLabour:
    """The classes of one child, with the rules that decided.

    sna, general: class on the SNA and on the general production boundary.
    sna_low .. general_high: whether it is child labour in every way the unknown answers can turn
        out, and in some way. A worst form that was not assessed sets the upper bound, and so do
        hours that are not known where the table names a class in spite of them (C37).
    mics, mics_hazards: MICS childLabor and includeHaz, 1 or 0; None outside 5 to 17 or when the
        age group is not known.
    household_by: by what household services decide where they do (G1): 'hours', 'hazards'.
    """

    sna: ChildLabourClass
    sna_rule: str
    general: ChildLabourClass
    general_rule: str | None
    sdg_a: SdgAnswer
    sdg_b: SdgAnswer
    mics: int | None
    mics_hazards: int | None
    sna_low: bool
    sna_high: bool
    general_low: bool
    general_high: bool
    household_by: frozenset[str] = frozenset()

    @property
    def deciding_rule(self) -> str:
        """The rules in the words of the worked cases."""
        text = RULE_TEXT[self.sna_rule]
        return f"{text}; {RULE_TEXT[self.general_rule]}" if self.general_rule else text

    @property
    def rule_codes(self) -> str:
        """The rules as codes: 'R7+G1'."""
        return f"{self.sna_rule}+{self.general_rule}" if self.general_rule else self.sna_rule


STANDARD = ChildLabourParameters()


def classify_child_labour(
    inputs: ChildLabourInputs, parameters: ChildLabourParameters = STANDARD
) -> ChildLabour:
    """The classes of one child: first matching rule of the decision table, for every possible age.

    Different classes at different possible ages make UNDETERMINED. A worst form that was not
    assessed never blocks a class: it sets the upper bound.
    """
    groups = groups_of(inputs.ages)
    found = [_sna(group, inputs, inputs.hazardous) for group in groups]
    sna, sna_rule = found[0]
    if any(other != sna for other, _ in found):
        sna, sna_rule = _C.UNDETERMINED, "R8a" if _hours_block(inputs) else "R8b"

    over = [_household(group, inputs, parameters) for group in groups]
    per_group = [
        _general(group_sna, word) for (group_sna, _), word in zip(found, over, strict=True)
    ]
    general = per_group[0]
    if any(other != general for other in per_group):
        general = _C.UNDETERMINED
    general_rule = None
    if general is not sna:
        general_rule = "G1" if general is _C.HAZ_HOUSEHOLD_SERVICES else "G2"

    series_a = [_series_a(group, inputs) for group in groups]
    # Hazards do not enter the series: of chores their hours alone count (8.7.1 metadata).
    long = [_long_chores(group, inputs, parameters) for group in groups]
    series_b = [any_of((a, word)) for a, word in zip(series_a, long, strict=True)]
    return ChildLabour(
        *(sna, sna_rule, general, general_rule),
        *(_over_groups(groups, series_a), _over_groups(groups, series_b)),
        *_mics(groups, inputs),
        *_bounds(groups, inputs, parameters),
        _household_by(groups, inputs, long) if general_rule == "G1" else frozenset(),
    )


def _hours_block(inputs: ChildLabourInputs) -> bool:
    return inputs.hours_economic is None and inputs.activity is not N


def _sna(
    group: AgeGroup, inputs: ChildLabourInputs, hazardous: Trilean
) -> tuple[ChildLabourClass, str]:
    """The decision table on the SNA boundary, in its order, for one age group."""
    if group is AgeGroup.UNDER_5 or group is AgeGroup.ADULT:
        return _C.OUT_OF_SCOPE, "R0"
    if inputs.worst_form is Y:
        return _C.WFCL_OTHER, "R1"
    hours = inputs.hours_economic
    if inputs.activity is N:
        return _C.NOT_WORKING, "R7"
    if hours is not None:
        return _by_hours(group, hours, hazardous)
    least, most = _hours_between(inputs)
    # The one place where an answer is taken further than it goes: activity yes with hours
    # unknown might be less than an hour, and still counts as hazardous (worked case C37).
    if hazardous is Y and (least >= ONE_HOUR or inputs.activity is Y):
        return _C.HAZARDOUS, "R2"
    lower, upper = _by_hours(group, least, hazardous), _by_hours(group, most, hazardous)
    # The table is monotone in hours: child labour by the known part stands, as it does with a
    # hazard unknown (C43), and what both ends say, everything between them says.
    if lower[0] in IN_CHILD_LABOUR or (lower[0] is upper[0] is not _C.UNDETERMINED):
        return lower
    return _C.UNDETERMINED, "R8a"


def _hours_between(inputs: ChildLabourInputs) -> tuple[float, float]:
    """The least and the most hours of economic activity that may be true."""
    if inputs.activity is N:
        return 0.0, 0.0
    if inputs.hours_economic is not None:
        return inputs.hours_economic, inputs.hours_economic
    most = inputs.hours_economic_at_most
    return inputs.hours_economic_at_least, HOURS_IN_A_WEEK if most is None else most


def _by_hours(group: AgeGroup, hours: float, hazardous: Trilean) -> tuple[ChildLabourClass, str]:
    """Rules R7 and R2 to R6b for known hours."""
    if hours < ONE_HOUR:
        return _C.NOT_WORKING, "R7"
    if hazardous is Y:
        return _C.HAZARDOUS, "R2"
    if hours >= LONG_HOURS:
        return _C.HAZARDOUS, "R3"
    if group is AgeGroup.FROM_5_TO_11:
        return _C.BELOW_MIN_AGE, "R4"
    if group is AgeGroup.FROM_12_TO_14 and hours >= LIGHT_WORK_HOURS:
        return _C.BELOW_MIN_AGE, "R5"
    if hazardous is U:
        return _C.UNDETERMINED, "R8c"
    if group is AgeGroup.FROM_12_TO_14:
        return _C.LIGHT_WORK, "R6a"
    return _C.PERMITTED_WORK, "R6b"


def _household(
    group: AgeGroup, inputs: ChildLabourInputs, parameters: ChildLabourParameters
) -> Trilean:
    """Whether household services alone make child labour on the general boundary."""
    if group is AgeGroup.UNDER_5 or group is AgeGroup.ADULT:
        return N
    return any_of((_hazardous_chores(group, inputs), _long_chores(group, inputs, parameters)))


def _household_by(
    groups: tuple[AgeGroup, ...], inputs: ChildLabourInputs, long: list[Trilean]
) -> frozenset[str]:
    hazards = [_hazardous_chores(group, inputs) for group in groups]
    return frozenset(by for by, words in (("hours", long), ("hazards", hazards)) if Y in words)


def _hazardous_chores(group: AgeGroup, inputs: ChildLabourInputs) -> Trilean:
    if group is AgeGroup.FROM_15_TO_17 and inputs.household_hazardous_from_15 is not None:
        return inputs.household_hazardous_from_15
    return inputs.household_hazardous


def _long_chores(
    group: AgeGroup, inputs: ChildLabourInputs, parameters: ChildLabourParameters
) -> Trilean:
    if group not in (AgeGroup.FROM_5_TO_11, AgeGroup.FROM_12_TO_14):
        return N
    hours = inputs.hours_household
    known = inputs.hours_household_at_least if hours is None else hours
    over = known > CHORE_HOURS if parameters.chore_strict else known >= CHORE_HOURS
    if over and inputs.chores_shared:
        # The share for another household is child labour by its own hours, or leaves enough.
        needed = max(ECONOMIC_THRESHOLD[group] - inputs.hours_economic_at_least, 0.0)
        return Y if known >= CHORE_HOURS + needed else U
    if over:
        return Y
    return U if hours is None else N


def _general(sna: ChildLabourClass, household: Trilean) -> ChildLabourClass:
    """The class on the general boundary from the class on the SNA boundary (G1, G2)."""
    if sna in IN_CHILD_LABOUR or sna is _C.OUT_OF_SCOPE or household is N:
        return sna
    return _C.HAZ_HOUSEHOLD_SERVICES if household is Y else _C.UNDETERMINED


def _series_a(group: AgeGroup, inputs: ChildLabourInputs) -> Trilean:
    threshold = ECONOMIC_THRESHOLD.get(group)
    if threshold is None or inputs.activity is N:
        return N
    least, most = _hours_between(inputs)
    if least >= threshold:
        return Y
    return N if most < threshold else U


def _over_groups(groups: tuple[AgeGroup, ...], words: list[Trilean]) -> SdgAnswer:
    outside = [group not in ECONOMIC_THRESHOLD for group in groups]
    if all(outside):
        return SdgAnswer.NOT_APPLICABLE
    if any(outside) or len(set(words)) > 1:
        return SdgAnswer.UNKNOWN
    return SdgAnswer(words[0].value)


def _mics(groups: tuple[AgeGroup, ...], inputs: ChildLabourInputs) -> tuple[int | None, int | None]:
    """MICS childLabor and includeHaz: unknown counts as no, exactly 21 hours of chores counts."""
    if len(groups) != 1 or groups[0] not in ECONOMIC_THRESHOLD:
        return None, None
    group = groups[0]
    seen = inputs.mics or MicsInputs(
        worked=inputs.activity is None or inputs.activity is Y,
        hours_economic=inputs.hours_economic or 0.0,
        hours_household=inputs.hours_household or 0.0,
        hazard=inputs.hazardous is Y,
    )
    labour = (seen.worked and seen.hours_economic >= ECONOMIC_THRESHOLD[group]) or (
        group is not AgeGroup.FROM_15_TO_17 and seen.hours_household >= CHORE_HOURS
    )
    return int(labour), int(labour or seen.hazard)


def _bounds(
    groups: tuple[AgeGroup, ...],
    inputs: ChildLabourInputs,
    parameters: ChildLabourParameters,
) -> tuple[bool, bool, bool, bool]:
    """Child labour in every, and in some, way the unknown answers can turn out.

    The table is monotone in hours and in hazards, so the two ends are enough.
    """
    sna_low, sna_high, general_low, general_high = [], [], [], []
    least, most = _hours_between(inputs)
    for group in groups:
        inside = group in ECONOMIC_THRESHOLD
        worst_form = inside and inputs.worst_form is Y
        perhaps = inside and inputs.worst_form is U
        low = worst_form or _in_child_labour(group, least, inputs, N)
        high = worst_form or perhaps or _in_child_labour(group, most, inputs, Y)
        household = _household(group, inputs, parameters)
        sna_low.append(low)
        sna_high.append(high)
        general_low.append(low or household is Y)
        general_high.append(high or household is not N)
    return all(sna_low), any(sna_high), all(general_low), any(general_high)


def _in_child_labour(
    group: AgeGroup, hours: float, inputs: ChildLabourInputs, if_unknown: Trilean
) -> bool:
    """Whether these hours are child labour on the SNA boundary, with hazards taken as told."""
    if group not in ECONOMIC_THRESHOLD or inputs.activity is N:
        return False
    hazardous = if_unknown if inputs.hazardous is U else inputs.hazardous
    return _by_hours(group, hours, hazardous)[0] in IN_CHILD_LABOUR
