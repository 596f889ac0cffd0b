"""The long runs: ``python -m tests.reliability steps`` and ``python -m tests.reliability records``.

Both print what was drawn and what came of it, and end with 1 when anything was lost or doubled.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import time

from sqlalchemy import func, select

from server.database import reading
from server.models import CaseRecord, RecordRevision, VisitRecord
from tests.postgres import running_postgres
from tests.reliability.country import Country
from tests.reliability.holding import FAULTS, MOMENTS
from tests.reliability.machine import STEPS
from tests.reliability.starting import template
from tests.reliability.test_any_day_in_the_field import play

STEPS_EACH = 50


def steps(least: int) -> int:
    """The state machine until so many steps were taken, on SQLite, then a tenth on PostgreSQL."""
    began = time.monotonic()
    while STEPS["steps"] < least:
        play(3, 50, STEPS_EACH, shrink=False)
        print(json.dumps({"database": "sqlite", **STEPS}), flush=True)
    on_sqlite = STEPS["steps"]
    with running_postgres() as url:
        while url and STEPS["steps"] < on_sqlite + least // 10:
            play(3, 20, STEPS_EACH, url, shrink=False)
    found = {"sqlite_steps": on_sqlite, "postgresql_steps": STEPS["steps"] - on_sqlite, **STEPS}
    print(json.dumps({**found, "seconds": round(time.monotonic() - began)}))
    return 0


def records(wanted: int, seed: int, minutes: float) -> int:
    """So many records by all roads through faults drawn from the seed; stops early when the time
    is over, and then says how many it were."""
    began, draw = time.monotonic(), random.Random(seed)
    written = faults = cuts = 0
    lost = doubled = 0
    with template(4) as start:
        round_number = 0
        while written < wanted and time.monotonic() - began < minutes * 60:
            round_number += 1
            # a fresh country each round, so that a tablet's lists stay as short as real ones
            country = Country(start, draw.randrange(1 << 30))
            country.links_persons = False
            try:
                for day in range(5):
                    for holder in list(country.holders):
                        for visit in range(4):
                            country.record(holder, (day * 8 + visit) * 10, 10)
                        cases = [c for c in holder.cards() if c.record_id in country.model.persons]
                        country.correct(holder, draw.choice(cases), draw.randrange(1, 60))
                        road = draw.random()
                        if road < 0.15:
                            country.save_to_stick(holder)
                        elif road < 0.3:
                            country.hand_to_supervisor(holder)
                        if draw.random() < 0.3:
                            holder.dies_at, holder.dies_after = draw.choice(MOMENTS), 1
                            cuts += 1
                        country.faults = draw.choices(FAULTS, k=draw.randrange(4))
                        faults += len(country.faults)
                        holder.doing(holder.session.sending.send)
                        country.faults = []
                        country.note(holder)
                    if draw.random() < 0.5:
                        country.office_reads_stick()
                    if draw.random() < 0.5:
                        country.supervisor_delivers()
                    if draw.random() < 0.2:
                        country.restart_office()
                country.clean_sync()
                finalised = {
                    card.record_id
                    for holder in country.holders
                    for card in holder.cards()
                    if card.fingerprint
                }
                with reading(country.office.engine) as connection:
                    held = [
                        *connection.scalars(select(CaseRecord.record_id)),
                        *connection.scalars(select(VisitRecord.record_id)),
                    ]
                    most = connection.scalar(
                        select(func.count())
                        .select_from(RecordRevision)
                        .group_by(RecordRevision.record_id, RecordRevision.revision)
                        .order_by(func.count().desc())
                        .limit(1)
                    )
                lost += len(finalised - set(held))
                doubled += len(held) - len(set(held)) + (most or 1) - 1
                written += len(finalised)
            finally:
                country.close()
            if round_number % 5 == 0:
                print(f"{written} records, {lost} lost, {doubled} doubled", flush=True)
    found = {
        **{"seed": seed, "records": written, "faults": faults, "power_cuts_drawn": cuts},
        **{"lost": lost, "doubled": doubled, "seconds": round(time.monotonic() - began)},
    }
    print(json.dumps(found))
    return 1 if lost or doubled else 0


def main() -> int:
    """Reads the arguments; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("run", choices=("steps", "records"))
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=87)
    parser.add_argument("--minutes", type=float, default=120, help="of the records, at most")
    given = parser.parse_args()
    logging.disable(logging.INFO)
    if given.run == "steps":
        return steps(given.steps)
    return records(given.records, given.seed, given.minutes)


if __name__ == "__main__":
    sys.exit(main())
