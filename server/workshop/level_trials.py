"""What each level of the tables of a release would show: tried as a job, told on a page."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from server.db.engine import reading
from server.disclosure.protect import Policy
from server.office import Office
from server.office.config import LEAST_THRESHOLD
from server.releases.build import earlier_editions
from server.releases.declaration import AREAS, DeclarationRefused, ReleaseDeclaration, checked
from server.releases.level_choice import TimeOver, weigh_levels
from server.releases.levels import NoSafeLevel
from server.releases.making import TooFewNewPersons, must_be_new_enough
from server.releases.protection import Protection
from server.releases.source import NoVisits, check_tables, read_source
from server.tables import recount
from server.tables.generations import declarations_of
from server.tables.levels import wanted_for
from server.workshop import trials
from server.workshop.trials import KeptTrial, TrialKind

LIMIT_S = 300
"""Seconds of processor; levels that were not reached are said to be untried."""
_READ, _FOUND = 5, 25
"""Percent that are done when the counts are read, and when the levels are proposed."""
_TELL_EVERY_S = 2.0


def ask(
    office: Office, actor: str, declared: ReleaseDeclaration, places: Mapping[str, int] | None
) -> int:
    """Asks what the levels of these tables would show; the number of the trial. places: those to
    begin from; None: the office proposes. Raises DeclarationRefused."""
    checked(declared, LEAST_THRESHOLD)
    check_tables(office, declared.tables)
    asked = {
        "tables": list(declared.tables),
        "periods": list(declared.periods),
        "threshold": declared.threshold,
        "areas": declared.areas,
        "least_new": declared.least_new,
        "places": None if places is None else dict(places),
    }
    return trials.ask(office, actor, TrialKind.LEVELS, asked)


def run(office: Office, trial: KeptTrial) -> None:
    """The job of one trial of levels."""
    recount.link_beside_others(office)
    trials.tell_progress(office, trial.number, _READ)
    trials.keep(office, trial.number, _weighed(office, trial))


def levels_chosen(trial: KeptTrial, places: Mapping[str, int]) -> dict[str, dict[str, str]]:
    """The levels of a declaration from the places somebody chose. Every dimension is named, also
    one that stays at its finest: none at all would ask for a proposal. Raises DeclarationRefused.
    """
    known = (trial.outcome or {}).get("levels", {})
    if not known or not places.keys() <= known.keys():
        raise DeclarationRefused("These are not the levels that were tried. Nothing was kept.")
    found = {}
    for name, place in {**(trial.outcome or {})["places"], **places}.items():
        if not 0 <= place < len(known[name]):
            raise DeclarationRefused(f"{name} has no such level. Nothing was kept.")
        if known[name][place]["words"]:
            found[name] = dict(known[name][place]["words"])
    return found


def _weighed(office: Office, trial: KeptTrial) -> dict[str, Any]:
    asked, watch = trial.asked, _Watch(office, trial.number)
    with reading(office.engine) as connection:
        earlier = earlier_editions(office, connection)
        try:
            counts = read_source(
                office,
                connection,
                asked["tables"],
                asked["periods"],
                asked["threshold"],
                asked.get("areas", AREAS[0]),
                earlier,
            )
        except NoVisits:
            return {"refused": "no_visits"}
    try:
        must_be_new_enough(counts, earlier, asked["least_new"])
        waits = False
    except TooFewNewPersons:
        waits = True  # the levels are told all the same: the release can be declared later
    persons = max(int(table.cube.counts.ravel()[0]) for table in counts.tables.values())
    try:
        found = weigh_levels(
            declarations_of(office).dimensions,
            Protection(
                counts,
                earlier,
                Policy(asked["threshold"]),
                steps=ReleaseDeclaration((), (), 0).steps,
                go_on=watch.go_on,
            ),
            wanted_for(persons),
            asked["places"],
            told=watch.told,
        )
    except NoSafeLevel:
        return {"refused": "no_safe_level"}
    except TimeOver:
        return {"refused": "time_over"}
    return {**asdict(found), "waits": waits}


class _Watch:
    """Ends work that takes too long, and tells how far it is, not too often."""

    def __init__(self, office: Office, number: int) -> None:
        self._office, self._number = office, number
        self._began, self._told_at = time.thread_time(), float("-inf")

    def go_on(self) -> None:
        if time.thread_time() - self._began > LIMIT_S:
            raise TimeOver

    def told(self, share: float) -> None:
        if time.monotonic() - self._told_at > _TELL_EVERY_S:
            self._told_at = time.monotonic()
            percent = _FOUND + int(share * (99 - _FOUND))
            trials.tell_progress(self._office, self._number, percent)


def least_shown(shown: Mapping[str, Mapping[str, float]]) -> tuple[float, float]:
    """The least share of cells and of persons over the tables, 0 to 1: the table that shows less
    than the others is what a level costs."""
    if not shown:
        return 0.0, 0.0
    theirs = shown.values()
    return min(one["cells"] for one in theirs), min(one["persons"] for one in theirs)
