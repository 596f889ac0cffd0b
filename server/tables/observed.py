"""What one record says to each declared dimension, as one short text. Pure.

Not asked, asked and not known, and none are three things: ``not_asked`` where the questionnaire
does not ask or the answers before led past it, ``unknown`` where nobody could say or somebody
refused, ``none`` where several answers were possible and it was said that there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from server.intake.attributes import is_month
from server.tables.case_words import (
    BETWEEN,
    MISSING,
    NONE,
    NOT_ASKED,
    SAYS_NO,
    CaseAsKept,
    Read,
    band,
    is_code,
    measured,
    one_word,
    remembered,
    several,
    single,
    sum_of,
    values_of,
)
from server.tables.declaration import BadDeclaration, Declarations, DeclaredDimension
from server.tables.hours import HOURS_READERS
from shared.answers import NOT_SAID
from shared.classification.inputs import Law
from shared.classification.known_codes import untold
from shared.classification.reading import STATE_ACTORS
from shared.counting import NOT_KNOWN, Standing, Subject, standing
from shared.questionnaire import Questionnaire


def readers(
    dimensions: Sequence[DeclaredDimension], questionnaire: Questionnaire, law: Law
) -> list[Read]:
    """For each dimension what reads it from a record made with that questionnaire.

    law: by which the hours of work are told from those of chores. Raises BadDeclaration for a
    derived one that nobody knows.
    """
    return [_reader(dimension, questionnaire, law) for dimension in dimensions]


def remembered_readers(
    declarations: Declarations, names: Sequence[str], questionnaire: Questionnaire, law: Law
) -> list[Read]:
    """The same of these dimensions, made once: they remember what many records say alike."""
    key = ("readers", questionnaire.digest, *names)
    found: tuple[Law, list[Read]] | None = declarations.worked_out.get(key)
    if found is None or found[0] is not law:
        dimensions = [declarations.dimensions[name] for name in names]
        found = law, readers(dimensions, questionnaire, law)
        declarations.worked_out[key] = found
    return found[1]


def _reader(dimension: DeclaredDimension, questionnaire: Questionnaire, law: Law) -> Read:
    if dimension.name in _COUNTED_COLUMNS:
        return _COUNTED_COLUMNS[dimension.name]
    if dimension.bands and dimension.name_of_source in HOURS_READERS:
        return HOURS_READERS[dimension.name_of_source](dimension, questionnaire, law)
    read: Read
    if dimension.source == "class":
        read = _of_class(dimension.name_of_source, dimension.several)
    elif dimension.source == "derived":
        derive = _DERIVED.get(dimension.name_of_source)
        if derive is None:
            raise BadDeclaration(f"Nothing derives {dimension.name_of_source!r}.")
        read = derive(dimension, questionnaire)
    else:
        read = _of_questions(dimension, _names(questionnaire, dimension))
    return read


def _names(questionnaire: Questionnaire, dimension: DeclaredDimension) -> tuple[str, ...]:
    if dimension.source == "question":
        known = dimension.name_of_source in questionnaire.questions
        return (dimension.name_of_source,) if known else ()
    return tuple(one.name for one in questionnaire.measured(dimension.name_of_source))


def _of_questions(dimension: DeclaredDimension, names: tuple[str, ...]) -> Read:
    if dimension.bands:
        bands = dimension.bands
        return remembered(names, lambda case: band(sum_of(case, names), bands))
    if dimension.several:
        return remembered(names, lambda case: several(values_of(case, names)))
    if len(names) == 1:
        (name,) = names
        return lambda case: one_word(case.answers.get(name))
    return lambda case: single(values_of(case, names))


def standings_of(classes: Mapping[str, str]) -> dict[Subject, Standing]:
    """What these classes say of each subject."""
    return {subject: standing(classes, subject) for subject in Subject}


def _of_class(key: str, is_several: bool) -> Read:
    if is_several:
        return lambda case: case.classes.get(key, "") or NONE
    return lambda case: case.classes.get(key, "") or NOT_KNOWN


CERTAIN, PERHAPS, NOT = "certain", "perhaps", "not"
"""Bounds of a subject: in it in every way the open answers can turn out, in some way, in none.
Where nobody asked it is NOT_ASKED."""


def bounds_word(found: Standing) -> str:
    """The word for the bounds of a record or person."""
    if found.low:
        return CERTAIN
    if not found.asked:
        return NOT_ASKED
    return PERHAPS if found.high else NOT


def standing_of(class_: str, word: str) -> Standing:
    """What a class and the word for its bounds say: the reverse of ``bounds_word``."""
    return Standing(class_, word == CERTAIN, word != NOT, word != NOT_ASKED)


def _class_of(subject: Subject) -> Read:
    return lambda case: case.standings[subject].class_


def _bounds_of(subject: Subject) -> Read:
    return lambda case: bounds_word(case.standings[subject])


_COUNTED_COLUMNS: Mapping[str, Read] = {
    "area": lambda case: case.area if is_code(case.area) else NOT_KNOWN,
    "sex": lambda case: case.sex,
    "age_band": lambda case: case.age_band,
    "child_labour": _class_of(Subject.CHILD_LABOUR),
    "forced_labour": _class_of(Subject.FORCED_LABOUR),
    "child_labour_bounds": _bounds_of(Subject.CHILD_LABOUR),
    "forced_labour_bounds": _bounds_of(Subject.FORCED_LABOUR),
    "complete": lambda case: "yes" if case.complete else "no",
    "list": lambda case: single((case.list,)),
    "agreement": lambda case: "differ" if case.differs else "agree",
}


def _age_band(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    return lambda case: case.age_band


_FOR_WHOM = {
    "other_family": "family",
    "private_household": "domestic_work",
    "self": "self",
}


def _employer(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """Family, a third party, domestic work in another household, or oneself."""
    parents = measured(questionnaire, "work.with_parents")
    employer = measured(questionnaire, "work.employer")
    meant = questionnaire.meant_by("work.employer")

    def read(case: CaseAsKept) -> str:
        if single(values_of(case, parents)) == "yes":
            return "family"
        found = single(values_of(case, employer))
        found = meant.get(found, found)
        if untold("work.employer", {found} - set(MISSING)):
            return NOT_KNOWN
        return found if found in MISSING else _FOR_WHOM.get(found, "third_party")

    return remembered((*parents, *employer), read)


def _worst_form(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """C182 art. 3(a) slavery and the like, (b) commercial sexual exploitation, (c) illicit
    activities; forced labour and trafficking of a child are (a)."""
    names = {
        code: measured(questionnaire, measure)
        for code, measure in (
            ("c182_3a", "worst.slavery"),
            ("c182_3b", "worst.sexual"),
            ("c182_3c", "worst.illicit"),
        )
    }

    def read(case: CaseAsKept) -> str:
        said = {code: single(values_of(case, questions)) for code, questions in names.items()}
        found = {code for code, word in said.items() if word == "yes"}
        for flag in case.classes.get("flags", "").split():
            found |= _WORST_BY_FLAG.get(flag, frozenset())
        if found:
            return BETWEEN.join(sorted(found))
        if NOT_KNOWN in said.values():
            return NOT_KNOWN
        return NOT_ASKED if set(said.values()) == {NOT_ASKED} else NONE

    return remembered([name for asked in names.values() for name in asked], read, ("flags",))


_WORST_BY_FLAG = {
    "worst_form_by_forced_labour": frozenset({"c182_3a"}),
    "worst_form_by_trafficking": frozenset({"c182_3a"}),
    "worst_form_by_sexual_exploitation": frozenset({"c182_3b"}),
}


def _still_in_it(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """Still in it (stock), left within the last twelve months (with the stock: flow), or before."""
    ongoing = measured(questionnaire, "forced.ongoing")
    ended = measured(questionnaire, "forced.ended_months")

    def read(case: CaseAsKept) -> str:
        word = single(values_of(case, ongoing))
        if word == "yes":
            return "now"
        months = sum_of(case, ended)
        if isinstance(months, str):
            return word if word in MISSING else NOT_KNOWN
        return "ended_within_a_year" if months < 12 else "ended_earlier"

    return remembered((*ongoing, *ended), read)


def _deadline(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """By when what a visit found must be put right: in the month of the visit, within the three
    months after it, or later. Both days leave the tablet as months."""
    names = measured(questionnaire, "visit.date"), measured(questionnaire, "visit.deadline")

    def read(case: CaseAsKept) -> str:
        visited, until = (single(values_of(case, asked)) for asked in names)
        if until in MISSING:
            return until
        if not (is_month(visited) and is_month(until)):
            return NOT_KNOWN
        months = _months(until) - _months(visited)
        if months < 0:
            return NOT_KNOWN
        return "same_month" if months == 0 else "within_3_months" if months <= 3 else "later"

    return remembered((*names[0], *names[1]), read)


def _months(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])


_DOMAINS = ("seeing", "hearing", "walking", "remembering", "self_care", "communicating")


def _disability(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """A lot of difficulty, or more, in one domain at least: the cut-off the Washington Group
    recommends for its short set."""
    names = measured(questionnaire, *(f"disability.{domain}" for domain in _DOMAINS))

    def read(case: CaseAsKept) -> str:
        said = values_of(case, names)
        if any(value in ("a_lot", "cannot") for value in said):
            return "yes"
        if any(value in NOT_SAID for value in said):
            return NOT_KNOWN
        if not said:
            return NOT_ASKED
        return "no" if len(said) == len(names) else NOT_KNOWN

    return remembered(names, read)


RULE_OF_LAW = "rule_of_law"


def _settings(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """Action groups of Alliance 8.7 a case belongs to; "rule of law" where the State or its armed
    forces apply the pressure, or an exception of C29 art. 2(2) was looked at."""
    names = measured(questionnaire, "case.settings")
    applies = measured(questionnaire, "forced.who_applies")
    exception = measured(questionnaire, "forced.exception")
    meant = questionnaire.meant_by("forced.who_applies")

    def read(case: CaseAsKept) -> str:
        found = several(values_of(case, names))
        said = several(values_of(case, applies)).split(BETWEEN)
        who = {meant.get(code, code) for code in said}
        excepted = single(values_of(case, exception))
        if not who & STATE_ACTORS and excepted in (*MISSING, *SAYS_NO):
            return found
        codes = set() if found in (*MISSING, NONE) else set(found.split(BETWEEN))
        return BETWEEN.join(sorted(codes | {RULE_OF_LAW}))

    return remembered((*names, *applies, *exception), read)


_DERIVED: Mapping[str, Callable[[DeclaredDimension, Questionnaire], Read]] = {
    "age_band": _age_band,
    "deadline": _deadline,
    "disability": _disability,
    "employer": _employer,
    "settings": _settings,
    "still_in_it": _still_in_it,
    "worst_form": _worst_form,
}
