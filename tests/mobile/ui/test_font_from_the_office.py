"""A language in letters no font of ours has: the office adds a font, and tablets draw with it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared import texts
from shared.fonts import read_font
from shared.scripts import script_code

SMALL = (600, 800)
PIN = "739146"
SAID = {
    "screens.home.title": "სამუშაო",
    "screens.settings.title": "პარამეტრები",
    "screens.unlock.title": "გახსნა",
    "screens.about.title": "შესახებ",
}


@pytest.fixture(autouse=True)
def own_wording_ends() -> Iterator[None]:
    from mobile.ui.widgets.scripts import draw_with

    yield
    texts.lay_over({})
    draw_with([])


@pytest.fixture
def georgian(tmp_path: Path) -> Path:
    """A country folder with a beginning of Georgian and its font."""
    from click.testing import CliRunner
    from kivy import kivy_data_dir

    from server.cli import main

    folder, file = tmp_path / "country", tmp_path / "ka.po"
    folder.mkdir()
    run = CliRunner().invoke
    run(main, ["language", "new", "ka", "--out", str(file)])
    text = file.read_text("utf-8")
    for place, said in SAID.items():
        at = text.index('msgstr ""', text.index(f'msgctxt "{place}"'))
        text = f'{text[:at]}msgstr "{said}"{text[at + 9 :]}'
    file.write_text(text, "utf-8")
    font = str(Path(kivy_data_dir) / "fonts" / "DejaVuSans.ttf")
    to = ["--folder", str(folder)]
    for words in (
        ["language", "font", "ka", font, "--for", str(file), *to],
        ["language", "add", str(file), "--country", "PAK", *to],
    ):
        done = run(main, words)
        assert done.exit_code == 0, done.output
    return folder


def drawn_as_letters(driver: Any) -> list[str]:
    """The Georgian words on the screen; every letter of them is in the font that draws it."""
    from kivy.core.text import LabelBase

    found = []
    for label in driver.texts():
        if any(script_code(letter) == "Geor" for letter in label.words):
            for file in LabelBase._fonts[label.font_name]:
                covers = read_font(Path(file).read_bytes()).covers
                assert {ord(one) for one in label.words if one > " "} <= covers, label.words
            found.append(label.words)
    return found


def test_the_font_travels_with_the_language_and_draws_it_locked_or_not(
    drive: Any, tablet: Any, served_office: Any, georgian: Path, tmp_path: Path
) -> None:
    from server.office import Office
    from server.reference import publish

    publish.publish_first(served_office.office, "test")
    config = replace(served_office.office.config, country_folders=(georgian,))
    office = Office.open(config, served_office.office.clock, served_office.office.random_bytes)
    session = tablet.set_up(PIN)
    session.enrolment.enrol(served_office.ticket())
    driver = drive(SMALL)
    driver.app.opened(session)
    assert not (tmp_path / "tablet" / "fonts").exists()
    done = publish.publish(office, "test")
    office.close()
    assert "fonts/ka" in done.changed

    driver.app.show_place("send")
    driver.settle(4)
    driver.tap(driver.screen.ids.send_button)
    driver.until(lambda: not driver.screen.is_busy)
    driver.app.change(language="ka")
    driver.app.show_place("home")
    driver.settle(4)
    assert SAID["screens.home.title"] in drawn_as_letters(driver)
    driver.picture(tmp_path / "georgian.png")

    driver.app.lock()
    driver.close()
    texts.lay_over({})
    again = drive(SMALL, language="ka")
    again.settle(4)
    assert again.screen_name == "unlock"
    assert SAID["screens.unlock.title"] in drawn_as_letters(again)

    # Another edition without it: the files go, and nothing is drawn with them any more.
    again.app.fonts.take(_Session({}))
    assert list((tmp_path / "tablet" / "fonts").iterdir()) == []


class _Session:
    """As much of a session as fonts ask for."""

    is_enrolled = True

    def __init__(self, fonts: dict[str, dict[str, bytes]]) -> None:
        self.editions = self
        self.fonts = fonts


def test_a_file_somebody_changed_is_not_drawn_with(tmp_path: Path) -> None:
    from mobile.ui.brought_fonts import brought_fonts, keep_fonts
    from tests.shared.test_fonts import small_font

    fonts = {"ka": {"regular.ttf": small_font(), "bold.ttf": small_font("აბგდ")}}
    keep_fonts(tmp_path, fonts)
    assert [(one.language, chr(max(one.covers))) for one in brought_fonts(tmp_path)] == [
        ("ka", "გ")
    ]

    bold = next((tmp_path / "fonts").glob("*.bold"))
    bold.write_bytes(small_font("აბ"))
    (tmp_path / "fonts" / "ka-zz.ttf").write_bytes(b"\0")
    assert brought_fonts(tmp_path) == []
    keep_fonts(tmp_path, fonts)
    assert len(brought_fonts(tmp_path)) == 1


@pytest.mark.parametrize("table", [b"head", b"hmtx"])
def test_font_that_nothing_can_be_drawn_with_leaves_boxes_and_an_app_that_runs(
    tmp_path: Path, table: bytes
) -> None:
    """It reads well, and its letters could not be drawn: every label would end the app."""
    from kivy import kivy_data_dir
    from kivy.core.text import Label

    from mobile.ui.brought_fonts import brought_fonts, keep_fonts
    from mobile.ui.widgets.scripts import draw_with, font_of

    whole = bytearray((Path(kivy_data_dir) / "fonts" / "DejaVuSans.ttf").read_bytes())
    for number in range(struct.unpack_from(">H", whole, 4)[0]):
        tag, _, start, length = struct.unpack_from(">4sIII", whole, 12 + 16 * number)
        if tag == table:
            whole[start : start + length] = b"\xff" * length
    keep_fonts(tmp_path, {"nqo": {"regular.ttf": bytes(whole)}})
    (damaged,) = brought_fonts(tmp_path)
    draw_with([damaged])

    name = font_of("ߘߋߡߌ")
    assert name != damaged.name
    assert Label(text="ߘߋߡߌ", font_name=name).get_extents("ߘߋߡߌ")[0] > 0


def test_font_of_latin_letters_alone_is_not_taken_for_one_that_draws_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from mobile.ui.brought_fonts import brought_fonts, keep_fonts
    from mobile.ui.widgets.scripts import draw_with
    from tests.shared.test_fonts import small_font

    keep_fonts(tmp_path, {"xx": {"regular.ttf": small_font("\u0221\u0234")}})
    draw_with(brought_fonts(tmp_path))

    assert "font_left_out" not in caplog.text


@pytest.fixture
def dejavu(tmp_path: Path) -> None:
    """The font that has N'Ko, Hebrew, Armenian and Lao."""
    from kivy import kivy_data_dir

    from mobile.ui.brought_fonts import brought_fonts, keep_fonts
    from mobile.ui.widgets.scripts import draw_with

    whole = (Path(kivy_data_dir) / "fonts" / "DejaVuSans.ttf").read_bytes()
    keep_fonts(tmp_path, {"nqo": {"regular.ttf": whole}})
    draw_with(brought_fonts(tmp_path))


@pytest.mark.usefixtures("dejavu")
def test_letters_that_join_from_the_right_join_and_numbers_keep_their_order() -> None:
    from kivy.core.text import Label

    from mobile.ui.widgets.scripts import font_of, is_joined_from_the_right, visual_line

    word = "ߘߋߡߌ"
    line = visual_line(f"{word} (12)", base_rtl=True, joined=True)
    assert is_joined_from_the_right(word)
    assert line.startswith(word)
    assert line == f"{word} (21)"  # HarfBuzz lays it from the right, and turns the brackets

    def width(text: str, direction: str) -> int:
        label = Label(
            text=text,
            font_name=font_of(word),
            font_script_name="Nkoo",
            font_direction=direction,
            font_size=60,
        )
        return int(label.get_extents(text)[0])

    joined = width(word, "rtl")
    apart = sum(width(letter, "rtl") for letter in word)
    assert joined != apart  # other shapes


@pytest.mark.usefixtures("dejavu")
def test_every_script_is_drawn_by_a_font_that_has_it_and_ours_stay() -> None:
    from mobile.ui.widgets.scripts import font_of, is_right_to_left, shaping_of
    from mobile.ui.widgets.text import Text

    for words, script, from_the_right in (
        ("עבודת ילדים", "Hebr", True),
        ("ແຮງງານເດັກ", "Laoo", False),
        ("Երեխաներ", "Zyyy", False),  # Kivy's list of scripts has no Armenian
        ("Ɗan ɓoyayye", "Latn", False),
    ):
        assert font_of(words).startswith("Brought nqo")
        assert (shaping_of(words), is_right_to_left(words)) == (script, from_the_right)
        assert Text(words=words).natural_width() > 0
    for words, name in (("Tally87", "Latin"), ("बाल", "Devanagari"), ("العمر 12", "Arabic")):
        assert font_of(words) == f"Noto {name}"


@pytest.mark.usefixtures("dejavu")
def test_a_line_without_spaces_ends_between_syllables() -> None:
    from mobile.ui.widgets.scripts import between_syllables, wrapped_visual

    lines = wrapped_visual("ແຮງງານເດັກແລະແຮງງານ", 8, len, base_rtl=False).split("\n")
    assert "".join(lines) == "ແຮງງານເດັກແລະແຮງງານ"
    assert all(0 < len(line) <= 8 for line in lines)
    assert not any(line.endswith("ແ") or line[0] in "\u0eb1\u0eb0" for line in lines)
    assert between_syllables("ແຮງງານ\u200bເດັກ") == ["ແຮງງານ", "ເດັກ"]
    assert between_syllables("အလုပ်သမား") == ["အ", "လုပ်", "သ", "မား"]
    assert between_syllables("儿童（14岁）劳动。") == ["儿", "童", "（14", "岁）", "劳", "动。"]
