"""An office starts with what it accepted once, however strict reading has become since."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.office import Office
from server.reference import publish
from server.reference.in_force import reference_of
from server.stewardship.doctor import check
from shared.errors import QuestionnaireError
from shared.profiles import files
from shared.profiles.kinds import KINDS
from tests.server.field import FieldTablet, make_office, words


@pytest.fixture
def country(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def lite_with(tmp_path: Path, country: Path) -> Iterator[Callable[[str], Office]]:
    """An office whose country folder has that profile."""
    made: list[Office] = []

    def make(profile: str) -> Office:
        (country / "profile.toml").write_text(profile, "utf-8")
        office = make_office(tmp_path / "office", country_folders=(country,))
        made.append(office)
        return office

    yield make
    for office in made:
        office.close()


def test_office_starts_with_a_profile_it_accepted_once_and_would_refuse_today(
    lite_with: Callable[[str], Office], country: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = lite_with('[parameters.hazardous_age]\nvalue = 17\nsource = "Act"\n')
    publish.publish(office, "test")
    tablet = FieldTablet.enrol(office)
    assert reference_of(office).profile.hazardous_age == 17

    stricter = replace(KINDS["hazardous_age"], low=18)
    monkeypatch.setattr(files, "KINDS", {**KINDS, "hazardous_age": stricter})
    for folders in ((country,), ()):  # what it published, whether or not the folder is there
        config = replace(office.config, country_folders=folders)
        again = Office.open(config, office.clock, os.urandom)
        found = reference_of(again).profile
        assert not found.sets("hazardous_age")
        assert found.minimum_age is not None
        assert any("hazardous_age" in one for one in check(again))
        again.close()
    with pytest.raises(QuestionnaireError, match="hazardous_age"):
        publish.publish(office, "test")
    assert words(tablet.send(tablet.visit())) == ["accepted"]


def test_office_without_an_edition_starts_with_a_folder_it_would_refuse_today(
    lite_with: Callable[[str], Office], country: Path
) -> None:
    office = lite_with("")
    bad = '[parameters.minimum_age]\nvalue = 99\nsource = "Act"\n'
    (country / "profile.toml").write_text(bad, "utf-8")

    again = Office.open(office.config, office.clock, os.urandom)

    assert not reference_of(again).profile.sets("minimum_age")
    assert any("minimum_age" in one for one in check(again))
    again.close()
