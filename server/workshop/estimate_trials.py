"""Estimates of whom nobody recorded, tried on the register: every method beside every other.

What comes of a trial is for the office: overlaps of lists are small, and small ones point to
persons. Nothing of it leaves but in a release or a report.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from server.db.engine import reading
from server.estimates.estimate import Estimates
from server.estimates.linked import FromRegister, from_register
from server.estimates.models import ConfidenceInterval
from server.estimates.refusal import Reason
from server.office import Office
from server.register.overlaps import linked_cases
from server.releases.declaration import DeclarationRefused
from server.releases.register_rows import periods_there
from server.workshop import trials
from server.workshop.trials import KeptTrial, TrialKind
from shared.classification.child_labour import IN_CHILD_LABOUR
from shared.classification.forced_labour import IN_FORCED_LABOUR

CLASSES: Mapping[str, frozenset[str]] = {
    "child_labour": frozenset(map(str, IN_CHILD_LABOUR)),
    "forced_labour": frozenset(map(str, IN_FORCED_LABOUR)),
}
"""Whom an estimate is of: a column of the register, and the classes that are in it."""
STRATA: Mapping[str, tuple[str | None, ...]] = {"none": (None,), "sex": (None, "female", "male")}
"""Apart for whom; all together stand first."""
SEED = 87
"""The same register gives the same estimate."""
_MOST_SOURCE = 200


def ask(
    office: Office,
    actor: str,
    period: str,
    of: str,
    *,
    strata: str = "none",
    merges: Mapping[str, str] | None = None,
    recall: float | None = None,
    recall_source: str = "",
) -> int:
    """Asks for an estimate; the number of the trial.

    merges: list to the name under which several count as one. recall: the share of true links that
    linking found, above 0 to 1; it needs recall_source: who measured it, when and how. Raises
    DeclarationRefused.
    """
    source = " ".join(recall_source.split())[:_MOST_SOURCE]
    if of not in CLASSES or strata not in STRATA:
        raise DeclarationRefused("Choose of whom, and apart for whom. Nothing was kept.")
    with reading(office.engine) as connection:
        if period not in periods_there(connection):
            raise DeclarationRefused("Choose a period in which somebody looked.")
    if recall is not None and not (0 < recall <= 1 and source):
        raise DeclarationRefused("A share of links found needs who measured it, when and how.")
    asked = {
        "period": period,
        "of": of,
        "strata": strata,
        "merges": dict(merges or {}),
        "recall": recall,
        "recall_source": source if recall is not None else "",
    }
    return trials.ask(office, actor, TrialKind.ESTIMATE, asked)


def run(office: Office, trial: KeptTrial) -> None:
    """The job of one estimate."""
    asked = trial.asked
    found: list[dict[str, Any]] = []
    parts = STRATA[asked["strata"]]
    for done, sex in enumerate(parts):
        trials.tell_progress(office, trial.number, 5 + 90 * done // len(parts))
        with reading(office.engine) as connection:
            names, persons = linked_cases(
                *(connection, asked["period"], asked["of"], CLASSES[asked["of"]]),
                asked["merges"],
                sex,
            )
        if not persons:
            found.append({"stratum": sex, "persons": 0})
            continue
        tried = from_register(
            names,
            [(one.lists, one.links) for one in persons],
            asked["recall"],
            np.random.default_rng(SEED),
        )
        found.append({"stratum": sex, "lists": list(names), **_told(tried)})
    trials.keep(office, trial.number, {"strata": found})


def _told(tried: FromRegister) -> dict[str, Any]:
    corrected = tried.corrected
    finite = [one for one in tried.drawn if np.isfinite(one)]
    return {
        "persons": tried.raw.persons,
        "shared": tried.raw.shared,
        "methods": {name: _interval(one) for name, one in corrected.methods.items()},
        "as_linked": {name: _interval(one) for name, one in tried.raw.methods.items()},
        "without": _numbers(corrected),
        "pairs": [list(pair) for pair in corrected.pairs.get("stepwise", ())],
        "drawn": [float(one) for one in np.quantile(finite, (0.025, 0.975))] if finite else None,
        "published": _interval(corrected.published),
        "reasons": [_reason(one) for one in corrected.refusals],
    }


def _numbers(found: Estimates) -> dict[str, float | None]:
    return {name: float(one) if np.isfinite(one) else None for name, one in found.without.items()}


def _interval(one: ConfidenceInterval | None) -> list[float] | None:
    if one is None or not np.isfinite([one.estimate, one.lower, one.upper]).all():
        return None
    return [float(one.estimate), float(one.lower), float(one.upper)]


def _reason(said: str) -> dict[str, Any]:
    known = said if isinstance(said, Reason) else Reason(said)
    return {"sentence": str(said), "code": known.code, "values": dict(known.values)}
