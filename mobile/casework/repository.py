"""All cases and visits of one tablet: cards and outbox in memory, everything in the store.

Owns how a case is written down and that memory always says what the disk says. Knows no rule:
which change is allowed is the business of the use cases.

    card     the line of a list and where the case stands; all of them are in memory
    body     the answers and what came back from the office; read when the case is opened
    entry    an outbox row: one finalised revision that has no outcome yet
"""

from __future__ import annotations

import base64
import json
import threading
import unicodedata
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, replace
from typing import Any

from mobile.casework.decided import codes_kept, why_kept
from mobile.casework.follow_up import FollowUp, packed
from mobile.store import Store, StoreDamaged
from shared.answers import Value
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import CaseState
from shared.numerals import latin_digits
from shared.questionnaire import Level

NONE_YET = Fingerprint("")
"""Of a record that was never finalised, or never accepted."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where one case or visit stands, and what the list shows of it.

    number: counts up on this tablet, never leaves it. revision: of the draft, or of the latest
    finalised one. fingerprint: of the latest finalised revision, "" before. ancestors: the
    fingerprints of all earlier finalised revisions, oldest first. accepted_*: what the office is
    known to have, 0 and "" before. linkage: type byte and 8 bytes a code, in a row. classes: codes
    of the classification as ``name=code`` joined by ``;``, the answers that decided last (see
    mobile.casework.decided). follow_ups: the open ones, see
    mobile.casework.follow_up. Times: seconds since 1970, this tablet's clock; decided_s: when the
    outcome came, 0 before.
    """

    record_id: RecordId
    visit_id: RecordId
    level: Level
    number: int
    state: CaseState
    revision: int
    questionnaire: str
    name: str = ""
    place: str = ""
    day: str = ""
    started_s: int = 0
    changed_s: int = 0
    decided_s: int = 0
    danger: bool = False
    erased: bool = False
    classes: str = ""
    fingerprint: Fingerprint = NONE_YET
    ancestors: tuple[Fingerprint, ...] = ()
    accepted_revision: int = 0
    accepted_fingerprint: Fingerprint = NONE_YET
    linkage: bytes = b""
    follow_ups: str = ""

    def to_bytes(self) -> bytes:
        """A JSON array of the fields in order; short, because ten thousand are read at unlock."""
        fields = list(astuple(self))
        fields[_LINKAGE] = base64.b64encode(self.linkage).decode()
        return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Card:
        """The inverse. Raises StoreDamaged."""
        try:
            fields = json.loads(content)
            fields[2] = _LEVELS[fields[2]]
            fields[4] = _STATES[fields[4]]
            fields[_ANCESTORS] = tuple(fields[_ANCESTORS])
            fields[_LINKAGE] = base64.b64decode(fields[_LINKAGE])
            return cls(*fields)
        except (ValueError, KeyError, IndexError, TypeError) as broken:
            raise StoreDamaged from broken

    @property
    def class_codes(self) -> Mapping[str, str]:
        """The codes of the classification by name."""
        return codes_kept(self.classes)

    @property
    def why(self) -> str:
        """The answers that decided, as mobile.casework.decided joins them."""
        return why_kept(self.classes)


_ANCESTORS, _LINKAGE = map(Card.__match_args__.index, ("ancestors", "linkage"))
"""Where these stand in a card's array. A field that is new comes last, so that they stay there."""
_LEVELS = {level.value: level for level in Level}
_STATES = {state.value: state for state in CaseState}


FindingKept = tuple[str, str | None, Mapping[str, str | int | float]]
"""A finding of the office as it came: code, question, values."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is read when a case is opened.

    answers: everything that was said, also to questions that are hidden now. finalised: canonical
    bytes of the latest finalised revision, kept until the identity is erased. returned: findings
    of the latest rejection or conflict. reason: why it was withdrawn, "" when it was not.
    follow_ups: in the order they were made. observed: answered by what was seen with others there.
    before: the state it was withdrawn in, "" when it was not.
    """

    answers: Mapping[str, Value] = field(default_factory=dict)
    finalised: bytes = b""
    returned: tuple[FindingKept, ...] = ()
    reason: str = ""
    origin: bytes = b""
    follow_ups: tuple[FollowUp, ...] = ()
    observed: frozenset[str] = frozenset()
    before: str = ""

    def to_bytes(self) -> bytes:
        """Deflated JSON; several choices are an array."""
        written = json.dumps(
            {
                "answers": dict(self.answers),
                "frozen": base64.b64encode(self.finalised).decode(),
                "returned": [[code, question, dict(v)] for code, question, v in self.returned],
                "reason": self.reason,
                "origin": self.origin.decode(),
                "follow_ups": [one.to_list() for one in self.follow_ups],
                "observed": sorted(self.observed),
                "before": self.before,
            },
            separators=(",", ":"),
            ensure_ascii=False,
        )
        return zlib.compress(written.encode(), level=1)

    @classmethod
    def from_bytes(cls, content: bytes) -> Body:
        """The inverse. Raises StoreDamaged."""
        try:
            kept: dict[str, Any] = json.loads(zlib.decompress(content))
            return cls(
                {
                    name: tuple(value) if isinstance(value, list) else value
                    for name, value in kept["answers"].items()
                },
                base64.b64decode(kept["frozen"]),
                tuple((code, question, v) for code, question, v in kept["returned"]),
                kept["reason"],
                kept["origin"].encode(),
                # Bodies written before there were these have none.
                tuple(FollowUp(*one) for one in kept.get("follow_ups", ())),
                frozenset(kept.get("observed", ())),
                kept.get("before", ""),
            )
        except (ValueError, KeyError, TypeError, zlib.error) as broken:
            raise StoreDamaged from broken


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One finalised revision on its way. attempts: raised on disk before each try. size: bytes."""

    record_id: RecordId
    visit_id: RecordId
    level: Level
    revision: int
    fingerprint: Fingerprint
    danger: bool
    finalised_s: int
    attempts: int = 0
    last_attempt_s: int = 0
    size: int = 0

    def to_bytes(self, canonical: bytes) -> bytes:
        """A JSON array in one line, then the canonical bytes."""
        return json.dumps(astuple(self), separators=(",", ":")).encode() + b"\n" + canonical

    @classmethod
    def from_bytes(cls, content: bytes) -> tuple[OutboxEntry, bytes]:
        """The inverse. Raises StoreDamaged."""
        head, _, canonical = content.partition(b"\n")
        try:
            fields = json.loads(head)
            fields[2] = _LEVELS[fields[2]]
            return cls(*fields), canonical
        except (ValueError, KeyError, IndexError, TypeError) as broken:
            raise StoreDamaged from broken


def entry_of(card: Card, revision: int, fingerprint: Fingerprint, now_s: int) -> OutboxEntry:
    """A fresh outbox row for a finalised revision of that record."""
    return OutboxEntry(
        record_id=card.record_id,
        visit_id=card.visit_id,
        level=card.level,
        revision=revision,
        fingerprint=fingerprint,
        danger=card.danger,
        finalised_s=now_s,
    )


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
