"""What one record says to each declared dimension, as one short text. Pure.

Not asked, asked and not known, and none are three things: ``not_asked`` where the questionnaire
does not ask or the answers before led past it, ``unknown`` where nobody could say or somebody
refused, ``none`` where several answers were possible and it was said that there are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from server.tables.declaration import BadDeclaration, Declarations, DeclaredDimension
from shared.answers import NOT_SAID, Value
from shared.classification.known_codes import untold
from shared.classification.reading import STATE_ACTORS
from shared.counting import NOT_KNOWN, Standing, Subject, standing
from shared.questionnaire import Questionnaire

NOT_ASKED = "not_asked"
NONE = "none"
MISSING = frozenset({NOT_KNOWN, NOT_ASKED})
"""Words of a dimension that tell nothing about the person."""
BETWEEN = " "
"""Stands between several codes of one answer."""
_SAYS_NO = frozenset({"no", "none", "not_applicable"})
_CODE = re.compile(r"[\w.+-]{1,60}")

Answers = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CaseAsKept:
    """A case as the office keeps it.

    answers: its own and those of its visit. standings: what it says of each subject. list: its
    organisation's. differs: whether tablet and office came to other classes. complete: whether
    every required question is answered.
    """

    answers: Answers
    classes: Mapping[str, str]
    standings: Mapping[Subject, Standing]
    area: str
    sex: str
    age_band: str
    list: str
    differs: bool
    complete: bool


Read = Callable[[CaseAsKept], str]


def readers(dimensions: Sequence[DeclaredDimension], questionnaire: Questionnaire) -> list[Read]:
    """For each dimension what reads it from a record made with that questionnaire.

    Raises BadDeclaration for a derived one that nobody knows.
    """
    return [_reader(dimension, questionnaire) for dimension in dimensions]


def remembered_readers(
    declarations: Declarations, names: Sequence[str], questionnaire: Questionnaire
) -> list[Read]:
    """The same of these dimensions, made once: they remember what many records say alike."""
    key = ("readers", questionnaire.digest, *names)
    found: list[Read] | None = declarations.worked_out.get(key)
    if found is None:
        found = readers([declarations.dimensions[name] for name in names], questionnaire)
        declarations.worked_out[key] = found
    return found


def _reader(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    if dimension.name in _COUNTED_COLUMNS:
        return _COUNTED_COLUMNS[dimension.name]
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
        return _remembered(names, lambda case: band(_sum(case, names), bands))
    if dimension.several:
        return _remembered(names, lambda case: several(_values(case, names)))
    if len(names) == 1:
        (name,) = names
        return lambda case: _one(case.answers.get(name))
    return lambda case: single(_values(case, names))


def _remembered(names: Sequence[str], read: Read, of_class: Sequence[str] = ()) -> Read:
    """The same reader, which looks once at what many records say alike. names, of_class: of the
    answers and classes it goes by. It takes equal numbers of two types for the same."""
    known: dict[tuple[Value | None, ...], str] = {}

    def again(case: CaseAsKept) -> str:
        said = (*map(case.answers.get, names), *map(case.classes.get, of_class))
        word = known.get(said)
        if word is None:
            word = read(case)
            if len(known) < _MOST_REMEMBERED:
                known[said] = word
        return word

    return again


_MOST_REMEMBERED = 2_000
"""Ways to answer the questions of one dimension."""


def standings_of(classes: Mapping[str, str]) -> dict[Subject, Standing]:
    """What these classes say of each subject."""
    return {subject: standing(classes, subject) for subject in Subject}


def _values(case: CaseAsKept, names: tuple[str, ...]) -> list[Value]:
    answers = case.answers
    if len(names) == 1:
        value = answers.get(names[0])
        return [] if value is None else [value]
    return [value for name in names if (value := answers.get(name)) is not None]


def _one(value: Value | None) -> str:
    if value is None:
        return NOT_ASKED
    return single((value,))


def single(values: Sequence[Value]) -> str:
    """The first code that is said."""
    for value in values:
        if isinstance(value, str) and value not in NOT_SAID:
            return value if _is_code(value) else NOT_KNOWN
        if isinstance(value, int | float):
            return str(value)
    return NOT_KNOWN if values else NOT_ASKED


@lru_cache(maxsize=4096)
def _is_code(word: str) -> bool:
    return _CODE.fullmatch(word) is not None


def several(values: Sequence[Value]) -> str:
    """All codes that are said, in the order of the alphabet; ``none`` where it is said that there
    are none. One that is known stands for itself, whatever else is not known."""
    if not values:
        return NOT_ASKED
    codes: set[str] = set()
    for value in values:
        if isinstance(value, str):
            codes.add(value)
        elif isinstance(value, list | tuple):
            codes.update(one for one in value if isinstance(one, str))
    said = {code for code in codes - NOT_SAID - _SAYS_NO if _is_code(code)}
    if said:
        return BETWEEN.join(sorted(said))
    if codes & NOT_SAID:
        return NOT_KNOWN
    return NONE if codes else NOT_ASKED


def band(number: float | str, bands: Sequence[tuple[int, int | None]]) -> str:
    """The band of a number, rounded down; a word for a missing one goes through."""
    if isinstance(number, str):
        return number
    for least, most in bands:
        if least <= number and (most is None or number < most + 1):
            if most == least:
                return str(least)
            return f"{least}+" if most is None else f"{least}-{most}"
    return NOT_KNOWN


def _sum(case: CaseAsKept, names: tuple[str, ...]) -> float | str:
    values = _values(case, names)
    if not values:
        return NOT_ASKED
    known = [value for value in values if isinstance(value, int | float)]
    return float(sum(known)) if len(known) == len(values) else NOT_KNOWN


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
    "area": lambda case: case.area if _is_code(case.area) else NOT_KNOWN,
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


def _measured(questionnaire: Questionnaire, *measures: str) -> tuple[str, ...]:
    return tuple(one.name for measure in measures for one in questionnaire.measured(measure))


def _chore_hours(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """Household services and fetching water and firewood, hours a week together."""
    names = _measured(questionnaire, "chores.hours", "water_firewood.hours")
    return _remembered(names, lambda case: band(_sum(case, names), dimension.bands))


_FOR_WHOM = {
    "other_family": "family",
    "private_household": "domestic_work",
    "self": "self",
}


def _employer(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """Family, a third party, domestic work in another household, or oneself."""
    parents = _measured(questionnaire, "work.with_parents")
    employer = _measured(questionnaire, "work.employer")
    meant = questionnaire.meant_by("work.employer")

    def read(case: CaseAsKept) -> str:
        if single(_values(case, parents)) == "yes":
            return "family"
        found = single(_values(case, employer))
        found = meant.get(found, found)
        if untold("work.employer", {found} - set(MISSING)):
            return NOT_KNOWN
        return found if found in MISSING else _FOR_WHOM.get(found, "third_party")

    return _remembered((*parents, *employer), read)


def _worst_form(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """C182 art. 3(a) slavery and the like, (b) commercial sexual exploitation, (c) illicit
    activities; forced labour and trafficking of a child are (a)."""
    names = {
        code: _measured(questionnaire, measure)
        for code, measure in (
            ("c182_3a", "worst.slavery"),
            ("c182_3b", "worst.sexual"),
            ("c182_3c", "worst.illicit"),
        )
    }

    def read(case: CaseAsKept) -> str:
        said = {code: single(_values(case, questions)) for code, questions in names.items()}
        found = {code for code, word in said.items() if word == "yes"}
        for flag in case.classes.get("flags", "").split():
            found |= _WORST_BY_FLAG.get(flag, frozenset())
        if found:
            return BETWEEN.join(sorted(found))
        if NOT_KNOWN in said.values():
            return NOT_KNOWN
        return NOT_ASKED if set(said.values()) == {NOT_ASKED} else NONE

    return _remembered([name for asked in names.values() for name in asked], read, ("flags",))


_WORST_BY_FLAG = {
    "worst_form_by_forced_labour": frozenset({"c182_3a"}),
    "worst_form_by_trafficking": frozenset({"c182_3a"}),
    "worst_form_by_sexual_exploitation": frozenset({"c182_3b"}),
}


def _still_in_it(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """Still in it (stock), left within the last twelve months (with the stock: flow), or before."""
    ongoing = _measured(questionnaire, "forced.ongoing")
    ended = _measured(questionnaire, "forced.ended_months")

    def read(case: CaseAsKept) -> str:
        word = single(_values(case, ongoing))
        if word == "yes":
            return "now"
        months = _sum(case, ended)
        if isinstance(months, str):
            return word if word in MISSING else NOT_KNOWN
        return "ended_within_a_year" if months < 12 else "ended_earlier"

    return _remembered((*ongoing, *ended), read)


_DOMAINS = ("seeing", "hearing", "walking", "remembering", "self_care", "communicating")


def _disability(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """A lot of difficulty, or more, in one domain at least: the cut-off the Washington Group
    recommends for its short set."""
    names = _measured(questionnaire, *(f"disability.{domain}" for domain in _DOMAINS))

    def read(case: CaseAsKept) -> str:
        said = _values(case, names)
        if any(value in ("a_lot", "cannot") for value in said):
            return "yes"
        if any(value in NOT_SAID for value in said):
            return NOT_KNOWN
        if not said:
            return NOT_ASKED
        return "no" if len(said) == len(names) else NOT_KNOWN

    return _remembered(names, read)


RULE_OF_LAW = "rule_of_law"


def _settings(dimension: DeclaredDimension, questionnaire: Questionnaire) -> Read:
    """Action groups of Alliance 8.7 a case belongs to; "rule of law" where the State or its armed
    forces apply the pressure, or an exception of C29 art. 2(2) was looked at."""
    names = _measured(questionnaire, "case.settings")
    applies = _measured(questionnaire, "forced.who_applies")
    exception = _measured(questionnaire, "forced.exception")
    meant = questionnaire.meant_by("forced.who_applies")

    def read(case: CaseAsKept) -> str:
        found = several(_values(case, names))
        said = several(_values(case, applies)).split(BETWEEN)
        who = {meant.get(code, code) for code in said}
        excepted = single(_values(case, exception))
        if not who & STATE_ACTORS and excepted in (*MISSING, *_SAYS_NO):
            return found
        codes = set() if found in (*MISSING, NONE) else set(found.split(BETWEEN))
        return BETWEEN.join(sorted(codes | {RULE_OF_LAW}))

    return _remembered((*names, *applies, *exception), read)


_DERIVED: Mapping[str, Callable[[DeclaredDimension, Questionnaire], Read]] = {
    "age_band": _age_band,
    "chore_hours": _chore_hours,
    "disability": _disability,
    "employer": _employer,
    "settings": _settings,
    "still_in_it": _still_in_it,
    "worst_form": _worst_form,
}
