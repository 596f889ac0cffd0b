"""Signs of coercion that some answer names while the answers on coercion say none.

Owns which answers speak for forced labour or a worst form without deciding it. A class that means
nothing was found stands as the decision tables say; these signs open its upper bound, and are told,
so that nobody passes over a debt, a locked door or a beating in silence.

Sources: the menaces and the involuntary circumstances of the Guidelines (ICLS/20/2018), the ILO's
eleven indicators (2012), C182 art. 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shared.answers import NOT_SAID
from shared.classification.reading import Reading

NAMED = frozenset[str]()
"""In SIGNS: every code but none and unknown is a sign."""

SIGNS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "officer.signs": NAMED,
        "danger.kind": frozenset({"confined", "violence", "sexual_abuse", "to_be_moved"}),
        "work.pay": frozenset({"debt"}),
        "work.abuse": frozenset({"beaten", "sexual"}),
        "work.confined": frozenset({"yes"}),
        "forced.indicators": NAMED,
        "forced.debt": frozenset({"yes"}),
        "forced.documents": frozenset({"yes"}),
    }
)
"""Codes that are signs, by measure, in the order they are told."""

_SAYS_NOTHING = NOT_SAID | {"none", "no"}


def signs_among(measure: str, codes: frozenset[str]) -> frozenset[str]:
    """Those of the codes of one measure that are signs."""
    signs = SIGNS[measure]
    return codes & signs if signs else codes - _SAYS_NOTHING


def signs_of_coercion(reading: Reading) -> dict[str, tuple[str, ...]]:
    """The signs some answer names, by measure; empty when there are none."""
    found = {}
    for measure in SIGNS:
        signs = signs_among(measure, reading.codes(measure))
        if signs:
            found[measure] = tuple(c for c in reading.codes_in_order(measure) if c in signs)
    return found
