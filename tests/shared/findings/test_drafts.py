"""Findings on the tablet: each broken rule by its code, tied to the question to put right."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings

from shared.findings import SEVERITIES, Severity, check_draft
from shared.findings.description import described
from shared.questionnaire import Level
from shared.reference import load_reference
from shared.texts import text
from tests.shared.findings.cases import PAID, TODAY, VISIT, child
from tests.shared.questionnaire.answering import answers_of

REFERENCE = load_reference("PAK")


def codes(answers, visit=None, level=Level.CASE, today=TODAY):
    found = check_draft(REFERENCE, level, answers, VISIT if visit is None else visit, today)
    return {(finding.code, finding.question) for finding in found}


def test_a_whole_case_and_a_whole_visit_have_no_finding():
    assert codes(child()) == set()
    assert codes(child(**PAID)) == set()
    assert codes(VISIT, {}, Level.VISIT) == set()


@pytest.mark.parametrize(
    ("changes", "code", "question"),
    [
        ({"sex": None}, "answer.required", "sex"),
        ({"sex": ""}, "answer.required", "sex"),
        ({"given_name": "  "}, "answer.required", "given_name"),
        ({"hazards": ()}, "answer.required", "hazards"),
        ({"sex": "other_code"}, "answer.unknown_code", "sex"),
        ({"sex": 3}, "answer.wrong_type", "sex"),
        ({"sex": ("male",)}, "answer.wrong_type", "sex"),
        ({"hazards": "heavy_loads"}, "answer.wrong_type", "hazards"),
        ({"hazards": ("heavy_loads", "heavy_loads")}, "answer.wrong_type", "hazards"),
        ({"hazards": ("lions",)}, "answer.unknown_code", "hazards"),
        ({"hazards": ("heavy_loads", "none")}, "answer.constraint", "hazards"),
        ({"industry": "00"}, "answer.unknown_code", "industry"),
        ({"birth_date": "2016-W10-1"}, "answer.wrong_type", "birth_date"),
        ({"birth_date": "20160307"}, "answer.wrong_type", "birth_date"),
        ({"birth_date": "2016-3-07"}, "answer.wrong_type", "birth_date"),
        ({"work_hours": "many"}, "answer.wrong_type", "work_hours"),
        ({"work_hours": float("nan")}, "answer.wrong_type", "work_hours"),
        ({"work_hours": 13.123}, "answer.too_precise", "work_hours"),
        ({"work_hours": -1.0}, "answer.constraint", "work_hours"),
        ({"work_hours": 169.0}, "answer.constraint", "work_hours"),
        ({"work_hours": 167.0}, "hours.over_a_week", "work_hours"),
        ({"work_hours": 85.0}, "hours.much", "work_hours"),
        ({"work_hours": 98.0}, "hours.like_a_code", "work_hours"),
        (
            {"work_hours": 80.0, "hours_chores": 40.0, "chore_hazards": ("none",)},
            "hours.all_together_much",
            "work_hours",
        ),
        ({"work_hours": 0.0}, "hours.none_but_worked", "work_hours"),
        ({"hours_chores": 0.0}, "hours.none_but_chores", "hours_chores"),
        ({"work_hours": 0.5}, "hazards.but_hardly_any_work", "hazards"),
        ({"given_name": "x" * 1001}, "answer.too_long", "given_name"),
        ({"birth_date": "2026-13-01"}, "answer.wrong_type", "birth_date"),
        ({"birth_date": "2030-01-01"}, "answer.in_the_future", "birth_date"),
        ({"birth_date": "2026-05-04"}, "answer.constraint", "birth_date"),
        ({"birth_date": "1880-01-01"}, "answer.constraint", "birth_date"),
        ({"birth_date": "1920-01-01"}, "age.high", "birth_date"),
        ({"birth_date": "2022-01-01"}, "age.outside_counted", "birth_date"),
        ({"birth_date": "2022-01-01"}, "work.young", "worked_own_farm"),
        ({"birth_date": "unknown", "age_stated": 121}, "answer.constraint", "age_stated"),
        ({"birth_date": "unknown", "age_stated": 3}, "age.outside_counted", "age_stated"),
        (
            {"attends_school": "no", "school_level": "5", "school_reason": "work"},
            "school.level_above_age",
            "school_level",
        ),
        ({"work_hours": 61.0}, "school.and_many_hours", "attends_school"),
        ({"industry": "23"}, "work.farm_but_other_industry", "industry"),
        ({**PAID, "pay_form": "none"}, "work.employee_not_paid", "work_status"),
        ({"consent_given_by": "nobody"}, "consent.refused", "consent_given_by"),
        ({"consent_given_by": "refused"}, "consent.refused", "consent_given_by"),
        ({"consent_purposes": ("none",)}, "consent.refused", "consent_given_by"),
        ({"consent_purposes": "refused"}, "consent.refused", "consent_given_by"),
        ({"consent_purposes": ("interview",)}, "consent.not_for_statistics", "consent_purposes"),
        ({"consent_given_by": "self"}, "consent.young_alone", "consent_given_by"),
        ({"birth_date": "2000-01-01"}, "consent.caregiver_for_adult", "consent_given_by"),
        ({"wfcl_sexual": "yes"}, "danger.consider", "immediate_danger"),
        ({"abuse": ("beaten",)}, "danger.consider", "immediate_danger"),
        ({**PAID, "confined": "yes"}, "danger.consider", "immediate_danger"),
        (
            {"fl_third_party_coercion": "yes", "fl_menace": ("none",)},
            "forced.menace_missing",
            "fl_menace",
        ),
        (
            {"fl_third_party_coercion": "yes", "fl_who_applies": ("own_parents",)},
            "forced.parents_only",
            "fl_who_applies",
        ),
        (
            {"given_name": "unknown", "family_name": "refused", "parent_given_name": "unknown"},
            "identity.too_little",
            "given_name",
        ),
        ({"given_name": "𒀀𒁀"}, "identity.name_not_read", "given_name"),
        ({"family_name": "123"}, "identity.name_not_read", "family_name"),
    ],
)
def test_a_spoilt_case_has_the_finding(changes, code, question):
    assert (code, question) in codes(child(**changes))


@pytest.mark.parametrize(
    ("changes", "code", "question"),
    [
        ({"visit_date": None}, "answer.required", "visit_date"),
        ({"visit_date": "unknown"}, "visit.date_needed", "visit_date"),
        ({"visit_date": "2026-05-06"}, "answer.in_the_future", "visit_date"),
        ({"visit_date": "2026-05-05"}, "answer.a_day_ahead", "visit_date"),
        ({"visit_date": "1999-12-31"}, "answer.constraint", "visit_date"),
        ({"visit_date": "2025-05-02"}, "visit.long_ago", "visit_date"),
        ({"area": "XX-01"}, "answer.unknown_code", "area"),
        ({"workers_seen": 2.5}, "answer.wrong_type", "workers_seen"),
    ],
)
def test_a_spoilt_visit_has_the_finding(changes, code, question):
    visit = {name: value for name, value in {**VISIT, **changes}.items() if value is not None}

    assert (code, question) in codes(visit, {}, Level.VISIT)


def test_days_to_come_may_be_given_where_they_are_asked_for():
    ahead = {
        "visit_outcomes": ("notice", "revisit"),
        "notice_deadline": "2026-07-30",
        "revisit_on": "2026-12-01",
    }
    due = {"mandatory_report": "due", "report_deadline": "2026-05-20"}

    assert codes(VISIT | ahead, {}, Level.VISIT) == set()
    assert not [one for one in codes(child(**due), VISIT) if one[1] == "report_deadline"]


def test_a_person_found_where_nobody_was_found_is_noticed():
    visit = {**VISIT, "nobody_found": "yes"}

    assert codes(child(), visit) == {("visit.nobody_but_workers_named", None)}


@pytest.mark.parametrize("not_said", ["unknown", "refused"])
def test_not_known_and_refused_answer_every_question(not_said):
    answers = {**dict.fromkeys(child(), not_said), "consent_given_by": "inspection"}
    found = check_draft(REFERENCE, Level.CASE, answers, VISIT, TODAY)

    assert not [f for f in found if f.question in answers and f.severity is Severity.ERROR]


def test_an_answer_is_checked_the_moment_it_is_given():
    def about(name, answers):
        found = check_draft(REFERENCE, Level.CASE, answers, VISIT, TODAY)
        return [f.code for f in found if f.question == name and name in answers]

    assert about("work_hours", {"worked_own_farm": "yes", "work_hours": 190.0}) == [
        "answer.constraint"
    ]
    assert about("work_hours", {"worked_own_farm": "yes", "work_hours": 90.0}) == ["hours.much"]
    assert about("work_hours", {"worked_own_farm": "yes"}) == []
    assert about("work_hours", {"work_hours": 190.0}) == []
    assert about("nothing_of_the_kind", {}) == []


def test_findings_come_in_the_order_of_the_questions():
    found = check_draft(REFERENCE, Level.CASE, {}, VISIT, TODAY)
    order = list(REFERENCE.questionnaire.questions)

    assert [f.question for f in found] == sorted((f.question for f in found), key=order.index)


def test_a_sentence_of_the_sheet_is_said_in_the_place_of_the_general_one():
    answers = {"worked_own_farm": "yes", "work_hours": 170.0}
    found = check_draft(REFERENCE, Level.CASE, answers, VISIT, TODAY)
    [finding] = [one for one in found if one.question == "work_hours"]

    assert finding.sentence("en") == "A week has 168 hours."


def test_every_code_has_an_english_sentence_and_no_sentence_is_left_over():
    from babel.messages.pofile import read_po

    from shared.texts import LANGUAGES

    with (LANGUAGES / "en" / "findings.po").open("rb") as stream:
        written = {message.id for message in read_po(stream) if message.id}

    assert written == {f"findings.{code}" for code in SEVERITIES}
    for code in SEVERITIES:
        assert len(text(f"findings.{code}", "en")) > 20


def test_the_page_of_findings_tells_what_the_catalogue_says():
    page = Path(__file__).parents[3] / "docs" / "findings.md"

    assert page.read_text("utf-8") == described(), (
        "run python -m shared.findings.description > docs/findings.md"
    )


@settings(max_examples=150, deadline=None)
@example({"age_stated": float("nan")}, {})
@example({"age_stated": float("inf")}, {})
@example({"worked_own_farm": "yes", "work_hours": float("inf")}, {})
@example({"worked_own_farm": "yes", "work_hours": 1e308, "hours_chores": 1e308}, {})
@given(
    answers_of(REFERENCE.questionnaire, Level.CASE, anything=True),
    answers_of(REFERENCE.questionnaire, Level.VISIT, anything=True),
)
def test_checking_never_raises_and_every_finding_has_a_sentence(answers, visit):
    for level, own, of_visit in ((Level.CASE, answers, visit), (Level.VISIT, visit, {})):
        for finding in check_draft(REFERENCE, level, own, of_visit, TODAY):
            assert finding.code in SEVERITIES
            assert "{" not in finding.sentence("en")


def test_a_tablet_carried_west_over_midnight_keeps_no_visit_from_being_finalised():
    found = codes({**VISIT, "visit_date": "2026-05-05"}, {}, Level.VISIT, TODAY)

    assert found == {("answer.a_day_ahead", "visit_date")}
