"""The codes that every export writes: fit for SDMX, and no spreadsheet turns one into a date.

SDMX takes letters, digits, ``_``, ``-``, ``@`` and ``$`` (IDType of SDMXCommon.xsd), and a dot
parts a key. Sex, age and what is total follow the lists of all subjects, CL_SEX 2.1 and CL_AGE;
everything else keeps the office's own code where it fits. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.disclosure.cube import TOTAL, Codes
from server.exports.edition import ONLY_THIS_KNOWN, ExportedEdition, ExportedTable

WHOLE = "_T"
"""Everybody, in every list."""
COMPONENTS: Mapping[str, str] = {"area": "REF_AREA", "sex": "SEX", "age_band": "AGE"}
"""Dimensions that are concepts of all subjects, by the names of SDMX."""
_SEX: Mapping[str, str] = {"female": "F", "male": "M", "unknown": "_U"}
_BAND = re.compile(r"(\d+)-(\d+)")
_OPEN_BAND = re.compile(r"(\d+)\+")
_UNFIT = re.compile(r"[^A-Za-z0-9_@$-]+")
_DATE_LIKE = re.compile(r"\d+-\d+(-\d+)?|[A-Za-z]{3}-?\d+|\d+[A-Za-z]{3}|\d+[Ee]\d+")
"""What a spreadsheet takes for a date or a power of ten."""


def component(dimension: str) -> str:
    """The identifier of a dimension in SDMX."""
    return COMPONENTS.get(dimension) or _UNFIT.sub("_", dimension).strip("_").upper()


def column(dimension: str) -> str:
    """The name of a dimension as a column of a file."""
    return _UNFIT.sub("_", dimension)


def frequency(period: str) -> str:
    """Of a period, by CL_FREQ: A a year, Q a quarter, M a month."""
    return "Q" if "Q" in period else "M" if len(period) > len("2026") else "A"


def period_code(period: str) -> str:
    """A period as it is written: of a month its reporting period (``2026-M11``), for a spreadsheet
    takes ``2026-11`` for a day."""
    return period.replace("-", "-M") if frequency(period) == "M" else period


@dataclass(frozen=True)
class CodesOfExports:
    """Between the codes of an edition and those of its exports, dimension by dimension."""

    written: Mapping[str, Mapping[str, str]]

    def of(self, dimension: str, code: str) -> str:
        """The code as it is written."""
        return self.written[dimension][code]

    def cell(self, table: ExportedTable, codes: Codes) -> Codes:
        """The codes of a cell as they are written."""
        return tuple(
            self.of(dimension.name, code)
            for dimension, code in zip(table.dimensions, codes, strict=True)
        )


def codes_of(edition: ExportedEdition) -> CodesOfExports:
    """The codes of all its tables: the same everywhere, and no two alike in a dimension."""
    found: dict[str, dict[str, None]] = {}
    for table in edition.tables:
        for dimension in table.dimensions:
            found.setdefault(dimension.name, {}).update(
                dict.fromkeys(one.code for one in dimension.codes)
            )
    return CodesOfExports({name: _written(name, list(codes)) for name, codes in found.items()})


def _written(dimension: str, codes: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    taken: set[str] = set()
    for code in codes:
        plain = _fit(dimension, code)
        chosen, number = plain, 2
        while chosen.upper() in taken:
            chosen, number = f"{plain}_{number}", number + 1
        taken.add(chosen.upper())
        found[code] = chosen
    return found


def _fit(dimension: str, code: str) -> str:
    if code == TOTAL:
        return WHOLE
    if code.endswith(ONLY_THIS_KNOWN):
        return _fit(dimension, code.removesuffix(ONLY_THIS_KNOWN)) + "_NFK"
    if dimension == "sex" and code in _SEX:
        return _SEX[code]
    before = "Y" if dimension == "age_band" else "N"
    if band := _BAND.fullmatch(code):
        return f"{before}{int(band[1])}T{int(band[2])}"
    if band := _OPEN_BAND.fullmatch(code):
        return f"{before}_GE{int(band[1])}"
    plain = _UNFIT.sub("_", code).strip("_") or "_X"
    return f"_{plain}" if _DATE_LIKE.fullmatch(plain) else plain
