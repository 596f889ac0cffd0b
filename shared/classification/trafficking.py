"""The trafficking flag: act, means and purpose of the Palermo Protocol (2000), art. 3.

Independent of forced labour: all four combinations exist.
"""

from __future__ import annotations

from shared.answers import Trilean, all_of
from shared.classification.ages import PossibleAges


def trafficking_flag(ages: PossibleAges, act: Trilean, means: Trilean, purpose: Trilean) -> Trilean:
    """Whether the person is a victim of trafficking: yes, no or unknown.

    Under 18 the means need not be shown (art. 3(c)). When the person may be under 18 or not, both
    rules must agree: act or purpose no is no at every age, since art. 3(a) and (c) need both; act,
    means and purpose yes is yes at every age.
    """
    child = all_of((act, purpose))
    adult = all_of((act, means, purpose))
    if ages[-1] < 18:
        return child
    if ages[0] >= 18:
        return adult
    return child if child is adult else Trilean.UNKNOWN
