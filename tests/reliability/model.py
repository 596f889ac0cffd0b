"""What the office must hold, as a plain dictionary: docs/wire-protocol.md's table, written again.

Shares no code with the server's decision table on purpose: two people who read the same page. Nor
does it with the reader of records: a record's fields are taken by their place on the wire.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from shared.wire import cbor
from shared.wire.records import fingerprint

Key = tuple[str, int, str]
"""Record id, revision, fingerprint."""
CONSENT = "consent_withdrawn"
"""Why a record is withdrawn of which nothing may be kept."""
HOURS_NO_WEEK_HAS = 999
"""Nothing else on the wire here is this number."""
PersonsOf = dict[str, int]
"""Year, quarter or month to the number of persons found in it."""


class Arrived(NamedTuple):
    """What the model reads of one record. withdrawn: why, "" when it is not. visit_id: "" of a
    visit. is_bad: it has the one answer here that no questionnaire allows."""

    record_id: str
    revision: int
    mark: str
    ancestors: tuple[str, ...]
    withdrawn: str
    visit_id: str
    is_bad: bool


class Held(NamedTuple):
    """One revision the office has. tablet_id, at_s: who brought it, and when it came first."""

    mark: str
    accepted: bool
    ancestors: tuple[str, ...]
    withdrawn: str
    tablet_id: str
    at_s: int


class Decision(StrEnum):
    """What a steward said about a revision in conflict."""

    LEFT = "left"
    TAKEN = "taken"


class SetAside(NamedTuple):
    """A parcel of a tablet that was signed out. at_s: when it came first."""

    parcel_id: str
    records: tuple[bytes, ...]
    tablet_id: str
    at_s: int


@lru_cache(maxsize=1 << 15)  # the same bytes arrive again and again
def read(data: bytes) -> Arrived:
    """One record as it travels: docs/wire-protocol.md, "A record"."""
    fields: Any = cbor.decode(data)
    _, _, record_id, visit_id, revision, ancestors, _, _, withdrawn, *_, content = fields
    return Arrived(
        record_id.hex(),
        revision,
        fingerprint(data),
        tuple(ancestors[at : at + 16].hex() for at in range(0, len(ancestors), 16)),
        withdrawn or "",
        visit_id.hex(),
        HOURS_NO_WEEK_HAS in content,
    )


@dataclass
class Model:
    """held: record id to revision to what is held.

    aside: revisions kept for a person. superseded: answered so, and named by a newer one. persons:
    record id of a case to the number of whom it is about. months: record id of a visit to its
    month. visit_of: of a case. bad: fingerprints of what came with an answer nothing allows.
    put_aside: tablets all of whose records stand nowhere, and since when. unwanted: records of whom
    nothing that was said may be kept any more. brought: what would be held of each that is aside.
    decisions: about those. displaced: held before the other one was taken in its place;
    taken_before: of those, what had been taken itself. ever: those about which anything was
    decided. signed_out: tablets. undecided: their parcels; met: the records of each of those that
    ever were.
    """

    held: dict[str, dict[int, Held]] = field(default_factory=dict)
    aside: set[Key] = field(default_factory=set)
    superseded: set[Key] = field(default_factory=set)
    persons: dict[str, int] = field(default_factory=dict)
    months: dict[str, str] = field(default_factory=dict)
    visit_of: dict[str, str] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)
    put_aside: dict[str, int] = field(default_factory=dict)
    unwanted: set[str] = field(default_factory=set)
    brought: dict[Key, Held] = field(default_factory=dict)
    decisions: dict[Key, Decision] = field(default_factory=dict)
    displaced: dict[Key, Key] = field(default_factory=dict)
    taken_before: set[Key] = field(default_factory=set)
    ever: set[Key] = field(default_factory=set)
    signed_out: set[str] = field(default_factory=set)
    undecided: dict[str, SetAside] = field(default_factory=dict)
    met: set[tuple[str, frozenset[Key]]] = field(default_factory=set)

    def arrive(
        self, records: Iterable[bytes], tablet_id: str, now_s: int, parcel_id: str = ""
    ) -> None:
        """Records of that tablet reach the office, in this order and in that parcel."""
        if tablet_id not in self.signed_out:
            for data in records:
                self._decide(read(data), tablet_id, now_s)
            return
        records = tuple(records)
        keys = frozenset(read(data)[:3] for data in records)
        if keys and (tablet_id, keys) not in self.met:
            self.met.add((tablet_id, keys))
            self.undecided[parcel_id] = SetAside(parcel_id, records, tablet_id, now_s)

    def is_taken_in(self, parcel_id: str) -> None:
        """A person decided that this parcel of a signed-out tablet is as good as any other."""
        parcel = self.undecided.pop(parcel_id)
        for data in parcel.records:
            self._decide(read(data), parcel.tablet_id, parcel.at_s)

    def is_kept_from(self, tablet_id: str, key: Key) -> bool:
        """Whether this reached the office after its tablet was signed out."""
        return any(one == tablet_id and key in keys for one, keys in self.met)

    def may_be_left(self, key: Key) -> bool:
        """Whether a steward can let this conflict be."""
        return key not in self.decisions

    def may_be_taken(self, key: Key) -> bool:
        """Whether it can be put in the place of what is held: nobody has, its answers are kept, and
        nobody withdrew consent, not even on a tablet that is put aside."""
        if key in self.decisions or key[2] in self.bad or key[0] in self.unwanted:
            return False
        return self.brought[key].withdrawn == CONSENT or not any(
            one.accepted and one.withdrawn == CONSENT for one in self.held[key[0]].values()
        )

    def may_be_taken_back(self, key: Key) -> bool:
        """Whether a steward's decision about it can be undone."""
        if key not in self.decisions or key in self.displaced:
            return False
        if self.decisions[key] is Decision.LEFT:
            return True
        stands = {number: one.mark for number, one in self.held[key[0]].items() if number >= key[1]}
        return key[0] not in self.unwanted and stands == {key[1]: key[2]}

    def is_left(self, key: Key) -> None:
        """What is held stays, for good."""
        self.decisions[key] = Decision.LEFT
        self.ever.add(key)

    def is_taken(self, key: Key) -> None:
        """It is held; what was held of its number or above is aside."""
        record_id, revision, _ = key
        held = self.held[record_id]
        for number in [number for number in held if number >= revision]:
            one = held.pop(number)
            gone = record_id, number, one.mark
            if self.decisions.get(gone) is Decision.TAKEN:
                self.taken_before.add(gone)
            self.aside.add(gone)
            self.brought[gone], self.displaced[gone] = one, key
            self.decisions[gone] = Decision.LEFT
            self.ever.add(gone)
        held[revision] = self.brought[key]
        self.decisions[key] = Decision.TAKEN
        self.ever.add(key)
        self._follow(record_id, held)

    def is_undecided_again(self, key: Key) -> None:
        """It waits for a decision as before, and what it displaced is held as before."""
        if self.decisions.pop(key) is Decision.LEFT:
            return
        held = self.held[key[0]]
        del held[key[1]]
        for back in [one for one, by in self.displaced.items() if by == key]:
            held[back[1]] = self.brought[back]
            del self.displaced[back]
            if back in self.taken_before:
                self.taken_before.remove(back)
                self.decisions[back] = Decision.TAKEN
            else:
                del self.decisions[back], self.brought[back]
                self.aside.discard(back)

    def is_brought_back(self, tablet_id: str) -> None:
        """Its records stand again, and its withdrawals are followed."""
        del self.put_aside[tablet_id]
        for record_id, held in self.held.items():
            self._follow(record_id, held)

    def _follow(self, record_id: str, held: dict[int, Held]) -> None:
        for one in held.values():
            if one.accepted and one.withdrawn == CONSENT and not self._is_aside(one):
                self.unwanted.add(record_id)

    def _is_aside(self, one: Held) -> bool:
        since_s = self.put_aside.get(one.tablet_id)
        return since_s is not None and since_s <= one.at_s

    def _decide(self, record: Arrived, tablet_id: str, now_s: int) -> None:
        key = record.record_id, record.revision, record.mark
        held = self.held.setdefault(record.record_id, {})
        if record.is_bad:
            self.bad.add(record.mark)
        newest = max(held, default=0)
        if key in self.aside:
            return
        arrived = Held(
            *(record.mark, not record.is_bad, record.ancestors),
            *(record.withdrawn, tablet_id, now_s),
        )
        if record.revision in held:
            if held[record.revision][0] != record.mark:
                self._set_aside(key, arrived)
        elif record.revision < newest:
            if any(record.mark in one.ancestors for one in held.values()):
                self.superseded.add(key)
            else:
                self._set_aside(key, arrived)
        elif (newest and held[newest][0] not in record.ancestors) or (
            not record.withdrawn
            and any(one.accepted and one.withdrawn == CONSENT for one in held.values())
        ):
            self._set_aside(key, arrived)
        else:
            held[record.revision] = arrived
            self.visit_of[record.record_id] = record.visit_id
            self._follow(record.record_id, held)

    def _set_aside(self, key: Key, arrived: Held) -> None:
        self.aside.add(key)
        self.brought[key] = arrived

    def has_answered(self, key: Key) -> bool:
        """Whether the office has decided about exactly this revision."""
        record_id, revision, mark = key
        held = self.held.get(record_id, {})
        return held.get(revision, ("",))[0] == mark or key in self.aside or key in self.superseded

    def accepted(self) -> dict[str, tuple[int, str]]:
        """The newest accepted revision of every record."""
        return {
            record_id: (revision, held[revision][0])
            for record_id, held in self.held.items()
            for revision in [max((r for r in held if held[r][1]), default=0)]
            if revision
        }

    def cases(self) -> set[str]:
        """Cases that stand: neither withdrawn nor of a visit that was, and not put aside."""
        stands = {
            record_id: not held[revision].withdrawn
            and not any(one.accepted and self._is_aside(one) for one in held.values())
            for record_id, (revision, _) in self.accepted().items()
            for held in [self.held[record_id]]
        }
        return {
            record_id
            for record_id, it_does in stands.items()
            if it_does and self.visit_of[record_id] and stands.get(self.visit_of[record_id], True)
        }

    def groups(self) -> set[frozenset[str]]:
        """The cases of each person."""
        found: dict[int, set[str]] = {}
        for record_id in self.cases():
            found.setdefault(self.persons[record_id], set()).add(record_id)
        return {frozenset(cases) for cases in found.values()}

    def national_table(self) -> PersonsOf:
        """Persons in each year, quarter and month: each once, however often they were met."""
        accepted, found = self.accepted(), set()
        for record_id in self.cases():
            visit = self.visit_of[record_id]
            if visit in accepted:
                year, month = self.months[visit].split("-")
                quarter = f"{year}-Q{-(-int(month) // 3)}"
                who = self.persons[record_id]
                found |= {(period, who) for period in (year, quarter, f"{year}-{month}")}
        table: PersonsOf = {}
        for period, _ in found:
            table[period] = table.get(period, 0) + 1
        return table
