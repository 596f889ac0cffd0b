"""The job of a trial: what is done for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from server.office import Office
from server.workshop import bench, level_trials, trials
from server.workshop.trials import KeptTrial, NoSuchTrial, TrialKind


def _estimate(office: Office, trial: KeptTrial) -> None:
    # A third of what a server or a worker reads when it starts; few offices ever estimate.
    from server.workshop.estimate_runs import run

    run(office, trial)


_RUNS: Mapping[TrialKind, Callable[[Office, KeptTrial], None]] = {
    TrialKind.LEVELS: level_trials.run,
    TrialKind.BENCH: bench.run,
    TrialKind.ESTIMATE: _estimate,
}


def do(office: Office, subject: str) -> None:
    """Does the trial of that number; nothing when it was done, or is over its term."""
    try:
        trial = trials.trial_of(office, int(subject))
    except NoSuchTrial:
        return
    if trial.outcome is None:
        _RUNS[trial.kind](office, trial)
