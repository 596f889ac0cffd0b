"""The answers that decided a class, so that its explanation can name them.

Owns which answers belong to which decision. Knows no wording: a label is found by whoever has the
questionnaire (wording.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from shared.answers import NOT_SAID, Trilean
from shared.classification.child_labour import ChildLabour, ChildLabourClass
from shared.classification.forced_labour import IN_FORCED_LABOUR, ForcedLabour
from shared.classification.national import NationalClass, NationalLegal
from shared.classification.reading import Reading
from shared.classification.signs import said_whole
from shared.classification.work import MAY_KILL

_SILENT = NOT_SAID | frozenset({"none", "no", "yes", "not_applicable"})

_MEASURE_OF_HAZARD = {
    "conditions": ("work.hazards",),
    "economic_chores": ("household.hazards", "water_firewood.hazards", "chores.hazards"),
    "industry": ("work.industry", "visit.activity"),
    "occupation": ("work.occupation",),
    "danger": ("danger.kind",),
}


@dataclass(frozen=True, slots=True)
class Deciding:
    """Answers that decided one thing.

    about: 'hazardous', 'worst_form', 'household', 'involuntary', 'menace', 'trafficking', 'signs'.
    measure: of the answers; codes: those that count, empty where a yes alone says it.
    """

    about: str
    measure: str
    codes: tuple[str, ...] = ()


def deciding_answers(
    reading: Reading,
    child: ChildLabour,
    forced: ForcedLabour,
    trafficking: Trilean,
    hazardous_by: tuple[str, ...],
    signs: Mapping[str, tuple[str, ...]],
    national: NationalLegal,
    hazardous_abuse: Set[str],
) -> tuple[Deciding, ...]:
    """What decided, in the order it is told.

    signs: of coercion that were named while none was found, by measure. hazardous_abuse: codes of
    abuse that make work hazardous.
    """
    found: list[Deciding] = []
    worst = national.legal_class is NationalClass.WORST_FORM  # also below the age that is counted
    if worst or child.sna is ChildLabourClass.WFCL_OTHER:
        found += _worst(reading)
    if child.sna_rule == "R3":
        found.append(Deciding("hazardous", "work.hours"))
    if child.sna is ChildLabourClass.HAZARDOUS:
        for name in hazardous_by:
            measures = _MEASURE_OF_HAZARD.get(name)
            if name == "abuse":
                found += _abuse(reading, hazardous_abuse)
            elif measures is None:
                found.append(Deciding("hazardous", f"work.{name}"))
            else:
                found += _told(reading, "hazardous", *measures)
    if child.general is ChildLabourClass.HAZ_HOUSEHOLD_SERVICES:
        measures = ("household.hazards", "water_firewood.hazards", "chores.hazards")
        found += _told(reading, "household", *measures)
    if forced.labour_class in IN_FORCED_LABOUR:
        found += _told(reading, "involuntary", "forced.involuntary")
        found += _told(reading, "menace", "forced.menace")
    if trafficking is Trilean.YES:
        for part in ("act", "means", "purpose"):
            found += _told(reading, "trafficking", f"trafficking.{part}")
    for measure, codes in signs.items():
        found.append(Deciding("signs", measure, () if said_whole(measure, codes) else codes))
    return tuple(found)


def _worst(reading: Reading) -> list[Deciding]:
    found = []
    for kind in ("slavery", "sexual", "illicit"):
        if reading.answered_yes_no(f"worst.{kind}") is Trilean.YES:
            found.append(Deciding("worst_form", f"worst.{kind}"))
            found += _told(reading, "worst_form", f"worst.{kind}_form")
    return found


def _abuse(reading: Reading, hazardous: Set[str]) -> list[Deciding]:
    named = {*hazardous, *reading.that_mean("work.abuse", hazardous)}
    codes = tuple(code for code in reading.codes_in_order("work.abuse") if code in named)
    return [Deciding("hazardous", "work.abuse", codes)] if codes else []


def _told(reading: Reading, about: str, *measures: str) -> list[Deciding]:
    found = []
    for measure in measures:
        said = reading.codes(measure) - _SILENT
        codes = tuple(code for code in reading.that_mean(measure, said) if code not in _SILENT)
        if about == "hazardous" and measure == "danger.kind":
            codes = (MAY_KILL,)
        if codes:
            found.append(Deciding(about, measure, codes))
            if about == "hazardous" and measure == "work.industry":
                break
    return found
