"""Every single place where something can break off, one after the other, with figures:
``python -m tests.reliability.exhaustive RUN``.

writes   the power goes at every write of a tablet's life, each way its disk may be found
kills    the tablet's process is killed at every n-th system call that changes a file, live
cuts     the link is cut at every byte, with a clean sync after each single cut
damage   the store is cut at every byte, and one bit is changed in every byte
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable

from tests.reliability.damage import LOG_NAME, Saved, flipped, places, recorded_tablet
from tests.reliability.file_operations import cannot_record
from tests.reliability.power import (
    Recording,
    Surroundings,
    every_way,
    is_whole_after_kill,
    is_whole_after_power_loss,
)
from tests.reliability.starting import template
from tests.reliability.test_link_cut_at_every_byte import (
    CutCountry,
    cut_reply_at_every_byte,
    cut_request_at_every_byte,
)


def writes() -> int:
    """Gives how many of the disks were not whole; prints how many there were."""
    if cannot_record():
        print(cannot_record())
        return 1
    began, failed, ways = time.monotonic(), 0, Counter[str]()
    with Surroundings() as around:
        recorded = Recording.make(around)
        changes = sum(one.path != "said" for one in recorded.operations)
        for point, way, files in every_way(recorded):
            ways[way.split(":")[0].rstrip("0123456789")] += 1
            try:
                is_whole_after_power_loss(around, recorded, point, files)
            except Exception:  # noqa: BLE001 - counted, told, and the rest is looked at
                failed += 1
                print(f"NOT WHOLE after operation {point.number} ({way}): {point.operation.path}")
                traceback.print_exc(limit=-3)
            if ways.total() % 1000 == 0:
                print(f"{ways.total()} disks looked at, {failed} not whole", flush=True)
    found = {"changes_of_files": changes, "steps": len(recorded.views), "disks": ways.total()}
    print(json.dumps(found | {"not_whole": failed, **ways, "seconds": _since(began)}))
    return failed


def kills(every: int) -> int:
    """Live processes killed at every so-many-th write, sync, rename and removal."""
    if cannot_record():
        print(cannot_record())
        return 1
    began, killed = time.monotonic(), Counter[str]()
    with Surroundings() as around:
        recorded = Recording.make(around)
        for call in ("pwrite64", "fdatasync", "fsync", "rename", "unlink", "ftruncate"):
            count = 1
            while is_whole_after_kill(around, recorded, call, count):
                killed[call] += 1
                count += every if call in ("pwrite64", "fdatasync") else 1
    print(json.dumps({"killed": killed.total(), **killed, "seconds": _since(began)}))
    return 0


def cuts() -> int:
    """Link cuts with a clean sync after each."""
    began = time.monotonic()
    with template(1) as start:
        country = CutCountry(start)
        try:
            up = cut_request_at_every_byte(country, before_a_sync=1)
            down = cut_reply_at_every_byte(country, before_a_sync=1)
        finally:
            country.close()
    print(json.dumps({"cut_requests": up, "cut_replies": down, "seconds": _since(began)}))
    return 0


def damage(every: int) -> int:
    """Gives how often something was wrong; prints how often it was told, and what was saved. At
    every so-many-th byte, and at the edges of pages; of the log, the most patient, one in 16."""
    began, wrong = time.monotonic(), 0
    with recorded_tablet() as recorded:
        for form, name in places():
            whole = recorded.files[form][name]
            for kind in ("changed", "cut"):
                came: Counter[Saved] = Counter()
                stride = every * 16 if name == LOG_NAME else every
                for at in range(len(whole)):
                    if at % stride and (1 < at % 4096 < 4095 or name == LOG_NAME):
                        continue
                    content = flipped(whole, at) if kind == "changed" else whole[:at]
                    try:
                        came[recorded.damaged(form, name, content)] += 1
                    except Exception:  # noqa: BLE001 - counted, told, and the rest is looked at
                        wrong += 1
                        print(f"WRONG: {form} {name} {kind} at {at}")
                        traceback.print_exc(limit=-3)
                told = sum(number for saved, number in came.items() if saved.told)
                found = {
                    **{"file": f"{name} ({form})", "bytes": len(whole), "damage": kind},
                    **{"places": came.total(), "told": told, "records": len(recorded.kept)},
                    "whole_at_least": min(saved.whole for saved in came),
                    "finalised_lost": sum(
                        number
                        for saved, number in came.items()
                        if saved.finalised < len(recorded.waiting)
                    ),
                    "one_step_back": sum(n for saved, n in came.items() if saved.steps_back == 1),
                }
                print(json.dumps(found), flush=True)
    print(json.dumps({"wrong": wrong, "seconds": _since(began)}))
    return wrong


def _since(began: float) -> int:
    return round(time.monotonic() - began)


RUNS: dict[str, Callable[[int | None], int]] = {
    "writes": lambda _: writes(),
    "kills": lambda every: kills(every or 10),
    "cuts": lambda _: cuts(),
    "damage": lambda every: damage(every or 1),
}


def main() -> int:
    """Runs one of them; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.reliability.exhaustive",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run", choices=RUNS)
    parser.add_argument(
        "--every", type=int, help="only every so-many-th place (kills 10, damage 1)"
    )
    given = parser.parse_args()
    logging.disable(logging.INFO)
    return 1 if RUNS[given.run](given.every) else 0


if __name__ == "__main__":
    sys.exit(main())
