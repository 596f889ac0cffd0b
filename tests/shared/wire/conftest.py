"""A small questionnaire, keys and seeded randomness for the tests of the wire."""

from __future__ import annotations

import random

import pytest

from shared.questionnaire.model import (
    Choice,
    Kind,
    Level,
    Privacy,
    PrivacyKind,
    Question,
    Questionnaire,
)
from shared.wire.keys import ProgrammeKeys, TabletKeys

YES_NO = ("yes", "no")
HAZARDS = ("heavy_loads", "dangerous_tools", "dust_fumes_gas", "heights", "other", "none")


def a_question(
    name: str, kind: Kind, level: Level, choice_list: str | None = None, from_file: bool = False
) -> Question:
    return Question(
        name=name,
        kind=kind,
        level=level,
        section="all",
        privacy=Privacy(PrivacyKind.KEEP),
        choice_list=choice_list,
        from_file=from_file,
    )


def a_questionnaire(digest: str = "0123456789abcdef") -> Questionnaire:
    visit, case = Level.VISIT, Level.CASE
    questions = [
        a_question("visit_date", Kind.DATE, visit),
        a_question("area", Kind.SELECT_ONE, visit, "areas", from_file=True),
        a_question("workers_seen", Kind.INTEGER, visit),
        a_question("nobody_found", Kind.SELECT_ONE, visit, "yes_no"),
        a_question("welcome", Kind.NOTE, case),
        a_question("sex", Kind.SELECT_ONE, case, "sex"),
        a_question("birth_date", Kind.DATE, case),
        a_question("worked_own_farm", Kind.SELECT_ONE, case, "yes_no"),
        a_question("work_hours", Kind.DECIMAL, case),
        a_question("hazards", Kind.SELECT_MULTIPLE, case, "hazards"),
        a_question("occupation", Kind.SELECT_ONE, case, "isco", from_file=True),
        a_question("attends_school", Kind.SELECT_ONE, case, "yes_no"),
    ]
    lists = {"yes_no": YES_NO, "sex": ("male", "female", "unknown"), "hazards": HAZARDS}
    return Questionnaire(
        version="1",
        digest=digest,
        title="Test",
        languages=("en",),
        sections=(),
        questions={question.name: question for question in questions},
        choices={
            name: tuple(Choice(code=code, labels={"en": code}) for code in codes)
            for name, codes in lists.items()
        },
        order=tuple(question.name for question in questions),
    )


@pytest.fixture(scope="session")
def questionnaire() -> Questionnaire:
    return a_questionnaire()


@pytest.fixture
def dice() -> random.Random:
    return random.Random(87)


@pytest.fixture(scope="session")
def tablet_keys() -> TabletKeys:
    return TabletKeys.generate(random.Random(1).randbytes)


@pytest.fixture(scope="session")
def programme_keys() -> ProgrammeKeys:
    return ProgrammeKeys.generate(random.Random(2).randbytes)
