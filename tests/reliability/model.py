"""What the office must hold, as a plain dictionary: docs/wire-protocol.md's table, written again.

Shares no code with the server's decision table on purpose: two people who read the same page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.questionnaire import Level
from shared.wire.records import Record

Key = tuple[str, int, str]
"""Record id, revision, fingerprint."""


@dataclass
class Model:
    """held: record id to revision to (fingerprint, accepted, ancestors, is a case that counts).

    aside: revisions kept for a person. superseded: answered so, and named by a newer one. persons:
    record id of a case to the number of whom it is about. bad: fingerprints of records with an
    answer no questionnaire allows.
    """

    held: dict[str, dict[int, tuple[str, bool, tuple[str, ...], bool]]] = field(
        default_factory=dict
    )
    aside: set[Key] = field(default_factory=set)
    superseded: set[Key] = field(default_factory=set)
    persons: dict[str, int] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def arrive(self, records: Iterable[tuple[Record, str]]) -> None:
        """Records and their fingerprints reach the office, in this order."""
        for record, mark in records:
            self._decide(record, mark)

    def _decide(self, record: Record, mark: str) -> None:
        key = record.record_id, record.revision, mark
        held = self.held.setdefault(record.record_id, {})
        newest = max(held, default=0)
        if key in self.aside:
            return
        if record.revision in held:
            if held[record.revision][0] != mark:
                self.aside.add(key)
        elif record.revision < newest:
            named = mark in held[newest][2]
            (self.superseded if named else self.aside).add(key)
        elif newest and held[newest][0] not in record.ancestors:
            self.aside.add(key)
        else:
            counts = record.kind is Level.CASE and record.withdrawn is None
            held[record.revision] = mark, mark not in self.bad, tuple(record.ancestors), counts

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
        """Cases that count now."""
        return {
            record_id
            for record_id, (revision, _) in self.accepted().items()
            if self.held[record_id][revision][3]
        }

    def national_count(self) -> int:
        """How many persons there are."""
        return len({self.persons[record_id] for record_id in self.cases()})
