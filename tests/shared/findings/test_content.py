"""Findings at the office: what a record may hold, said without repeating what it held."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.anonymise import anonymise
from shared.findings import Severity, check_content, check_draft
from shared.questionnaire import Level
from shared.reference import load_reference
from tests.shared.findings.cases import PAID, TODAY, VISIT, child
from tests.shared.questionnaire.answering import ANYTHING, answers_of, interviews

REFERENCE = load_reference("PAK")
QUESTIONNAIRE = REFERENCE.questionnaire
MARK = "MARKER-7F3A"


@dataclass
class Sent:
    """What check_content reads of a record."""

    content: dict
    kind: Level = Level.CASE
    questionnaire: str = QUESTIONNAIRE.digest
    withdrawn: str | None = None
    visit: dict | None = field(default=None)


def findings(record, received_on=TODAY):
    return check_content(REFERENCE, record, received_on, record.visit)


def content(**changes):
    return anonymise(QUESTIONNAIRE, Level.CASE, child(**changes), VISIT)


def visit_content(**changes):
    return anonymise(QUESTIONNAIRE, Level.VISIT, {**VISIT, **changes})


@pytest.mark.parametrize("visit", [None, visit_content()])
@pytest.mark.parametrize("changes", [{}, PAID, {"birth_date": "unknown", "age_stated": 12}])
def test_what_a_tablet_finalises_has_no_finding(changes, visit):
    assert findings(Sent(content(**changes), visit=visit)) == []
    assert findings(Sent(visit_content(), Level.VISIT)) == []


@pytest.mark.parametrize(
    ("changes", "code", "question"),
    [
        ({"given_name": MARK}, "record.identity_field", "given_name"),
        ({"case_notes": MARK}, "record.identity_field", "case_notes"),
        ({"shoe_size": MARK}, "record.unknown_field", None),
        ({MARK: "yes"}, "record.unknown_field", None),
        ({"area": "PK-PB-05"}, "record.unknown_field", None),
        ({"age_years": 12}, "record.unknown_field", None),
        ({"work_note": "yes"}, "record.unknown_field", None),
        ({"sex": MARK}, "answer.unknown_code", "sex"),
        ({"sex": 1}, "answer.wrong_type", "sex"),
        ({"industry": MARK}, "answer.unknown_code", "industry"),
        ({"hazards": ("heavy_loads", MARK)}, "answer.unknown_code", "hazards"),
        ({"work_hours": MARK}, "answer.wrong_type", "work_hours"),
        ({"work_hours": 200.0}, "answer.constraint", "work_hours"),
        ({"birth_date": "2013-05-04"}, "answer.wrong_type", "birth_date"),
        ({"birth_date": 200}, "answer.wrong_type", "birth_date"),
        ({"months_worked": 99}, "answer.constraint", "months_worked"),
        ({"school_reason": "cost"}, "record.hidden_answered", "school_reason"),
        ({"age_stated": 12}, "record.hidden_answered", "age_stated"),
    ],
)
def test_a_bad_record_has_its_finding_and_the_value_is_not_repeated(changes, code, question):
    found = findings(Sent({**content(), **changes}))

    assert (code, question) in {(f.code, f.question) for f in found}
    assert MARK not in repr(found)
    assert MARK not in " ".join(f.sentence("en") for f in found)


def test_a_missing_answer_is_a_warning_and_a_missing_visit_date_an_error():
    short = content()
    del short["sex"]
    [finding] = findings(Sent(short))
    assert (finding.code, finding.severity) == ("record.required_missing", Severity.WARNING)

    undated = visit_content()
    del undated["visit_date"]
    [finding] = findings(Sent(undated, Level.VISIT))
    assert (finding.code, finding.severity) == ("record.visit_date_missing", Severity.ERROR)


def test_dates_of_a_wrong_clock_are_flagged_and_not_refused():
    ahead = findings(Sent(visit_content(visit_date="2029-05-03"), Level.VISIT))
    behind = findings(Sent(visit_content(visit_date="2020-05-03"), Level.VISIT))

    assert [f.code for f in ahead] == ["record.visit_in_future"]
    assert [f.code for f in behind] == ["record.visit_long_ago"]
    assert {f.severity for f in ahead + behind} == {Severity.WARNING}


def test_a_visit_of_this_month_is_never_in_the_future():
    first_of_month = date(2026, 5, 1)

    assert findings(Sent(visit_content(), Level.VISIT), first_of_month) == []


def test_an_unknown_questionnaire_is_the_only_finding():
    [finding] = findings(Sent({"anything": MARK}, questionnaire="0" * 16))

    assert finding.code == "record.unknown_questionnaire"


def test_a_withdrawn_record_is_empty():
    assert findings(Sent({}, withdrawn="recorded_twice")) == []
    [finding] = findings(Sent(content(), withdrawn="recorded_twice"))
    assert finding.code == "record.withdrawn_not_empty"


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(answers_of(QUESTIONNAIRE, Level.CASE), interviews(QUESTIONNAIRE, Level.CASE)),
    answers_of(QUESTIONNAIRE, Level.VISIT),
)
def test_the_office_accepts_whatever_the_tablet_lets_through(answers, visit):
    """No record is refused after the tablet found no error: with and without its visit."""
    visit["visit_date"] = "2026-05-03"
    errors = {
        f.question
        for f in check_draft(REFERENCE, Level.CASE, answers, visit, TODAY)
        if f.severity is Severity.ERROR and f.code != "answer.required"
    }
    # What the tablet complains about is put right by leaving it out.
    good = {name: value for name, value in answers.items() if name not in errors}
    again = {
        f.question
        for f in check_draft(REFERENCE, Level.CASE, good, visit, TODAY)
        if f.severity is Severity.ERROR and f.code != "answer.required"
    }
    if again:
        return
    sent = anonymise(QUESTIONNAIRE, Level.CASE, good, visit)
    for known in (None, anonymise(QUESTIONNAIRE, Level.VISIT, visit)):
        found = findings(Sent(sent, visit=known))
        assert [f for f in found if f.severity is Severity.ERROR] == []


@settings(max_examples=200, deadline=None)
@given(answers_of(QUESTIONNAIRE, Level.CASE, anything=True))
def test_checking_a_record_never_raises(anything):
    findings(Sent(anything))
    findings(Sent(anything, Level.VISIT))


@settings(max_examples=100, deadline=None)
@given(ANYTHING)
def test_a_field_of_any_value_is_judged(value):
    for name in ("sex", "birth_date", "work_hours", "hazards", "industry", "given_name"):
        findings(Sent({**content(), name: value}))
