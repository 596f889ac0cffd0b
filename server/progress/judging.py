"""What may be said of an indicator: met, overdue, open, nearer or further; or nothing at all. Pure.

No growth rate is taken of anything. Counts of recorded persons are not judged: they grow when
recording gets better, and a verdict on them would reward recording fewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from server.progress.kinds import DONE, GIVEN_UP, RECORDED, in_languages

MET, OVERDUE, OPEN, NOT_JUDGED = "met", "overdue", "open", "not_judged"
TOWARDS, AWAY, SAME = "towards", "away", "same"
_SHARE = Decimal("0.001")


def is_judged(indicator: Mapping[str, str]) -> bool:
    """Whether an indicator can be met or missed."""
    return indicator["measure"] != RECORDED


def judged_target(
    indicator: Mapping[str, str],
    target: Mapping[str, str],
    latest: str | None,
    as_of: str,
) -> dict[str, Any]:
    """A target with its state, and every part the state was worked out from.

    latest: the newest value as decimal text, None when there is none. as_of: a day. ``share``: of
    the way from baseline to target that is behind, as decimal text.
    """
    found: dict[str, Any] = {
        "value": target["value"],
        "deadline": target["deadline"],
        **in_languages(target, "source"),
        "baseline": indicator["baseline"],
        "latest": latest,
        "share": None,
        "movement": NOT_JUDGED,
        "state": NOT_JUDGED,
    }
    if not is_judged(indicator):
        return found
    past = target["deadline"] < as_of
    if not indicator["baseline"]:
        # Nobody said which way is better.
        return found | {"state": NOT_JUDGED if latest is not None else OVERDUE if past else OPEN}
    begun, wanted = Decimal(indicator["baseline"]), Decimal(target["value"])
    if latest is None:
        return found | {"state": OVERDUE if past else OPEN}
    now, way = Decimal(latest), wanted - begun
    is_met = (now - wanted) * way >= 0 if way else now == wanted
    found["state"] = MET if is_met else OVERDUE if past else OPEN
    if way:
        share = (now - begun) / way
        found["share"] = format(share.quantize(_SHARE), "f")
        found["movement"] = TOWARDS if share > 0 else AWAY if share < 0 else SAME
    return found


def judged_commitment(said: Mapping[str, str], as_of: str) -> dict[str, Any]:
    """A commitment with its gap in money and whether it is overdue on a day."""
    gap = None
    if said["cost"] and said["funded"]:
        gap = format((Decimal(said["cost"]) - Decimal(said["funded"])).normalize(), "f")
    is_open = said["state"] not in (DONE, GIVEN_UP)
    return {**said, "gap": gap, "is_overdue": is_open and said["due"] < as_of}
