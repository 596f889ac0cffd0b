"""Cell suppression: which further cells to withhold so that no reader can work a small one out.

Every withheld small cell gets its proof: counts in whole persons that agree with all that is
published, and in which it is larger or smaller, as far apart as the policy asks. A reader cannot
rule such counts out, neither by linear nor by integer programming. What the proofs change is what
is withheld: choosing the cells is choosing proofs that change few.

Proofs are found one after another (server.disclosure.proofs), then improved: a cell is published on
trial, the proofs that moved it are replaced, and what comes out cheaper stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from server.disclosure.cube import Bools
from server.disclosure.proofs import Proofs
from server.disclosure.proofs_beside import ProofsBeside
from server.disclosure.readings import Problem, ReaderBeside, TableReading, believed
from shared.errors import TallyError


class Unprotectable(TallyError):
    """What earlier editions published leaves too little open, whatever is withheld now."""


Watches = Sequence[Proofs | ProofsBeside]
LARGE = 3_000
"""Cells of a problem from which on what is withheld is asked by itself first."""


def suppressed(
    problem: Problem,
    readings: Sequence[TableReading],
    *,
    steps: int,
    go_on: Callable[[], None],
    beside: Sequence[ReaderBeside] = (),
    falls: bool = True,
    within_first: bool = True,
) -> Bools:
    """Which cells to withhold: the problem's and what protects them under every reading.

    steps: of the solver, to be spent on finding a cheaper way once there is one; the result
    depends on it and not on the speed of the machine. go_on: called often; may raise. beside:
    readers who know of more than the problem's cells. falls: as Moves.lowest takes it.
    within_first: whether of large problems what is withheld is asked first (methods.WITHIN_FIRST).
    """
    is_large = within_first and problem.number > LARGE
    held = problem.withheld.copy()
    bases = [believed(problem, reading, held) for reading in readings]
    for base in bases:
        held |= base != problem.values
    for reader in beside:
        held[: problem.number] |= reader.moved(problem)
    watches: list[Proofs | ProofsBeside] = [
        *(
            Proofs(problem, reading, base, held, go_on, falls=falls, is_large=is_large)
            for reading, base in zip(readings, bases, strict=True)
        ),
        *(ProofsBeside(problem, reader, held, go_on, is_large=is_large) for reader in beside),
    ]
    pattern = held.copy()
    for watch in watches:
        watch.prove(pattern)
    pattern = _improved(problem, held, watches, steps)
    # What one reading withholds must be open under the others, too.
    while True:
        before = int(pattern.sum())
        for watch in watches:
            watch.prove(pattern, also=pattern)
        if int(pattern.sum()) == before:
            break
    lost = sum(watch.lost for watch in watches)
    if lost:
        raise Unprotectable(
            f"{lost} small counts cannot be withheld safely beside what is public already."
        )
    return pattern


def _improved(problem: Problem, held: Bools, watches: Watches, steps: int) -> Bools:
    """The pattern after tries to publish each cell that is withheld for the sake of others."""
    steps += sum(watch.steps for watch in watches)
    pattern = _pruned(problem, held, watches)
    turn = 0
    chance = np.random.default_rng(0)
    while True:
        candidates = np.flatnonzero(pattern & ~held)
        # First what few proofs need, in an order that changes from round to round.
        needed = np.sum([watch.movers() for watch in watches], axis=0)[candidates]
        order = np.lexsort((chance.random(len(candidates)), needed))
        gained = False
        for cell in candidates[order]:
            if sum(watch.steps for watch in watches) > steps:
                return pattern
            if not pattern[cell]:
                continue
            better = _without(problem, held, watches, pattern, int(cell))
            if better is not None:
                gained |= float(problem.price[better].sum()) < float(problem.price[pattern].sum())
                pattern = better
        turn += 1
        if not gained and turn > 3:
            return pattern


def _pruned(problem: Problem, held: Bools, watches: Watches) -> Bools:
    pattern = held.copy()
    for watch in watches:
        watch.drop_needless()
        pattern |= watch.changed()
    return pattern


def _without(
    problem: Problem, held: Bools, watches: Watches, pattern: Bools, cell: int
) -> Bools | None:
    """A pattern without the cell that costs no more, if new proofs give one."""
    saved = [watch.snapshot() for watch in watches]
    trial = held.copy()
    for watch in watches:
        watch.drop_those_that_move(cell)
        watch.forbid(cell)
        trial |= watch.changed()
    # A little for rounding: as dear as before is welcome, it changes where to go on.
    dearest = float(problem.price[pattern].sum()) + 1e-9
    proved = all(watch.prove(trial, most=dearest) for watch in watches)
    for watch in watches:
        watch.allow(cell)
    if proved:
        trial = _pruned(problem, held, watches)
        if float(problem.price[trial].sum()) <= dearest:
            return trial
    for watch, alive in zip(watches, saved, strict=True):
        watch.restore(alive)
    return None
