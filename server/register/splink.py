"""Codes and settings for Splink, which links by Spark what one machine cannot hold. Pure.

Splink (Ministry of Justice, United Kingdom; Fellegi and Sunter 1969) gets the codes of version 2 as
columns, one a code, and a settings file whose blocking rules and comparison levels are equalities
of these columns: plain SQL, which DuckDB, Spark and SQLite read alike. Names never leave.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from server.register.records import Records
from server.register.score import AREA_TYPES, DATES_AGREE, NAMES_AGREE, PARENT_TYPES
from shared.linkage import CODE_TYPES
from shared.linkage.code_types import VERSION_2

LevelWeights = Mapping[str, Mapping[str, float]]
"""Log-odds by comparison and level; those of "prior" by "odds" for ``RECORDS`` records."""
RECORDS = 20_000
"""Size of the register the prior is for."""
_SHIPPED = Path(__file__).parent / "data" / "splink-2026-12.json"
_OF_CODE = "code_{}_{}"
_LIKELY = 0.95

_YEARS = ("same year", "year by 1", "year by 2", "year by 3")
_DATES = tuple(name for name, types in DATES_AGREE if types & set(VERSION_2))


def shipped_weights() -> LevelWeights:
    """Those learnt from simulated persons (``python -m benchmarks.splink_weights``)."""
    return cast(LevelWeights, json.loads(_SHIPPED.read_text("utf-8")))


def columns() -> list[str]:
    """The columns of the table of codes, in order."""
    codes = [_column(number, place) for number in VERSION_2 for place in _places(number)]
    return ["unique_id", "sex", "birth_year", *codes]


def rows(ids: Sequence[str], records: Records) -> Iterator[list[str | int | None]]:
    """The table of codes, a row a record: 16 hexadecimal digits a code, None for what is not known.

    records: with codes of version 2. The birth year is that of the birth date where none is stated.
    """
    codes = [records.codes[number] for number in VERSION_2]
    for row, name in enumerate(ids):
        year = int(records.birth_year[row]) or int(records.date_year[row])
        held = [f"{code:016x}" if code else None for some in codes for code in some[row].tolist()]
        yield [name, int(records.sex[row]) or None, year or None, *held]


def comparisons() -> dict[str, list[tuple[str, str]]]:
    """By comparison its levels, the first that holds counts: a name and a condition in SQL, of a
    pair with _l and _r after the names of columns. The first says nothing; the last is all else."""
    names = [
        (name, _any_agrees(sorted(types & set(VERSION_2))))
        for name, types in NAMES_AGREE
        if types & set(VERSION_2)
    ]
    dates = [(name, _any_agrees(sorted(types & set(VERSION_2)))) for name, types in DATES_AGREE]
    years = [
        (name, f"abs(birth_year_l - birth_year_r) = {apart}") for apart, name in enumerate(_YEARS)
    ]
    return {
        "names": [*names, ("no name", "ELSE")],
        "birth": [
            ("not known", "birth_year_l IS NULL OR birth_year_r IS NULL"),
            *[level for level in dates if level[0] in _DATES],
            *years,
            ("year far", "ELSE"),
        ],
        "sex": [
            ("not known", "sex_l IS NULL OR sex_r IS NULL"),
            ("sex same", "sex_l = sex_r"),
            ("sex other", "ELSE"),
        ],
        "parent": _known_or_not("parent", PARENT_TYPES),
        "area": _known_or_not("area", AREA_TYPES),
    }


def settings(weights: LevelWeights, records: int) -> dict[str, Any]:
    """The settings file for a register of that many records. Splink adds logarithms of m over u:
    only their ratio is a weight."""
    odds = math.exp(weights["prior"]["odds"]) * RECORDS / max(records, 1)
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": odds / (1 + odds),
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.{_column(number, one)} = r.{_column(number, other)}"}
            for number in VERSION_2
            for one in _places(number)
            for other in _places(number)
        ],
        "comparisons": [
            {
                "output_column_name": name,
                "comparison_levels": [
                    _level(label, condition, weights[name].get(label, 0.0))
                    for label, condition in levels
                ],
            }
            for name, levels in comparisons().items()
        ],
    }


def _level(label: str, condition: str, weight: float) -> dict[str, Any]:
    level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": label}
    if label == "not known":
        return level | {"is_null_level": True}
    m, u = (
        (_LIKELY, _LIKELY * math.exp(-weight))
        if weight >= 0
        else (
            _LIKELY * math.exp(weight),
            _LIKELY,
        )
    )
    return level | {"m_probability": m, "u_probability": u}


def _known_or_not(name: str, of_types: frozenset[int]) -> list[tuple[str, str]]:
    types = sorted(of_types & set(VERSION_2))
    known = " OR ".join(
        f"({_column(number, 1)}_l IS NOT NULL AND {_column(number, 1)}_r IS NOT NULL)"
        for number in types
    )
    return [
        ("not known", f"NOT ({known})"),
        (f"{name} same", _any_agrees(types)),
        (f"{name} other", "ELSE"),
    ]


def _any_agrees(types: Sequence[int]) -> str:
    return " OR ".join(
        f"{_column(number, one)}_l = {_column(number, other)}_r"
        for number in types
        for one in _places(number)
        for other in _places(number)
    )


def _column(number: int, place: int) -> str:
    return _OF_CODE.format(number, place)


def _places(number: int) -> range:
    return range(1, CODE_TYPES[number].codes + 1)
