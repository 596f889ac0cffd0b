"""The classification of one case, as the tablet shows it and the server counts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.answers import NOT_SAID, Trilean, Value, any_of
from shared.classification.ages import ANYBODY
from shared.classification.child_labour import (
    ChildLabour,
    ChildLabourClass,
    ChildLabourParameters,
    classify_child_labour,
)
from shared.classification.deciding import Deciding, deciding_answers
from shared.classification.forced_labour import (
    IN_FORCED_LABOUR,
    Actor,
    ForcedLabour,
    ForcedLabourClass,
    ForcedLabourInputs,
    classify_forced_labour,
)
from shared.classification.hours import week_hours
from shared.classification.inputs import (
    Law,
    child_labour_inputs,
    commercial_sexual,
    forced_labour_inputs,
    trafficking_act,
    worst_form,
)
from shared.classification.measured import reading_of
from shared.classification.national import (
    CHILD_UNTIL,
    NationalClass,
    NationalInputs,
    NationalLegal,
    classify_national,
)
from shared.classification.reading import MeasuredQuestionnaire, Reading
from shared.classification.signs import may_be_signs, signs_of_coercion
from shared.classification.trafficking import trafficking_flag
from shared.classification.work import hazards_beside_no_chores, work_beside_none

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN

RULES_VERSION = "2026.15"
"""Names the rules a class was made with. Changes whenever any class could come out differently."""


@dataclass(frozen=True, slots=True)
class Classification:
    """Every class of one case, with the rules that decided.

    flags: what a reader of the class should know, in a fixed order; see explain().
    hazardous_by: what made the work hazardous, the hours of it apart: names of
        work.hazards_at_work, and 'economic_chores'.
    deciding: the answers that decided; see explain().
    """

    child_labour: ChildLabour
    forced_labour: ForcedLabour
    trafficking: Trilean
    national: NationalLegal
    flags: tuple[str, ...]
    rules_version: str
    hazardous_by: tuple[str, ...] = ()
    deciding: tuple[Deciding, ...] = ()

    def codes(self) -> dict[str, str]:
        """The classes as flat text, for storage and for the wire; equal classes, equal text."""
        child, forced = self.child_labour, self.forced_labour
        return {
            "cl_sna": child.sna.value,
            "cl_general": child.general.value,
            "cl_sna_bounds": _bounds(child.sna_low, child.sna_high),
            "cl_general_bounds": _bounds(child.general_low, child.general_high),
            "sdg_a": child.sdg_a.value,
            "sdg_b": child.sdg_b.value,
            "mics": "" if child.mics is None else str(child.mics),
            "mics_haz": "" if child.mics_hazards is None else str(child.mics_hazards),
            "rule_cl": child.rule_codes,
            "hazardous_by": " ".join(self.hazardous_by),
            "fl": forced.labour_class.value,
            "fl_form": forced.form.value,
            "fl_bounds": _bounds(forced.low, forced.high),
            "rule_fl": forced.rule,
            "tip": self.trafficking.value,
            "national": self.national.legal_class.value,
            "rule_national": self.national.rule,
            "isic": ISIC_VERSION,
            "flags": " ".join(self.flags),
        }


def _bounds(low: bool, high: bool) -> str:
    """'NN', 'NY' or 'YY': in it if every unknown were no, and if every unknown were yes."""
    return ("Y" if low else "N") + ("Y" if high else "N")


def classify(
    content: Mapping[str, Value],
    visit_content: Mapping[str, Value],
    questionnaire: MeasuredQuestionnaire,
    profile: Law,
) -> Classification:
    """Every class of one case, from its statistical content and that of its visit.

    The same content gives the same classes on the tablet and on the server. Unknown, refused
    and not answered are all unknown.
    """
    reading = reading_of(content, visit_content, questionnaire)
    area = _area(reading)
    law = profile.in_area(area)
    flags: list[str] = []
    ages = reading.ages()
    if len(ages) > 1:
        flags.append("age_unknown" if ages is ANYBODY else "age_estimated")
    forms = {kind: worst_form(reading, kind) for kind in ("slavery", "sexual", "illicit")}
    worst = any_of(forms.values())
    sexual = commercial_sexual(reading)
    if ages[0] < CHILD_UNTIL and Y in (forms["sexual"], sexual):
        # For a child the two are one thing: C182 art. 3(b), and the Guidelines count all
        # commercial sexual exploitation of children.
        others = (reading.yes_no("worst.sexual"), forms["slavery"], forms["illicit"])
        if Y not in others:
            flags.append("worst_form_by_sexual_exploitation")
        worst = sexual = Y
    elif ages[-1] < CHILD_UNTIL and not reading.asked("forced.commercial_sexual"):
        # So is a no to the one question, where the other was not asked of the child.
        sexual = N if reading.yes_no("worst.sexual") is N else sexual
    asked = forced_labour_inputs(reading, ages, worst, sexual)
    forced = classify_forced_labour(asked)
    signs = signs_of_coercion(reading)
    if forced.labour_class is ForcedLabourClass.NOT_FL and forced.rule != "F1":
        if signs or may_be_signs(reading):
            # The tables say no, and an answer says otherwise: the class stands, its bound does not.
            forced = replace(forced, high=True)
            flags += ["signs_of_coercion"] if signs else []
    elif forced.labour_class is not ForcedLabourClass.UNDETERMINED:
        # Where it is open the reason tells them: that the answers on coercion say none is untrue.
        signs = {}
    forced = _unless_there_was_work(reading, law, asked, forced)
    flags += _forced_labour_flags(reading, asked, forced)
    trafficking = trafficking_flag(
        ages,
        trafficking_act(reading),
        reading.yes_no("trafficking.means"),
        reading.yes_no("trafficking.purpose"),
    )
    if not reading.asked(*_TRAFFICKING_MEASURES) and trafficking is U:
        flags.append("trafficking_not_assessed")
    child_maybe = ages[0] < CHILD_UNTIL
    is_certain = worst is Y or forced.low or trafficking is Y
    if worst is not Y and child_maybe and forced.labour_class in IN_FORCED_LABOUR:
        # C182 art. 3(a) names forced labour among the worst forms.
        worst = Y
        flags.append("worst_form_by_forced_labour")
    if worst is not Y and child_maybe and trafficking is Y:
        # C182 art. 3(a) names the sale and trafficking of children.
        worst = Y
        flags.append("worst_form_by_trafficking")
    if reading.has_untold():
        flags.append("own_code_untold")
    assessed = worst is not U
    if worst is N and child_maybe and (forced.high or trafficking is U):
        # What may yet be forced labour or trafficking may yet be a worst form.
        worst = U
    inputs, hazardous_by = child_labour_inputs(reading, ages, worst, law, flags)
    parameters = ChildLabourParameters(chore_strict=law.chore_strict)
    child = classify_child_labour(inputs, parameters)
    if worst is Y and not is_certain:
        # It is one by forced labour alone, which the State may yet have an exception for.
        without = classify_child_labour(replace(inputs, worst_form=U), parameters)
        child = replace(child, sna_low=without.sna_low, general_low=without.general_low)
    beside_none = {"hazard_without_work", "hours_without_activity"}.intersection(flags)
    if beside_none and child.sna is not ChildLabourClass.OUT_OF_SCOPE:
        # A hazard or hours of work where no work was said: the class stands, its bound does not.
        child = replace(child, sna_high=True, general_high=True)
    if child.sna is not ChildLabourClass.OUT_OF_SCOPE and hazards_beside_no_chores(reading):
        child = replace(child, general_high=True)
    if child.general is ChildLabourClass.UNDETERMINED and not reading.asked(*_WORK_MEASURES):
        flags.append("child_labour_not_assessed")
    if child.sna is not ChildLabourClass.OUT_OF_SCOPE:
        if not assessed:
            flags.append("wfcl_not_assessed")
        if inputs.hazardous is U and child.sna is ChildLabourClass.BELOW_MIN_AGE:
            flags.append("hazard_unknown")
    national = classify_national(
        NationalInputs(
            ages,
            U if inputs.activity is None else inputs.activity,
            inputs.hours_economic,
            inputs.hazardous,
            worst,
            _school_affected(reading),
            attending=reading.yes_no("school.attending"),
            with_family=reading.yes_no("work.with_parents"),
            hours_longest_day=reading.longest_day(),
            hours_at_least=inputs.hours_economic_at_least,
            permit=reading.chosen("work.legal_conditions", "permit"),
            holidays=reading.chosen("work.legal_conditions", "holidays"),
            supervision=reading.chosen("work.legal_conditions", "supervision"),
            listed=reading.chosen("work.legal_conditions", "list"),
            local_law=reading.chosen("work.legal_conditions", "local_law"),
        ),
        profile.possible_laws(area, reading.industries()),
    )
    if worst is U and child_maybe and national.legal_class in NEVER_UNASSESSED:
        # Nobody may read "allowed" where nobody looked for a worst form.
        national = NationalLegal(NationalClass.UNDETERMINED, "N8")
    return Classification(
        child,
        forced,
        trafficking,
        national,
        tuple(flags),
        RULES_VERSION,
        hazardous_by if child.sna is ChildLabourClass.HAZARDOUS else (),
        deciding_answers(reading, law, child, forced, trafficking, hazardous_by, signs, national),
    )


def _unless_there_was_work(
    reading: Reading, law: Law, asked: ForcedLabourInputs, found: ForcedLabour
) -> ForcedLabour:
    """Not forced labour because nobody worked, where another answer speaks of work: the class
    stands, its bound is that of somebody who may have worked."""
    if found.labour_class is not ForcedLabourClass.NOT_FL or asked.worked is not N:
        return found
    if not work_beside_none(reading, week_hours(reading, law).activity):
        return found
    return replace(found, high=found.high or classify_forced_labour(replace(asked, worked=U)).high)


NEVER_UNASSESSED = frozenset({NationalClass.ALLOWED, NationalClass.LIGHT_WORK_ALLOWED})
ISIC_VERSION = "4"
"""Revision of ISIC of the industries in a record; for Rev.5 see codelists.isic.section_in_rev_5."""


def codes_of_visit(
    content: Mapping[str, Value], questionnaire: MeasuredQuestionnaire
) -> dict[str, str]:
    """What the record of a visit says beside its answers: the revision of ISIC in which the
    activity of the place is given, as the record of a case does; nothing where none is."""
    asked = (question.name for question in questionnaire.measured("visit.activity"))
    given = any(content.get(name) not in (None, *NOT_SAID) for name in asked)
    return {"isic": ISIC_VERSION} if given else {}


def _school_affected(reading: Reading) -> Trilean:
    """Whether work harms schooling, asked of those who attend."""
    if not reading.asked("school.affected") and reading.yes_no("school.attending") is N:
        return N
    return reading.yes_no("school.affected")


def _area(reading: Reading) -> str | None:
    for value in reading.values("visit.area"):
        if isinstance(value, str):
            return value
    return None


def _forced_labour_flags(
    reading: Reading, asked: ForcedLabourInputs, found: ForcedLabour
) -> list[str]:
    flags = []
    undetermined = found.labour_class is ForcedLabourClass.UNDETERMINED
    if undetermined and not reading.asked(*_FORCED_LABOUR_MEASURES):
        flags.append("forced_labour_not_assessed")
    if found.labour_class in IN_FORCED_LABOUR and asked.actor is Actor.UNKNOWN:
        flags.append("form_actor_unknown")
    if found.labour_class is ForcedLabourClass.FL_PRIVATE and asked.commercial_sexual is U:
        flags.append("form_sexual_unknown")
    state = found.labour_class is ForcedLabourClass.FL_STATE and asked.exception is U
    if state or (found.rule == "F1" and found.high):
        flags.append("exception_unknown")
    return flags


_WORK_MEASURES = (
    *("work.activity", "work.unpaid", "work.own_use", "work.absent", "work.hours"),
    *("chores.any", "water_firewood.any"),
)
_TRAFFICKING_MEASURES = ("trafficking.act", "trafficking.means", "trafficking.purpose")
_FORCED_LABOUR_MEASURES = (
    "forced.involuntary",
    "forced.menace",
    "forced.third_party",
    "forced.parents",
    "worst.slavery",
    "worst.sexual",
    "worst.illicit",
)
