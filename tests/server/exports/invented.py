"""An edition of two invented tables in which every state of a number occurs."""

from __future__ import annotations

import json

import numpy as np

from server.db.engine import transaction
from server.disclosure.cube import TOTAL, Codes, Cube, tree
from server.exports.edition import ExportedEdition, edition_from
from server.office import Office
from server.releases import store
from server.releases.counted import ReleaseCounts, SourceTable
from server.releases.declaration import ReleaseDeclaration
from server.releases.files import NumberState, digest_of, table_text
from server.releases.sealing import signature
from server.releases.structure import COVERAGE, QUALITY, STRUCTURE, structure_text
from shared.wire.keys import ProgrammeKeys

PERIODS = ("2026-10", "2026-11")
PUBLISHED_AT_S = 1_795_348_800
NEVER_TOLD = (104_729, 224_737)
"""Withheld counts that nothing else in a file is like."""
LABELS = {
    "area": {
        "PK-PB": {"en": "Punjab", "ur": "پنجاب"},
        "PK-SD": {"en": '=HYPERLINK("x")', "ur": "سندھ"},
    },
    "age_band": {"5-11": {"en": "5 to 11"}, "12-14": {"en": "12-14"}, "18+": {"en": "18+"}},
    "child_labour": {
        "HAZARDOUS": {"en": 'Hazardous "work"', "ur": "خطرناک کام"},
        "LIGHT_WORK": {"en": "Light work; a = b"},
    },
}
AREAS_NOBODY_LOOKED_IN = {"PK-GB": {"en": "Gilgit-Baltistan", "ur": "گلگت بلتستان"}}


def invented_edition() -> ExportedEdition:
    """The edition as exports read it."""
    manifest, files = edition_files()
    return edition_from(manifest, files, {"area": AREAS_NOBODY_LOOKED_IN})


def edition_files(
    number: int = 3, version: str = "1.2.0", published_at_s: int = PUBLISHED_AT_S
) -> tuple[bytes, dict[str, bytes]]:
    """The manifest of the edition, and its files."""
    dimensions = (
        tree("area", ["PK-PB", "PK-SD"], {}),
        tree("age_band", ["5-11", "12-14", "18+"], {"5-11": "5-14", "12-14": "5-14"}),
        tree("child_labour", ["HAZARDOUS", "LIGHT_WORK"], {}),
    )
    finest = {
        ("PK-PB", "5-11", "HAZARDOUS"): NEVER_TOLD[0],
        ("PK-SD", "5-11", "HAZARDOUS"): NEVER_TOLD[1],
        ("PK-PB", "12-14", "LIGHT_WORK"): 31,
    }
    tables = {}
    texts = {}
    for period in PERIODS:
        cube = _cube(dimensions, finest)
        table = SourceTable("CL-CLASS", period, f"child_labour@{period}", cube)
        tables[table.name] = table
        withheld = np.isin(cube.counts, [n for n in np.unique(cube.counts) if n > 1_000])
        impossible: frozenset[Codes] = frozenset({("PK-PB", "18+", "LIGHT_WORK")})
        texts[f"{table.name}.csv"] = table_text(cube, withheld, impossible, {"area": ["PK-GB"]})
    late = f"PK-SD,12-14,LIGHT_WORK,,{NumberState.NOT_YET_PUBLISHED},"
    name = f"CL-CLASS_{PERIODS[1]}.csv"
    texts[name] = texts[name].replace("PK-SD,12-14,LIGHT_WORK,0,zero,", late)
    counts = ReleaseCounts(tables, (), (), {}, {"area": ("PK-GB",)}, LABELS)
    texts[STRUCTURE] = structure_text(counts, {})
    texts[COVERAGE] = texts[QUALITY] = ""
    files = {name: said.encode() for name, said in texts.items()}
    said = {
        "programme": {"id": "bbdce1ea72ae8853", "name": 'The "invented" programme'},
        "country": "PAK",
        "origin": "synthetic",
        "practice": False,
        "edition": number,
        "version": version,
        "published_at_s": published_at_s,
        "parameters": {"threshold": 10},
        "next_due": "2027-12-31",
        "periods": list(PERIODS),
        "marks": ["unconfirmed_law"],
        "files": {name: digest_of(content) for name, content in files.items()},
    }
    return json.dumps(said).encode(), files


def _cube(dimensions: tuple, finest: dict[Codes, int]) -> Cube:
    counts = np.zeros([len(one.codes) for one in dimensions], dtype=np.int64)
    for codes, number in finest.items():
        axes = [one.above[one.places[code]] for one, code in zip(dimensions, codes, strict=True)]
        counts[np.ix_(*axes)] += number
    assert counts[0, 0, 0] == sum(finest.values())
    assert dimensions[0].codes[0] == TOTAL
    return Cube(dimensions, counts, len(dimensions) - 1)


def publish_invented(
    office: Office,
    number: int,
    version: str,
    published_at_s: int,
    keys: ProgrammeKeys | None = None,
) -> None:
    """Keeps the invented edition in an office as if it had been released there, signed with these
    keys."""
    manifest, files = edition_files(number, version, published_at_s)
    declared = ReleaseDeclaration(("CL-CLASS",), PERIODS, 10)
    with transaction(office.engine) as connection:
        release = store.add(connection, declared, "Amina", published_at_s)
        store.keep_files(connection, release, files, b"sealed")
        signed = signature(keys, manifest) if keys else bytes(64)
        store.add_edition(connection, number, release, version, published_at_s, manifest, signed)
