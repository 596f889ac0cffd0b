"""The types of linkage code: which fields of a person each is made of, and which types are sent.

Types 1 to 12 are version 1. Version 2 keeps six of them as they were, so that records of both
versions are found by each other, and adds types that survive a slip in one name. Tier 2 adds codes
of a name with one letter left out: more is found, and whoever reads the register sees which
records have names alike. It is a programme's choice (docs/linkage.md).

Numbers are never used again for another meaning. No type is made of a single field.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shared.linkage.code_type import CodeType
from shared.linkage.tier_2 import TIER_2_TYPES
from shared.linkage.version_1 import VERSION_1_TYPES
from shared.linkage.version_2 import VERSION_2_TYPES

CODE_TYPES: Mapping[int, CodeType] = MappingProxyType(
    {**VERSION_1_TYPES, **VERSION_2_TYPES, **TIER_2_TYPES}
)
"""Every type there ever was. ``texts`` gives what is hashed; a type with an unknown part gives no
code, because unknown is not the same as different."""

VERSION_1 = tuple(VERSION_1_TYPES)
"""18 codes."""
KEPT = (4, 5, 6, 7, 11, 12)
"""The types of version 1 that version 2 sends as they were."""
VERSION_2 = (*KEPT, *VERSION_2_TYPES)
"""25 codes, 200 bytes."""
BOTH_VERSIONS = (*VERSION_1, *VERSION_2_TYPES)
"""For a declared time after a change of version: 34 codes, so that nobody counts twice."""
TIER_2 = (*VERSION_2, *TIER_2_TYPES)
"""The programme's switch: 119 codes, 952 bytes."""


CURRENT = VERSION_2
"""What tablets send."""
SENT: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "version_1": VERSION_1,
        "version_2": VERSION_2,
        "both_versions": BOTH_VERSIONS,
        "tier_2": TIER_2,
    }
)
"""What a programme may have its tablets send, by the word its profile says it with."""
MOST_SHARERS = 60
"""A code that more officers put on cases points to nobody: a bad default such as "unknown". At a
million persons no code of real people does."""


def codes_of(types: tuple[int, ...]) -> int:
    """How many codes a person of whom everything is known has."""
    return sum(CODE_TYPES[number].codes for number in types)
