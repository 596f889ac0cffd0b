"""Lists, counts and the search, from the index in memory."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import overload

from mobile.casework.decided import answers_for, findings_of
from mobile.casework.finalising import LINKAGE_STEP, unpacked_linkage
from mobile.casework.repository import Repository, folded, matches
from mobile.casework.views import CaseRow, Counts, OnTheWay, PossibleDuplicate, WorkWeek
from mobile.casework.written import Card
from shared.answer_words import AnswerWords
from shared.classification.explanation import STEPS, steps
from shared.classification.headlines import headlines
from shared.identifiers import RecordId
from shared.lifecycle import STUCK_AFTER, CaseState
from shared.linkage import CODE_TYPES
from shared.linkage.codes import KEY_STEP
from shared.questionnaire import Level

STRONG = 4
"""From this strength of a linkage code on, one shared code is worth showing (shared.linkage)."""


LISTED_UNDER: Mapping[str, tuple[CaseState | OnTheWay, ...]] = {
    "all": (),
    "draft": (CaseState.DRAFT,),
    "ready": (OnTheWay.READY,),
    "waiting": (OnTheWay.WAITING, OnTheWay.STUCK),
    "accepted": (CaseState.ACCEPTED,),
    "rejected": (CaseState.REJECTED, CaseState.CONFLICT),
    "withdrawn": (CaseState.WITHDRAWN,),
}
"""In which states a record stands under each word of the list; none is any. What is counted under a
word (``Lists.counts``) is all found under it."""


class Found(Sequence[CaseRow]):
    """The lines found. Each is made when it is looked at: ten thousand at once would hold a screen
    up for a tenth of a second, and nobody looks at them all."""

    def __init__(self, cards: Sequence[Card], row: Callable[[Card], CaseRow]) -> None:
        self._cards, self._row = cards, row

    def __len__(self) -> int:
        return len(self._cards)

    @property
    def cases(self) -> int:
        """How many of them are cases; the others are visits."""
        return sum(card.level is Level.CASE for card in self._cards)

    @overload
    def __getitem__(self, place: int) -> CaseRow: ...

    @overload
    def __getitem__(self, place: slice) -> list[CaseRow]: ...

    def __getitem__(self, place: int | slice) -> CaseRow | list[CaseRow]:
        if isinstance(place, slice):
            return [self._row(card) for card in self._cards[place]]
        return self._row(self._cards[place])


class Lists:
    """What can be listed, counted and found without opening a case."""

    def __init__(
        self, repository: Repository, words: Callable[[], tuple[AnswerWords, str]]
    ) -> None:
        """words: the labels of answers, and the language, of now."""
        self._repository, self._words = repository, words

    def row(self, card: Card) -> CaseRow:
        """The list line of that card."""
        entry = self._repository.entry(card.record_id)
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
            cases=self._repository.case_count(card.record_id),
            classes=card.class_codes,
            because={
                rule: self._because(card.why, found) for rule, found in headlines(card.class_codes)
            },
        )

    def _because(self, why: str, class_: str) -> tuple[str, ...]:
        words, language = self._words()
        return answers_for(class_, why, words, language) if why else ()

    def on_the_way(self, record_id: RecordId) -> OnTheWay:
        """Where the finalised revision of a record is."""
        entry = self._repository.entry(record_id)
        if entry is None:
            return OnTheWay.NOTHING_TO_SEND
        if entry.attempts >= STUCK_AFTER:
            return OnTheWay.STUCK
        return OnTheWay.WAITING if entry.attempts else OnTheWay.READY

    def found(self, level: Level | None, search: str, *states: CaseState | OnTheWay) -> Found:
        """Cards of that level (None: of both) in one of these states (none: in any) that fit,
        newest change first."""
        words = folded(search).split()
        key_of = self._repository.search_key
        cards = [
            card
            for card in self._repository.cards()
            if (level is None or card.level is level)
            and (not states or any(self._is(card, state) for state in states))
            and (not words or matches(key_of(card), words))
        ]
        cards.sort(key=lambda card: (card.changed_s, card.number), reverse=True)
        return Found(cards, self.row)

    def counts(self) -> Counts:
        """The numbers of the home screen."""
        cards = self._repository.cards()
        states = Counter(card.state for card in cards)
        ways = Counter(self.on_the_way(entry.record_id) for entry in self._repository.entries())
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
        classes: dict[str, Counter[tuple[str, str]]] = {}
        reasons: dict[tuple[str, tuple[str, str]], Counter[str]] = defaultdict(Counter)
        following: dict[tuple[str, tuple[str, str]], set[str]] = defaultdict(set)
        because = cache(self._because)  # ten thousand cards have a few hundred reasons
        for card in self._repository.cards():
            if card.state is CaseState.WITHDRAWN or not (monday := _monday(card.day)):
                continue
            if card.level is Level.VISIT:
                visits[monday] += 1
            else:
                of_week = classes.setdefault(monday, Counter())
                told = next(headlines(card.class_codes), ("", ""))
                of_week[told] += 1
                reasons[monday, told].update(because(card.why, told[1]))
                following[monday, told].update(steps(card.class_codes, findings_of(card.why)))
        return [
            WorkWeek(
                monday,
                visits[monday],
                sum(classes.get(monday, Counter()).values()),
                dict(classes.get(monday, {})),
                {told: reasons[monday, told].most_common() for told in classes.get(monday, ())},
                {
                    told: [step for step in STEPS if step in following[monday, told]]
                    for told in classes.get(monday, ())
                },
            )
            for monday in sorted(visits.keys() | classes.keys(), reverse=True)
        ]

    def alike(self, card: Card, linkage: bytes) -> list[PossibleDuplicate]:
        """Other cases that share a strong code, or two codes of any type, most alike first.

        Two: a single weak code (one name and a birth year, say) is shared by strangers. The codes
        of all cards are searched as one row of bytes: ten thousand cards take some milliseconds,
        and an index by code would take more memory than all cards.
        """
        others = [
            other
            for other in self._repository.cards()
            if other.linkage
            and other.record_id != card.record_id
            and other.state is not CaseState.WITHDRAWN
        ]
        packed = b"".join(other.linkage for other in others)
        ends = list(accumulate(len(other.linkage) for other in others))
        shared: dict[int, list[bytes]] = defaultdict(list)
        for code in unpacked_linkage(linkage):
            at = packed.find(code)
            while at >= 0:
                if at % LINKAGE_STEP:
                    at = packed.find(code, at + 1)
                    continue
                place = bisect_right(ends, at)
                shared[place].append(code)
                at = packed.find(code, ends[place])
        found = []
        for place, codes in shared.items():
            strong = any(CODE_TYPES[code[0] % KEY_STEP].strength >= STRONG for code in codes)
            if strong or len(codes) > 1:
                found.append((len(codes), others[place], strong))
        found.sort(key=lambda one: (-one[0], one[1].number))
        return [PossibleDuplicate(self.row(one), count, strong) for count, one, strong in found]

    def _is(self, card: Card, state: CaseState | OnTheWay) -> bool:
        if isinstance(state, CaseState):
            return card.state is state
        return self.on_the_way(card.record_id) is state


def _monday(day: str) -> str:
    try:
        visited = date.fromisoformat(day)
    except ValueError:
        return ""
    return (visited - timedelta(days=visited.weekday())).isoformat()
