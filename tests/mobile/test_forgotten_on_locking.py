"""Nothing of a record stays in what the program remembers of its own work when a tablet locks."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

from mobile.tablet import Tablet
from shared.questionnaire.moments import formatted_moment
from shared.remembered import remembered
from tests.mobile.conftest import PIN
from tests.mobile.interviews import record_case, record_visit
from tests.mobile.office import MemoryOffice

ROOT = Path(__file__).parents[2]
HOLDS_NOTHING_OF_A_RECORD = {
    "mobile/ui/widgets/scripts.py:_letters_of": "letters of the fonts that came with the app",
    "shared/calendars.py:_days_before_persian": "years of a calendar",
    "shared/calendars.py:_table": "tables of a calendar",
    "shared/findings/content.py:_asked": "questions of a questionnaire",
    "shared/questionnaire/flow.py:_use": "how often a questionnaire was worked through, and how",
    "shared/questionnaire/sheets.py:_language": "heads of columns",
    "shared/reference.py:_as_it_came": "reference data that came with the app",
    "shared/texts/__init__.py:_catalogue": "catalogues of sentences",
    "shared/wire/codebook.py:_made": "codes of a questionnaire",
    "shared/wire/squeeze.py:preset_dictionary": "dictionaries that came with the app",
}


def memories() -> dict[str, bool]:
    """Every function that remembers, by file and name; whether it is marked. One that is asked
    nothing remembers nothing of a record."""
    found = {}
    for file in sorted([*ROOT.glob("mobile/**/*.py"), *ROOT.glob("shared/**/*.py")]):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.args.args:
                marks = [ast.unparse(one).split("(")[0] for one in node.decorator_list]
                if {"lru_cache", "cache", "functools.cache", "functools.lru_cache"} & set(marks):
                    name = f"{file.relative_to(ROOT).as_posix()}:{node.name}"
                    found[name] = "forgotten_on_locking" in marks
    return found


def test_every_memory_is_forgotten_or_holds_nothing_of_a_record() -> None:
    found = memories()

    assert {name for name, marked in found.items() if not marked} == set(HOLDS_NOTHING_OF_A_RECORD)
    assert len(found) > len(HOLDS_NOTHING_OF_A_RECORD)


def test_a_locked_tablet_remembers_no_date_place_or_class(
    make_tablet: Callable[..., Tablet], office: MemoryOffice
) -> None:
    tablet = make_tablet()
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    case_id = record_case(session.casework, record_visit(session.casework))
    assert session.casework.finalise(case_id).done
    formatted_moment("2014-05-17", "%Y")
    assert remembered() > 0

    session.lock()

    assert remembered() == 0
