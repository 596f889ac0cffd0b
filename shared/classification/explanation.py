"""The classes of one case in plain sentences, each with its rule and source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from shared.answers import Trilean
from shared.classification.child_labour import IN_CHILD_LABOUR, ChildLabourClass
from shared.classification.classes import Classification
from shared.classification.deciding import AGE, ECONOMIC_HOURS, HOUSEHOLD_HOURS, Deciding
from shared.classification.forced_labour import (
    IN_FORCED_LABOUR,
    ForcedLabour,
    ForcedLabourClass,
    Form,
)
from shared.classification.national import (
    FORBIDDEN,
    NationalClass,
    national_message_parts,
)
from shared.texts import listed, plural, text


class Words(Protocol):
    """Where the labels of answers come from."""

    def label(self, measure: str, code: str, language: str) -> str: ...


def explain(
    classification: Classification,
    language: str,
    words: Words | None = None,
    findings: Iterable[str] = (),
) -> list[str]:
    """Sentences an officer can read out: each class, why, by which answers, and what to do next.

    language: ISO 639-1; a sentence that is not translated is in English. words: without them the
    answers that decided are not named. findings: codes of what is to be looked at in the answers,
    see ``steps``.
    """
    parts = message_parts(classification)
    told = [text(f"classification.{part}", language) for part in parts]
    if words is not None:
        told += named_answers(classification.deciding, language, words)
    next_ones = steps(classification.codes(), findings)
    return told + [text(f"classification.next.{step}", language) for step in next_ones]


def answers_in_words(deciding: Iterable[Deciding], language: str, words: Words) -> Iterator[str]:
    """Answers that decided, one after another."""
    for found in deciding:
        if not found.codes:
            yield text(f"classification.answer.{found.measure}", language)
        for code in found.codes:
            if found.measure == AGE:
                yield plural("tablet.years", language, int(code) if code.isdecimal() else 0)
            elif found.measure in (ECONOMIC_HOURS, HOUSEHOLD_HOURS):
                yield text(f"classification.answer.{found.measure}", language, number=code)
            else:
                yield words.label(found.measure, code, language)


def named_answers(deciding: Iterable[Deciding], language: str, words: Words) -> list[str]:
    """One sentence for each thing that was decided, with the answers that decided it."""
    told: dict[str, dict[str, None]] = {}
    for found in deciding:
        told.setdefault(found.about, {}).update(
            dict.fromkeys(answers_in_words((found,), language, words))
        )
    return [
        text(f"classification.because.{about}", language, answers=listed(named, language))
        for about, named in told.items()
    ]


def steps(codes: Mapping[str, str], findings: Iterable[str] = ()) -> Iterator[str]:
    """What to do next by the codes of a classification, most urgent first; names of
    classification.next. None only where nothing was found and nothing is open.

    findings: codes of findings about the answers: some are signs that no class reads.
    """
    child, forced = codes.get("cl_general", ""), codes.get("fl", "")
    flags, seen = set(codes.get("flags", "").split()), set(findings)
    found = forced in IN_FORCED_LABOUR or codes.get("tip") == Trilean.YES
    if found:
        yield "forced_labour"
    legal = codes.get("national", "")
    step = _STEP_OF.get(child)
    if step is None and legal == NationalClass.WORST_FORM:
        step = "worst_form"  # of a child below the age that is counted
    if step:
        yield step
    elif legal in FORBIDDEN and not found:
        yield "national"
    signs = "signs_of_coercion" in flags or (not found and SIGNS_BUT_NONE in seen)
    if signs:
        yield "signs"
    if flags & _WORK_BESIDE_NONE or seen & _WORK_BESIDE_NONE:
        yield "work_named"
    if "worked_in_the_year" in flags:
        yield "worked_before"
    if ChildLabourClass.UNDETERMINED in (child, forced):
        yield "undetermined"
    elif "wfcl_not_assessed" in flags and child not in IN_CHILD_LABOUR:
        yield "worst_form_open"
    elif not (found or step or signs) and _is_open(codes):
        yield "still_open"


def _is_open(codes: Mapping[str, str]) -> bool:
    """Whether something graver than the classes is still possible."""
    bounds = (codes.get("cl_general_bounds"), codes.get("fl_bounds"))
    return "NY" in bounds or codes.get("tip") == Trilean.UNKNOWN


SIGNS_BUT_NONE = "forced.signs_but_none"
"""Finding: an answer names a sign of coercion beside answers that say none."""
_WORK_BUT_NONE = "work.none_but_named"
_WORK_BESIDE_NONE = {"hazard_without_work", "hours_without_activity", _WORK_BUT_NONE}
"""Flags and findings: an answer speaks of work where none was said."""
READ_BY_STEPS = frozenset({SIGNS_BUT_NONE, _WORK_BUT_NONE})
"""Findings that ``steps`` reads beside the codes."""

STEPS = (
    "forced_labour",
    "worst_form",
    "hazardous",
    "below_min_age",
    "household",
    "national",
    "signs",
    "work_named",
    "worked_before",
    "undetermined",
    "worst_form_open",
    "still_open",
)
"""Every step there is, most urgent first."""

_STEP_OF: Mapping[str, str] = {
    ChildLabourClass.WFCL_OTHER: "worst_form",
    ChildLabourClass.HAZARDOUS: "hazardous",
    ChildLabourClass.BELOW_MIN_AGE: "below_min_age",
    ChildLabourClass.HAZ_HOUSEHOLD_SERVICES: "household",
}


def message_parts(classification: Classification) -> Iterator[str]:
    """The ids of the sentences, without their domain, in the order they are read."""
    child = classification.child_labour
    yield f"class.{child.general}"
    if child.general is not ChildLabourClass.OUT_OF_SCOPE:
        if child.general_rule == "G1":
            both = len(child.household_by) > 1
            yield "rule.G1" if both else f"rule.G1.{next(iter(child.household_by))}"
        elif child.general_rule:
            yield f"rule.{child.general_rule}"
        if child.general_rule != "G1" or child.sna is not ChildLabourClass.NOT_WORKING:
            yield f"rule.{child.sna_rule}"
    yield from _forced_labour_parts(classification.forced_labour, classification.flags)
    assessed = "trafficking_not_assessed" not in classification.flags
    if classification.trafficking is Trilean.YES or (
        classification.trafficking is Trilean.UNKNOWN and assessed
    ):
        yield f"trafficking.{classification.trafficking}"
    yield from national_message_parts(classification.national, child.general)
    for flag in classification.flags:
        yield f"flag.{flag}"


def _forced_labour_parts(found: ForcedLabour, flags: tuple[str, ...]) -> Iterator[str]:
    if found.labour_class is ForcedLabourClass.UNDETERMINED and (
        "forced_labour_not_assessed" in flags
    ):
        return
    if found.form is Form.ARMED_CONFLICT:
        yield "forced.FL_ARMED_CONFLICT"
    else:
        yield f"forced.{found.labour_class}"
    if found.rule in ("F2", "F2m", "F2v"):
        word = Trilean.of(found.labour_class in IN_FORCED_LABOUR)
        yield f"rule.{found.rule}.{word}"
    else:
        yield f"rule.{found.rule}"
