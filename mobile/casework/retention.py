"""How long an identity stays on the tablet, and what is left of a case afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from mobile.casework.known_time import KnownTime
from mobile.casework.repository import Repository
from mobile.casework.written import Body, Card
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


class Retention:
    """Erasing of what the tablet may keep no longer. Called by use cases that hold the lock."""

    def __init__(
        self,
        repository: Repository,
        term: Term,
        clock: Callable[[], datetime],
        known: KnownTime,
    ) -> None:
        """clock: the wall clock, which may be wrong. known: what is certain (known_time)."""
        self.term = term
        self._repository, self._clock, self._known = repository, clock, known

    def erase_due(self) -> int:
        """Erases what is known to be due, whatever the clock says; gives how many."""
        with self._repository.lock:
            return self._erase(self._due(self._known.now_s()))

    def erase_all(self) -> int:
        """Every identity, drafts included; gives how many."""
        with self._repository.lock:
            return self._erase([card for card in self._repository.cards() if not card.erased])

    @property
    def date_to_confirm(self) -> date | None:
        """Today by this tablet's clock, when names were to be erased if it is right and nothing
        but the clock says so: the officer is to be asked. None when there is nothing to ask."""
        now = self._clock()
        due, certain = self._due(int(now.timestamp())), self._due(self._known.now_s())
        return now.date() if len(due) > len(certain) else None

    @property
    def date_is_over(self) -> bool:
        """Whether this tablet's clock shows a day that is certainly over: it has to be set."""
        return self._known.wall_is_behind

    def confirm_date(self) -> int:
        """The officer says that today's date is right; gives how many identities were erased."""
        self._known.confirm()
        return self.erase_due()

    def _due(self, now_s: int) -> list[Card]:
        cards = self._repository.cards()
        return [card for card in cards if is_due(card, self._repository, now_s, self.term)]

    def _erase(self, cards: list[Card]) -> int:
        if not cards:
            return 0
        with self._repository.change("erase") as change:
            for card in cards:
                stub, body = erase(card, self._repository.body(card.record_id))
                change.put_card(stub)
                change.put_body(card.record_id, body)
        self._repository.store.compact()
        return len(cards)
