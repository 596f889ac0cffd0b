"""The decision table: every row, and its laws over any history."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.intake.decide import (
    Arrival,
    ConflictReason,
    Decision,
    Effect,
    Held,
    History,
    decide,
    hold,
)
from shared.identifiers import Fingerprint
from shared.lifecycle import CONSENT_WITHDRAWN, Outcome

A, B, C = (Fingerprint(letter * 32) for letter in "abc")


def history(**revisions: Held) -> History:
    return History(1, "case", {int(name[1:]): held for name, held in revisions.items()})


def arrival(
    revision: int,
    fingerprint: Fingerprint,
    *ancestors: Fingerprint,
    is_sound: bool = True,
    owner: int = 1,
) -> Arrival:
    return Arrival(owner, "case", revision, fingerprint, ancestors, is_sound)


def test_after_consent_was_withdrawn_only_what_is_withdrawn_may_follow() -> None:
    gone = Held(B, Outcome.ACCEPTED, (A,), withdrawn=CONSENT_WITHDRAWN)
    held = history(r1=Held(A, Outcome.ACCEPTED), r2=gone)

    assert decide(held, arrival(3, C, A, B)) == Decision(
        Outcome.CONFLICT, Effect.FILE_CONFLICT, ConflictReason.CONSENT_WITHDRAWN
    )
    again = replace(arrival(3, C, A, B), withdrawn="recorded_twice")
    assert decide(held, again).outcome is Outcome.ACCEPTED


def test_first_sound_revision_is_accepted_and_stored() -> None:
    assert decide(History(1, "case"), arrival(1, A)) == Decision(
        Outcome.ACCEPTED, Effect.STORE_ACCEPTED
    )


def test_first_revision_that_arrives_may_be_a_later_one() -> None:
    assert decide(History(1, "case"), arrival(3, C, A, B)).outcome is Outcome.ACCEPTED


def test_record_with_errors_is_rejected_and_the_rejection_stored() -> None:
    assert decide(History(1, "case"), arrival(1, A, is_sound=False)) == Decision(
        Outcome.REJECTED, Effect.STORE_REJECTED
    )


def test_same_revision_again_gets_the_stored_outcome() -> None:
    held = Held(A, Outcome.REJECTED, findings=(("hours.over_a_week", "work_hours", {}),))

    decision = decide(history(r1=held), arrival(1, A))

    assert decision == Decision(Outcome.REJECTED, Effect.NOTHING, stored=held)


def test_accepted_revision_again_is_already_accepted_even_when_a_newer_one_is_held() -> None:
    held = history(r1=Held(A, Outcome.ACCEPTED), r2=Held(B, Outcome.ACCEPTED, (A,)))

    assert decide(held, arrival(1, A)).outcome is Outcome.ALREADY_ACCEPTED


def test_same_revision_with_another_content_is_a_conflict() -> None:
    decision = decide(history(r1=Held(A, Outcome.ACCEPTED)), arrival(1, B))

    assert decision == Decision(
        Outcome.CONFLICT, Effect.FILE_CONFLICT, ConflictReason.SAME_REVISION
    )


def test_successor_that_names_the_newest_one_held_is_accepted() -> None:
    assert (
        decide(history(r1=Held(A, Outcome.REJECTED)), arrival(2, B, A)).outcome is Outcome.ACCEPTED
    )


def test_successor_that_does_not_name_the_newest_one_held_is_a_conflict() -> None:
    decision = decide(history(r1=Held(A, Outcome.ACCEPTED)), arrival(2, C, B))

    assert decision.reason is ConflictReason.NOT_A_SUCCESSOR


def test_late_ancestor_is_superseded_without_effect() -> None:
    held = history(r2=Held(B, Outcome.ACCEPTED, (A,)))

    assert decide(held, arrival(1, A)) == Decision(Outcome.SUPERSEDED, Effect.NOTHING)


def test_late_stranger_is_superseded_but_kept_for_a_steward() -> None:
    decision = decide(history(r2=Held(B, Outcome.ACCEPTED, (A,))), arrival(1, C))

    assert (decision.outcome, decision.effect) == (Outcome.SUPERSEDED, Effect.FILE_CONFLICT)


def test_another_officers_record_is_never_touched() -> None:
    decision = decide(history(r1=Held(A, Outcome.ACCEPTED)), arrival(2, B, A, owner=2))

    assert decision.reason is ConflictReason.OTHER_OWNER


def mark_of(revision: int, mark: Fingerprint) -> Fingerprint:
    """A fingerprint is over the revision's number too: no two revisions share one."""
    return Fingerprint(mark[:-1] + str(revision))


def some_arrival(
    revision: int,
    mark: Fingerprint,
    owner: int,
    meaning: dict[tuple[int, str], tuple[int, str, bool]],
) -> Arrival:
    """Same bytes, same meaning: a fingerprint stands for one list of ancestors, one soundness."""
    back, ancestor, is_sound = meaning[revision, mark]
    earlier = mark_of(max(0, revision - back), Fingerprint(ancestor))
    return arrival(revision, mark_of(revision, mark), earlier, is_sound=is_sound, owner=owner)


MARKS = (A, B, C)
MEANINGS = st.fixed_dictionaries(
    {
        (revision, mark): st.tuples(st.integers(1, 3), st.sampled_from(MARKS), st.booleans())
        for revision in range(1, 5)
        for mark in MARKS
    }
)
SENT = st.tuples(st.integers(1, 4), st.sampled_from(MARKS), st.sampled_from([1, 1, 1, 2]))
HISTORIES = st.tuples(st.lists(SENT, max_size=12), MEANINGS).map(
    lambda drawn: [some_arrival(*one, drawn[1]) for one in drawn[0]]
)


def play(arrivals: list[Arrival]) -> tuple[History, list[Decision]]:
    state, decisions = History(), []
    for one in arrivals:
        decision = decide(state, one)
        decisions.append(decision)
        hold(state, one, decision, (), "")
    return state, decisions


def test_what_the_owner_filed_waits_whoever_else_sends_the_same_bytes() -> None:
    """Found by the property below: sent again, the third was taken in without a steward."""
    first, second, third = (
        Arrival(1, "case", number, mark, named, True)
        for number, mark, named in ((1, A, ()), (2, B, (A,)), (3, C, (B,)))
    )
    by_another = replace(third, owner=2)
    _, decisions = play([first, by_another, third, second, by_another, third])

    assert [one.outcome.value for one in decisions] == [
        *("accepted", "conflict", "conflict", "accepted", "conflict", "conflict")
    ]


@given(HISTORIES)
def test_no_stored_revision_is_ever_overwritten(arrivals: list[Arrival]) -> None:
    before, _ = play(arrivals[:-1])
    after, _ = play(arrivals)

    for revision, held in before.revisions.items():
        assert after.revisions[revision] == held


@given(HISTORIES)
def test_everything_sent_again_changes_nothing_and_tells_the_same(
    arrivals: list[Arrival],
) -> None:
    once, first = play(arrivals)
    twice, both = play(arrivals + arrivals)

    assert once == twice
    for one, again in zip(first, both[len(arrivals) :], strict=True):
        accepted = one.outcome in (Outcome.ACCEPTED, Outcome.ALREADY_ACCEPTED)
        assert again.outcome is (Outcome.ALREADY_ACCEPTED if accepted else one.outcome)
