"""How many persons there are at least, from those seen once and twice. Pure."""

from __future__ import annotations

import numpy as np

from server.estimates.histories import Histories, lists_on
from server.estimates.models import Z_95, ConfidenceInterval


def chao(histories: Histories) -> ConfidenceInterval:
    """Chao's lower bound, corrected for bias, with its log-normal 95 % interval.

    n + (k-1)/k f1 (f1-1) / (2 (f2+1)), for n persons of whom f1 stand on one of k lists and f2 on
    two. It is a bound when persons differ in how easily they are found (Chao 1987, Biometrics
    43:783; the variance for samples of presence: Chao 2005, Encyclopedia of Statistical Sciences,
    "Species estimation and applications").
    """
    lists = len(histories.lists)
    on = lists_on(lists)
    once, twice = (float(histories.counts[on == number].sum()) for number in (1, 2))
    share, persons = (lists - 1) / lists, histories.persons
    unseen = share * once * (once - 1) / (2 * (twice + 1))
    if unseen <= 0:
        return ConfidenceInterval(float(persons), float(persons), float(persons))
    variance = (
        unseen
        + share**2 * once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
        + share**2 * once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)
    )
    factor = float(np.exp(Z_95 * np.sqrt(np.log1p(variance / unseen**2))))
    return ConfidenceInterval(
        persons + unseen, persons + unseen / factor, persons + unseen * factor
    )
