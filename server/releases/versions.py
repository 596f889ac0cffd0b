"""The version of an edition, x.y.z, by rule. Pure.

As for data sets elsewhere (SDMX 3.0 artefacts; the education statistics service of England): other
definitions, populations or levels make a new major version, a new period a minor one, corrected
numbers or words of the same tables a patch.
"""

from __future__ import annotations

from collections.abc import Collection

FIRST = "1.0.0"


def version_after(
    before: str | None, *, same_definitions: bool, periods: Collection[str], known: Collection[str]
) -> str:
    """The version that follows ``before`` (None: the first edition).

    same_definitions: whether tables, populations, levels and parameters are those of the edition
    before. periods: of this edition; known: of those before it.
    """
    if before is None:
        return FIRST
    major, minor, patch = (int(number) for number in before.split("."))
    if not same_definitions:
        return f"{major + 1}.0.0"
    if set(periods) - set(known):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
