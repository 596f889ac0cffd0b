"""Interviews answered at random, question by question as the questionnaire asks them."""

from collections.abc import Mapping
from pathlib import Path
from random import Random

import shared.data
from shared.answers import Value
from shared.questionnaire import Kind, Level, load_questionnaire
from shared.questionnaire.flow import work_through

QUESTIONNAIRE = load_questionnaire()
COUNTRIES = sorted(
    folder.name
    for folder in (Path(shared.data.__path__[0]) / "countries").iterdir()
    if folder.is_dir()
)
"""Every country with a profile, ISO 3166-1 alpha-3."""
HOURS = (0.0, 0.5, 1.0, 6.0, 13.5, 14.0, 20.5, 21.0, 42.5, 43.0, 60.0)
LISTS = {
    "isic": ("01", "08", "23", "43", "56", "97"),
    "isco": ("921", "931", "941"),
    "isced": ("0", "1", "2", "never"),
    "icse": ("43", "51", "60", "90"),
    "areas": ("PK-PB-05",),
    "countries": ("AFG",),
}


def an_answer(question, random: Random, *, unknown: float, quiet: float) -> Value:
    """An answer of the right form; full dates as the content has them, in completed years.

    unknown: share of answers that are unknown; quiet: of the others, how many are no or none.
    """
    if random.random() < unknown:
        return "unknown"
    if question.measure == "age.completed_years":
        return random.choice((4, 5, 8, 11, 12, 13, 14, 15, 16, 17, 18, 30))
    match question.kind:
        case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE:
            codes = _codes(question)
            calm = [code for code in ("no", "none", "own") if code in codes]
            one = random.choice(calm) if calm and random.random() < quiet else None
            if question.kind is Kind.SELECT_ONE:
                return one or random.choice(codes)
            if one:
                return (one,)
            chosen = random.sample(codes, random.randint(1, min(3, len(codes))))
            return tuple(code for code in chosen if code != "none") or ("none",)
        case Kind.INTEGER:
            return random.choice((0, 1, 6, 12, 15, 30))
        case Kind.DECIMAL:
            return random.choice(HOURS)
        case Kind.DATE:
            return "2026-10-15"
    return "made up"


def _codes(question):
    if question.from_file:
        return list(LISTS[question.choice_list])
    return [choice.code for choice in QUESTIONNAIRE.choices[question.choice_list]]


def completed(
    answers: Mapping[str, Value],
    visit: Mapping[str, Value],
    random: Random,
    *,
    said: Mapping[str, Value] | None = None,
    unknown: float = 0.02,
    quiet: float = 0.7,
) -> dict[str, Value]:
    """The answers, with every required question that is asked answered too.

    said: what is answered to a question instead of an answer at random.
    """
    full = dict(answers)
    while True:
        flow = work_through(QUESTIONNAIRE, Level.CASE, _in_full(full), visit)
        waiting = [
            question
            for question in QUESTIONNAIRE.of_level(Level.CASE)
            if question.takes_answer
            and question.name in flow.visible
            and question.name not in full
            and question.required is not None
            and question.required.is_true(flow.scope)
        ]
        if not waiting:
            return full
        for question in waiting:
            given = (said or {}).get(question.name)
            full[question.name] = given or an_answer(question, random, unknown=unknown, quiet=quiet)


def asked_only(answers: Mapping[str, Value], visit: Mapping[str, Value]) -> dict[str, Value]:
    """Without the answers to questions that are not asked: what a tablet would send."""
    visible = work_through(QUESTIONNAIRE, Level.CASE, _in_full(answers), visit).visible
    return {name: value for name, value in answers.items() if name in visible}


def _in_full(answers: Mapping[str, Value]) -> dict[str, Value]:
    years = answers.get("birth_date")
    if isinstance(years, int):
        return {**answers, "birth_date": f"{2026 - years}-04-01"}
    return dict(answers)
