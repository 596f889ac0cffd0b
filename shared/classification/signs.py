"""Signs of coercion that some answer names while the answers on coercion say none.

Owns which answers speak for forced labour or a worst form without deciding it. A class that means
nothing was found stands as the decision tables say; these signs open its upper bound, and are told,
so that nobody passes over a debt, a locked door or a beating in silence.

Sources: the menaces and the involuntary circumstances of the Guidelines (ICLS/20/2018), the ILO's
eleven indicators (2012), C182 art. 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        "forced.free_to_leave": frozenset({"no"}),
        "forced.wages_due": frozenset({"from_1_to_3", "from_3_to_12", "above_12"}),
    }
)
"""Codes that are signs, by measure, in the order they are told."""

_SAYS_NOTHING = NOT_SAID | {"none", "no"}


_PAY_OWED = "forced.wages_due"
"""Pay owed is withheld pay, except from somebody who would not lose it by leaving."""


def signs_named(codes_of: Callable[[str], frozenset[str]]) -> dict[str, frozenset[str]]:
    """The signs some answer names, by measure in their order.

    codes_of: every code answered to a measure.
    """
    found = {}
    for measure, signs in SIGNS.items():
        codes = codes_of(measure)
        named = codes & signs if signs else codes - _SAYS_NOTHING
        if measure == _PAY_OWED and "yes" in codes_of("forced.free_to_leave"):
            continue
        if named:
            found[measure] = named
    return found


def signs_of_coercion(reading: Reading) -> dict[str, tuple[str, ...]]:
    """The signs some answer names, by measure, each in the order it was chosen."""
    return {
        measure: reading.that_mean(measure, signs)
        for measure, signs in signs_named(reading.codes).items()
    }


def may_be_signs(reading: Reading) -> bool:
    """Whether a code was chosen that nobody told the rules, where others are signs."""
    return any(reading.untold(measure) for measure in SIGNS)


def said_whole(measure: str, codes: tuple[str, ...]) -> bool:
    """Whether a sign is told by a sentence of its own, not by the label of its code."""
    return codes in (("yes",), ("no",)) or measure == _PAY_OWED
