"""Nothing is green or called allowed that national law forbids or nobody has confirmed."""

from __future__ import annotations

from typing import Any

import pytest

from shared.texts import LANGUAGE_NAMES as LANGUAGES
from shared.texts import text
from tests.mobile.ui.made_up import PERSON, VISIT, answer_all

ALLOWED = {
    "en": ("allowed", "permitted"),
    "fr": ("autorisé", "permis"),
    "es": ("permitido", "autorizado"),
    "pt": ("permitido", "autorizado"),
    "sw": ("ruhusiwa",),
    "ar": ("مسموح",),
    "hi": ("अनुमत",),
    "ne": ("गर्न पाउने", "अनुमति"),
    "am": ("የተፈቀደ",),
    "ur": ("اجازت", "مجاز"),
    "bn": ("অনুমতি", "অনুমোদিত"),
}
"""How each language says it. Told only by the sentences on confirmed national law."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("found", ["LIGHT_WORK", "PERMITTED_WORK"])
def test_class_of_the_statistic_is_never_worded_as_a_permission(language: str, found: str) -> None:
    told = [text(f"screens.class.cl_sna.{found}", language)]
    told.append(text(f"classification.class.{found}", language))

    assert all(one and not one.startswith(("screens.", "classification.")) for one in told)
    words = ALLOWED[language]
    assert [one for one in told if any(word in one.casefold() for word in words)] == []


def test_a_child_in_long_housework_is_told_as_such_and_nothing_is_green(
    drive: Any, tablet: Any, membership: Any
) -> None:
    from mobile.ui.screens.rows import detail_of
    from mobile.ui.widgets.surfaces import CardLayout
    from mobile.ui.widgets.theme import theme

    session = tablet.set_up("739146", membership)
    driver = drive((600, 800))
    driver.app.opened(session)
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    case_id = casework.start_case(visit_id)
    work = ("own_farm", "family_business", "produced_goods", "other_paid", "without_pay", "own_use")
    idle = {f"worked_{kind}": "no" for kind in work}
    idle |= {"absent_from_job": "no", "worked_last_year": "no"}
    house = {"chores": ("cooking_cleaning",), "hours_chores": 30.0, "chores_for": "own"}
    person = {**PERSON, **idle, **house, "birth_date": "2015-03-01"}
    answer_all(casework, case_id, person, casework.answer)
    driver.app.go("review", record_id=case_id)
    driver.screen.found.open()
    driver.settle()

    word = text("screens.class.cl_sna.HAZ_HOUSEHOLD_SERVICES", "en")
    cards = [part for part in driver.screen.ids.classes.walk() if isinstance(part, CardLayout)]
    assert driver.screen.review.classification.codes()["cl_sna"] == "NOT_WORKING"
    assert word in driver.all_words(driver.screen.ids.classes)
    assert tuple(theme.pair("good")[0]) not in [tuple(card.ground) for card in cards]
    casework.finalise(case_id)
    assert word in detail_of(casework.row(case_id), tells_class=True)


@pytest.mark.parametrize("birth_date", ["2013-10-01", "2014-03-01", "2010-10-01"])
def test_nothing_is_green_while_national_law_forbids_or_nobody_has_confirmed_it(
    drive: Any, tablet: Any, membership: Any, birth_date: str
) -> None:
    """Light work of a child of 12 or 13, and other work of one of 16; the country's values are
    unconfirmed, or put the child below the minimum age."""
    from mobile.ui.widgets.surfaces import CardLayout
    from mobile.ui.widgets.theme import theme

    session = tablet.set_up("739146", membership)
    driver = drive((600, 800))
    driver.app.opened(session)
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    case_id = casework.start_case(visit_id)
    person = {**PERSON, "birth_date": birth_date, "work_hours": 5.0, "hazards": ("none",)}
    person |= {"occupation": "522", "industry": "47"}
    answer_all(casework, case_id, person, casework.answer)
    driver.app.go("review", record_id=case_id)
    driver.screen.found.open()
    driver.settle()

    legal = driver.screen.review.classification.national
    cards = [part for part in driver.screen.ids.classes.walk() if isinstance(part, CardLayout)]
    grounds = [tuple(card.ground) for card in cards]
    assert driver.screen.review.classification.codes()["cl_sna"] in ("LIGHT_WORK", "PERMITTED_WORK")
    assert legal.forbids or not legal.confirmed
    assert len(cards) >= 3
    assert tuple(theme.pair("good")[0]) not in grounds
    told = " ".join(driver.all_words(driver.screen.ids.classes)).casefold()
    assert "allowed" not in told
    assert "permitted" not in told


IDLE = {
    **dict.fromkeys(
        (
            *(f"worked_{kind}" for kind in ("own_farm", "family_business", "produced_goods")),
            *(f"worked_{kind}" for kind in ("other_paid", "without_pay", "own_use", "household")),
            *("absent_from_job", "worked_last_year", "fetched_water_or_firewood"),
        ),
        "no",
    ),
    "chores": ("none",),
}
FOREIGN = {
    "birth_date": "1995-03-01",
    "consent_given_by": "self",
    "moved": "other_country",
    "moved_with": "alone",
}
FREE = {"worked_family_business": "no", "worked_other_paid": "yes", "works_with_parents": "no"}


@pytest.mark.parametrize(
    ("said", "finding", "green"),
    [
        ({**FOREIGN, **FREE, "papers": "held_by_other"}, "forced.signs_but_none", False),
        ({**IDLE, "moved": "within_country", "lives_at": "employer"}, "work.none_but_named", False),
        ({**FOREIGN, **FREE, "papers": "yes", "hazards": ("none",)}, "", True),
    ],
    ids=["papers kept by somebody", "a child's bed at the workplace", "nothing to look at again"],
)
def test_nothing_is_green_while_an_answer_contradicts_that_nothing_was_found(
    drive: Any, tablet: Any, membership: Any, said: dict[str, Any], finding: str, green: bool
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive((600, 800))
    driver.app.opened(session)
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    case_id = casework.start_case(visit_id)
    answer_all(casework, case_id, {**PERSON, "birth_date": "2017-03-01", **said}, casework.answer)
    driver.app.go("review", record_id=case_id)
    driver.screen.found.open()
    driver.settle()

    found = [each.code for each in driver.screen.review.findings]
    assert driver.screen.review.classification.codes()["fl"] == "NOT_FL"
    assert found == ([finding] if finding else [])
    assert bool(_green(driver.screen)) is green


def test_a_form_in_order_is_not_told_in_green_above_a_case_that_is_not_decided(
    drive: Any, tablet: Any, membership: Any
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive((600, 800))
    driver.app.opened(session)
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    case_id = casework.start_case(visit_id)
    seen = {"safety_problems": ("employer_near",), "safety_action": "observed_only"}
    answer_all(casework, case_id, seen, casework.answer)
    driver.app.go("review", record_id=case_id)
    driver.screen.found.open()
    driver.settle()

    assert driver.screen.review.classification.codes()["fl"] == "UNDETERMINED"
    assert text("screens.review.nothing_wrong", "en") in driver.all_words(driver.screen)
    assert _green(driver.screen) == []


def _green(screen: Any) -> list[Any]:
    """Whatever of the page stands on the ground of good news."""
    from mobile.ui.widgets.theme import theme

    good = tuple(theme.pair("good")[0])
    return [part for part in screen.walk() if tuple(getattr(part, "ground", None) or ()) == good]
