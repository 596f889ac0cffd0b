"""Two releases on their way at once: what is out was protected beside all of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server import queue
from server.db.engine import transaction
from server.office import Office
from server.queue import JobKind
from server.releases import approval, build, published, store
from server.releases.checklist import NotApproved, ReleaseError
from server.releases.states import NotNow, ReleaseAct, ReleaseState
from tests.server.releases.register import (
    APPROVER,
    DECLARER,
    WARNINGS,
    declaration,
    released,
    work,
)

HOUR_S = 3600
ON_BOTH = pytest.mark.parametrize("kept_office", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def office(kept_office: Office) -> Office:
    """An office with 240 children."""
    return kept_office


def state(office: Office, number: int) -> ReleaseState:
    with transaction(office.engine) as connection:
        return store.release_of(connection, number).state


def later(office: Office) -> None:
    office.clock.now += timedelta(seconds=2 * HOUR_S)  # type: ignore[attr-defined]


@ON_BOTH
def test_release_is_not_approved_while_another_approved_one_is_not_out(office: Office) -> None:
    first, second = (build.declare(office, DECLARER, declaration()) for _ in range(2))
    work(office)
    embargo = office.now_s() + HOUR_S
    approval.approve(office, APPROVER, first, read=WARNINGS, embargo_until_s=embargo)

    assert ReleaseError.ANOTHER_IS_APPROVED in approval.checklist_of(office, second).errors
    with pytest.raises(NotApproved, match="another_is_approved"):
        approval.approve(office, APPROVER, second, read=WARNINGS)
    build.drop(office, DECLARER, first)

    approval.approve(office, APPROVER, second, read=WARNINGS)
    work(office)
    assert state(office, second) is ReleaseState.PUBLISHED


@ON_BOTH
def test_what_was_approved_before_another_edition_came_out_is_made_again_and_not_published(
    office: Office,
) -> None:
    first, second = (build.declare(office, DECLARER, declaration()) for _ in range(2))
    work(office)
    approve_though_another_waits(office, first)
    approve_though_another_waits(office, second)

    later(office)
    work(office)

    assert [one.manifest["release"] for one in published.published(office)] == [first]
    with transaction(office.engine) as connection:
        again = store.release_of(connection, second)
        done = store.steps(connection, second)
    steps = [step for _, _, step, _ in done]
    assert again.state is ReleaseState.AUDITED
    assert again.audit is not None
    assert again.audit["beside_editions"] == [1]
    assert (again.approved_by, again.embargo_until_s, again.pre_release) == (None, None, ())
    assert steps[:5] == ["declare", "protect", "audit", "approve", "ask"]
    assert done[4][3] == {"beside": [1]}, "whoever approved it finds why"


@ON_BOTH
def test_who_publishes_by_hand_what_was_not_protected_beside_the_last_edition_is_told_why(
    office: Office,
) -> None:
    first, second = (build.declare(office, DECLARER, declaration()) for _ in range(2))
    work(office)
    approve_though_another_waits(office, first)
    approve_though_another_waits(office, second)
    later(office)
    approval.publish(office, first)

    with pytest.raises(NotNow, match="not protected beside edition 1"):
        approval.publish(office, second)

    assert len(published.published(office)) == 1


@ON_BOTH
def test_approved_release_can_be_made_again_and_then_needs_its_approval_anew(
    office: Office,
) -> None:
    number = build.declare(office, DECLARER, declaration())
    work(office)
    approval.approve(
        office, APPROVER, number, read=WARNINGS, embargo_until_s=office.now_s() + HOUR_S
    )

    build.ask_again(office, DECLARER, number)
    work(office)
    later(office)
    work(office)

    assert state(office, number) is ReleaseState.AUDITED
    assert published.published(office) == []


@ON_BOTH
def test_edition_is_corrected_once(office: Office) -> None:
    edition = released(office)
    correction = {"corrects": edition, "reason": "recording_error", "note": {"en": "Wrong dates."}}
    first, second = (build.declare(office, DECLARER, declaration(**correction)) for _ in range(2))
    work(office)
    approval.approve(office, APPROVER, first, read=WARNINGS)
    approval.publish(office, first)

    assert ReleaseError.CORRECTED_ALREADY in approval.checklist_of(office, second).errors


@ON_BOTH
def test_progress_of_a_release_that_is_ready_does_not_go_back(office: Office) -> None:
    number = build.declare(office, DECLARER, declaration())
    work(office)
    with transaction(office.engine) as connection:
        store.tell_progress(connection, number, 5)
        assert store.release_of(connection, number).progress == 100


def approve_though_another_waits(office: Office, number: int) -> None:
    """As two people who approve at the same moment, or an office of an earlier version."""
    with transaction(office.engine) as connection:
        store.take_step(
            connection,
            number,
            ReleaseAct.APPROVE,
            APPROVER,
            office.now_s(),
            approved_by=APPROVER,
            embargo_until_s=office.now_s() + HOUR_S,
        )
        queue.ask(connection, JobKind.PUBLISH, [str(number)], office.now_s(), HOUR_S)
