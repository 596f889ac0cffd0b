"""Alarms that somebody saw cost nothing where what waits is looked for, however many there were."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select, text

from server.db.engine import reading, transaction
from server.intake.model import RecordRevision
from server.office import Office
from server.operations import alarms
from tests.server.effort import steps
from tests.server.field import FieldTablet

COPY = (
    "insert into record_revision (record_id, revision, fingerprint, ancestors, tablet_id, "
    "parcel_id, questionnaire, rules_version, outcome, findings, withdrawn, danger, alarm_seen, "
    "canonical, received_at_s) select record_id, revision + {step}, fingerprint, ancestors, "
    "tablet_id, parcel_id, questionnaire, rules_version, outcome, findings, withdrawn, danger, "
    "alarm_seen, canonical, received_at_s - {step} from record_revision where danger"
)


def _marked(office: Office) -> int:
    query = select(func.count()).where(RecordRevision.danger, RecordRevision.alarm_seen.is_(None))
    with reading(office.engine) as connection:
        return connection.scalar(query) or 0


def test_what_was_seen_is_not_read_again(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()
    case = replace(tablet.case(visit), danger=True)
    tablet.send(visit, case)
    tablet.send(replace(case, revision=2, ancestors=(tablet.mark(case),)))
    assert _marked(lite) == 2
    alarms.see_alarm(lite, case.record_id, "A. Khan", "test")
    assert _marked(lite) == 0, "the revision before was seen with it"

    few = steps(lite, lambda: alarms.unseen_alarms(lite))
    with transaction(lite.engine) as connection:
        for step in (10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120):
            connection.execute(text(COPY.format(step=step)))
    assert steps(lite, lambda: alarms.unseen_alarms(lite)) <= few + 5

    another = replace(tablet.case(visit), danger=True)
    tablet.send(another)
    assert [one.record_id for one in alarms.unseen_alarms(lite)] == [another.record_id]
