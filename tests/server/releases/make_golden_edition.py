"""Makes an edition of this version that later versions must make again bit for bit.

Run (``python -m tests.server.releases.make_golden_edition``) once before editions are made another
way (server.disclosure.methods); the file is then never changed. Of the office only what belongs to
the edition is kept, nobody's records. Its keys come from the seed of make_office.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

from server.releases import published
from server.releases.provenance import METHOD
from tests.server.field import AREAS, FieldTablet, make_office, somebody
from tests.server.make_office_of_this_release import rows_of
from tests.server.releases.register import released

EDITIONS = Path(__file__).parent / "editions"
TABLES = ("release", "release_step", "release_file", "sealed_counts", "table_edition")


def main() -> None:
    """Children of two areas; in one all whom the second organisation met were at work."""
    with tempfile.TemporaryDirectory() as folder:
        office = make_office(Path(folder))
        tablets = [FieldTablet.enrol(office, officer, 900 + officer) for officer in (0, 1)]
        number = 0
        for tablet, area, at_work, at_school in (
            (tablets[0], AREAS[0], 15, 25),
            (tablets[1], AREAS[0], 20, 0),
            (tablets[0], AREAS[1], 15, 18),
            (tablets[1], AREAS[1], 14, 13),
        ):
            visit = tablet.visit(area=area)
            records = [visit]
            for at in range(at_work + at_school):
                number += 1
                works = at < at_work
                sex = ("female", "male")[at % 2]
                records.append(
                    tablet.case(
                        visit,
                        somebody(number, sex=sex, birth_year=2016, birth_date=None),
                        sex=sex,
                        birth_date=10,
                        worked_family_business="yes" if works else "no",
                        work_hours=30.0 if works else None,
                    )
                )
            tablet.send(*records)
        edition = released(office, tables=("CL-CLASS:area,child_labour",))
        assert published.file_of_edition(office, edition, "structure.json")
        rows = rows_of(office)
        office.close()
    said = json.dumps({name: rows[name] for name in TABLES}, indent=0, sort_keys=True)
    EDITIONS.mkdir(exist_ok=True)
    file = EDITIONS / f"{METHOD.rpartition(' ')[2]}.json.gz"
    file.write_bytes(gzip.compress(said.encode(), mtime=0))


if __name__ == "__main__":
    main()
