"""An answer that names something grave leaves its trace: in a class, a bound or a finding."""

from datetime import date
from random import Random

import pytest

from shared.classification import classify
from shared.classification.measured import reading_of
from shared.classification.signs import signs_of_coercion
from shared.findings import check_draft
from shared.questionnaire import Level
from shared.reference import load_reference
from tests.shared.classification.random_interviews import QUESTIONNAIRE, asked_only, completed

REFERENCE = load_reference("PAK")
VISIT = {"visit_date": "2026-10-15", "area": "PK-PB-05"}
VISIT_CONTENT = {"visit_date": "2026-10", "area": "PK-PB-05"}
QUIET = {
    "consent_given_by": "self",
    "consent_purposes": ("interview", "statistics"),
    "safety_problems": ("none",),
    "worked_other_paid": "yes",
    "work_hours": 8.0,
    "works_with_parents": "no",
    "industry": "56",
    "occupation": "941",
    "attends_school": "yes",
    "moved": "no",
}
GRAVE = {
    **{
        f"danger {kind}": {"immediate_danger": "yes", "danger_kind": (kind,)}
        for kind in ("confined", "violence", "sexual_abuse", "to_be_moved", "life_risk_work")
    },
    "debt instead of pay": {"pay_form": "debt"},
    "debt": {"pay_form": "debt", "fl_debt": "yes"},
    "beaten": {"abuse": ("beaten",)},
    "abused": {"abuse": ("sexual",)},
    "locked in": {"confined": "yes"},
    **{
        f"seen {sign}": {"officer_signs": (sign,)}
        for sign in ("sold_or_bonded", "debt", "armed", "sexual", "illicit", "brought", "forced")
    },
    "an indicator": {"ilo_indicators": ("retention_of_identity_documents",)},
    "papers kept": {"fl_involuntary": ("different_job",), "fl_documents": "yes"},
    "a purpose": {
        "officer_signs": ("brought",),
        "tip_act": ("recruited",),
        "tip_purpose": ("slavery_servitude",),
    },
}
CHILDREN_ONLY = {"danger life_risk_work"}
ADULTS_ONLY = {"papers kept"}


ASKED = [
    (name, age)
    for name in sorted(GRAVE)
    for age in (8, 13, 16, 30)
    if name not in (CHILDREN_ONLY if age >= 18 else ADULTS_ONLY)
]


@pytest.mark.parametrize(("name", "age"), ASKED)
def test_what_is_grave_is_never_passed_over(name, age):
    _try(name, age, {})


@pytest.mark.parametrize(("name", "age"), ASKED)
def test_what_is_grave_is_named_where_the_class_is_open(name, age):
    """Nobody knows who applies force, or whether it was the free will: the sign is told."""
    open_ = {"fl_third_party_coercion": "unknown"} if age < 18 else {"fl_involuntary": ("unknown",)}
    _try(name, age, open_)


def _try(name, age, open_):
    said = {**QUIET, **open_, **GRAVE[name], "birth_date": age}
    answers = completed(dict(said), VISIT, Random(age), said=said, unknown=0.0, quiet=1.0)
    content = asked_only(answers, VISIT)
    assert GRAVE[name].items() <= content.items(), "the question is not asked"

    found = classify(content, VISIT_CONTENT, QUESTIONNAIRE, REFERENCE.profile)

    child, forced = found.child_labour, found.forced_labour
    perhaps = forced.high or found.trafficking != "N"
    if age < 18:
        perhaps = perhaps or child.general_high
        assert found.national.legal_class not in ("ALLOWED", "LIGHT_WORK_ALLOWED")
    assert perhaps, (child.general, forced.labour_class)
    full = {**content, "birth_date": f"{2026 - age}-04-01"}
    told = {one.code for one in check_draft(REFERENCE, Level.CASE, full, VISIT, date(2026, 10, 20))}
    if forced.labour_class == "NOT_FL" and child.general != "HAZARDOUS":
        assert "signs_of_coercion" in found.flags
        assert {"forced.signs_but_none", "danger.consider"} & told or age < 18
    if forced.labour_class in ("NOT_FL", "UNDETERMINED"):
        reading = reading_of(content, VISIT_CONTENT, QUESTIONNAIRE)
        told_as_signs = {one.measure for one in found.deciding if one.about == "signs"}
        assert told_as_signs == set(signs_of_coercion(reading))
