"""Pictures of the screens for docs/images, drawn with real pixels from made-up persons.

Kept in a temporary folder, so that a test run leaves the repository alone; with
``TALLY87_PICTURES=docs/images`` (or another folder) they are written there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

TABLET_UPRIGHT, TABLET_ACROSS, PHONE = (800, 1280), (1280, 800), (360, 800)

VISIT = {
    "visit_date": "2026-11-18",
    "area": "PK-PB-03",
    "place_name": "Brick kiln, Chak 204",
    "activity": "23",
    "workers_seen": 12,
    "nobody_found": "no",
}
PERSON = {
    "consent_given_by": "caregiver_and_assent",
    "consent_purposes": ("interview", "statistics"),
    "parent_given_name": "Rashid",
    "home_area": "PK-PB-03",
    "worked_family_business": "yes",
    "work_hours": 31.5,
    "works_with_parents": "yes",
    "occupation": "931",
    "industry": "23",
    "hazards": ("heavy_loads", "dust_fumes_gas"),
    "chores": ("cooking_cleaning",),
    "hours_chores": 7,
    "attends_school": "no",
}
PERSONS = (
    {"given_name": "Sana", "family_name": "Bibi", "sex": "female", "birth_date": "2015-02-03"},
    {"given_name": "Ali", "family_name": "Khan", "sex": "male", "birth_date": "2013-07-21"},
    {"given_name": "Bilal", "family_name": "Ahmed", "sex": "male", "birth_date": "2012-01-10"},
)


def answer_all(casework: Any, record_id: Any, given: dict[str, Any], save: Any) -> None:
    """Answers what is asked: as given, else no, none, 3 or don't know."""
    for _ in range(200):
        views = [v for s in casework.interview(record_id).sections for v in s.questions]
        waiting = [
            view
            for view in views
            if view.question.takes_answer
            and view.value is None
            and (view.required or view.name in given)
        ]
        if not waiting:
            return
        view = waiting[0]
        codes = [choice.code for choice in view.choices]
        kind = view.question.kind.value
        value = given.get(view.name)
        if value is None and kind == "select_one" and codes:
            value = "no" if "no" in codes else codes[0]
        elif value is None and kind == "select_multiple":
            value = ("none",) if "none" in codes else (codes[0],)
        elif value is None:
            value = 3 if kind in ("integer", "decimal") else "unknown"
        save(record_id, view.name, value)


@pytest.fixture
def at_work(tablet: Any, membership: Any) -> Any:
    """An unlocked tablet with one visit and three persons: two drafts, one ready to send."""
    session = tablet.set_up("739146", membership)
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer_visit)
    cases = []
    for person in PERSONS:
        case_id = casework.start_case(visit_id)
        answer_all(casework, case_id, {**PERSON, **person}, casework.answer)
        cases.append(case_id)
    assert casework.finalise(cases[1]).done
    return session, visit_id, cases


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return Path(os.environ.get("TALLY87_PICTURES", tmp_path))


def keep(driver: Any, folder: Path, name: str) -> None:
    """Keeps the picture, and checks that it shows something and that no text is cut off."""
    from PIL import Image

    path = folder / f"tablet-{name}.png"
    driver.picture(path)
    with Image.open(path) as image:
        assert image.size == tuple(driver.window.size)
        assert len(image.getcolors(256) or ()) > 20, f"{name} is an empty page"
    assert cut_texts(driver) == [], name


def cut_texts(driver: Any) -> list[str]:
    """Texts of one line or more whose letters do not fit into the width they are given."""
    from mobile.widgets.text import Text

    return [
        part.words
        for root in driver.window.children
        for part in root.walk(restrict=True)
        if isinstance(part, Text) and part.words and part.texture_size[0] > part.width + 1
    ]


def test_screens_of_a_wide_tablet(drive: Any, at_work: Any, pictures: Path) -> None:
    session, visit_id, cases = at_work
    driver = drive(TABLET_ACROSS)
    keep(driver, pictures, "unlock")
    driver.app.opened(session)
    keep(driver, pictures, "home")
    driver.app.go("visit", visit_id=visit_id)
    keep(driver, pictures, "visit")
    driver.app.go("interview", record_id=cases[0], section="conditions")
    keep(driver, pictures, "interview")
    driver.app.go("review", record_id=cases[0])
    keep(driver, pictures, "review")
    driver.app.go("danger", record_id=cases[0])
    keep(driver, pictures, "danger")
    driver.app.show_place("cases")
    keep(driver, pictures, "cases")


def test_screens_of_an_upright_tablet_in_the_dark(drive: Any, at_work: Any, pictures: Path) -> None:
    session, _visit_id, cases = at_work
    driver = drive(TABLET_UPRIGHT, dark=True)
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="job")
    keep(driver, pictures, "upright-dark")
    driver.app.show_place("send")
    keep(driver, pictures, "upright-send")


def test_screens_of_a_phone_with_large_letters(drive: Any, at_work: Any, pictures: Path) -> None:
    session, _visit_id, cases = at_work
    driver = drive(PHONE, text_scale=1.2)
    driver.app.opened(session)
    driver.app.show_place("settings")
    keep(driver, pictures, "phone-settings")
    driver.app.go("interview", record_id=cases[0], section="about")
    keep(driver, pictures, "phone")


def test_arabic_stands_on_the_right_with_its_digits_in_order(
    drive: Any, at_work: Any, pictures: Path
) -> None:
    session, _visit_id, cases = at_work
    driver = drive(TABLET_ACROSS, language="ar")
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="identity")
    driver.settle()
    field = driver.screen.cards["given_name"].answering.field
    driver.write(field, "سناء 12")

    keep(driver, pictures, "arabic")
    shown = field._as_read.text
    assert "12" in shown
    assert shown.index("12") < len(shown) - 2, "the number stands left of the name it follows"
    card = driver.screen.cards["given_name"]
    assert card.label_text.halign == "right"
