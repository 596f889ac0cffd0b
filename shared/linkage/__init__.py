"""Linkage codes: how the same person is found again without a name leaving the tablet.

Owns normalisation of names, the types of code and the keyed hash. Knows no store and no wire;
which pairs of records are one person is decided on the server, from these codes.
"""

from shared.linkage.codes import (
    CODE_BYTES,
    CODE_TYPES,
    CodeType,
    LinkageCode,
    linkage_codes,
    rekey,
)
from shared.linkage.identity import Identity, identity_of

__all__ = [
    "CODE_BYTES",
    "CODE_TYPES",
    "CodeType",
    "Identity",
    "LinkageCode",
    "identity_of",
    "linkage_codes",
    "rekey",
]
