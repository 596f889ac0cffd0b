"""A question whose words or answers rest on another of the same page is asked anew when that is
answered; answers too many for buttons are searched for."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from demo.officers.cheap_keys import cheap_derivation
from tests.mobile.interviews import record_case, record_visit

VILLAGES = 5_000
SURVEY = """type,name,label::English (en),choice_filter,bind::tally:privacy
begin_repeat,case,,,
begin_group,where,Where,,
text,called,What is the dog called?,,identity
note,told,The dog is ${called}.,,
select_one regions,region,Which region?,,keep
select_one towns,town,Which town?,region = ${region},keep
select_one villages,village,Which village?,,keep
end_group,,,,
end_repeat,,,,
"""
CHOICES = """list_name,name,label::English (en),region
regions,a,Region A,
regions,b,Region B,
towns,a1,Town of A,a
towns,b1,Town of B,b
towns,b2,Other town of B,b
"""


@pytest.fixture
def at_the_questions(
    drive: Any, tmp_path: Path, clock: Callable[[], datetime], membership: Any
) -> Any:
    """A driver at the country's own questions on a new case."""
    from mobile.tablet import Tablet
    from shared.reference import Reference, load_reference

    own = tmp_path / "questionnaire"
    own.mkdir()
    villages = "".join(f"villages,v{one},Village {one},\n" for one in range(VILLAGES))
    (own / "survey.csv").write_text(SURVEY, "utf-8")
    (own / "choices.csv").write_text(CHOICES + villages, "utf-8")

    def loaded(country: str) -> Reference:
        return load_reference(country, [tmp_path])

    tablet = Tablet(tmp_path / "tablet", loaded, clock, os.urandom, derivation=cheap_derivation)
    session = tablet.set_up("739146", membership)
    case = record_case(session.casework, record_visit(session.casework))
    driver = drive((800, 1280))
    driver.app.opened(session)
    driver.app.go("interview", record_id=case, section="where")
    driver.settle(12)
    return driver


def test_towns_follow_the_region_and_words_the_answer_they_hold(at_the_questions: Any) -> None:
    driver = at_the_questions
    asked = driver.screen.cards
    assert "Town of B" not in driver.all_words()

    driver.tap(asked["region"].answering.buttons["b"])
    driver.settle(12)
    assert {"Town of B", "Other town of B"} <= set(driver.all_words())
    assert list(driver.screen.cards) == ["called", "told", "region", "town", "village"]

    driver.tap(driver.screen.cards["town"].answering.buttons["b1"])
    driver.screen.answer("region", "a")
    driver.settle(12)
    assert "Town of A" in driver.all_words()
    assert "Town of B" not in driver.all_words()

    untouched = driver.screen.cards["village"]
    driver.screen.answer("called", "Rex")
    driver.settle(12)
    assert "The dog is Rex." in driver.all_words()
    assert driver.screen.cards["village"] is untouched


def test_one_of_thousands_of_answers_is_searched_for(at_the_questions: Any) -> None:
    from mobile.ui.widgets.overlays import open_overlays

    driver = at_the_questions
    case = driver.screen.record_id
    driver.tap(driver.screen.cards["village"].answering.choose_button)
    page = open_overlays()[0]
    driver.settle()
    driver.write(page.search_field, "Village 4321")
    driver.settle(20)
    [first] = [row for row in page.list.data if row["words"] == "Village 4321"]
    first["take"]("v4321")
    driver.app.go("interview", record_id=case, section="where")
    driver.settle(12)

    assert driver.screen.interview.find("village").value == "v4321"
    assert driver.screen.cards["village"].answering.choose_button.words == "Village 4321"
