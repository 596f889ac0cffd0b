"""In what state a release is, what may be done then, and by whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from shared.errors import ServiceError


class ReleaseState(StrEnum):
    """From declared to published; refused: no safe tables could be made as it was declared."""

    DECLARED = "declared"
    PROTECTED = "protected"
    AUDITED = "audited"
    REFUSED = "refused"
    APPROVED = "approved"
    PUBLISHED = "published"
    DROPPED = "dropped"


class ReleaseAct(StrEnum):
    """What somebody, or the office by itself, does about a release."""

    DECLARE = "declare"
    ASK = "ask"
    PROTECT = "protect"
    AUDIT = "audit"
    REFUSE = "refuse"
    APPROVE = "approve"
    PUBLISH = "publish"
    DROP = "drop"
    ASK_WITHDRAWAL = "ask_withdrawal"
    WITHDRAW = "withdraw"


class NotNow(ServiceError):
    """A step that the present state of a release does not allow; nothing was changed."""


class SecondPersonNeeded(ServiceError):
    """Who asked for something cannot approve it, too; nothing was changed."""


_S = ReleaseState
AFTER: Mapping[ReleaseAct, tuple[frozenset[ReleaseState], ReleaseState]] = {
    ReleaseAct.ASK: (
        frozenset({_S.DECLARED, _S.PROTECTED, _S.AUDITED, _S.REFUSED, _S.APPROVED}),
        _S.DECLARED,
    ),
    ReleaseAct.PROTECT: (frozenset({_S.DECLARED}), _S.PROTECTED),
    ReleaseAct.AUDIT: (frozenset({_S.PROTECTED}), _S.AUDITED),
    ReleaseAct.REFUSE: (frozenset({_S.DECLARED, _S.PROTECTED}), _S.REFUSED),
    ReleaseAct.APPROVE: (frozenset({_S.AUDITED}), _S.APPROVED),
    ReleaseAct.PUBLISH: (frozenset({_S.APPROVED}), _S.PUBLISHED),
    ReleaseAct.DROP: (
        frozenset({_S.DECLARED, _S.PROTECTED, _S.AUDITED, _S.REFUSED, _S.APPROVED}),
        _S.DROPPED,
    ),
}
"""Each step: in which states it may be done, and which state follows."""


def after(state: ReleaseState, step: ReleaseAct) -> ReleaseState:
    """The state that follows. Raises NotNow."""
    allowed, following = AFTER[step]
    if state not in allowed:
        raise NotNow(
            f"A release that is {state.value} cannot take the step '{step.value}'. Nothing was "
            "changed."
        )
    return following


def must_be_somebody_else(asked_by: str, approved_by: str) -> None:
    """Raises SecondPersonNeeded when one person would be both."""
    if asked_by.strip().casefold() == approved_by.strip().casefold():
        raise SecondPersonNeeded(
            "Whoever declares a release or asks for a withdrawal cannot approve it: a second "
            "person has to. Nothing was changed."
        )
