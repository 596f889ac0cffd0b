"""The states of a case (and of a visit) on the tablet that owns it, and the allowed moves.

"Queued", "sending" and "waiting" are not states: they are read off the outbox, so that nothing
can get stuck in them. The road and its failures never change a state; only an outcome does.
"""

from __future__ import annotations

from enum import StrEnum

from shared.errors import MoveNotAllowed


class CaseState(StrEnum):
    """Where a case stands on its tablet."""

    DRAFT = "draft"
    FINALISED = "finalised"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What the server says about one record revision, in one word."""

    ACCEPTED = "accepted"
    ALREADY_ACCEPTED = "already_accepted"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    SUPERSEDED = "superseded"


ALLOWED_MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.DRAFT: frozenset({CaseState.FINALISED, CaseState.WITHDRAWN}),
    CaseState.FINALISED: frozenset(
        {
            CaseState.DRAFT,
            CaseState.ACCEPTED,
            CaseState.REJECTED,
            CaseState.CONFLICT,
            CaseState.WITHDRAWN,
        }
    ),
    # To conflict: somebody at the office took back what was decided about one.
    CaseState.ACCEPTED: frozenset({CaseState.DRAFT, CaseState.CONFLICT, CaseState.WITHDRAWN}),
    CaseState.REJECTED: frozenset({CaseState.DRAFT, CaseState.WITHDRAWN}),
    CaseState.CONFLICT: frozenset({CaseState.ACCEPTED, CaseState.WITHDRAWN}),
    # Undone, or taken up again as a new revision: never after the consent was withdrawn.
    CaseState.WITHDRAWN: frozenset({CaseState.DRAFT}),
}

AFTER_OUTCOME: dict[Outcome, CaseState] = {
    Outcome.ACCEPTED: CaseState.ACCEPTED,
    Outcome.ALREADY_ACCEPTED: CaseState.ACCEPTED,
    Outcome.SUPERSEDED: CaseState.ACCEPTED,
    Outcome.REJECTED: CaseState.REJECTED,
    Outcome.CONFLICT: CaseState.CONFLICT,
}

CONSENT_WITHDRAWN = "consent_withdrawn"
"""The reason of a withdrawal after which nobody keeps what the person said."""
STUCK_AFTER = 10
"""Tries without an answer after which a tablet shows the record to its officer. It goes on trying:
nothing is dropped."""


def move(current: CaseState, wanted: CaseState) -> CaseState:
    """The wanted state, if a case may go there from the current one.

    Raises MoveNotAllowed otherwise.
    """
    if wanted not in ALLOWED_MOVES[current]:
        raise MoveNotAllowed(f"A case that is {current.value} cannot become {wanted.value}.")
    return wanted
