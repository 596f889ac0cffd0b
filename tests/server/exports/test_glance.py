"""Two pages for people who read no tables: whole in every language, nothing withheld in them."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from server.disclosure.recode import REST
from server.exports.edition import Cell, ExportedDimension, ExportedEdition
from server.exports.formats import FORMATS
from server.exports.glance.document import (
    HERE,
    MOST_BARS,
    MOST_INDUSTRIES,
    PublishedEstimate,
    glance_file,
    glance_words,
    shortened,
)
from server.exports.glance.figures import Bar, Chart, glance, largest, newest_period
from server.exports.printing import printed
from server.releases.files import NumberState
from shared.texts import LANGUAGES
from tests.server.exports.invented import NEVER_TOLD, invented_edition

SCRIPTS = {
    "ar": "Arabic",
    "ur": "Arabic",
    "bn": "Bengali",
    "hi": "Devanagari",
    "ne": "Devanagari",
    "am": "Ethiopic",
}


@pytest.fixture(scope="module")
def edition() -> ExportedEdition:
    return invented_edition()


def pages(files: dict[str, bytes]) -> list[str]:
    """The text of each page."""
    (content,) = files.values()
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.parametrize(
    "language", sorted(one.name for one in LANGUAGES.iterdir() if one.is_dir())
)
def test_two_pages_in_the_letters_of_each_language(edition: ExportedEdition, language: str) -> None:
    (content,) = FORMATS["at-a-glance"].files(edition, language).values()
    reader = PdfReader(io.BytesIO(content))

    assert len(reader.pages) == 2
    assert reader.metadata is not None
    assert edition.programme == reader.metadata.author
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert any(SCRIPTS.get(language, "NotoSans-") in name.replace(" ", "") for name in fonts)


def test_pages_tell_figures_and_no_withheld_number(edition: ExportedEdition) -> None:
    first, second = pages(glance_file(edition, "en"))
    assert "Made-up data." in first
    assert "withheld" in first
    assert "not in this edition" in first
    assert "Gilgit-Baltistan" in second
    assert "8.7.1" in second
    assert "No estimate of persons whom nobody recorded is published." in second
    for number in NEVER_TOLD:
        assert str(number) not in (first + second).replace("\u202f", "").replace(" ", "")


def test_estimate_says_at_least(edition: ExportedEdition) -> None:
    _, second = pages(glance_file(edition, "en", PublishedEstimate(4_210, 3_000, 6_100)))
    assert "atleast3000personsinall" in "".join(second.split())


def test_figure_of_no_table_is_none_and_nothing_is_added_up(edition: ExportedEdition) -> None:
    found = glance(edition, newest_period(edition))
    assert found.period == "2026-11"
    assert found.forced is None
    assert found.in_child_labour is None
    assert found.hazardous is not None
    assert found.hazardous.state is NumberState.WITHHELD
    assert found.not_looked_in == ("PK-GB",)


def test_same_edition_gives_the_same_pages() -> None:
    assert glance_file(invented_edition(), "ur") == glance_file(invented_edition(), "ur")


def chart(**counts: int | None) -> Chart:
    """A chart of areas; none: withheld."""
    bars = [
        Bar(
            "area",
            code.replace("_", " "),
            Cell(NumberState.WITHHELD if n is None else NumberState.PUBLISHED, n),
        )
        for code, n in counts.items()
    ]
    return Chart(ExportedDimension("area", ()), tuple(bars))


def test_finding_of_a_chart_is_the_one_longest_bar_and_no_heap_of_small_ones() -> None:
    rest = Bar("area", f"{REST}C, D, E", Cell(NumberState.PUBLISHED, 90))
    found = chart(A=63, B=18)

    assert largest(found) == found.bars[0]
    assert largest(Chart(found.dimension, (*found.bars, rest))) == found.bars[0]
    assert largest(chart(A=63, B=None)) is None, "one number alone is no finding"
    assert largest(chart(A=18, B=18, C=2)) is None
    assert largest(chart(A=0, B=0)) is None


@pytest.mark.parametrize("language", ["en", "ne", "am"])
def test_two_pages_hold_the_most_and_the_longest_bars(
    edition: ExportedEdition, language: str
) -> None:
    words = glance_words(edition, language)
    label = shortened("Manufacture of wood and cork, except furniture, and of articles of straw")
    bar = {"label": label, "short": label, "is_number": True, "count": 9, "said": "9"}
    words["charts"][0]["bars"] = [bar] * (MOST_BARS + 1)
    words["charts"][1]["bars"] = [bar] * 6
    words["parts"][0]["chart"]["bars"] = [bar] * (MOST_INDUSTRIES + 1)

    pdf = printed(HERE / "glance.typ", edition, language, words)

    assert label == "Manufacture of wood and cork…"
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
