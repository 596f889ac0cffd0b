"""When no estimate is published, and why. Pure.

An estimate that the lists cannot carry is worse than none: it is quoted for years. Each rule is a
warning of the literature (Cormack 1992; Whitehead et al. 2019; Chan, Silverman & Vincent 2021;
Binette & Steorts 2022) with a limit that was set by simulation and by published tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from server.estimates.histories import Histories
from server.estimates.models import ConfidenceInterval

FEWEST_LISTS, MOST_LISTS = 3, 6
FEWEST_SHARED, LEAST_OVERLAP = 50, 0.03
WIDEST_INTERVAL = 3.0
WIDEST_SPREAD = 1.5
MOST_UNSEEN = 20.0
WIDEST_LEFT_OUT = 2.0
LARGEST_LIST = 0.8
LEAST_RECALL = 0.8


class Reason(str):
    """Why nothing is published: an English sentence, with its code and the numbers in it, so that
    a page can say it in any language (``server.estimate.reason.*``)."""

    code: str
    values: Mapping[str, float | str]

    def __new__(cls, sentence: str, code: str = "", **values: float | str) -> Reason:
        """A sentence with its code."""
        made = super().__new__(cls, sentence)
        made.code, made.values = code, values
        return made


def of_lists(histories: Histories) -> list[str]:
    """Reasons that lie in the lists themselves, whatever is estimated from them."""
    reasons: list[str] = []
    lists, persons, shared = len(histories.lists), histories.persons, histories.shared
    if lists < FEWEST_LISTS:
        reasons.append(
            Reason(
                (f"There are {lists} lists." if lists > 1 else "There is one list.")
                + " Whether two lists depend on each other cannot be seen without a third.",
                "few_lists",
                lists=lists,
            )
        )
    if lists > MOST_LISTS:
        reasons.append(
            Reason(
                f"There are {lists} lists. Merge lists of one type of organisation until there are "
                f"at most {MOST_LISTS}.",
                "many_lists",
                lists=lists,
                most=MOST_LISTS,
            )
        )
    reasons += [
        Reason(
            f"Nobody stands on the list {name}: it says nothing of who was missed.",
            "empty_list",
            name=name,
        )
        for name in histories.empty_lists
    ]
    if not persons:
        return [*reasons, Reason("Nobody stands on any list.", "nobody")]
    if shared < FEWEST_SHARED:
        reasons.append(
            Reason(
                f"{shared} persons stand on two or more lists; at least {FEWEST_SHARED} are "
                "needed.",
                "few_shared",
                shared=shared,
                least=FEWEST_SHARED,
            )
        )
    if shared < LEAST_OVERLAP * persons:
        reasons.append(
            Reason(
                f"{_below(shared / persons)} of the recorded persons stand on two or more lists; "
                f"at least {LEAST_OVERLAP * 100:g} % are needed.",
                "low_overlap",
                share=_below(shared / persons),
                least=f"{LEAST_OVERLAP * 100:g} %",
            )
        )
    for number, name in enumerate(histories.lists):
        share = histories.on_list(number) / persons
        if share > LARGEST_LIST:
            reasons.append(
                Reason(
                    f"The list {name} alone has {_above(share)} of the recorded persons; above "
                    f"{LARGEST_LIST * 100:g} % the other lists say too little.",
                    "one_list",
                    name=name,
                    share=_above(share),
                    most=f"{LARGEST_LIST * 100:g} %",
                )
            )
    return reasons


def of_estimates(
    persons: int,
    compared: Mapping[str, float | None],
    envelope: ConfidenceInterval | None,
    without: Mapping[str, float],
) -> list[str]:
    """Reasons that lie in what was estimated.

    persons: recorded. compared: the estimates that must agree, by method; None where a method does
    not apply. envelope: what would be published. without: the estimate without each list.
    """
    if envelope is None or not np.isfinite(envelope.estimate):
        return [
            Reason(
                "The likelihood has no maximum: the lists overlap too little for any estimate "
                "(Fienberg & Rinaldo 2012).",
                "no_maximum",
            )
        ]
    reasons: list[str] = []
    width = envelope.upper / envelope.lower
    if width > WIDEST_INTERVAL:
        reasons.append(
            Reason(
                f"The upper limit is {_times(width)} the lower; at most {WIDEST_INTERVAL:g} times "
                "says anything.",
                "wide",
                times=_number(width),
                most=WIDEST_INTERVAL,
            )
        )
    values = [value for value in compared.values() if value is not None]
    spread = _ratio(values)
    if spread > WIDEST_SPREAD:
        reasons.append(
            Reason(
                f"The methods disagree: the largest of {', '.join(compared)} is {_times(spread)} "
                f"the smallest; at most {WIDEST_SPREAD:g} times is borne.",
                "disagree",
                times=_number(spread),
                most=WIDEST_SPREAD,
            )
        )
    if envelope.estimate / persons > MOST_UNSEEN:
        reasons.append(
            Reason(
                f"The estimate is {_times(envelope.estimate / persons)} the recorded persons; "
                f"beyond {MOST_UNSEEN:g} times it is a guess.",
                "guess",
                times=_number(envelope.estimate / persons),
                most=MOST_UNSEEN,
            )
        )
    if without:
        change = _ratio(without.values())
        if change > WIDEST_LEFT_OUT:
            reasons.append(
                Reason(
                    "One list decides: leaving out one list at a time, the largest estimate is "
                    f"{_times(change)} the smallest; at most {WIDEST_LEFT_OUT:g} times is borne.",
                    "one_decides",
                    times=_number(change),
                    most=WIDEST_LEFT_OUT,
                )
            )
    return reasons


def of_register(recall: float | None, cells: Sequence[int], threshold: int) -> list[str]:
    """Reasons that concern lists linked in a register, not a file of counts.

    recall: the share of true links that linking found, None when nobody measured it. cells: the
    overlap counts that would be published beside the estimate. threshold: below it a count of
    persons may not be shown.
    """
    reasons: list[str] = []
    if recall is None:
        reasons.append(
            Reason(
                "How many true links were missed is not known; each one adds a person.",
                "no_recall",
            )
        )
    elif recall < LEAST_RECALL:
        reasons.append(
            Reason(
                f"Linking found {_below(recall)} of the true links; "
                f"at least {LEAST_RECALL * 100:g} % are needed.",
                "low_recall",
                share=_below(recall),
                least=f"{LEAST_RECALL * 100:g} %",
            )
        )
    if any(0 < cell < threshold for cell in cells):
        reasons.append(
            Reason(
                f"The overlap table has counts below {threshold}, which could point to somebody. "
                "Publish the estimate, its limits and the number of recorded persons only.",
                "small_cells",
                threshold=threshold,
            )
        )
    return reasons


def _ratio(values: Iterable[float]) -> float:
    """The largest by the smallest; infinite also where all are."""
    known = list(values)
    return max(known) / min(known) if np.isfinite(max(known)) else float("inf")


def _times(ratio: float) -> str:
    """Rounded away from the limit it is past, as all numbers in a reason are."""
    if not np.isfinite(ratio):
        return "beyond any multiple of"
    return f"{math.ceil(ratio * 100) / 100:g} times"


def _number(ratio: float) -> str:
    return f"{math.ceil(ratio * 100) / 100:g}" if np.isfinite(ratio) else "∞"


def _below(share: float) -> str:
    return f"{math.floor(share * 1000) / 10:g} %"


def _above(share: float) -> str:
    return f"{math.ceil(share * 1000) / 10:g} %"
