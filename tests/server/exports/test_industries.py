"""Exports say where the industries of an edition lie in the newer revision of ISIC."""

from __future__ import annotations

import json

import pytest

from server.disclosure.cube import TOTAL
from server.exports.edition import (
    Cell,
    ExportedCode,
    ExportedDimension,
    ExportedEdition,
    ExportedTable,
)
from server.exports.industries import crosswalk_in_words
from server.exports.tidy_csv import csv_files
from server.releases.files import NumberState
from shared.codelists.isic import ISIC_SECTIONS, parts_in_rev_5
from tests.server.exports.invented import invented_edition


@pytest.fixture
def edition() -> ExportedEdition:
    codes = tuple(ExportedCode(code, "", {"en": code}) for code in (TOTAL, "A", "G", "J", "K"))
    table = ExportedTable(
        "CL-SECTOR",
        "child_labour",
        {},
        (ExportedDimension("industry", codes),),
        "industry",
        ("2026",),
        {("2026", (one.code,)): Cell(NumberState.PUBLISHED, 20) for one in codes},
    )
    return ExportedEdition(**{**vars(invented_edition()), "tables": (table,)})


def test_every_section_has_its_place_in_the_newer_revision() -> None:
    for section in sorted(set(ISIC_SECTIONS)):
        assert parts_in_rev_5(section), section
    assert (parts_in_rev_5("J"), parts_in_rev_5("K")) == (("J", "K"), ("L",))
    assert (parts_in_rev_5("G"), parts_in_rev_5("A")) == (("G", "T"), ("A",))


def test_an_edition_with_industries_tells_the_crosswalk_in_every_format(
    edition: ExportedEdition,
) -> None:
    assert crosswalk_in_words(edition) == "A → A, G → G/T, J → J/K, K → L"
    said = json.loads(csv_files(edition, "en")["CL-SECTOR.en.csv-metadata.json"])
    (column,) = (one for one in said["tableSchema"]["columns"] if one["name"] == "industry")
    assert {"@value": "J: ISIC Rev.5 J/K"} in column["skos:closeMatch"]
    assert "Rev.5" in said["dc:description"]


def test_an_edition_without_industries_says_nothing_of_them() -> None:
    edition = invented_edition()
    without = ExportedEdition(**{**vars(edition), "tables": ()})

    assert crosswalk_in_words(without) == ""
