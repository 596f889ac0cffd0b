"""The long lists in which an area, a code, a file or a folder is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_every_line_of_a_folder_has_its_own_words(drive: Any, tmp_path: Path) -> None:
    from mobile.ui.widgets.files import FilePage

    for place in ("one", "other"):
        (tmp_path / "stick" / place).mkdir(parents=True)
    for name in ("a.png", "b.png", "c.png"):
        (tmp_path / "stick" / "one" / name).touch()
    driver = drive(size=(800, 1280))
    page = FilePage("A file", lambda _path: None, tmp_path / "stick")
    page.open()
    driver.settle()
    driver.tap(driver.find("one", page))
    driver.settle()

    lines = page.list.children[0].children
    assert len(lines) == 4
    for line in lines:
        assert line.y <= line._words.y < line._words.top <= line.top


def test_area_is_chosen_by_a_tap_on_its_name(drive: Any) -> None:
    """Areas of the first level have nothing under their name, and stand at it all the same."""
    from mobile.ui.widgets.questions.codes import SearchPage

    names = ("Sindh", "Balochistan", "Punjab")
    chosen: list[str] = []
    driver = drive(size=(800, 1280))
    page = SearchPage("Area", lambda _typed: [(n, n, "") for n in names], chosen.append, None)
    page.open()
    driver.settle()
    for line in page.list.children[0].children:
        assert line.y <= line._words.y < line._words.top <= line.top
    driver.tap(driver.find("Punjab", page))

    assert chosen == ["Punjab"]
