"""Linkage codes: how the same person is found again without a name leaving the tablet.

Owns normalisation of names, the types of code and the keyed hash. Knows no store and no wire;
which pairs of records are one person is decided on the server, from these codes.
"""

from shared.linkage.code_type import CodeType
from shared.linkage.code_types import (
    BOTH_VERSIONS,
    CODE_TYPES,
    SENT,
    TIER_2,
    VERSION_1,
    VERSION_2,
)
from shared.linkage.codes import (
    CODE_BYTES,
    LinkageCode,
    linkage_codes,
    rekey,
)
from shared.linkage.identity import Identity, identity_of, may_be_linked
from shared.linkage.normalise import makes_codes
from shared.linkage.powers import WITHOUT_POWER

__all__ = [
    "BOTH_VERSIONS",
    "CODE_BYTES",
    "CODE_TYPES",
    "SENT",
    "TIER_2",
    "VERSION_1",
    "VERSION_2",
    "WITHOUT_POWER",
    "CodeType",
    "Identity",
    "LinkageCode",
    "identity_of",
    "linkage_codes",
    "makes_codes",
    "may_be_linked",
    "rekey",
]
