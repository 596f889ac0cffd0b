"""Asking for an estimate of whom nobody recorded, tried on the register.

What comes of a trial is for the office: overlaps of lists are small, and small ones point to
persons. Nothing of it leaves but in a release or a report. How it is done: estimate_runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.db.engine import reading
from server.office import Office
from server.releases.declaration import DeclarationRefused
from server.releases.register_rows import periods_there
from server.workshop import trials
from server.workshop.trials import TrialKind
from shared.classification.child_labour import IN_CHILD_LABOUR
from shared.classification.forced_labour import IN_FORCED_LABOUR

CLASSES: Mapping[str, frozenset[str]] = {
    "child_labour": frozenset(map(str, IN_CHILD_LABOUR)),
    "forced_labour": frozenset(map(str, IN_FORCED_LABOUR)),
}
"""Whom an estimate is of: a column of the register, and the classes that are in it."""
STRATA: Mapping[str, tuple[str | None, ...]] = {"none": (None,), "sex": (None, "female", "male")}
"""Apart for whom; all together stand first."""
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
