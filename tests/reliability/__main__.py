"""The long runs: ``python -m tests.reliability steps``, ``records`` or ``mutations``.

Each prints its seed, what really happened and what came of it, as one line of JSON, and ends with
1 when anything was lost, doubled or untrue (mutations: when a broken program was not noticed).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import sys
import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import mobile
from tests.postgres import running_postgres
from tests.reliability import mutations
from tests.reliability.soaking import POSTGRESQL, SQLITE, SURROUNDINGS, Soak, Violation, soak


def told(total: Counter[str]) -> dict[str, object]:
    """Counts as they are printed: faults and power cuts by name apart from the rest."""
    groups: dict[str, object] = {}
    for name in sorted(total):
        head, _, rest = name.partition(" ")
        if head == "fault":
            groups.setdefault("faults", {})[rest] = total[name]  # type: ignore[index]
        elif name.startswith("power cut "):
            rest = name.removeprefix("power cut ")
            groups.setdefault("power_cuts", {})[rest] = total[name]  # type: ignore[index]
        else:
            groups[name.replace(" ", "_")] = total[name]
    return groups


def processor_seconds() -> float:
    """Of this process and of those that ended."""
    own, others = (
        resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


PLACES = ("writes", "kills", "cuts", "damage")
"""Runs of tests.reliability.exhaustive: every place where something can break off."""


def run(given: argparse.Namespace) -> int:
    """Steps or records until there are enough; the exit status."""
    wanted = given.steps if given.run == "steps" else given.records
    counted = "step" if given.run == "steps" else "records"
    databases = {given.on} if given.on else {database for database, _ in SURROUNDINGS}
    if given.only is not None and not given.on:
        databases = {SURROUNDINGS[given.only][0]}
    needs_postgres = POSTGRESQL in databases
    latest = time.monotonic() + given.minutes * 60
    head = {"run": given.run, "seed": given.seed, "tree": str(Path(mobile.__file__).parents[1])}
    print(json.dumps(head), flush=True)

    def tell(total: Counter[str]) -> None:
        print(f"{total[counted]} of {wanted} {counted}", flush=True)

    with running_postgres() if needs_postgres else nullcontext() as url:
        plan = Soak(given.seed, url or "", given.only, given.on)
        work = plan.steps if given.run == "steps" else plan.records
        try:
            total, seconds = soak(
                work,
                lambda total: total[counted] >= wanted or time.monotonic() > latest,
                given.processes,
                tell=tell,
                first=given.first,
            )
        except Violation as violation:
            print(json.dumps({"violation": violation.what, "again": violation.where}), flush=True)
            return 1
    if given.run == "records":
        total.update(lost=0, doubled=0)  # said also when there are none
    end = {"seconds": round(seconds), "processor_seconds": round(processor_seconds())}
    print(json.dumps({**head, **told(total), **end}), flush=True)
    return 1 if total["lost"] or total["doubled"] else 0


def main() -> int:
    """Reads the arguments; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("run", choices=("steps", "records", "mutations", "taps", *PLACES))
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=87, help="decides everything that happens")
    parser.add_argument("--minutes", type=float, default=240, help="stops early, and says so")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--first", type=int, default=0, help="the batch to begin with")
    parser.add_argument("--only", type=int, help="of tests.reliability.soaking.SURROUNDINGS")
    parser.add_argument("--on", choices=(SQLITE, POSTGRESQL), default="", help="one database only")
    parser.add_argument("--kills", type=int, default=20, help="taps: in earnest, at any moment")
    parser.add_argument("--every", type=int, help="kills, damage: only every so-many-th place")
    parser.add_argument("names", nargs="*", help="mutations: only these")
    given = parser.parse_intermixed_args()
    logging.disable(logging.CRITICAL)
    if given.run == "mutations":
        return mutations.main(given.names, given.seed)
    if given.run == "taps":
        from tests.reliability import taps  # draws the app: not needed for the others

        return taps.main(given.seed, given.kills)
    if given.run in PLACES:
        from tests.reliability import exhaustive  # records a journey of its own

        return 1 if exhaustive.RUNS[given.run](given.every) else 0
    return run(given)


if __name__ == "__main__":
    sys.exit(main())
