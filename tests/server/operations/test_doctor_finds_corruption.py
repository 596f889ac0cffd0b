"""`tally87 doctor` finds what a bad disk, a slip of a hand or a thief changed in any kept row."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from server.jobs.worker import work_off
from server.office import Office
from server.office.config import config_for
from server.stewardship import doctor
from tests.server.field import Clock, FieldTablet, make_office, seeded, somebody

CORRUPTIONS = {
    "classes of a case": "update case_record set classes = '{}' where rowid = 1",
    "answers of a case": "update case_record set content = '{}' where rowid = 1",
    "visit of a case": "update case_record set visit_id = (select max(record_id) from visit_record "
    "where record_id <> visit_id) where rowid = 1",
    "danger of a case": "update case_record set danger = 1 where rowid = 1",
    "case gone": "delete from case_record where rowid = 1",
    "area of a visit": "update visit_record set area = 'PK-SD-01' where rowid = 1",
    "size of a person": "update person set case_count = 9 where rowid = 1",
    "person gone": "delete from person where rowid = 1",
    "codes gone": "delete from case_codes where rowid = 1",
    "sharer gone": "delete from code_sharer where code = (select min(code) from code_sharer)",
    "crowded code": "insert into crowded_code select min(code), 0, 1 from code_sharer",
    "link ended": "update person_link set ended_at_s = 5",
    "score of a link": "update person_link set score = 1",
    "invented pair": "insert into possible_pair(first_id, second_id, code_types, rule, score, "
    "found_at_s) select min(record_id), max(record_id), '1', 'x', 5, 5 from record_head",
    "bytes of a revision": "update record_revision set canonical = x'00ff' where rowid = 2",
    "bytes of another": "update record_revision set canonical = (select canonical from "
    "record_revision where rowid = 3) where rowid = 2",
    "fingerprint": "update record_revision set fingerprint = lower(hex(randomblob(16))) "
    "where rowid = 2",
    "owner": "update record_head set officer_number = 2 where rowid = 2",
    "kind": "update record_head set kind = 'visit' where kind = 'case'",
    "totals": "update tablet set total_count = total_count + 1",
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office in which all is well."""
    folder = tmp_path_factory.mktemp("sound") / "office"
    office = make_office(folder)
    for number in range(2):
        tablet = FieldTablet.enrol(office, number, number + 5)
        visit = tablet.visit()
        tablet.send(visit, *(tablet.case(visit, somebody(who)) for who in (1, 2)))
    work_off(office)
    assert doctor.check(office) == []
    office.close()
    return folder


@pytest.mark.parametrize("what", CORRUPTIONS)
def test_doctor_finds_it(sound: Path, tmp_path: Path, what: str) -> None:
    folder = shutil.copytree(sound, tmp_path / "office")
    database = sqlite3.connect(folder / "tally87.sqlite")
    assert database.execute(CORRUPTIONS[what]).rowcount > 0
    database.commit()
    database.close()
    config = config_for(folder, public_url="http://127.0.0.1:8087")
    office = Office.open(config, Clock(), seeded(2))

    found = doctor.check(office)

    office.close()
    assert found
