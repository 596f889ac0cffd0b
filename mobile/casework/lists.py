"""Lists, counts and the search, from the index in memory."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from mobile.casebook import Card, Casebook, folded, matches
from mobile.casework.freezing import LINKAGE_STEP, unpacked_linkage
from mobile.casework.views import CaseRow, Counts, OnTheWay, PossibleDuplicate, WorkWeek
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.linkage import CODE_TYPES
from shared.questionnaire import Level

STUCK_AFTER = 10
"""Tries without an answer after which a record is shown to the officer (design section 7)."""


STRONG = 4
"""From this strength of a linkage code on, one shared code is worth showing (shared.linkage)."""


class Lists:
    """What can be listed, counted and found without opening a case."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook

    def row(self, card: Card) -> CaseRow:
        """The list line of that card."""
        entry = self._casebook.entry(card.record_id)
        attempts = entry.attempts if entry else 0
        return CaseRow(
            record_id=card.record_id,
            visit_id=card.visit_id,
            level=card.level,
            number=card.number,
            name=card.name,
            place=card.place,
            state=card.state,
            on_the_way=self.on_the_way(card.record_id),
            revision=card.revision,
            attempts=attempts,
            day=card.day,
            changed_s=card.changed_s,
            danger=card.danger,
            identity_erased=card.erased,
            cases=self._casebook.case_count(card.record_id),
            classes=card.class_codes,
        )

    def on_the_way(self, record_id: RecordId) -> OnTheWay:
        """Where the finalised revision of a record is."""
        entry = self._casebook.entry(record_id)
        if entry is None:
            return OnTheWay.NOTHING_TO_SEND
        if entry.attempts >= STUCK_AFTER:
            return OnTheWay.STUCK
        return OnTheWay.WAITING if entry.attempts else OnTheWay.READY

    def found(
        self, level: Level, search: str, state: CaseState | OnTheWay | None, limit: int
    ) -> list[CaseRow]:
        """Cards of that level that fit, newest change first."""
        words = folded(search).split()
        key_of = self._casebook.search_key
        cards = [
            card
            for card in self._casebook.cards()
            if card.level is level
            and self._is(card, state)
            and (not words or matches(key_of(card), words))
        ]
        cards.sort(key=lambda card: (card.changed_s, card.number), reverse=True)
        return [self.row(card) for card in (cards[:limit] if limit else cards)]

    def counts(self) -> Counts:
        """The numbers of the home screen."""
        cards = self._casebook.cards()
        states = Counter(card.state for card in cards)
        ways = Counter(self.on_the_way(entry.record_id) for entry in self._casebook.entries())
        cases = sum(card.level is Level.CASE for card in cards)
        return Counts(
            drafts=states[CaseState.DRAFT],
            ready=ways[OnTheWay.READY],
            waiting=ways[OnTheWay.WAITING],
            stuck=ways[OnTheWay.STUCK],
            returned=states[CaseState.REJECTED] + states[CaseState.CONFLICT],
            accepted=states[CaseState.ACCEPTED],
            withdrawn=states[CaseState.WITHDRAWN],
            cases=cases,
            visits=len(cards) - cases,
        )

    def weeks(self) -> list[WorkWeek]:
        """What was recorded by week of the visit, newest first; withdrawn ones are not work."""
        visits: Counter[str] = Counter()
        classes: dict[str, Counter[str]] = {}
        for card in self._casebook.cards():
            if card.state is CaseState.WITHDRAWN or not (monday := _monday(card.day)):
                continue
            if card.level is Level.VISIT:
                visits[monday] += 1
            else:
                of_week = classes.setdefault(monday, Counter())
                of_week[card.class_codes.get("cl_sna", "")] += 1
        return [
            WorkWeek(
                monday,
                visits[monday],
                sum(classes.get(monday, Counter()).values()),
                dict(classes.get(monday, {})),
            )
            for monday in sorted(visits.keys() | classes.keys(), reverse=True)
        ]

    def alike(self, card: Card, linkage: bytes) -> list[PossibleDuplicate]:
        """Other cases that share a strong code, or two codes of any type, most alike first.

        Two: a single weak code (one name and a birth year, say) is shared by strangers. Every card
        is looked through: ten thousand take a hundredth of a second, and an index by code would
        take more memory than all cards.
        """
        codes = unpacked_linkage(linkage)
        found = []
        for other in self._casebook.cards():
            packed = other.linkage
            if not packed or other.record_id == card.record_id:
                continue
            shared = [code for code in codes if packed.find(code) % LINKAGE_STEP == 0]
            if shared and other.state is not CaseState.WITHDRAWN:
                strong = any(CODE_TYPES[code[0]].strength >= STRONG for code in shared)
                if strong or len(shared) > 1:
                    found.append((len(shared), other, strong))
        found.sort(key=lambda one: (-one[0], one[1].number))
        return [PossibleDuplicate(self.row(one), count, strong) for count, one, strong in found]

    def _is(self, card: Card, state: CaseState | OnTheWay | None) -> bool:
        if state is None:
            return True
        if isinstance(state, CaseState):
            return card.state is state
        return self.on_the_way(card.record_id) is state


def _monday(day: str) -> str:
    try:
        visited = date.fromisoformat(day)
    except ValueError:
        return ""
    return (visited - timedelta(days=visited.weekday())).isoformat()
