"""Lists and cases say which answers decided a class, as long as the case stands."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from mobile.casework.decided import (
    codes_kept,
    deciding_of,
    findings_of,
    joined_classes,
    why_kept,
    why_of,
)
from mobile.tablet import Session, Tablet
from shared.classification.deciding import Deciding
from shared.classification.explanation import READ_BY_STEPS, SIGNS_BUT_NONE, STEPS
from shared.texts import text
from tests.mobile.conftest import PIN, Clock
from tests.mobile.interviews import finalised_case

WORDS = st.text("abcdefghij_", min_size=1, max_size=12)


def test_a_list_says_the_answers_that_decided(session: Session) -> None:
    case_id = finalised_case(session.casework, hazards=("heavy_loads", "dust_fumes_gas"))

    row = session.casework.row(case_id)

    assert row.because["cl_sna"] == ("Carrying heavy loads", "Dust, fumes or gas")
    session.casework.language = "fr"
    assert session.casework.row(case_id).because["cl_sna"][0] != "Carrying heavy loads"


def test_a_case_says_why_and_what_to_do_next(session: Session) -> None:
    case_id = finalised_case(session.casework)

    sentences = session.casework.why(case_id)

    assert sentences[0] == (
        "Hazardous work, because: Carrying heavy loads (ILO Convention 182, article 3(d), "
        "Recommendation 190)."
    )
    assert any(sentence.startswith("Next: ") for sentence in sentences)
    assert session.casework.why(session.casework.row(case_id).visit_id) == ()


def test_list_says_age_and_hours_of_a_child_below_the_minimum_age_as_the_case_does(
    session: Session,
) -> None:
    case_id = finalised_case(
        session.casework, hazards=("none",), fl_third_party_coercion="no", work_hours=20.0
    )

    row = session.casework.row(case_id)

    told = ("12 completed years", "hours of work in the week: 20")
    assert row.because["cl_sna"] == told
    assert session.casework.why(case_id)[0] == (
        f"Below the minimum age, because: {', '.join(told)} (18th ICLS Resolution II)."
    )
    (week,) = session.casework.my_work()
    assert [answer for answer, _ in week.because["cl_sna", "BELOW_MIN_AGE"]] == list(told)


def test_list_says_what_forced_a_child(session: Session) -> None:
    case_id = finalised_case(
        session.casework,
        hazards=("none",),
        works_with_parents="yes",
        fl_parents_in_forced_labour="yes",
    )

    assert session.casework.row(case_id).because["fl"] == (
        "the parents are in forced labour",
        "works with or for the parents",
    )


def test_my_work_says_which_answers_decided_most_often(session: Session) -> None:
    finalised_case(session.casework, hazards=("heavy_loads", "heights"))
    finalised_case(session.casework, hazards=("heights",))

    (week,) = session.casework.my_work()

    assert week.because["cl_sna", "HAZARDOUS"] == [
        ("Work at heights", 2),
        ("Carrying heavy loads", 1),
    ]


def test_my_work_says_what_to_do_next_most_urgent_first(session: Session) -> None:
    finalised_case(session.casework, hazards=("heights",))

    (week,) = session.casework.my_work()

    steps = week.next_steps["cl_sna", "HAZARDOUS"]
    assert steps[0] == "hazardous"
    assert list(steps) == [step for step in STEPS if step in steps]
    (of_the_case,) = session.casework.list_cases()
    told = session.casework.why(of_the_case.record_id)
    assert {text(f"classification.next.{step}", "en") for step in steps} <= set(told)


def test_papers_kept_by_somebody_are_asked_after_when_the_case_is_finalised(
    session: Session, clock: Clock, make_tablet: Callable[..., Tablet]
) -> None:
    """No class reads such a sign; what is to be done next does, as long as the case stands."""
    case_id = finalised_case(
        session.casework,
        moved="other_country",
        papers="held_by_other",
        hazards=("none",),
        fl_third_party_coercion="no",
    )
    asked_after = text("classification.next.signs", "en")

    assert asked_after in session.casework.why(case_id)
    (week,) = session.casework.my_work()
    assert any("signs" in told for told in week.next_steps.values())
    session.sending.send()
    clock.push(days=31)
    session.lock()
    again = make_tablet().unlock(PIN)
    assert asked_after in again.casework.why(case_id), "the identity is erased, the step stands"
    again.lock()


def test_the_reasons_stay_when_the_identity_is_erased_and_go_with_the_case(
    session: Session, clock: Clock, make_tablet: Callable[..., Tablet]
) -> None:
    kept = finalised_case(session.casework)
    taken = finalised_case(session.casework)
    session.casework.withdraw(taken, "recorded_twice")
    session.sending.send()
    clock.push(days=31)
    session.lock()

    again = make_tablet().unlock(PIN)

    assert again.casework.row(kept).identity_erased
    assert again.casework.row(kept).because["cl_sna"] == ("Carrying heavy loads",)
    assert again.casework.row(taken).because["cl_sna"] == ()
    again.lock()


@given(
    st.dictionaries(WORDS, WORDS, max_size=4),
    st.lists(st.builds(Deciding, WORDS, WORDS, st.lists(WORDS, max_size=3).map(tuple)), max_size=4),
)
def test_what_a_card_keeps_is_read_again_as_it_was(
    codes: dict[str, str], deciding: list[Deciding]
) -> None:
    for findings in ((), (SIGNS_BUT_NONE, "age.high")):
        joined = joined_classes(codes, why_of(deciding, findings))

        assert dict(codes_kept(joined)) == codes
        assert list(deciding_of(why_kept(joined))) == deciding
        assert findings_of(why_kept(joined)) == READ_BY_STEPS.intersection(findings)


def test_a_card_of_an_earlier_version_has_its_codes_and_no_reasons() -> None:
    assert dict(codes_kept("cl_sna=HAZARDOUS;fl=NOT_FL")) == {"cl_sna": "HAZARDOUS", "fl": "NOT_FL"}
    assert list(deciding_of(why_kept("cl_sna=HAZARDOUS"))) == []
    assert list(deciding_of("what a later version keeps")) == []
