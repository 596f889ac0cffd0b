"""The trafficking flag: act, means and purpose of the Palermo Protocol (2000), art. 3.

Independent of forced labour: all four combinations exist.
"""

from __future__ import annotations

from shared.answers import Trilean, all_of
from shared.classification.ages import PossibleAges


def trafficking_flag(ages: PossibleAges, act: Trilean, means: Trilean, purpose: Trilean) -> Trilean:
    """Whether the person is a victim of trafficking: yes, no or unknown.

    Under 18 the means need not be shown (art. 3(c)). When the person may be under 18 or not, and
    means were used, act and purpose decide; else the flag is unknown, also where act or purpose
    is no: the decision table is that cautious.
    """
    if ages[-1] < 18:
        return all_of((act, purpose))
    if ages[0] >= 18:
        return all_of((act, means, purpose))
    return all_of((act, purpose)) if means is Trilean.YES else Trilean.UNKNOWN
