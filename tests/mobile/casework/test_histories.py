"""What happened to a case is told in order, whatever happens to it."""

from __future__ import annotations

import json
import zlib

from mobile.casework.history import MOST, Act, Happened
from mobile.casework.written import Body
from mobile.tablet import Session
from tests.mobile.conftest import Clock
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice


def acts_of(session: Session, case_id: str) -> list[Act]:
    """The acts in order; they are told in the order of the clock."""
    told = session.casework.histories.of(case_id)  # type: ignore[arg-type]
    assert [one.at_s for one in told] == sorted(one.at_s for one in told)
    return [one.act for one in told]


def test_every_act_of_a_case_is_told_in_its_order(
    session: Session, office: MemoryOffice, clock: Clock
) -> None:
    casework = session.casework
    case_id = finalised_case(casework)
    assert acts_of(session, case_id) == [Act.BEGUN, Act.FINALISED]
    clock.push(minutes=1)
    session.sending.send()
    clock.push(minutes=1)
    casework.reopen(case_id)
    clock.push(minutes=1)
    assert casework.finalise(case_id).done
    clock.push(minutes=1)
    casework.withdraw(case_id, "recorded_by_mistake")
    clock.push(minutes=1)
    casework.withdrawals.undo(case_id)
    clock.push(minutes=1)
    session.sending.send()

    assert acts_of(session, case_id) == [
        *(Act.BEGUN, Act.FINALISED, Act.ACCEPTED),
        *(Act.REOPENED, Act.FINALISED, Act.WITHDRAWN),
        *(Act.UNDONE, Act.FINALISED, Act.ACCEPTED),
    ]


def test_an_alarm_and_what_came_back_are_told(session: Session, office: MemoryOffice) -> None:
    casework = session.casework
    visit_id = casework.start_visit()
    in_danger = casework.raise_danger(visit_id)
    case_id = finalised_case(casework)
    office.reject.add(case_id)

    session.sending.send()

    assert Act.DANGER in acts_of(session, in_danger)
    assert acts_of(session, case_id) == [Act.BEGUN, Act.FINALISED, Act.RETURNED]


def test_a_history_is_kept_with_its_record_and_a_body_of_an_older_app_has_none() -> None:
    body = Body()
    for moment in range(MOST + 5):
        body = body.having(Happened(Act.FINALISED, moment, moment))

    kept = Body.from_bytes(body.to_bytes())

    assert kept == body
    assert [one.at_s for one in kept.history] == list(range(5, MOST + 5))
    older = json.loads(zlib.decompress(body.to_bytes()))
    del older["history"]
    assert Body.from_bytes(zlib.compress(json.dumps(older).encode())).history == ()
