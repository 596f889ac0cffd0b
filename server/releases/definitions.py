"""What the numbers of a release mean, so that two editions can be told to mean the same. Pure.

A reader compares two editions only where the same persons would have been counted in the same
cells. That rests on what a table is declared to count and to be divided by, on the rules and the
law its classes follow, on the levels it is published at and on whose areas those are. Labels,
sources and confirmations of a law, and codes nobody had before, change none of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from server.releases.counted import own_level
from server.releases.structure import ReleaseStructure, TableLayout
from server.tables.declaration import READING, DeclaredDimension, DeclaredTable, Population
from shared.profiles.country import CountryProfile
from shared.profiles.entries import Parameter

NO_CLASS_RESTS_ON = frozenset(
    {
        *("light_work", "hazardous_instrument", "unreviewed_read_aloud", "disclosure_threshold"),
        *("linkage_codes", "helplines_while_locked", "tablet_unlocking", "identity_days"),
        *("identity_days_most", "follow_up_days", "follow_up_days_danger"),
    }
)
"""Of a country's profile: words, and what it asks of tablets and of the office."""


def definitions_of(
    tables: Iterable[DeclaredTable],
    dimensions: Mapping[str, DeclaredDimension],
    profile: CountryProfile,
    classified_by: Iterable[str],
) -> dict[str, str]:
    """By code of a declared table a digest of what it counts. classified_by: the rules by which its
    records have their classes."""
    classes = {"law": _law(profile), "rules": sorted(classified_by)}
    return {
        table.code: _digest(
            {
                "reading": READING,
                "population": table.population.value,
                "where": {name: sorted(codes) for name, codes in table.where.items()},
                "sensitive": table.sensitive,
                "dimensions": {name: _dimension(dimensions[name]) for name in table.needs},
                **({} if table.population is Population.VISITS else classes),
            }
        )
        for table in tables
    }


def _dimension(said: DeclaredDimension) -> dict[str, Any]:
    """What decides under which of its codes somebody is counted."""
    return {
        "source": [said.source, said.name_of_source, said.codelist, said.choices],
        "several": said.several,
        "parents": dict(said.parents),
        "recode": dict(said.recode),
        "bands": said.bands,
    }


def _law(profile: CountryProfile) -> dict[str, Any]:
    return {
        "": _values(profile.parameters),
        **{f"area {code}": _values(own) for code, own in profile.areas.items()},
        **{f"industry {code}": _values(own) for code, own in profile.industries.items()},
    }


def _values(parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    return {
        name: "unknown" if one.unknown else one.value
        for name, one in parameters.items()
        if name not in NO_CLASS_RESTS_ON
    }


def _digest(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


def same_definitions(before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether the tables of both are defined alike; of an edition that says nothing nobody knows
    otherwise."""
    return all(before[code] == now[code] for code in before.keys() & now.keys())


def same_layout(before: ReleaseStructure, now: ReleaseStructure) -> bool:
    """Whether the tables of both are at the same levels: everybody whose code stands in both is
    counted under the same word."""
    theirs = {one.code: one for one in before.tables.values()}
    ours = {one.code: one for one in now.tables.values()}
    for code in theirs.keys() & ours.keys():
        if _meant(theirs[code]) != _meant(ours[code]):
            return False
        for name in ours[code].dimensions:
            common = _finest(before, name) & _finest(now, name)
            if any(_word(before, code, name, f) != _word(now, code, name, f) for f in common):
                return False
    return all(
        _covered(before, name, code) & _finest(now, name)
        == _covered(now, name, code) & _finest(before, name)
        for name in before.dimensions.keys() & now.dimensions.keys()
        for code in before.dimensions[name].keys() & now.dimensions[name].keys()
    )


def _meant(layout: TableLayout) -> tuple[Any, ...]:
    population = layout.population.partition("@")[0]
    return population, dict(layout.where), layout.dimensions, layout.sensitive, layout.is_open


def _covered(structure: ReleaseStructure, name: str, code: str) -> set[str]:
    return set(structure.dimensions[name][code]["covers"])


def _finest(structure: ReleaseStructure, name: str) -> set[str]:
    return {one for code in structure.dimensions[name] for one in _covered(structure, name, code)}


def _word(structure: ReleaseStructure, table: str, name: str, finest: str) -> str:
    levels = structure.levels
    level = levels.get(own_level(table, name)) or levels.get(name, {})
    return level.get(finest, finest)
