"""Consent withdrawn on a tablet that is put aside is not lost to what a steward decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.intake import conflicts, tablet_quarantine
from server.intake.model import Conflict, RecordRevision
from server.office import Office
from server.programme.enrolment import NotPossible
from server.stewardship import doctor
from server.tables import recount
from shared.lifecycle import CONSENT_WITHDRAWN
from shared.wire.records import Record
from tests.server.field import FieldTablet, somebody, words


def contents(office: Office, case: Record) -> set[bytes]:
    """What is kept anywhere of what was said."""
    with reading(office.engine) as connection:
        kept = [
            *connection.scalars(
                select(RecordRevision.canonical).where(RecordRevision.record_id == case.record_id)
            ),
            *connection.scalars(
                select(Conflict.canonical).where(Conflict.record_id == case.record_id)
            ),
        ]
    return {bytes(one or b"") for one in kept}


def number_of(office: Office) -> int:
    with reading(office.engine) as connection:
        return connection.execute(select(Conflict.number)).scalar_one()


@pytest.mark.parametrize("revision", [2, 3])
def test_what_was_said_otherwise_is_not_taken_and_goes_when_the_tablet_is_brought_back(
    office: Office, revision: int
) -> None:
    """Another tablet of the officer corrects what the first withdraws, in its place or after it."""
    first, second = FieldTablet.enrol(office, seed=1), FieldTablet.enrol(office, seed=2)
    visit = first.visit()
    case = first.case(visit, somebody(1))
    gone = replace(
        case,
        revision=2,
        ancestors=(first.mark(case),),
        withdrawn=CONSENT_WITHDRAWN,
        **{"content": {}, "classes": {}, "linkage": ()},  # type: ignore[arg-type]
    )
    first.send(visit, case)
    tablet_quarantine.put_aside(office, first.membership.tablet_id, 0, "test")
    first.send(gone)
    otherwise = first.classified(
        replace(
            case,
            revision=revision,
            ancestors=(first.mark(case),),
            content={**case.content, "sex": "male"},
        ),
        visit,
    )
    assert words(second.send(otherwise)) == ["conflict"]

    with pytest.raises(NotPossible) as refused:
        conflicts.take(office, number_of(office), "account steward")

    assert refused.value.code == "conflict_consent"
    assert contents(office, case) != {b""}
    tablet_quarantine.bring_back(office, first.membership.tablet_id, "test")
    assert contents(office, case) == {b""}
    recount.link_what_waits(office)
    assert doctor.check(office) == []
