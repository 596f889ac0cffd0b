"""Colours, sizes, scripts and texts of the screens, without a running app."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mobile.ui.appearance import (
    Appearance,
    keep_appearance,
    languages,
    read_appearance,
)
from shared.texts import LANGUAGE_NAMES as LANGUAGES
from shared.texts import catalogue_of, has_text, lay_over
from shared.texts.compile import laid_out

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [*(ROOT / "mobile/ui").glob("screens/*"), *(ROOT / "mobile/ui").glob("widgets/**/*.py")]


def contrast(one: list[float], other: list[float]) -> float:
    """WCAG 2.2 contrast ratio of two colours."""

    def luminance(colour: list[float]) -> float:
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in colour[:3]
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_every_pair_of_colours_can_be_read(dark: bool) -> None:
    from mobile.ui.widgets.theme import MEANINGS, Theme

    theme = Theme()
    theme.wear(dark=dark, language="en", text_scale=1.0)
    pairs = {
        "text on page": (theme.text, theme.background),
        "text on card": (theme.text, theme.card),
        "quiet on card": (theme.quiet, theme.card),
        "quiet on tile": (theme.quiet, theme.high),
        "button": (theme.on_primary, theme.primary),
        "chosen": (theme.on_chosen, theme.chosen),
        "tonal": (theme.on_secondary_container, theme.secondary_container),
        "danger word on card": (theme.danger, theme.card),
        **{meaning: theme.pair(meaning) for meaning in MEANINGS},
    }

    too_weak = {name: contrast(*pair) for name, pair in pairs.items() if contrast(*pair) < 4.5}

    assert too_weak == {}
    # What is chosen has an edge that is seen on everything it lies on (WCAG 2.2, 1.4.11).
    grounds = (theme.background, theme.card, theme.low)
    assert min(contrast(theme.primary, ground) for ground in grounds) >= 3


def test_palette_is_what_materials_own_library_makes_of_the_seed() -> None:
    from materialyoucolor.dislike.dislike_analyzer import DislikeAnalyzer
    from materialyoucolor.dynamiccolor.material_dynamic_colors import MaterialDynamicColors
    from materialyoucolor.hct import Hct
    from materialyoucolor.scheme.scheme_tonal_spot import SchemeTonalSpot

    from mobile.ui.widgets.palette import ROLES, SEED

    names = {
        "background": "surface",
        "card": "surfaceContainerLowest",
        "low": "surfaceContainerLow",
        "middle": "surfaceContainer",
        "high": "surfaceContainerHigh",
        "highest": "surfaceContainerHighest",
        "text": "onSurface",
        "quiet": "onSurfaceVariant",
        "line": "outlineVariant",
    }
    seed = DislikeAnalyzer.fix_if_disliked(Hct.from_int(0xFF000000 | int(SEED[1:], 16)))
    for dark in (False, True):
        scheme = SchemeTonalSpot(seed, dark, 0.0, spec_version="2025")
        for role, written in ROLES.items():
            first, *rest = role.split("_")
            name = names.get(role, first + "".join(map(str.capitalize, rest)))
            red, green, blue, _ = getattr(MaterialDynamicColors, name).get_rgba(scheme)
            assert written[dark] == f"#{red:02X}{green:02X}{blue:02X}", (role, dark)


def test_every_sign_a_screen_asks_for_is_in_the_font_by_its_name() -> None:
    import ast

    from fontTools.ttLib import TTFont

    from mobile.ui.widgets.signs import SIGN_FONT, SIGNS

    with TTFont(SIGN_FONT) as opened:
        font = opened.getBestCmap()
    twins = {"radiobox-blank", "circle-outline"}  # one picture that has a third name
    drawn = {name: font.get(ord(letter)) for name, letter in SIGNS.items()}
    assert {name: other for name, other in drawn.items() if other != name} == dict.fromkeys(
        twins, "checkbox-blank-circle-outline"
    )
    names = set(font.values())
    asked = set()
    for source in (ROOT / "mobile/ui").rglob("*"):
        if source.suffix == ".kv":
            asked |= set(re.findall(r"icon: *'([^']+)'", source.read_text()))
        elif source.suffix == ".py":
            words = (node for node in ast.walk(ast.parse(source.read_text())))
            asked |= {
                each.value
                for each in words
                if isinstance(each, ast.Constant) and each.value in names and "-" in each.value
            }
    assert len(asked) > 50
    assert asked - set(SIGNS) == set()
    assert "help" in SIGNS, "stands for what is missing"


def test_every_text_a_screen_asks_for_exists() -> None:
    asked = set()
    for source in SOURCES:
        if source.suffix in (".py", ".kv"):
            found = re.findall(r"say(?:_count)?\(\s*['\"]([a-zA-Z_.0-9]+)['\"]", source.read_text())
            asked |= set(found)

    missing = sorted(each for each in asked if not has_text(f"screens.{each}", "en"))

    assert len(asked) > 150
    assert missing == []


def test_no_layout_file_has_a_text_of_its_own() -> None:
    literal = re.compile(r"^\s*(?:text|words|label|hint|title|help_words):\s*['\"]")

    found = [
        f"{source.name}: {line.strip()}"
        for source in SOURCES
        if source.suffix == ".kv"
        for line in source.read_text().splitlines()
        if literal.match(line)
    ]

    assert found == []


def test_every_layout_has_its_screen_and_every_screen_its_layout() -> None:
    from mobile.ui.app import SCREENS

    layouts = {path.stem for path in (ROOT / "mobile/ui/screens").glob("*.kv")}

    assert layouts == set(SCREENS)


def test_numbers_keep_their_order_in_arabic() -> None:
    from mobile.ui.widgets.scripts import visual_line

    assert "12" in visual_line("العمر 12 سنة", base_rtl=True)
    assert "31.5" in visual_line("31.5 ساعة في الأسبوع", base_rtl=True)


def test_long_arabic_text_is_broken_before_it_is_turned_round() -> None:
    from mobile.ui.widgets.scripts import visual_line, wrapped_visual

    first, second = "هذا هو السطر", "والسطر الثاني"
    wide = max(len(first), len(second)) + 1

    lines = wrapped_visual(f"{first} {second}", wide, len, base_rtl=True).split("\n")

    assert lines == [visual_line(first, base_rtl=True), visual_line(second, base_rtl=True)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_font_with_its_letters(language: str) -> None:
    from kivy.core.text import Label

    from mobile.ui.widgets.scripts import FONTS, script_of

    name = LANGUAGES[language]
    font = FONTS / f"NotoSans-{script_of(name)[0]}-Regular.ttf"

    assert font.is_file()
    assert Label(text=name, font_name=str(font)).get_extents(name)[0] > 0


def test_a_language_the_edition_brought_stands_among_the_others_and_is_kept(
    tmp_path: Path,
) -> None:
    header = "Content-Type: text/plain; charset=UTF-8\nX-Language-Name: chiShona\n"
    brought = catalogue_of(laid_out({"": header, "screens.home.title": "Kumba"}))
    lay_over({("sn", "screens"): brought})
    try:
        assert languages() == {**LANGUAGES, "sn": "chiShona"}
    finally:
        lay_over({})

    keep_appearance(tmp_path, Appearance(language="sn"))
    assert read_appearance(tmp_path).language == "sn"
    assert languages() == LANGUAGES


def test_appearance_is_kept_and_a_damaged_file_changes_nothing(tmp_path: Path) -> None:
    chosen = Appearance(language="ne", dark=True, text_scale=1.4)
    keep_appearance(tmp_path, chosen)
    assert read_appearance(tmp_path) == chosen

    (tmp_path / "appearance.json").write_text('{"language": "xx", "text_scale": 99}')

    assert read_appearance(tmp_path) == Appearance()


def test_without_a_display_the_app_says_so_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mobile.app import NoScreen, main

    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(NoScreen, match="no screen"):
        main(tmp_path)


def test_a_day_after_a_latin_place_name_stays_with_its_month() -> None:
    from mobile.ui.widgets.scripts import visual_line

    shown = visual_line("رقم 0002  ·  Brick kiln, Chak 204  ·  18 نوفمبر 2026", base_rtl=True)

    assert shown.index("18") < shown.index("Brick")
    assert "\u200f" not in shown


def test_a_line_that_is_too_long_keeps_its_beginning() -> None:
    from mobile.ui.widgets.scripts import shortened_visual, visual_line

    long = "مسودة  ·  رقم 0002  ·  Brick kiln"

    shown = shortened_visual(long, 16, len, base_rtl=True)

    assert len(shown) <= 16
    assert shown.endswith(visual_line("مسودة", base_rtl=True))
    assert shown.startswith("…")
    assert shortened_visual(long, 100, len, base_rtl=True) == visual_line(long, base_rtl=True)


def test_dots_at_the_end_of_the_last_line_leave_room_for_themselves() -> None:
    from mobile.ui.widgets.scripts import wrapped_visual

    def measure(line: str) -> float:
        return 10.0 * len(line)

    for text in ("مسودة · رقم 0004 · Brick kiln, Chak 204 · 18 نوفمبر 2026", "one two six ten"):
        for width in range(70, 400, 10):
            shown = wrapped_visual(text, width, measure, base_rtl=True, most=2).split("\n")
            longest_word = max(measure(word) for word in text.split())
            assert len(shown) <= 2
            assert all(measure(line) <= max(width, longest_word + 10) for line in shown), shown
