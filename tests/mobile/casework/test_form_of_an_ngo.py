"""An NGO's spreadsheet, converted, on a tablet: asked, answered, and what of it leaves."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from mobile.casework import QuestionView
from mobile.tablet import Session
from server.forms import confirm, convert
from shared.reference import Reference, load_reference
from tests.mobile.interviews import record_case, record_visit

SURVEY = (
    ("type", "name", "label", "relevant", "calculation"),
    ("begin group", "loan", "The loan", "", ""),
    ("select_one lenders", "lender", "Who gave the loan?", "", ""),
    (
        "integer",
        "owed",
        "How much is owed to ${lender}?",
        "selected(${lender}, 'kiln owner')",
        "",
    ),
    ("calculate", "thousands", "", "", "floor(${owed} div 1000)"),
    ("note", "sum", "About ${thousands} thousand.", "${owed} > 0", ""),
    ("end group", "", "", "", ""),
    ("begin repeat", "debt", "Debt", "", ""),
    ("text", "creditor", "Who else?", "", ""),
    ("end repeat", "", "", "", ""),
)
OWN = ("lender", "owed", "sum", "debt_", "creditor_")
CHOICES = (
    ("list_name", "name", "label"),
    ("lenders", "kiln owner", "The kiln owner"),
    ("lenders", "nobody", "Nobody"),
)


def _written(file: Path, rows: tuple[tuple[str, ...], ...]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Pakistan with the NGO's form; the marks of two questions are confirmed."""
    form = tmp_path_factory.mktemp("form")
    _written(form / "survey.csv", SURVEY)
    _written(form / "choices.csv", CHOICES)
    sheets = tmp_path_factory.mktemp("country") / "questionnaire"
    sheets.mkdir()
    for name, text in convert(form).files.items():
        (sheets / name).write_text(text, encoding="utf-8")
    confirm(sheets, ["lender", "owed"], "A. Steward", date(2026, 11, 1))
    return load_reference("PAK", [sheets.parent])


@pytest.fixture
def case(session: Session) -> str:
    """A case with all the standard requires."""
    return record_case(session.casework, record_visit(session.casework))


def asked(session: Session, case: str) -> dict[str, QuestionView]:
    """The NGO's questions as the tablet shows them now."""
    shown = [v for s in session.casework.interview(case).sections for v in s.questions]
    return {view.name: view for view in shown if view.name.startswith(OWN)}


def test_it_is_asked_with_answers_in_its_words(session: Session, case: str) -> None:
    assert set(asked(session, case)) == {"lender", "debt_1"}
    session.casework.answer(case, "lender", "kiln_owner")
    session.casework.answer(case, "owed", 45_200)
    shown = asked(session, case)

    assert shown["owed"].label == "How much is owed to The kiln owner?"
    assert shown["sum"].label == "About 45 thousand."


def test_a_repeat_goes_on_as_long_as_there_is_one_more(session: Session, case: str) -> None:
    session.casework.answer(case, "debt_1", "yes")
    assert {"creditor_1", "debt_2"} <= set(asked(session, case))
    session.casework.answer(case, "debt_2", "yes")
    assert {"creditor_2", "debt_3"} <= set(asked(session, case))


def test_only_what_was_confirmed_leaves(session: Session, case: str) -> None:
    for name, value in (
        ("lender", "kiln_owner"),
        ("owed", 45_200),
        ("debt_1", "yes"),
        ("creditor_1", "Uncle Karim"),
    ):
        session.casework.answer(case, name, value)
    review = session.casework.review(case)
    leaving = {line.question for line in review.leaves}
    staying = {line.question for line in review.stays}

    assert {"lender", "owed"} <= leaving
    assert {"debt_1", "creditor_1"} <= staying
    assert not {"debt_1", "creditor_1"} & leaving
