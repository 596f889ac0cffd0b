"""The job of an estimate of whom nobody recorded: every method beside every other.

Apart from the asking: only who does it needs the estimators, and what they take to be read.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from server.db.engine import reading
from server.estimates.estimate import Estimates
from server.estimates.linked import FromRegister, from_register
from server.estimates.models import ConfidenceInterval
from server.estimates.refusal import Reason
from server.office import Office
from server.register.overlaps import linked_cases
from server.workshop import trials
from server.workshop.estimate_trials import CLASSES, STRATA
from server.workshop.trials import KeptTrial

SEED = 87
"""The same register gives the same estimate."""


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
