"""The settings of Alliance 8.7 a case is counted under, from the interview to the table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from server.office import Office
from server.tables.case_words import NOT_KNOWN, CaseAsKept
from server.tables.observed import readers
from shared.answers import Value
from shared.interview_content import content_of
from shared.questionnaire import STANDARD, Level, load_questionnaire
from shared.questionnaire.flow import work_through
from tests.server.field import REFERENCE, FieldTablet, somebody
from tests.server.tables.test_declared_tables import DECLARED, TOTAL, cells, whole
from tests.shared.test_interview_files import NOTHING, WORK

DAY = date(2026, 11, 10)
VISIT: dict[str, Value] = {"visit_date": DAY.isoformat(), "area": "PK-PB-01", "nobody_found": "no"}
ADULT: dict[str, Value] = {
    "age_stated": 30,
    "birth_date": "unknown",
    "worked_without_pay": "yes",
    "fl_involuntary": ("no_freedom_to_leave",),
    "fl_menace": ("threats_or_violence",),
}


def interview(**answers: Value) -> dict[str, Value]:
    """What leaves the tablet of a quiet worker's interview with these answers."""
    questionnaire = REFERENCE.questionnaire
    said: dict[str, Value] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in {**NOTHING, **WORK, **answers}.items()
    }
    visible = work_through(questionnaire, Level.CASE, said, VISIT).visible
    content = content_of(questionnaire, said, DAY, visible)
    return {name: value for name, value in content.items() if name in visible}


def settings_of(**answers: Value) -> set[str]:
    (read,) = readers((DECLARED.dimensions["setting"],), REFERENCE.questionnaire, REFERENCE.profile)
    kept = CaseAsKept(interview(**answers), {}, {}, "PK-PB-01", "male", "", "ngo", False, True)
    return set(read(kept).split())


@pytest.mark.parametrize(
    ("answers", "settings"),
    [
        # The groups overlap: every one that is true is counted.
        (
            {"age_stated": 13, "case_settings": ("rural", "supply_chain", "migration")},
            {"rural", "supply_chain", "migration"},
        ),
        # C105 art. 1(b): the local authority makes people pick cotton.
        (
            {
                **ADULT,
                "fl_who_applies": ("state_authority",),
                "fl_exception": "no",
                "case_settings": ("rural",),
            },
            {"rural", "rule_of_law"},
        ),
        # A conscript who builds roads: no setting of the officer's, and the State all the same.
        (
            {**ADULT, "fl_who_applies": ("armed_forces",), "fl_exception": "no"},
            {"rule_of_law"},
        ),
        (
            {**ADULT, "fl_who_applies": ("armed_forces",), "case_settings": ("none",)},
            {"rule_of_law"},
        ),
        # The work the law excepts was looked at, and is a matter of the rule of law.
        (
            {**ADULT, "fl_who_applies": ("state_authority",), "fl_exception": "convict_labour"},
            {"rule_of_law"},
        ),
        # A prisoner placed with a contractor: the State and the contractor.
        (
            {
                **ADULT,
                "fl_who_applies": ("state_authority", "employer"),
                "fl_exception": "convict_labour",
                "worked_for": "contractor",
                "case_settings": ("supply_chain",),
            },
            {"supply_chain", "rule_of_law"},
        ),
        # A child of sixteen called up by the army of the State.
        (
            {
                "age_stated": 16,
                "worked_without_pay": "yes",
                "officer_signs": ("armed",),
                "wfcl_slavery": "yes",
                "wfcl_slavery_form": ("armed_conflict",),
                "fl_third_party_coercion": "yes",
                "fl_menace": ("threats_or_violence",),
                "fl_who_applies": ("armed_forces",),
                "case_settings": ("conflict",),
            },
            {"conflict", "rule_of_law"},
        ),
        # Not the State: an employer, an armed group, the own family.
        ({**ADULT, "fl_who_applies": ("employer",), "case_settings": ("rural",)}, {"rural"}),
        (
            {**ADULT, "fl_who_applies": ("armed_group",), "case_settings": ("conflict",)},
            {"conflict"},
        ),
        ({**ADULT, "fl_who_applies": ("other_family",), "case_settings": ("none",)}, {"none"}),
        # Who applies it was refused: nobody may say that it was the State.
        ({**ADULT, "fl_who_applies": "refused", "case_settings": ("rural",)}, {"rural"}),
        # An exception written down beside an employer alone is hidden, and says nothing.
        ({**ADULT, "fl_who_applies": ("employer",), "fl_exception": "no"}, {"not_asked"}),
    ],
)
def test_rule_of_law_is_a_setting_where_the_state_forces_or_an_exception_was_looked_at(
    answers: dict[str, Value], settings: set[str]
) -> None:
    assert settings_of(**answers) == settings


def test_forced_labour_by_the_state_is_counted_under_the_rule_of_law_beside_its_other_settings(
    lite: Office,
) -> None:
    tablet = FieldTablet.enrol(lite)
    of_state = {**ADULT, "fl_who_applies": ("state_authority",), "fl_exception": "no"}
    told = (
        {**of_state, "case_settings": ("rural", "supply_chain")},
        {**of_state, "case_settings": ("none",)},
        {**ADULT, "fl_who_applies": ("employer",), "case_settings": ("rural",)},
        # A convict under public supervision is not in forced labour: in no cell of the table.
        {**of_state, "fl_exception": "convict_labour", "case_settings": ("rural",)},
    )
    for number, answers in enumerate(told):
        visit = tablet.visit()
        nothing: dict[str, Value] = dict.fromkeys(tablet.case(visit).content)
        case = tablet.case(visit, somebody(number), **{**nothing, **interview(**answers)})
        tablet.send(visit, case)
    whole(lite)

    assert cells(lite, "FL-SETTING") == {
        ("male", TOTAL): 3,
        ("male", "rural"): 2,
        ("male", "supply_chain"): 1,
        ("male", "rule_of_law"): 2,
    }


@pytest.mark.parametrize(
    ("meaning", "setting", "employer"),
    [("", "rural", NOT_KNOWN), ("state", "rule_of_law rural", "third_party")],
)
def test_codes_of_a_country_are_counted_as_what_they_stand_for(
    tmp_path: Path, meaning: str, setting: str, employer: str
) -> None:
    actor = meaning and "state_authority"
    rows = f"who_applies,warden,Warden,{actor}\nemployers,colony,Colony,{meaning}\n"
    header = "list_name,name,label::English (en),tally:means\n"
    (tmp_path / "choices.csv").write_text(header + rows, "utf-8")
    questionnaire = load_questionnaire([STANDARD, tmp_path])
    answers: dict[str, Value] = {
        "fl_who_applies": ("warden",),
        "worked_for": "colony",
        "case_settings": ("rural",),
        "works_with_parents": "no",
    }
    kept = CaseAsKept(answers, {}, {}, "PK-PB-01", "male", "", "ngo", False, True)
    by_name = DECLARED.dimensions
    for_whom = next(one for one in by_name.values() if one.name_of_source == "employer")

    read = readers((by_name["setting"], for_whom), questionnaire, REFERENCE.profile)

    assert [one(kept) for one in read] == [setting, employer]
