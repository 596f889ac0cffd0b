"""A font an office adds for a language: fitted, held against the letters, or refused in words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont
from kivy import kivy_data_dir

from server.cli import main
from server.languages import fonts
from server.languages.fonts import fit, letters_shipped
from shared.errors import QuestionnaireError
from shared.fonts import read_font
from shared.parts import parts_of, unpacked
from shared.wire.bundles import unbundle
from shared.wire.limits import MAX_FONT_BYTES
from tests.shared.test_fonts import small_font

DEJAVU = Path(kivy_data_dir) / "fonts" / "DejaVuSans.ttf"
"""Has Georgian, Armenian, Hebrew, Lao and N'Ko."""
GEORGIAN = "ბავშვთა შრომა"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def translation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A translation into Georgian that has begun."""
    file = tmp_path_factory.mktemp("georgian") / "ka.po"
    assert run("language", "new", "ka", "--out", file).exit_code == 0
    text = file.read_text("utf-8")
    at = text.index('msgstr ""', text.index('msgctxt "screens.home.title"'))
    file.write_text(f'{text[:at]}msgstr "{GEORGIAN}"{text[at + 9 :]}', "utf-8")
    return file


def test_letters_without_a_font_are_named_and_a_font_mends_it(
    translation: Path, tmp_path: Path
) -> None:
    before = run("language", "add", translation, "--country", "PAK", "--folder", tmp_path)
    added = run("language", "font", "ka", DEJAVU, "--for", translation, "--folder", tmp_path)
    after = run("language", "add", translation, "--country", "PAK", "--folder", tmp_path)

    assert before.exit_code == 1
    assert "GEORGIAN LETTER AN" in before.output
    assert "tally87 language font ka" in before.output
    assert added.exit_code == 0, added.output
    assert "DejaVu Sans" in added.output
    assert "A tablet fetches" in added.output
    assert after.exit_code == 0, after.output
    made = unpacked("PAK", parts_of("PAK", [tmp_path]))
    assert read_font(made.fonts["ka"]["regular.ttf"]).covers >= {ord(one) for one in "აბგ Aé9("}
    assert len(made.fonts["ka"]["regular.ttf"]) < DEJAVU.stat().st_size / 4
    assert run("country", "check", "PAK", tmp_path).exit_code == 0


def test_a_font_of_another_script_names_what_it_lacks(translation: Path, tmp_path: Path) -> None:
    ethiopic = fonts.FONTS / "NotoSans-Ethiopic-Regular.ttf"

    refused = run("language", "font", "ka", ethiopic, "--for", translation, "--folder", tmp_path)

    assert refused.exit_code == 1
    assert "U+10D0 GEORGIAN LETTER AN" in refused.output
    assert "Nothing was changed" in refused.output
    assert list(tmp_path.iterdir()) == []


def test_latin_letters_and_digits_are_merged_in_and_the_same_font_gives_the_same_bytes() -> None:
    data = small_font("აბგ")
    first, second = (fit("ka", data, b"", ["აბ"]) for _ in range(2))

    assert first.regular == second.regular
    assert first.covers >= {ord(one) for one in "აბგ" + "Tally87 (é)…·–"}
    assert first.bold == b""


def test_a_font_that_may_not_be_handed_on_is_refused() -> None:
    for bits, word in ((0x0002, "hand it on"), (0x0200, "hand it on"), (0x0100, "cut it down")):
        with pytest.raises(QuestionnaireError, match=word):
            fit("ka", small_font(fs_type=bits), b"", ["ა"])
    assert fit("ka", small_font(fs_type=0x0008), b"", ["ა"]).embedding == 0x0008


def cubic_font() -> bytes:
    """An OpenType font whose outlines are cubic (CFF)."""
    pen = T2CharStringPen(600, None)
    pen.moveTo((0, 0))
    pen.curveTo((0, 300), (200, 500), (500, 500))
    pen.closePath()
    outline = pen.getCharString()
    built = FontBuilder(2048, isTTF=False)
    built.setupGlyphOrder([".notdef", "an"])
    built.setupCharacterMap({0x10D0: "an"})
    built.setupCFF("Curves", {}, {".notdef": outline, "an": outline}, {})
    built.setupHorizontalMetrics({".notdef": (600, 0), "an": (600, 0)})
    built.setupHorizontalHeader(ascent=1600, descent=-400)
    built.setupNameTable({"familyName": "Curves", "styleName": "Regular"})
    built.setupOS2()
    built.setupPost()
    stream = io.BytesIO()
    built.save(stream)
    return stream.getvalue()


def test_cubic_outlines_become_those_tablets_merge() -> None:
    made = fit("ka", cubic_font(), b"", ["ა"])

    assert read_font(made.regular).outlines == "glyf"
    font = TTFont(io.BytesIO(made.regular))
    assert font["glyf"][font.getBestCmap()[0x10D0]].numberOfContours == 1
    assert font["head"].unitsPerEm == 2048


def test_a_heavier_file_draws_headings(tmp_path: Path) -> None:
    made = fit("ka", small_font(), small_font("აბგდ"), ["ა"])

    assert fonts.lay_font(tmp_path, "ka", made) == [
        "languages/ka/regular.ttf",
        "languages/ka/bold.ttf",
    ]
    assert set(unbundle(parts_of("PAK", [tmp_path])["fonts/ka"])) == {"regular.ttf", "bold.ttf"}
    fonts.lay_font(tmp_path, "ka", fit("ka", small_font(), b"", ["ა"]))
    assert set(unbundle(parts_of("PAK", [tmp_path])["fonts/ka"])) == {"regular.ttf"}


def test_a_script_too_large_for_tablets_keeps_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = DEJAVU.read_bytes()
    whole = fit("ka", everything, b"", [GEORGIAN])
    monkeypatch.setattr(fonts, "MAX_FONT_BYTES", whole.size - 1)

    made = fit("ka", everything, b"", [GEORGIAN])

    assert not whole.said_only
    assert made.said_only
    assert {ord(one) for one in GEORGIAN if one != " "} <= made.covers < whole.covers
    monkeypatch.setattr(fonts, "MAX_FONT_BYTES", 1000)
    with pytest.raises(QuestionnaireError, match="allowed are 1,000"):
        fit("ka", everything, b"", [GEORGIAN])


def test_what_harms_the_reader_of_fonts_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    data = small_font()
    at = data.index(b"loca", 12)
    start = int.from_bytes(data[at + 8 : at + 12], "big")
    broken = data[:start] + b"\xff\xfe" * 4 + data[start + 8 :]
    with pytest.raises(QuestionnaireError, match="fit for tablets"):
        fit("ka", broken, b"", ["ა"])

    monkeypatch.setattr(fonts, "FITTING_SECONDS", 0.01)
    with pytest.raises(QuestionnaireError, match="not read within"):
        fit("ka", small_font(), b"", ["ა"])


def test_an_edition_with_something_else_for_a_font_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "languages" / "ka" / "regular.ttf"
    file.parent.mkdir(parents=True)
    for content, said in ((b"MZ a program", "no font"), (bytes(MAX_FONT_BYTES + 1), "at most")):
        file.write_bytes(content)
        with pytest.raises(QuestionnaireError, match=said):
            unpacked("PAK", parts_of("PAK", [tmp_path]))
        assert run("country", "check", "PAK", tmp_path).exit_code == 1


def test_a_catalogue_laid_in_by_hand_is_not_published_as_boxes(
    translation: Path, tmp_path: Path
) -> None:
    run("language", "font", "ka", DEJAVU, "--for", translation, "--folder", tmp_path)
    run("language", "add", translation, "--country", "PAK", "--folder", tmp_path)
    assert fonts.boxes_of(tmp_path) == {}
    (tmp_path / "languages" / "ka" / "regular.ttf").unlink()

    checked = run("country", "check", "PAK", tmp_path)

    assert checked.exit_code == 1
    assert "languages/ka: 12 letters would be boxes" in checked.output
    assert "U+10D0 GEORGIAN LETTER AN" in checked.output


def test_letters_tablets_draw_are_those_of_their_fonts() -> None:
    roboto = {
        weight: read_font((Path(kivy_data_dir) / "fonts" / f"Roboto-{weight}.ttf").read_bytes())
        for weight in ("Regular", "Bold")
    }
    both = roboto["Regular"].covers & roboto["Bold"].covers

    said = {point for point in letters_shipped() if 0x370 <= point < 0x530}
    assert said == {point for point in both if 0x370 <= point < 0x530}


def test_a_latin_letter_no_font_of_ours_has_is_named(tmp_path: Path) -> None:
    """Hausa writes ɓ and ɗ, which stand outside the Latin blocks of our fonts."""
    file = tmp_path / "ha.po"
    run("language", "new", "ha", "--out", file)
    text = file.read_text("utf-8")
    at = text.index('msgstr ""', text.index('msgctxt "screens.home.title"'))
    file.write_text(f'{text[:at]}msgstr "Ɗan ɓoyayye"{text[at + 9 :]}', "utf-8")

    checked = run("language", "check", file)

    assert checked.exit_code == 1
    assert "U+0253 LATIN SMALL LETTER B WITH HOOK" in checked.output


@pytest.mark.parametrize("language", ["fr", "ar", "am"])
def test_no_letter_of_a_language_that_comes_with_us_is_called_a_box(
    language: str, tmp_path: Path
) -> None:
    file = tmp_path / "whole.po"
    run("language", "export", language, "--out", file)
    with file.open("rb") as stream:
        assert len(read_po(stream)) > 1000

    assert "boxes" not in run("language", "check", file).output
