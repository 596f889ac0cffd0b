"""What a locked tablet shows: numbers to call as the programme chooses, and its own language."""

from __future__ import annotations

import gettext
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mobile.ui.before_unlock import (
    FILE_NAME,
    keep_before_unlock,
    numbers_before_unlock,
    speak_before_unlock,
)
from shared.profiles.entries import Parameter
from shared.texts import lay_over, text

SMALL = (600, 800)


class Wording(gettext.NullTranslations):
    """A language that came with an edition."""

    def gettext(self, message: str) -> str:
        return "Fungula" if message == "screens.unlock.unlock" else message

    def info(self) -> dict[str, str]:
        return {"x-language-name": "Luganda", "x-direction": ""}


def with_choice(session: Any, value: str) -> None:
    """The programme's profile says so."""
    profile = session.reference.profile
    chosen = Parameter("helplines_while_locked", value, "test", None, True)
    parameters = {**profile.parameters, "helplines_while_locked": chosen}
    session.editions.reference = replace(
        session.reference, profile=replace(profile, parameters=parameters)
    )


def test_helplines_can_be_called_while_the_tablet_is_locked(
    drive: Any, tablet: Any, membership: Any
) -> None:
    driver = drive(SMALL)
    driver.app.opened(tablet.set_up("739146", membership))
    driver.settle(4)
    driver.app.lock()
    driver.settle(4)

    driver.tap(driver.app.holder.children[0].top_bar.danger_button)

    assert driver.screen_name == "danger"
    assert driver.sees("1121")
    assert driver.sees("Number not confirmed by the country yet")
    assert not driver.sees("Unlock the tablet to see the numbers")


def test_hidden_tablet_shows_no_way_to_them(drive: Any, tablet: Any, membership: Any) -> None:
    driver = drive(SMALL)
    driver.app.opened(tablet.set_up("739146", membership))
    driver.app.hide()
    driver.settle(4)

    assert driver.screen_name == "hidden"
    assert not driver.sees("1121")


@pytest.mark.parametrize(("choice", "kinds"), [("all", 1), ("emergency", 0), ("none", 0)])
def test_programme_chooses_what_a_locked_tablet_shows(
    tablet: Any, membership: Any, tmp_path: Path, choice: str, kinds: int
) -> None:
    session = tablet.set_up("739146", membership)
    with_choice(session, choice)
    keep_before_unlock(tmp_path, session, "en")

    shown = {one.number for one in numbers_before_unlock(tmp_path)}
    profile = session.reference.profile
    wanted = {"all": None, "emergency": {"emergency", "police"}, "none": set()}[choice]
    assert shown == {
        line.number for line in profile.helplines if wanted is None or line.kind in wanted
    }
    assert bool("1121" in shown) == bool(kinds)
    session.lock()


def test_file_in_clear_says_nothing_of_anybody(at_work: Any, drive: Any, tablet: Any) -> None:
    session, _visit, _cases = at_work
    drive(SMALL).app.opened(session)
    kept = (tablet.folder / FILE_NAME).read_text(encoding="utf-8")

    assert set(json.loads(kept)) == {"numbers"}
    member = session.membership
    for secret in (member.officer_code, member.organisation_code, member.tablet_id):
        assert secret not in kept


def test_tablet_that_just_started_speaks_the_language_that_came_with_an_edition(
    tablet: Any, membership: Any, tmp_path: Path
) -> None:
    session = tablet.set_up("739146", membership)
    lay_over({("lg", "screens"): Wording()})
    try:
        keep_before_unlock(tmp_path, session, "lg")
        lay_over({})
        assert text("screens.unlock.unlock", "lg") != "Fungula"

        speak_before_unlock(tmp_path, "lg")

        assert text("screens.unlock.unlock", "lg") == "Fungula"
        kept = json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
        assert not [one for one in kept["words"]["said"] if one.startswith("screens.case")]
    finally:
        lay_over({})
        session.lock()


def test_file_that_is_damaged_keeps_nobody_from_anything(
    tablet: Any, membership: Any, tmp_path: Path
) -> None:
    session = tablet.set_up("739146", membership)
    number = '{"name": "A", "number": 5, "area": "", "confirmed": true}'
    words = '{"words": {"language": "lg", "name": "L", "rtl": false, "said": %s}}'
    damaged = (
        *("", "[]", '{"numbers": [{}], "words": 1}', '{"numbers": 3}', "[" * 100_000, "\xff"),
        *(f'{{"numbers": [{number}]}}', words % '"ab"', words % '{"screens.unlock.unlock": 1}'),
    )
    for content in damaged:
        (tmp_path / FILE_NAME).write_bytes(content.encode("latin-1"))
        assert numbers_before_unlock(tmp_path) == []
        speak_before_unlock(tmp_path, "lg")
        assert isinstance(text("screens.unlock.unlock", "lg"), str)
        keep_before_unlock(tmp_path, session, "en")
        assert numbers_before_unlock(tmp_path)
    session.lock()
