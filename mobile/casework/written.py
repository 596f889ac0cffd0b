"""How a case or visit is written down: its card, its body, and a finalised revision on its way.

card     the line of a list and where the case stands; all of them are in memory
body     the answers and what came back from the office; read when the case is opened
entry    an outbox row: one finalised revision that has no outcome yet
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from typing import Any

from mobile.casework.decided import codes_kept, why_kept
from mobile.casework.follow_up import FollowUp
from mobile.casework.history import MOST, Happened
from mobile.store import StoreDamaged
from shared.answers import Value
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import CaseState
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
    before: the state it was withdrawn in, "" when it was not. history: what happened to it.
    """

    answers: Mapping[str, Value] = field(default_factory=dict)
    finalised: bytes = b""
    returned: tuple[FindingKept, ...] = ()
    reason: str = ""
    origin: bytes = b""
    follow_ups: tuple[FollowUp, ...] = ()
    observed: frozenset[str] = frozenset()
    before: str = ""
    history: tuple[Happened, ...] = ()

    def having(self, happened: Happened) -> Body:
        """With one more thing that happened."""
        return replace(self, history=(*self.history, happened)[-MOST:])

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
                "history": [one.to_list() for one in self.history],
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
                tuple(Happened.from_list(one) for one in kept.get("history", ())),
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
