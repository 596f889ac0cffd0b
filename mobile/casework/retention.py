"""How long an identity stays on the tablet, and what is left of a case afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mobile.casework.repository import Body, Card, Repository
from shared.lifecycle import CaseState
from shared.profiles import CountryProfile
from shared.questionnaire import Level

DAY_S = 86400


@dataclass(frozen=True, slots=True)
class Term:
    """Days after the outcome came. days: usually. most_days: while a follow-up is open."""

    days: int
    most_days: int

    @classmethod
    def of(cls, profile: CountryProfile) -> Term:
        """The country's term. An open follow-up never shortens it."""
        days = profile.identity_days
        return cls(days, max(days, profile.identity_days_most))


def erased_from_s(card: Card, term: Term) -> int | None:
    """The second from which the names of that case are erased; None while that is not known.

    A follow-up that is open holds them longer, up to the country's limit. What was taken back has
    nothing to follow up. decided_s is the moment the tablet knew of (mobile.casework.known_time).
    """
    if card.erased or card.state not in (CaseState.ACCEPTED, CaseState.WITHDRAWN):
        return None
    follows_up = card.follow_ups and card.state is CaseState.ACCEPTED
    days = term.most_days if follows_up else term.days
    return (card.decided_s or card.changed_s) + days * DAY_S


def is_due(card: Card, repository: Repository, now_s: int, term: Term) -> bool:
    """Whether the identity part of a record has to go.

    A case: so many days after its outcome came, if nothing of it is on the way. A visit: when all
    its cases are erased too, because they cannot be read without it.
    """
    from_s = erased_from_s(card, term)
    if from_s is None or now_s < from_s or repository.entry(card.record_id) is not None:
        return False
    if card.level is Level.VISIT:
        return all(
            case.erased or is_due(case, repository, now_s, term)
            for case in repository.cases_of(card.record_id)
        )
    return True


def erase(card: Card, body: Body) -> tuple[Card, Body]:
    """The stub: number, day, state, revision, fingerprint and class stay as proof of work."""
    return (
        replace(card, name="", place="", erased=True, linkage=b"", follow_ups=""),
        replace(body, answers={}, finalised=b"", follow_ups=()),
    )
