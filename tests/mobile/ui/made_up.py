"""Made-up persons found at a brick kiln, and what a look at a screen can find wrong with it."""

from __future__ import annotations

from typing import Any

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


def cut_texts(driver: Any) -> list[str]:
    """Texts of one line or more whose letters do not fit into the width they are given."""
    from mobile.ui.widgets.text import Text

    return [
        part.words
        for root in driver.window.children
        for part in root.walk(restrict=True)
        if isinstance(part, Text) and part.words and part.texture_size[0] > part.width + 1
    ]
