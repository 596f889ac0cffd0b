"""A child whom somebody other than the parents forces is asked the same as one with a named menace.

Sources: the Guidelines (ICLS/20/2018) count a debt and papers kept among the menaces; the ILO's
eleven indicators (2012) screen.
"""

import pytest

from tests.shared.test_interview_files import NOTHING, WORK, of

FORCED = {"fl_third_party_coercion": "yes", "fl_menace": ["none"]}
ASKED = {"ilo_indicators", "fl_debt", "fl_documents", "fl_ongoing", "fl_who_applies"}
IN_THE_FAMILY = {"worked_own_farm": "yes", "works_with_parents": "yes"}


@pytest.mark.parametrize("family", [{}, IN_THE_FAMILY], ids=["for others", "with the parents"])
@pytest.mark.parametrize("said", [{}, {"fl_menace": ["unknown"]}, {"fl_menace": ["debt_bondage"]}])
def test_force_by_a_third_party_opens_debt_papers_and_indicators(family, said):
    case = {**NOTHING, "worked_other_paid": "yes", **WORK, **family, **FORCED, **said}
    del case["confined" if family else "attends_school"]

    assert set(of(age_stated=14, **case)["open"]) >= ASKED


def test_a_child_nobody_forces_is_asked_none_of_it_when_it_works_in_the_family():
    case = {**NOTHING, **WORK, **IN_THE_FAMILY}
    del case["confined"]

    assert not ASKED & set(of(age_stated=14, **case)["open"])


def test_the_short_form_asks_none_of_it():
    case = {"interview_form": "short", **NOTHING, "worked_other_paid": "yes", **FORCED}
    short = {name: value for name, value in case.items() if name not in LONG_ONLY}

    assert not (ASKED - {"fl_who_applies"}) & set(of(age_stated=14, **short)["open"])


LONG_ONLY = {
    *("consent_purposes", "consent_linkage", "moved", "worked_own_use", "absent_from_job"),
    *("worked_last_year", "fetched_water_or_firewood", "chores", "attends_school"),
}
