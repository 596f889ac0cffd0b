"""The version of an edition tells readers whether its numbers mean what those before meant."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from server.db.engine import transaction
from server.intake.model import CaseRecord
from server.office import Office
from server.office.config import config_for
from server.reference.publish import publish
from server.releases import published
from server.releases.verify import verify
from server.tables import generations
from tests.server.field import Clock, seeded
from tests.server.releases.register import released, work

CHORES_ARE_NO_CHILD_LABOUR = """
[dimension.child_labour]
class = "cl_general"
least = 3
merge = ["NOT_CHILD_LABOUR", "UNDETERMINED"]
codes = ["WFCL_OTHER", "HAZARDOUS", "BELOW_MIN_AGE", "HAZ_HOUSEHOLD_SERVICES", "LIGHT_WORK", \
"PERMITTED_WORK", "NOT_WORKING", "UNDETERMINED"]

[dimension.child_labour.parents]
IN_CHILD_LABOUR = ["WFCL_OTHER", "HAZARDOUS", "BELOW_MIN_AGE"]
NOT_CHILD_LABOUR = ["HAZ_HOUSEHOLD_SERVICES", "LIGHT_WORK", "PERMITTED_WORK", "NOT_WORKING"]
"""
WITH_A_PLACE = """
[[table]]
code = "CL-CLASS"
of = "child_labour"
by = ["area", "sex", "age_band", "child_labour"]
where = { urban_rural = ["rural", "urban", "unknown", "not_asked"] }
"""
OTHER_NAMES = """
[dimension.sex]
derived = "sex"
codes = ["female", "male"]
label = { en = "Girls and boys" }
"""
OTHER_LAW = """
[parameters.minimum_age]
value = 16
source = "Act 9 of 2027, s. 3"
as_of = 2027-01-01
"""
SOURCE_OF_LAW = """
[parameters.minimum_age]
value = 15
source = "The same Act, printed again"
as_of = 2027-01-01
"""


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """A folder of the country's own, empty yet."""
    folder = tmp_path / "country"
    folder.mkdir()
    return folder


@pytest.fixture
def opened(
    made: Path, country: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[[], Office]:
    """Opens the office that was made, each time with what its country says then."""
    shutil.copytree(made, tmp_path / "office")

    def open_() -> Office:
        config = replace(config_for(tmp_path / "office"), country_folders=(country,))
        office = Office.open(config, Clock(), seeded(2))
        request.addfinalizer(office.close)
        return office

    return open_


def version_after(opened: Callable[[], Office], change: Callable[[Office], None]) -> str:
    """Of an edition of the same tables and period, after the change."""
    first = released(opened())
    office = opened()
    change(office)
    generations.make_whole(office)
    work(office)
    second = released(office)
    assert published.edition(office, first).version == "1.0.0"
    assert verify(office, second) == []
    return published.edition(office, second).version


@pytest.mark.parametrize(
    "tables", [CHORES_ARE_NO_CHILD_LABOUR, WITH_A_PLACE], ids=["classes", "who"]
)
def test_table_that_counts_otherwise_makes_a_major_version(
    opened: Callable[[], Office], country: Path, tables: str
) -> None:
    def declared_anew(office: Office) -> None:
        (country / "tables.toml").write_text(tables, encoding="utf-8")

    assert version_after(opened, declared_anew) == "2.0.0"


def test_other_law_makes_a_major_version_and_its_source_none(
    opened: Callable[[], Office], country: Path
) -> None:
    def told(law: str) -> Callable[[Office], None]:
        def published_law(office: Office) -> None:
            (country / "profile.toml").write_text(law, encoding="utf-8")
            publish(office, "test")

        return published_law

    assert version_after(opened, told(SOURCE_OF_LAW)) == "1.0.1"
    office = opened()
    told(OTHER_LAW)(office)
    assert published.edition(office, released(office)).version == "2.0.0"


def test_classes_by_other_rules_make_a_major_version(opened: Callable[[], Office]) -> None:
    def classified_by_others(office: Office) -> None:
        with transaction(office.engine) as connection:
            connection.execute(update(CaseRecord).values(rules_version="1999.1"))

    assert version_after(opened, classified_by_others) == "2.0.0"


def test_other_words_of_a_dimension_make_a_patch(
    opened: Callable[[], Office], country: Path
) -> None:
    def named_otherwise(office: Office) -> None:
        (country / "tables.toml").write_text(OTHER_NAMES, encoding="utf-8")

    assert version_after(opened, named_otherwise) == "1.0.1"


def test_levels_count_as_they_are_published_whoever_chose_them(
    opened: Callable[[], Office],
) -> None:
    office = opened()
    released(office)
    structure, _ = published.tables_of(office, 1)
    assert structure.levels, "the office chose something coarser"

    same = released(office, levels=structure.levels)
    coarser = released(office, levels={**structure.levels, "sex": {"female": "all", "male": "all"}})

    versions = [published.edition(office, one).version for one in (same, coarser)]
    assert versions == ["1.0.1", "2.0.0"]


def test_areas_of_another_day_make_a_major_version(opened: Callable[[], Office]) -> None:
    office = opened()
    released(office)

    assert published.edition(office, released(office, areas="today")).version == "2.0.0"
