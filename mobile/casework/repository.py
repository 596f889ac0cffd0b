"""All cases and visits of one tablet: cards and outbox in memory, everything in the store.

Owns that memory always says what the disk says (mobile.casework.written: how it is written down).
Knows no rule: which change is allowed is the business of the use cases.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from mobile.casework.follow_up import packed
from mobile.casework.written import Body, Card, OutboxEntry
from mobile.store import Store, StoreDamaged
from shared.identifiers import RecordId
from shared.numerals import latin_digits
from shared.questionnaire import Level


class Change:
    """What one transaction changes; memory follows when it is committed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.cards: dict[RecordId, Card | None] = {}
        self.entries: dict[RecordId, OutboxEntry | None] = {}

    def put_card(self, card: Card) -> None:
        """Keeps the card instead of the one before."""
        self._store.cards.put(card.record_id, card.to_bytes())
        self.cards[card.record_id] = card

    def put_body(self, record_id: RecordId, body: Body) -> None:
        """Keeps the body instead of the one before. Its card comes first, in the same change."""
        follow_ups = packed(body.follow_ups)
        if self.cards_now(record_id).follow_ups != follow_ups:
            self.put_card(replace(self.cards_now(record_id), follow_ups=follow_ups))
        origin = replace(self.cards_now(record_id), linkage=b"").to_bytes()
        self._store.bodies.put(record_id, replace(body, origin=origin).to_bytes())

    def cards_now(self, record_id: RecordId) -> Card:
        """The card as this change leaves it."""
        card = self.cards[record_id]
        assert card is not None
        return card

    def put_entry(self, entry: OutboxEntry, canonical: bytes) -> None:
        """Puts a finalised revision into the outbox, instead of an earlier one of the record."""
        entry = replace(entry, size=len(canonical))
        self._store.outbox.put(entry.record_id, entry.to_bytes(canonical))
        self.entries[entry.record_id] = entry

    def drop_entry(self, record_id: RecordId) -> None:
        """Takes it out of the outbox: it has an outcome."""
        self._store.outbox.delete(record_id)
        self.entries[record_id] = None

    def put_escrow(self, record_id: RecordId, sealed: bytes) -> None:
        """Keeps the copy only the office can read."""
        self._store.put_escrow(record_id, sealed)

    def drop_escrow(self, record_id: RecordId) -> None:
        """The office has the record: the copy has done its work."""
        self._store.delete_escrow(record_id)

    def delete(self, record_id: RecordId) -> None:
        """Removes card and body for good."""
        self._store.cards.delete(record_id)
        self._store.bodies.delete(record_id)
        self.cards[record_id] = None


class Repository:
    """Every card and outbox entry, by id. Reading needs no disk; changing is a transaction."""

    def __init__(self, store: Store) -> None:
        """Reads all cards and the outbox. Raises StoreDamaged."""
        self.store = store
        self.lock = threading.RLock()
        """Who holds it is the only one who changes records. Taken before the store's own."""
        self._listeners: list[Callable[[Collection[RecordId]], None]] = []
        self._cards: dict[RecordId, Card] = {}
        self._by_visit: dict[RecordId, list[RecordId]] = {}
        self._entries: dict[RecordId, OutboxEntry] = {}
        self._search_keys: dict[RecordId, str] = {}
        for content in store.cards.contents():
            self._keep(Card.from_bytes(content))
        for content in store.outbox.contents():
            entry, _ = OutboxEntry.from_bytes(content)
            self._entries[entry.record_id] = entry
        self._last_number = max((card.number for card in self._cards.values()), default=0)

    def card(self, record_id: RecordId) -> Card:
        """The card of that id. KeyError when there is none."""
        return self._cards[record_id]

    def cards(self) -> list[Card]:
        """All cards, in no order."""
        with self.lock:
            return list(self._cards.values())

    def cases_of(self, visit_id: RecordId) -> list[Card]:
        """The cases of a visit in the order they were started."""
        with self.lock:
            found = [self._cards[case_id] for case_id in self._by_visit.get(visit_id, ())]
        return sorted(found, key=lambda card: card.number)

    def case_count(self, visit_id: RecordId) -> int:
        """How many cases a visit has."""
        return len(self._by_visit.get(visit_id, ()))

    def entry(self, record_id: RecordId) -> OutboxEntry | None:
        """The revision of that record that is on its way, if there is one."""
        return self._entries.get(record_id)

    def entries(self) -> list[OutboxEntry]:
        """The whole outbox, in no order."""
        with self.lock:
            return list(self._entries.values())

    def body(self, record_id: RecordId) -> Body:
        """The body of that record. Raises StoreDamaged when it cannot be read."""
        content = self.store.bodies.get(record_id)
        if content is None:
            raise StoreDamaged
        return Body.from_bytes(content)

    def finalised(self, record_id: RecordId) -> tuple[OutboxEntry, bytes]:
        """What is in the outbox: entry and finalised bytes of one and the same revision.

        Raises StoreDamaged when they cannot be found."""
        content = self.store.outbox.get(record_id)
        if content is None:
            raise StoreDamaged
        return OutboxEntry.from_bytes(content)

    def next_number(self) -> int:
        """The next local number."""
        with self.lock:
            self._last_number += 1
            return self._last_number

    def search_key(self, card: Card) -> str:
        """What a search looks through: name, place and number, folded."""
        key = self._search_keys.get(card.record_id)
        if key is None:
            key = folded(f"{card.name} {card.place} {card.number:04}")
            self._search_keys[card.record_id] = key
        return key

    def on_change(self, listener: Callable[[Collection[RecordId]], None]) -> None:
        """Calls it with the ids of changed records, after each commit, in the same thread."""
        self._listeners.append(listener)

    @contextmanager
    def change(self, milestone: str = "") -> Iterator[Change]:
        """One transaction. Memory changes when the disk has it, and not at all when it fails."""
        with self.lock:
            with self.store.transaction(milestone):
                change = Change(self.store)
                yield change
            for record_id, card in change.cards.items():
                self._search_keys.pop(record_id, None)
                if card is None:
                    self._forget(record_id)
                else:
                    self._keep(card)
            for record_id, entry in change.entries.items():
                if entry is None:
                    self._entries.pop(record_id, None)
                else:
                    self._entries[record_id] = entry
        touched = change.cards.keys() | change.entries.keys()
        if touched:
            for listener in self._listeners:
                listener(touched)

    def _keep(self, card: Card) -> None:
        if card.record_id not in self._cards and card.level is Level.CASE:
            self._by_visit.setdefault(card.visit_id, []).append(card.record_id)
        self._cards[card.record_id] = card

    def _forget(self, record_id: RecordId) -> None:
        card = self._cards.pop(record_id, None)
        if card is not None and card.level is Level.CASE:
            self._by_visit[card.visit_id].remove(record_id)


def folded(text: str) -> str:
    """The text for comparing: no accents, no case (Unicode NFKD without marks, casefold),
    and the digits of every script alike."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", latin_digits(text).casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def matches(key: str, words: Iterable[str]) -> bool:
    """Whether all the folded words occur in the key."""
    return all(word in key for word in words)
