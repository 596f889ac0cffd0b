"""The fields of a person by which records are linked, read from a draft's answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.answers import Answers, Value, is_said, written_day
from shared.linkage.powers import WITHOUT_POWER
from shared.questionnaire.model import Questionnaire

SEXES = frozenset({"male", "female"})


@dataclass(frozen=True, repr=False)
class Identity:
    """What could point to a person; never leaves the tablet, never shown in ``repr``.

    ``None`` is not known. sex: male or female. birth_year: from the birth date, else worked out
    from the age. birth_date: YYYY-MM-DD, only when the whole date is known. area: admin-2 code of
    where the person lives, else of where the visit was.
    """

    given_name: str | None = None
    family_name: str | None = None
    parent_given_name: str | None = None
    sex: str | None = None
    birth_year: int | None = None
    birth_date: str | None = None
    area: str | None = None

    def __repr__(self) -> str:
        return "Identity(...)"


def identity_of(
    questionnaire: Questionnaire,
    answers: Answers,
    visit_answers: Answers,
    interview_date: date,
) -> Identity:
    """The identity in a draft case, found through the measures of the questions.

    interview_date: the day the age was given for.
    """

    def said(*measures: str) -> Value | None:
        for measure in measures:
            for question in questionnaire.measured(measure):
                value = answers.get(question.name, visit_answers.get(question.name))
                if is_said(value):
                    return value
        return None

    born = written_day(said("identity.birth_date", "age.completed_years"))
    age = said("age.stated")
    sex = _text(said("sex"))
    year = born.year if born else None
    if year is None and isinstance(age, int | float):
        year = birth_year_of(int(age), interview_date)
    return Identity(
        given_name=_text(said("identity.given_name")),
        family_name=_text(said("identity.family_name")),
        parent_given_name=_text(said("identity.parent_given_name")),
        sex=sex if sex in SEXES else None,
        birth_year=year,
        birth_date=born.isoformat() if born else None,
        area=_text(said("identity.area", "visit.area")),
    )


def may_be_linked(questionnaire: Questionnaire, answers: Answers, organisation: str) -> bool:
    """Whether codes of this person may be made, sent and kept: where it is asked, only a yes
    allows it. Tablet and office both go by it.

    An edition of the questionnaire that does not ask, and an inspection under the power of the
    law in which nobody is asked for consent, make codes as before; an answer that is no yes holds
    there too. answers: those to questions that are asked. organisation: the kind of who recorded
    the person (code list source_lists): of one without the power, "inspection" allows nothing.
    """
    asked = questionnaire.measured("consent.linkage")
    said = [answers[question.name] for question in asked if question.name in answers]
    if said:
        return all(answer == "yes" for answer in said)
    if answers.get("consent_given_by") == "inspection":
        return organisation not in WITHOUT_POWER
    return not asked


def birth_year_of(age: int, on: date) -> int:
    """The likelier of the two birth years a person of that age (completed years) can have.

    In the first half of a year most have not had their birthday yet.
    """
    return on.year - age - (1 if on.month <= 6 else 0)


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
