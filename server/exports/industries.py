"""What an edition says of the revision of ISIC its industries are given in. Pure.

Records keep ISIC Rev.4. Countries move to Rev.5 (2023) one after the other: whoever joins our
numbers to theirs needs the section in which each of ours lies there. It is told of codes, never
counted again: a second table of the same persons by other sections would tell what is withheld.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.exports.edition import ExportedDimension, ExportedEdition
from shared.codelists.isic import ISIC_SECTIONS, parts_in_rev_5

BY_ISIC = frozenset({"industry", "activity"})
"""Dimensions whose codes are sections of ISIC Rev.4."""
_TO, _OR = " \N{RIGHTWARDS ARROW} ", "/"


def sections_in_rev_5(dimension: ExportedDimension) -> Mapping[str, tuple[str, ...]]:
    """By section of Rev.4 those of Rev.5 in which it lies; several where it was divided."""
    if dimension.name not in BY_ISIC:
        return {}
    sections = set(ISIC_SECTIONS)
    return {one.code: parts_in_rev_5(one.code) for one in dimension.codes if one.code in sections}


def crosswalk_in_words(edition: ExportedEdition) -> str:
    """Every section the edition names with those of Rev.5: "J \N{RIGHTWARDS ARROW} J/K"; "" where
    it names none."""
    found: dict[str, tuple[str, ...]] = {}
    for table in edition.tables:
        for dimension in table.dimensions:
            found |= sections_in_rev_5(dimension)
    return ", ".join(f"{one}{_TO}{_OR.join(there)}" for one, there in sorted(found.items()))
