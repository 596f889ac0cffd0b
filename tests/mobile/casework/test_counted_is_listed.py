"""What Home counts under a word is listed under the same word: nothing is out of reach."""

from __future__ import annotations

import pytest

from mobile.casework import LISTED_UNDER, Counts
from mobile.tablet import Session
from mobile.transport.link import NoConnection
from tests.mobile.casework.test_danger_in_every_state import held_in_conflict
from tests.mobile.interviews import finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice


def counted(counts: Counts, word: str) -> int:
    return {
        "draft": counts.drafts,
        "ready": counts.ready,
        "waiting": counts.waiting + counts.stuck,
        "accepted": counts.accepted,
        "rejected": counts.returned,
        "withdrawn": counts.withdrawn,
    }[word]


def listed(session: Session) -> dict[str, int]:
    return {word: len(session.casework.find("", *states)) for word, states in LISTED_UNDER.items()}


def is_whole(session: Session) -> bool:
    counts, found = session.casework.counts(), listed(session)
    everything = found.pop("all")
    assert found == {word: counted(counts, word) for word in found}
    return everything == counts.cases + counts.visits


def test_a_visit_at_which_nobody_was_found_is_listed_as_long_as_it_is_kept(
    session: Session, office: MemoryOffice
) -> None:
    first = record_visit(session.casework)
    for _ in range(7):
        record_case(session.casework, record_visit(session.casework))
    assert is_whole(session)

    assert session.casework.finalise(first).done
    assert is_whole(session)
    session.sending.send()
    assert is_whole(session)
    assert first in {row.record_id for row in session.casework.find("")}
    session.casework.withdraw(first, "recorded_by_mistake")
    assert is_whole(session)


@pytest.mark.parametrize("outcome", ["rejected", "conflict"])
def test_what_came_back_is_listed_whatever_the_reason_and_whichever_record(
    session: Session, office: MemoryOffice, outcome: str
) -> None:
    case_id = finalised_case(session.casework)
    visit_id = session.casework.row(case_id).visit_id
    if outcome == "rejected":
        office.reject |= {case_id, visit_id}
        session.sending.send()
    else:
        for record_id in (visit_id, case_id):
            held_in_conflict(session, office, record_id)

    assert session.casework.counts().returned == 2
    assert is_whole(session)


def test_what_was_tried_many_times_in_vain_is_listed_among_what_waits(
    session: Session, office: MemoryOffice
) -> None:
    finalised_case(session.casework)
    for _ in range(12):
        office.before.append(NoConnection())
        session.sending.send()

    assert session.casework.counts().stuck == 2
    assert is_whole(session)
