"""Levels at which one release of the national tables can be published, and what it then shows.

Area by child labour, not, undetermined; sex by age band by the same; sector by sex of children in
child labour; forced labour by sex of children and adults, and of the country. Threshold 10, all
tables protected jointly. Registers: the demonstration's visits as an office counts them, and
invented ones of 5,000 persons in 9 areas and 50,000 in 30. Shares in per cent, of the table that
shows least; seconds of processor.
"""

from __future__ import annotations

import time

from benchmarks.figures import Figures, benchmark
from benchmarks.office import fresh_office, in_parcels
from benchmarks.records import many, written_visits
from server.db.engine import reading
from server.disclosure.cube import Cube
from server.intake.receive import take_in
from server.reference.in_force import reference_of
from server.tables import generations, national, read, recount
from server.tables.declaration import standard
from server.tables.levels import NATIONAL, propose_levels
from tests.server.tables.synthetic import release

THRESHOLD = 10


def measure() -> Figures:
    """Shares and seconds of each register."""
    figures: dict[str, float] = {}
    for name, cubes in (
        ("demonstration", demonstration()),
        ("persons_5000", release(5_000, 9, 3)),
        ("persons_50000", release(50_000, 30, 4)),
    ):
        began = time.process_time()
        proposal = propose_levels(standard(), cubes, THRESHOLD)
        figures[f"{name}_seconds"] = round(time.process_time() - began, 1)
        figures[f"{name}_persons"] = int(cubes["CL-AREA"].counts.flat[0])
        for kind in ("cells", "persons"):
            least = min(getattr(one, kind) for one in proposal.shown.values())
            figures[f"{name}_{kind}_shown_percent"] = round(100 * least, 1)
        area = proposal.levels["CL-AREA"]
        figures[f"{name}_areas"] = len(area["area"])
        figures[f"{name}_classes"] = len(area["child_labour"])
        figures[f"{name}_sectors"] = len(proposal.levels["CL-SECTOR-SEX"]["industry"])
    return figures


def demonstration() -> dict[str, Cube]:
    """The national tables of the demonstration's visits, each case a person of its own."""
    with fresh_office() as bench:
        reference, written = written_visits(bench.linkage_key)
        cases = sum(len(one.cases) for one in written)
        visits = (visit.records for visit in many(written, reference, cases))
        for records in in_parcels(visits, 300):
            take_in(bench.office, bench.parcel(records))
        recount.link_what_waits(bench.office)
        generations.make_whole(bench.office)
        declared = generations.declarations_of(bench.office)
        period = national.periods(bench.office)[0]
        found: dict[str, Cube] = {}
        with reading(bench.office.engine) as connection:
            for code in NATIONAL:
                table = declared.tables[code]
                in_force = reference_of(bench.office)
                found |= read.cubes(connection, declared, in_force, table, period)
        return found


command = benchmark("Levels of one release and what it shows", measure)

if __name__ == "__main__":
    command()
