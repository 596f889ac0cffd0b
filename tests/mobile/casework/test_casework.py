"""What an officer can do with visits and cases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobile.casework import OnTheWay, SectionState
from mobile.tablet import Session, Tablet
from shared.errors import MoveNotAllowed
from shared.lifecycle import CaseState
from tests.mobile.conftest import PIN, Clock
from tests.mobile.interviews import (
    CHILD,
    MARKERS,
    answer_all,
    finalised_case,
    record_case,
    record_visit,
)
from tests.mobile.office import MemoryOffice


def test_an_answer_is_there_after_the_next_unlock(
    session: Session, make_tablet: Callable[..., Tablet]
) -> None:
    visit_id = session.casework.start_visit()
    session.casework.answer(visit_id, "place_name", "Brick kiln by the canal")
    session.lock()

    again = make_tablet().unlock(PIN)

    assert again.casework.answer_of(visit_id, "place_name") == "Brick kiln by the canal"
    again.lock()


def test_a_new_visit_has_today_as_its_day(session: Session) -> None:
    visit_id = session.casework.start_visit()

    assert session.casework.answer_of(visit_id, "visit_date") == "2026-11-22"


def test_an_answer_makes_questions_appear_and_disappear(session: Session) -> None:
    case_id = record_case(session.casework, record_visit(session.casework))

    gone = session.casework.answer(case_id, "attends_school", "no")
    back = session.casework.answer(case_id, "attends_school", "yes")

    assert "school_reason" in gone.appeared
    assert "school_reason" in back.disappeared
    assert session.casework.answer_of(case_id, "attends_school") == "yes"


def test_a_wrong_answer_is_saved_and_comes_with_a_finding(session: Session) -> None:
    case_id = record_case(session.casework, record_visit(session.casework))

    result = session.casework.answer(case_id, "work_hours", 190.0)

    assert [finding.question for finding in result.findings] == ["work_hours"]
    assert session.casework.answer_of(case_id, "work_hours") == 190.0
    assert session.casework.interview(case_id).section("job").state is SectionState.WRONG
    assert not session.casework.finalise(case_id).done
    assert session.casework.row(case_id).state is CaseState.DRAFT


def test_an_answer_to_a_question_of_the_other_level_is_refused(session: Session) -> None:
    visit_id = session.casework.start_visit()

    with pytest.raises(KeyError):
        session.casework.answer(visit_id, "given_name", "x")


def test_sections_say_how_far_they_are(session: Session) -> None:
    visit_id = record_visit(session.casework)
    case_id = session.casework.start_case(visit_id)
    interview = session.casework.interview(case_id)

    assert interview.section("about").state is SectionState.EMPTY
    assert "sex" in interview.section("about").missing

    session.casework.answer(case_id, "sex", "female")
    interview = session.casework.interview(case_id)

    assert interview.section("about").state is SectionState.STARTED
    assert interview.question("sex").value == "female"
    assert interview.question("sex").choices
    assert 0 < interview.answered < interview.asked


def test_review_shows_the_class_and_what_leaves_and_stays(session: Session) -> None:
    case_id = record_case(session.casework, record_visit(session.casework))

    review = session.casework.review(case_id)

    assert review.may_finalise
    assert review.classification is not None
    assert any("hazardous" in sentence.lower() for sentence in review.sentences)
    leaves = {line.question: line.text for line in review.leaves}
    stays = {line.question: line.text for line in review.stays}
    assert leaves["birth_date"] == "12 completed years"
    assert leaves["home_area"] == "Lahore"
    assert stays["birth_date"] == "2014-05-17"
    assert stays["given_name"] == "Zorblax"
    assert not set(MARKERS) & set(leaves.values())


def test_finalising_a_case_finalises_its_visit_with_it(session: Session) -> None:
    visit_id = record_visit(session.casework)
    case_id = record_case(session.casework, visit_id)

    result = session.casework.finalise(case_id)

    assert (result.done, result.also_finalised_visit, result.revision) == (True, True, 1)
    assert session.casework.row(visit_id).state is CaseState.FINALISED
    assert session.casework.row(case_id).on_the_way is OnTheWay.READY
    assert session.casework.row(case_id).classes["cl_general"] == "HAZARDOUS"


def test_errors_of_the_visit_keep_its_case_from_being_finalised(session: Session) -> None:
    visit_id = session.casework.start_visit()
    case_id = record_case(session.casework, visit_id)

    result = session.casework.finalise(case_id)

    assert not result.done
    assert "area" in {finding.question for finding in result.findings}
    assert session.casework.counts().drafts == 2


def test_a_visit_where_nobody_was_found_is_finalised_alone(session: Session) -> None:
    visit_id = record_visit(session.casework, nobody_found="yes")

    assert session.casework.finalise_visit(visit_id).done
    assert session.casework.counts().ready == 1


def test_a_finalised_case_is_changed_only_after_reopening(session: Session) -> None:
    case_id = finalised_case(session.casework)

    with pytest.raises(MoveNotAllowed):
        session.casework.answer(case_id, "sex", "female")

    assert session.casework.reopen(case_id) == 2
    session.casework.answer(case_id, "sex", "female")
    assert session.casework.row(case_id).on_the_way is OnTheWay.READY  # revision 1 still counts
    assert session.casework.finalise(case_id).revision == 2
    assert session.casework.counts().ready == 2


def test_ancestors_name_every_earlier_finalised_revision(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    marks = [session.casework._repository.card(case_id).fingerprint]
    for sex in ("female", "male"):
        session.casework.reopen(case_id)
        session.casework.answer(case_id, "sex", sex)
        marks.append(session.casework.finalise(case_id).fingerprint)

    session.sending.send()

    record = office.newest(case_id)
    assert record.revision == 3
    assert list(record.ancestors) == marks[:2]


def test_correcting_the_day_of_a_visit_renews_the_cases_it_changes(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)  # born 2014-05-17, twelve on the day of the visit
    visit_id = session.casework.row(case_id).visit_id
    session.sending.send()
    session.casework.reopen(visit_id)
    session.casework.answer(visit_id, "visit_date", "2026-03-02")

    session.casework.finalise_visit(visit_id)

    assert session.casework.row(case_id).revision == 2
    assert session.casework.row(case_id).day == "2026-03-02"
    session.sending.send()
    assert office.newest(case_id).content["birth_date"] == 11
    assert office.newest(case_id).revision == 2


def test_danger_is_sent_first_without_finishing_anything(
    session: Session, office: MemoryOffice, clock: Clock
) -> None:
    visit_id = record_visit(session.casework)
    finalised_case(session.casework)
    clock.push(minutes=1)

    case_id = session.casework.raise_danger(visit_id)
    session.sending.send()

    assert office.order_seen[:2] == [visit_id, case_id]
    assert office.newest(case_id).danger
    assert session.casework.row(case_id).state is CaseState.DRAFT
    assert session.casework.row(case_id).danger

    answer_all(session.casework, case_id, CHILD | {"immediate_danger": "yes"})
    assert session.casework.finalise(case_id).revision == 2
    assert session.sending.send().totals_agree is True
    assert office.newest(case_id).revision == 2


def test_one_danger_is_one_alarm_at_the_office_and_its_visit_none(
    session: Session, office: MemoryOffice
) -> None:
    visit_id = record_visit(session.casework)

    case_id = session.casework.raise_danger(visit_id)
    alone = session.casework.raise_danger(None)
    session.sending.send()

    alarms = {one for one in office.histories if office.newest(one).danger}
    assert alarms == {case_id, alone}
    assert visit_id in office.histories


def test_danger_of_a_finalised_case_becomes_its_next_revision(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    session.sending.send()

    session.casework.raise_danger(session.casework.row(case_id).visit_id, case_id)
    session.sending.send()

    assert (office.newest(case_id).revision, office.newest(case_id).danger) == (2, True)
    assert session.casework.row(case_id).state is CaseState.DRAFT


def test_safety_steps_are_proposed_when_answers_point_to_danger(session: Session) -> None:
    case_id = record_case(session.casework, record_visit(session.casework))

    result = session.casework.answer(case_id, "abuse", ("beaten",))

    assert result.interview.danger_reasons == ("violence",)
    assert session.casework.interview(case_id).danger_reasons == ("violence",)


def test_the_same_child_recorded_twice_is_shown(session: Session) -> None:
    first = finalised_case(session.casework)
    second = record_case(session.casework, record_visit(session.casework), given_name="Zorblaks")
    stranger = record_case(
        session.casework,
        record_visit(session.casework),
        given_name="Hedwig",
        family_name="Molnar",
        parent_given_name="Istvan",
        birth_date="2010-02-03",
    )

    (found,) = session.casework.possible_duplicates(second)

    assert found.row.record_id == first
    assert session.casework.possible_duplicates(stranger) == []


def test_search_finds_names_places_and_numbers_whatever_the_accents(session: Session) -> None:
    case_id = finalised_case(session.casework, given_name="Zoë", family_name="D'Örbach")
    number = session.casework.row(case_id).number

    for words in (
        "zoe",
        "ORBACH zo",
        "qanzib",
        f"{number:04}",
        f"{number:04}".replace("0", "٠"),
        "०",
    ):
        assert [row.record_id for row in session.casework.list_cases(words)] == [case_id]
    assert session.casework.list_cases("nobody") == []
    assert session.casework.list_cases(state=CaseState.DRAFT) == []
    assert len(session.casework.list_cases(state=OnTheWay.READY)) == 1
    assert [row.record_id for row in session.casework.list_visits("qanzib")]


def test_my_work_counts_by_week_and_class(session: Session) -> None:
    finalised_case(session.casework)

    (week,) = session.casework.my_work()

    assert (week.monday, week.visits, week.cases) == ("2026-11-16", 1, 1)
    assert week.by_class == {("cl_sna", "HAZARDOUS"): 1}


def test_identity_is_erased_after_its_term_and_the_stub_stays(
    session: Session, office: MemoryOffice, clock: Clock, make_tablet: Callable[..., Tablet]
) -> None:
    case_id = finalised_case(session.casework)
    waiting = finalised_case(session.casework)
    office.reject.add(waiting)
    session.sending.send()
    clock.push(days=29)
    assert session.casework.erase_due_identities() == 0
    clock.push(days=2)
    session.lock()

    again = make_tablet().unlock(PIN)

    row = again.casework.row(case_id)
    assert (row.identity_erased, row.name, row.state) == (True, "", CaseState.ACCEPTED)
    assert row.classes["cl_general"] == "HAZARDOUS"
    assert again.casework.row(waiting).name == "Zorblax Qwertzin"  # returned: still to be corrected
    assert again.sending.send().totals_agree is True
    with pytest.raises(MoveNotAllowed):
        again.casework.reopen(case_id)
    again.lock()


def test_listeners_hear_of_changes(session: Session) -> None:
    heard: list[str] = []
    session.casework.on_change(heard.extend)

    visit_id = session.casework.start_visit()

    assert heard == [visit_id]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_answers_in_any_order_never_break_the_tablet_and_never_leak(
    session: Session, data: st.DataObject
) -> None:
    """Whatever is typed, the interview, the review and finalising work, and no text leaves."""
    casework = session.casework
    visit_id = record_visit(casework)
    case_id = casework.start_case(visit_id)
    for _ in range(data.draw(st.integers(1, 25))):
        views = [
            view
            for section in casework.interview(case_id).sections
            for view in section.questions
            if view.question.takes_answer
        ]
        view = data.draw(st.sampled_from(views), label="question")
        codes = [choice.code for choice in view.choices] or ["A", "PK-PB-05"]
        value = data.draw(
            st.one_of(
                st.sampled_from(["unknown", "refused", "Xylomarker", "2013-01-31"]),
                st.sampled_from(codes),
                st.lists(st.sampled_from(codes), max_size=3, unique=True).map(tuple),
                st.integers(-5, 500),
                st.floats(0, 200, allow_nan=False).map(lambda number: round(number, 2)),
            ),
            label=view.name,
        )
        casework.answer(case_id, view.name, value)
        assert casework.answer_of(case_id, view.name) == value
    review = casework.review(case_id)
    result = casework.finalise(case_id)
    assert result.done == review.may_finalise
    if result.done:
        assert b"Xylomarker" not in casework._repository.finalised(case_id)[1]


def test_the_review_names_each_question_that_waits_for_an_answer(session: Session) -> None:
    casework = session.casework
    casework.language = "ur"
    case_id = casework.start_case(record_visit(casework))
    question = session.reference.questionnaire.questions["sex"]

    review = casework.review(case_id)

    waiting = [one.question for one in review.findings if one.code == "answer.required"]
    assert "sex" in waiting
    assert review.asked["sex"] == question.label("ur") != question.label("en")
    assert all(review.asked[name or ""] for name in waiting)
