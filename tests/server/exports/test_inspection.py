"""The annual report of labour inspection tells visits by who made them, and what it lacks."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from server.disclosure.cube import TOTAL
from server.exports.edition import Cell, ExportedCode, ExportedDimension, ExportedEdition
from server.exports.edition import ExportedTable as Table
from server.exports.formats import FORMATS
from server.releases.files import NumberState
from shared.texts import LANGUAGES
from tests.server.exports.invented import invented_edition

REPORT = FORMATS["inspection-report"]


def code(name: str, label: str, parent: str = TOTAL) -> ExportedCode:
    return ExportedCode(name, parent, {"en": label})


@pytest.fixture(scope="module")
def edition() -> ExportedEdition:
    """An edition with the visits of two kinds of organisation."""
    lists = (
        code(TOTAL, "Total", ""),
        code("labour_inspectorate", "Inspectorate"),
        code("ngo", "NGO"),
    )
    activities = (code(TOTAL, "Total", ""), code("A", "Agriculture"))
    told = {
        ("labour_inspectorate", TOTAL): Cell(NumberState.PUBLISHED, 1_234),
        ("labour_inspectorate", "A"): Cell(NumberState.ZERO, 0),
        ("ngo", TOTAL): Cell(NumberState.WITHHELD, None, (TOTAL, TOTAL)),
    }
    visits = Table(
        "C81-VISITS",
        "visits",
        {},
        (ExportedDimension("list", lists), ExportedDimension("activity", activities)),
        "activity",
        ("2026",),
        {("2026", codes): cell for codes, cell in told.items()},
    )
    return ExportedEdition(**{**vars(invented_edition()), "tables": (visits,)})


def test_report_tells_visits_by_who_made_them(edition: ExportedEdition) -> None:
    (content,) = REPORT.files(edition, "en").values()
    said = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    squeezed = "".join(said.split())

    assert "Inspectorate" in said
    assert "1234" in squeezed
    assert "withheld" in said
    assert "not collected" in said
    assert "Statistics of violations, article 21 (e)\nThis edition has no such table." in said
    for lacking in ("(a) laws and regulations", "(g) occupational diseases"):
        assert lacking in said
    assert edition.digest in squeezed


@pytest.mark.parametrize(
    "language", sorted(one.name for one in LANGUAGES.iterdir() if one.is_dir())
)
def test_report_is_in_every_language(edition: ExportedEdition, language: str) -> None:
    (content,) = REPORT.files(edition, language).values()
    assert PdfReader(io.BytesIO(content)).metadata.title  # type: ignore[union-attr]


def test_edition_without_visits_has_no_report() -> None:
    assert REPORT.names(invented_edition(), "en") == []
    assert REPORT.files(invented_edition(), "en") == {}
