"""From a draft to a finalised revision: the bytes that will be sent, now and in every retry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from mobile.casework.decided import joined_classes, why_of
from mobile.casework.papers import Paper
from mobile.casework.repository import Change
from mobile.casework.review import classification_of
from mobile.casework.written import Card, OutboxEntry
from shared.answers import written_day
from shared.classification import RULES_VERSION, codes_of_visit
from shared.identifiers import Fingerprint, RandomBytes
from shared.lifecycle import CaseState, move
from shared.linkage import SENT, LinkageCode, identity_of, linkage_codes, may_be_linked
from shared.linkage.codes import CODE_BYTES
from shared.questionnaire import Level, without_hidden
from shared.wire.keys import TabletKeys
from shared.wire.parcels import seal_parcel
from shared.wire.records import Record, encode_record, fingerprint
from shared.wire.tickets import LinkageKeySet, Membership, newest_of

LINKAGE_STEP = 1 + CODE_BYTES
"""Bytes of one linkage code on a card: type and code."""


@dataclass(frozen=True, slots=True)
class FinalisedRevision:
    """One revision as it will travel. why: the answers that decided its classes; stays here. first:
    sent before everything else, itself an alarm or the visit of one."""

    record: Record
    canonical: bytes
    fingerprint: Fingerprint
    why: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class Finaliser:
    """Makes finalised revisions of one tablet, and keeps them."""

    membership: Membership
    tablet_keys: TabletKeys
    random_bytes: RandomBytes
    told_keys: Callable[[], LinkageKeySet] = tuple
    """What the office said since about the keys of linkage codes; nothing when it said none."""

    def finalise(
        self,
        paper: Paper,
        visit: Paper | None,
        *,
        danger: bool = False,
        findings: Iterable[str] = (),
    ) -> FinalisedRevision:
        """The statistical part of the record as canonical bytes.

        visit: the case's visit, None when the record is a visit. danger: set when somebody raised
        it, whatever the answers say; a visit is sent first then, but the case is the one alarm: a
        visit beside it would be a second one at the office, which nobody could look into. A visit
        whose own answers say so (a form may ask it of the place) is an alarm itself. findings:
        their codes, for what is to be done next.
        """
        card, content = paper.card, paper.content()
        danger = danger or card.danger
        classification = classification_of(paper, visit, content) if visit is not None else None
        revision = self._revision(
            paper,
            Record(
                kind=card.level,
                record_id=card.record_id,
                revision=card.revision,
                questionnaire=paper.questionnaire.digest,
                rules_version=classification.rules_version if classification else RULES_VERSION,
                ancestors=card.ancestors,
                visit_id=card.visit_id if card.level is Level.CASE else None,
                danger=danger and (card.level is Level.CASE or paper.measured("danger") == "yes"),
                content=content,
                classes=classification.codes()
                if classification
                else codes_of_visit(content, paper.questionnaire),
                linkage=self.linkage(paper) if card.level is Level.CASE else (),
            ),
        )
        revision = replace(revision, first=danger)
        if classification is None:
            return revision
        return replace(revision, why=why_of(classification.deciding, findings))

    def finalise_withdrawal(self, paper: Paper, reason: str) -> FinalisedRevision:
        """A revision without content that takes the record back."""
        card = paper.card
        return self._revision(
            paper,
            Record(
                kind=card.level,
                record_id=card.record_id,
                revision=card.revision,
                questionnaire=paper.questionnaire.digest,
                rules_version=RULES_VERSION,
                ancestors=card.ancestors,
                visit_id=card.visit_id if card.level is Level.CASE else None,
                withdrawn=reason,
            ),
        )

    def keep(self, change: Change, card: Card, finalised: FinalisedRevision, now_s: int) -> Card:
        """Puts the finalised revision into outbox and escrow, and gives the card that says so.

        The card is not put: the caller does, with its state.
        """
        change.put_entry(
            OutboxEntry(
                record_id=card.record_id,
                visit_id=card.visit_id,
                level=card.level,
                revision=finalised.record.revision,
                fingerprint=finalised.fingerprint,
                danger=finalised.first,
                finalised_s=now_s,
            ),
            finalised.canonical,
        )
        change.put_escrow(card.record_id, self._escrow(finalised.canonical, now_s))
        return replace(
            card,
            fingerprint=finalised.fingerprint,
            classes=joined_classes(finalised.record.classes, finalised.why)
            if card.level is Level.CASE
            else "",
            linkage=packed_linkage(finalised.record.linkage),
            changed_s=now_s,
        )

    def _revision(self, paper: Paper, record: Record) -> FinalisedRevision:
        canonical = encode_record(record, paper.questionnaire)
        return FinalisedRevision(record, canonical, fingerprint(canonical))

    def linkage(self, paper: Paper) -> tuple[LinkageCode, ...]:
        """The linkage codes of a case, in order; none of a person who did not agree to them."""
        asked = without_hidden(paper.questionnaire, paper.level, paper.answers, paper.visit_answers)
        kind = self.membership.organisation_list
        if not may_be_linked(paper.questionnaire, asked, kind):
            return ()
        identity = identity_of(
            paper.questionnaire, paper.answers, paper.visit_answers, visit_day(paper)
        )
        types = SENT[paper.reference.profile.linkage_codes]
        keys = newest_of(self.membership.keys_of_codes, self.told_keys())
        return tuple(
            code for number, key in keys for code in linkage_codes(identity, key, types, number)
        )

    def _escrow(self, canonical: bytes, now_s: int) -> bytes:
        """The revision as a parcel of its own: signed by this tablet, readable by the office."""
        return seal_parcel(
            [canonical],
            tablet_id=self.membership.tablet_id,
            tablet_keys=self.tablet_keys,
            programme_public=self.membership.programme_public,
            clock_s=now_s,
            random=self.random_bytes,
        ).data


def visit_day(paper: Paper) -> date:
    """The day of the interview; 1970-01-01 when the visit has no readable date."""
    return written_day(paper.measured("visit.date")) or date(1970, 1, 1)


def packed_linkage(codes: tuple[LinkageCode, ...]) -> bytes:
    """Linkage codes as a card keeps them: type byte and code, in a row."""
    return b"".join(bytes([code.type]) + code.code for code in codes)


def unpacked_linkage(packed: bytes) -> list[bytes]:
    """Type byte and code of each, ready to be compared."""
    return [packed[at : at + LINKAGE_STEP] for at in range(0, len(packed), LINKAGE_STEP)]


def next_revision(card: Card, now_s: int) -> Card:
    """The card of the draft that follows a finalised revision."""
    return replace(
        card,
        state=move(card.state, CaseState.DRAFT),
        revision=card.revision + 1,
        ancestors=(*card.ancestors, card.fingerprint),
        changed_s=now_s,
    )
