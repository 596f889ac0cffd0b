"""Two invented countries that publish editions of one small table."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any

from server.disclosure.cube import TOTAL
from server.releases.files import digest_of
from server.releases.sealing import signature
from server.releases.structure import COVERAGE, QUALITY, STRUCTURE
from shared.wire.keys import ProgrammeKeys
from tests.server.field import seeded

DIMENSIONS = ("area", "sex", "child_labour")
Rows = dict[tuple[str, str], str]
"""Sex and class to a count, or a state."""
A_ROWS: Rows = {
    ("", ""): "150", ("", "IN"): "60", ("", "OUT"): "90", ("female", ""): "70",
    ("male", ""): "80", ("female", "IN"): "withheld", ("male", "IN"): "withheld",
    ("female", "OUT"): "44", ("male", "OUT"): "zero",
}  # fmt: skip
B_ROWS: Rows = {
    ("", ""): "250", ("", "IN"): "100", ("", "OUT"): "150", ("f", ""): "120", ("m", ""): "130",
    ("f", "IN"): "41", ("m", "IN"): "not_collected", ("f", "OUT"): "66", ("m", "OUT"): "zero",
}  # fmt: skip


@dataclass
class Country:
    """A country with a key, and what it publishes."""

    code: str
    seed: int
    rows: Rows
    keys: ProgrammeKeys = field(init=False)

    def __post_init__(self) -> None:
        self.keys = ProgrammeKeys.generate(seeded(self.seed))

    @property
    def key(self) -> str:
        return self.keys.public.signing.hex()

    def edition(self, number: int = 1, **said: Any) -> dict[str, bytes]:
        """The files it hands over. said: other words of its manifest."""
        rows = {**self.rows, **said.pop("rows", {})}
        files = {
            "CL-CLASS_2026.csv": self._table(rows),
            STRUCTURE: self._structure(said.pop("population", "child_labour")),
            COVERAGE: b"",
            QUALITY: b"",
        }
        whole = {
            "programme": {"id": self.code, "name": f"Programme of {self.code}"},
            "country": self.code,
            "origin": "synthetic",
            "practice": False,
            "edition": number,
            "version": f"1.0.{number}",
            "published_at_s": 1_795_000_000,
            "parameters": {"threshold": 10},
            "next_due": None,
            "periods": ["2026"],
            "marks": [],
            "corrects": number - 1 or None,
            "files": {name: digest_of(content) for name, content in files.items()},
            **said,
        }
        manifest = json.dumps(whole).encode()
        signed = signature(self.keys, manifest).hex().encode()
        return {**files, "edition.json": manifest, "edition.json.sig": signed}

    def _table(self, rows: Rows) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*DIMENSIONS, "count", "status", "nearest"])
        for (sex, found), told in rows.items():
            number = {"zero": "0"}.get(told, told if told.isdigit() else "")
            state = "published" if told.isdigit() else told
            for area in (TOTAL, f"{self.code}-1"):
                writer.writerow([area, sex or TOTAL, found or TOTAL, number, state, ""])
        return out.getvalue().encode()

    def _structure(self, population: str) -> bytes:
        codes = {
            "area": [TOTAL, f"{self.code}-1"],
            "sex": sorted({sex or TOTAL for sex, _ in self.rows}),
            "child_labour": [TOTAL, "IN", "OUT"],
        }
        said = {
            "tables": {
                "CL-CLASS_2026": {
                    "file": "CL-CLASS_2026.csv",
                    "code": "CL-CLASS",
                    "period": "2026",
                    "population": f"{population}@2026",
                    "where": {},
                    "dimensions": list(DIMENSIONS),
                    "sensitive": "child_labour",
                    "is_open": False,
                }
            },
            "dimensions": {
                name: {
                    code: {
                        "covers": [code],
                        "labels": {},
                        "parent": "" if code == TOTAL else TOTAL,
                    }
                    for code in of
                }
                for name, of in codes.items()
            },
            "levels": {},
            "not_collected": {},
        }
        return json.dumps(said).encode()


def two() -> tuple[Country, Country]:
    """Countries XAA and XBB; the second calls the sexes otherwise."""
    return Country("XAA", 11, A_ROWS), Country("XBB", 12, B_ROWS)


COMMON = b"country,dimension,code,common\nXBB,sex,f,female\nXBB,sex,m,male\n"
