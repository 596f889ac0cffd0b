"""The field manual has every page in every language, and says where it is a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.texts import LANGUAGE_NAMES as LANGUAGES
from shared.texts import has_text
from tests.field_manual.pages import PAGES, is_draft
from tests.field_manual.writing import as_html, as_pdf

ROOT = Path(__file__).parent.parent.parent
PICTURE = ROOT / "docs" / "images" / "tablet-home.png"
PICTURES = {page.picture: PICTURE for page in PAGES if page.picture}


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_sentence_is_there_in_every_language(language: str) -> None:
    wanted = {one for page in PAGES for one in (page.heading, *page.sentences)} | {"manual.title"}

    assert [one for one in sorted(wanted) if not has_text(one, language)] == []


def test_page_needs_nothing_else_and_says_that_it_is_a_draft() -> None:
    page = as_html("ar", PICTURES)

    assert 'dir="rtl"' in page
    assert page.count("data:image/png;base64,") == len(PICTURES)
    assert "http" not in page
    assert is_draft("ar")
    assert 'class="draft"' in page
    assert 'class="draft"' not in as_html("en", PICTURES)


def test_pdf_is_drawn_with_the_fonts_we_ship() -> None:
    pdf = as_pdf("ur", PICTURES)

    assert pdf.startswith(b"%PDF")
    assert b"Noto" in pdf


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_manual_that_comes_with_the_project_has_the_sentences_of_today(language: str) -> None:
    """``make manual`` writes it anew."""
    import re

    pages = (ROOT / "docs" / "field-manual" / f"{language}.html").read_text(encoding="utf-8")

    def words(page: str) -> str:
        return re.sub(r'src="[^"]*"', "", page)

    assert words(pages) == words(as_html(language, PICTURES))
