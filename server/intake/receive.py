"""Taking in a parcel: opened, validated, decided, stored with outcomes, answered with a receipt.

Owns idempotency: whatever the road, the number of times and the number of processes, a revision
gets one outcome, for ever. Validating happens before the transaction; all that is decided and
stored happens in one. Linking persons happens after it and cannot be seen from outside.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select, true

from server import notes
from server.db.engine import glancing, reading, transaction
from server.db.upsert import insert_new
from server.intake import held, write
from server.intake.decide import Arrival, decide, findings_to_answer, hold
from server.intake.model import QuarantinedParcel, VisitRecord
from server.intake.peppers import with_current_peppers
from server.intake.quota import DANGER_BEYOND, Quota, used_after
from server.intake.said import REVISION_OF_VISIT, OfVisit, answers_said
from server.intake.validate import Received, Validated, read_record, validate_records
from server.office import Office
from server.programme.keys import keys_of
from server.programme.linkage_keys import with_keys
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference import trials
from server.reference.in_force import (
    NEWEST,
    OFFERED,
    InForce,
    OfferedFirst,
    reference_of,
    take_into_use,
)
from server.staff import audit
from shared.answers import Value
from shared.identifiers import RecordId, TabletId
from shared.lifecycle import Outcome
from shared.questionnaire import Level
from shared.wire.keys import PublicKeys
from shared.wire.notes import Note, seal_notes
from shared.wire.parcels import OpenedParcel, open_parcel
from shared.wire.receipts import Receipt, RecordOutcome, Totals, seal_receipt
from shared.wire.records import Record, fingerprint

log = logging.getLogger("tally87.intake")

_NEWEST, _OFFERED = NEWEST.subquery(), OFFERED.subquery()
_PUBLIC_KEYS = (
    select(
        *(EnrolledTablet.public_keys, Organisation.source_list),
        *(_NEWEST.c.number, _NEWEST.c.content, _NEWEST.c.tried),
        *(_OFFERED.c.number.label("offered"), _OFFERED.c.content.label("offered_content")),
        *(_OFFERED.c.fetched, _OFFERED.c.has_said),
    )
    .join(Officer, Officer.number == EnrolledTablet.officer_number)
    .join(Organisation, Organisation.number == Officer.organisation_number)
    .join(_NEWEST, true(), isouter=True)
    .join(_OFFERED, true(), isouter=True)
    .where(EnrolledTablet.tablet_id == bindparam("tablet"))
)
"""With the kind of its organisation, the edition in force and the one that this tablet has before
the others: one question for all."""
ERASE_IDENTITIES = "erase_identities"
"""The order a revoked tablet gets."""
REVOKED = "tablet_revoked"
MOST_QUARANTINED = 200
"""Undecided parcels of one tablet: 50 MB at most, a year of an officer's work. A stolen tablet
cannot fill the disk."""


@dataclass(frozen=True)
class TakenIn:
    """What came of one parcel: the sealed receipt, and counts fit to be logged."""

    parcel_id: str
    tablet_id: str
    receipt: bytes
    outcomes: Mapping[str, int]
    is_quarantined: bool = False


def take_in(
    office: Office, data: bytes, signed_by: Callable[[TabletId], None] = lambda _: None
) -> TakenIn:
    """The receipt for a sealed parcel, given only after everything in it is stored durably.

    A revoked tablet's parcel is quarantined, sealed as it is, for a person to decide; its receipt
    has no outcomes and the order to erase identities.
    signed_by: told which tablet the parcel is of, after its signature was checked and before
    anything is done; what it raises ends the matter.
    Raises ParcelUnreadable, SignatureInvalid or QuotaUsedUp; nothing is stored then.
    """
    with glancing(office.engine) as connection:
        tablets = _Tablets(connection)
        parcel = open_parcel(
            data, programme_keys=keys_of(office).programme, tablet_public=tablets.public_keys
        )
    edition = take_into_use(office, tablets.newest)
    signed_by(parcel.tablet_id)
    validated = validate_all(office, parcel, tablets.kinds[parcel.tablet_id])
    now_s = office.now_s()
    outcomes, totals, orders, said = with_current_peppers(
        office, lambda: _stored(office, parcel, data, validated, now_s)
    )
    filled = [note for one in said if (note := with_keys(office, one)) is not None]
    words, to = counted(outcomes), tablets.public(parcel.tablet_id)
    log.info(
        "parcel_taken_in",
        extra={"parcel": parcel.parcel_id, "tablet": parcel.tablet_id, "outcomes": words},
    )
    receipt = Receipt(
        parcel.parcel_id,
        tuple(outcomes),
        totals,
        {"questionnaire": reference_of(office).questionnaire.digest}
        | _edition_of(tablets.offered, edition),
        now_s,
        orders,
        _sealed(office, filled, to) if filled else b"",
    )
    sealed = seal_receipt(
        receipt,
        programme_keys=keys_of(office).programme,
        tablet_public=to,
        random=office.random_bytes,
    )
    return TakenIn(parcel.parcel_id, parcel.tablet_id, sealed, words, bool(orders))


def _edition_of(offered: OfferedFirst | None, for_all: str) -> dict[str, str]:
    """What a receipt says of reference data. ``trial``: of this content the tablet is to say how it
    fares with it (shared.wire.answers)."""
    if offered is None:
        return {"reference": for_all} if for_all else {}
    asks = {} if offered.has_said else {"trial": offered.content}
    return {"reference": offered.version, **asks}


def _stored(
    office: Office, parcel: OpenedParcel, data: bytes, validated: list[Validated], now_s: int
) -> tuple[list[RecordOutcome], Totals, tuple[str, ...], list[Note]]:
    """Stores it in one transaction; outcomes, totals, orders and notes for the receipt."""
    with transaction(office.engine) as connection:
        # Taken first and for the whole transaction: parcels of one tablet go one after another,
        # and a revocation is either before or after this parcel, never in the middle.
        tablet = held.lock_tablet(connection, parcel.tablet_id, by_index=True)
        if tablet.revoked_at_s is not None:
            if parcel.records:
                danger = tells_of_danger(office, parcel)
                quarantine_parcel(connection, parcel, data, now_s, danger=danger)
            totals = Totals(tablet.total_count, tablet.total_digest)
            return [], totals, (ERASE_IDENTITIES,), []
        outcomes, totals = store_records(
            connection, office, parcel, tablet, validated, now_s, tablet.quota
        )
        notes.acknowledge(connection, parcel.tablet_id, parcel.acknowledged, now_s)
        notes.keep(connection, parcel.tablet_id, parcel.answers, office.today().isoformat())
        trials.hear(connection, parcel.tablet_id, parcel.answers)
        said = notes.outstanding(connection, parcel.tablet_id, now_s) if tablet.has_notes else []
        return outcomes, totals, (), said


def _sealed(office: Office, said: list[Note], tablet_public: PublicKeys) -> bytes:
    return seal_notes(
        said,
        programme_keys=keys_of(office).programme,
        tablet_public=tablet_public,
        random=office.random_bytes,
    )


class _Tablets:
    """Looks tablets up while a parcel is being opened."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.found: dict[TabletId, PublicKeys] = {}
        self.kinds: dict[TabletId, str] = {}
        """What kind of organisation a tablet is of: a code of the list source_lists."""
        self.newest: InForce | None = None
        """The edition in force when a tablet was looked up."""
        self.offered: OfferedFirst | None = None
        """The one that this tablet has before the others."""

    def public_keys(self, tablet_id: TabletId) -> PublicKeys | None:
        row = self.connection.execute(_PUBLIC_KEYS, {"tablet": tablet_id}).first()
        if row is None:
            return None
        self.newest = (
            None if row.number is None else InForce(row.number, row.content, row.tried or 0)
        )
        self.offered = None
        if row.offered is not None:
            told = row.offered, row.offered_content, row.fetched, bool(row.has_said)
            self.offered = OfferedFirst(*told)
        self.kinds[tablet_id] = row.source_list
        self.found[tablet_id] = PublicKeys.from_bytes(row.public_keys)
        return self.found[tablet_id]

    def public(self, tablet_id: TabletId) -> PublicKeys:
        return self.found[tablet_id]


def open_for(office: Office, data: bytes) -> OpenedParcel:
    """The parcel in these bytes, of any tablet that was ever enrolled. Raises as take_in does."""
    with reading(office.engine) as connection:
        return open_parcel(
            data,
            programme_keys=keys_of(office).programme,
            tablet_public=_Tablets(connection).public_keys,
        )


def kind_of_tablet(office: Office, tablet_id: TabletId) -> str:
    """What kind of organisation an enrolled tablet is of: a code of the list source_lists."""
    with glancing(office.engine) as connection:
        tablets = _Tablets(connection)
        tablets.public_keys(tablet_id)
    return tablets.kinds[tablet_id]


def tells_of_danger(office: Office, parcel: OpenedParcel) -> bool:
    """Whether a record of it tells of immediate danger."""
    reference = reference_of(office)
    readable = (read_record(one, reference) for one in parcel.unpacked)
    return any(one is not None and one.record.danger for one in readable)


def validate_all(office: Office, parcel: OpenedParcel, kind: str) -> list[Validated]:
    """The verdict on every record of a parcel, in its order; reads the visits they belong to.

    kind: of the organisation whose tablet sent it, a code of the list source_lists.
    """
    reference, received_on = reference_of(office), office.today()
    records = [read_record(one, reference) for one in parcel.unpacked]
    visits = _visit_contents(office, [one.record for one in records if one is not None])
    received = list(map(Received, parcel.records, records))
    return validate_records(received, reference, received_on, visits.get, kind)


def _visit_contents(
    office: Office, records: Iterable[Record]
) -> dict[RecordId, Mapping[str, Value]]:
    """What is known of the visits these cases belong to: from the parcel, else from the tables."""
    records = list(records)
    visits: dict[RecordId, Mapping[str, Value]] = {
        record.record_id: record.content for record in records if record.kind is Level.VISIT
    }
    elsewhere = {
        record.visit_id for record in records if record.visit_id and record.visit_id not in visits
    }
    if elsewhere:
        query = (
            select(VisitRecord.record_id, VisitRecord.content, OfVisit.canonical)
            .outerjoin(OfVisit, REVISION_OF_VISIT)
            .where(VisitRecord.record_id.in_(sorted(elsewhere)))
        )
        reference = reference_of(office)
        with reading(office.engine) as connection:
            for record_id, content, canonical in connection.execute(query):
                visits[RecordId(record_id)] = answers_said(reference, content, canonical)
    return visits


def store_records(
    connection: Connection,
    office: Office,
    parcel: OpenedParcel,
    tablet: held.LockedTablet,
    validated: list[Validated],
    now_s: int,
    quota: Quota | None,
) -> tuple[list[RecordOutcome], Totals]:
    """Decides and stores what was validated; the outcome of every record, and the new totals.

    quota: None for what a person decided to take in. Raises QuotaUsedUp.
    """
    arrived = held.lock_histories(connection, parcel, validated, tablet.officer_number, now_s)
    page = write.ParcelRows(office, parcel, tablet, arrived, now_s)
    outcomes = []
    for verdict in validated:
        if verdict.record is None:
            page.unreadable(verdict)
            outcomes.append(RecordOutcome(Outcome.REJECTED, verdict.findings))
            continue
        record, history = verdict.record, arrived.histories[verdict.record.record_id]
        arrival = Arrival(
            tablet.officer_number,
            record.kind.value,
            record.revision,
            verdict.fingerprint,
            record.ancestors,
            verdict.is_sound,
            record.withdrawn,
        )
        decision = decide(history, arrival)
        answered = findings_to_answer(decision, verdict.findings)
        outcomes.append(RecordOutcome(decision.outcome, answered))
        page.write(decision, verdict, history)
        hold(history, arrival, decision, verdict.findings, tablet.tablet_id)
    used = tablet.used
    if quota is not None:
        used = used_after(quota, used, now_s, *page.brings(connection, quota))
    totals, writes = page.flush(connection)
    if page.conflict_count and arrived.is_first:
        audit.enter(
            connection,
            now_s,
            f"tablet {parcel.tablet_id}",
            "conflict_set_aside",
            {"parcel": parcel.parcel_id, "records": page.conflict_count},
        )
    write.note_contact(writes, office, tablet, totals, used, parcel.clock_s, now_s)
    return outcomes, totals


def quarantine_parcel(
    connection: Connection,
    parcel: OpenedParcel,
    data: bytes,
    now_s: int,
    most: int = MOST_QUARANTINED,
    danger: bool = False,
) -> None:
    """Sets a parcel aside: the same records once, and of one tablet at most so many at a time.

    Beyond that nothing is kept, and nothing is lost: without an outcome the tablet keeps it. With
    immediate danger the limit is as far beyond as that of a tablet's quota.
    """
    most *= DANGER_BEYOND if danger else 1
    ours = QuarantinedParcel.tablet_id == parcel.tablet_id
    undecided = select(func.count()).where(ours, QuarantinedParcel.decided_at_s.is_(None))
    if (connection.scalar(undecided) or 0) >= most:
        return
    added = insert_new(
        connection,
        QuarantinedParcel,
        [
            {
                "parcel_id": parcel.parcel_id,
                "tablet_id": parcel.tablet_id,
                "received_at_s": now_s,
                "reason": REVOKED,
                "data": data,
                "contents": _contents(parcel),
                "record_count": len(parcel.records),
                "danger": danger,
                "made_at_s": parcel.clock_s,
            }
        ],
    )
    if added:
        audit.enter(
            connection,
            now_s,
            f"tablet {parcel.tablet_id}",
            "parcel_set_aside",
            {"parcel": parcel.parcel_id, "reason": REVOKED},
        )


def _contents(parcel: OpenedParcel) -> str:
    marks = "".join(sorted(map(fingerprint, parcel.records)))
    return hashlib.sha256(marks.encode("ascii")).hexdigest()[:32]


def counted(outcomes: Iterable[RecordOutcome]) -> dict[str, int]:
    """How many records got which outcome."""
    words: dict[str, int] = {}
    for outcome in outcomes:
        words[outcome.word.value] = words.get(outcome.word.value, 0) + 1
    return words
