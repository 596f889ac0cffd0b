"""A person decides about a revision in conflict: it is left, or taken in the place of what is held.

Nothing is overwritten. What is displaced goes where the conflict was, whole, so that a decision can
be taken back; immediate danger stays said in either place. The same bytes get the answer that fits
from then on, the totals of the tablets follow, and a note tells each tablet what became of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from server import notes
from server.db.engine import transaction
from server.db.locks import Lock, hold
from server.db.upsert import upsert
from server.intake import code_book
from server.intake.consent import EMPTY, is_withdrawn
from server.intake.decide import ConflictReason
from server.intake.held import lock_tablet
from server.intake.model import Conflict, RecordHead, RecordRevision
from server.intake.reclassify import keep_all_in_step
from server.intake.standing import stand_again, take_codes
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.model import EnrolledTablet
from server.reference.in_force import reference_of
from server.staff import audit
from shared.errors import RecordUnreadable
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import CONSENT_WITHDRAWN
from shared.wire.note_kinds import ConflictDecided, ConflictDecision
from shared.wire.receipts import Totals
from shared.wire.records import Record, decode_record

TAKEN, LEFT = ConflictDecision.TAKEN.value, ConflictDecision.LEFT.value
NOTE_TERM_DAYS = 365
_HELD_AS = ("questionnaire", "rules_version", "outcome", "findings", "withdrawn")
_DECIDED = ("reason", "decided_at_s", "decision", "decided_by")
_ARRIVED = ("record_id", "revision", "fingerprint", "tablet_id", "parcel_id", "received_at_s")


def leave(office: Office, number: int, actor: str) -> None:
    """What is held stays; the conflict is kept and waits no more. Raises NotPossible."""
    with transaction(office.engine) as connection:
        conflict = _open(connection, number)
        _decided(connection, office, conflict, LEFT, actor)
        _tell(connection, office, [conflict], ConflictDecision.LEFT)
        _audit(connection, office, conflict, "conflict_left", actor)


def take(office: Office, number: int, actor: str) -> None:
    """The conflict stands from now on, with its linkage codes; what is held of its number or above
    takes its place among the conflicts. Raises NotPossible."""
    with transaction(office.engine) as connection:
        hold(connection, Lock.PEPPERS)
        with _locked(connection, _open(connection, number)) as level:
            # Read when nobody else writes it: consent may have been withdrawn while this waited.
            conflict = _open(connection, number)
            record = _read(office, conflict)
            why = why_not_taken(connection, conflict, record)
            if why or record is None:
                raise NotPossible("This revision cannot be taken. Nothing was changed.", why)
            displaced = _held_from(connection, conflict.record_id, conflict.revision)
            stood = code_book.kept_of(connection, conflict.record_id)
            _move_out(connection, office, displaced, conflict.number, actor)
            _move_in(connection, conflict, record)
            take_codes(connection, office, conflict.record_id, conflict.codes)
            _keep_codes(connection, conflict.number, stood)
            _decided(connection, office, conflict, TAKEN, actor)
            stand_again(connection, office, conflict.record_id, level)
        _tell(connection, office, [conflict], ConflictDecision.TAKEN)
        _tell(connection, office, displaced, ConflictDecision.LEFT)
        _audit(connection, office, conflict, "conflict_taken", actor)


def take_back(office: Office, number: int, actor: str) -> None:
    """What was decided about a conflict holds no more: it waits again. Raises NotPossible."""
    with transaction(office.engine) as connection:
        hold(connection, Lock.PEPPERS)
        conflict = _row(connection, number)
        if conflict.decided_at_s is None or conflict.reason == ConflictReason.DISPLACED.value:
            raise NotPossible("Nothing was decided here. Nothing was changed.", "conflict_open")
        told = [(ConflictDecision.OPEN, [conflict])]
        if conflict.decision == TAKEN:
            with _locked(connection, conflict) as level:
                displaced = _displaced_by(connection, conflict)
                _must_be_newest(connection, conflict, displaced)
                own = code_book.kept_of(connection, conflict.record_id)
                _move_back(connection, conflict, displaced)
                take_codes(connection, office, conflict.record_id, _stood(conflict, displaced))
                _keep_codes(connection, conflict.number, own)
                stand_again(connection, office, conflict.record_id, level)
            told.append((ConflictDecision.TAKEN, list(displaced)))
        reopened = connection.execute(
            update(Conflict)
            .where(Conflict.number == number, Conflict.decided_at_s.is_not(None))
            .values(decided_at_s=None, decision=None, decided_by=None)
        )
        if not reopened.rowcount:
            raise NotPossible("It was changed just now. Look at it again.", "conflict_changed")
        for decision, revisions in told:
            _tell(connection, office, revisions, decision)
        _audit(connection, office, conflict, "conflict_reopened", actor)


def why_not_taken(connection: Connection, conflict: Row[Any], record: Record | None) -> str:
    """Why nobody can take this revision: a word of ``problem.*`` in server.po; "" when they can.

    record: what it says; None where its answers are not kept.
    """
    if conflict.reason == ConflictReason.OTHER_OWNER.value:
        return "conflict_of_another"
    if conflict.reason == ConflictReason.DISPLACED.value:
        return "conflict_displaced"
    if record is None:
        return "conflict_without_content"
    # One of a tablet that is put aside empties nothing yet: nothing may take its place meanwhile.
    if record.withdrawn != CONSENT_WITHDRAWN and is_withdrawn(connection, conflict.record_id):
        return "conflict_consent"
    return ""


def _read(office: Office, conflict: Row[Any]) -> Record | None:
    if conflict.canonical in (None, EMPTY):
        return None
    try:
        return decode_record(conflict.canonical, reference_of(office).questionnaire_by_digest)
    except RecordUnreadable:
        return None  # its questionnaire went with a folder, before editions were kept


@contextmanager
def _locked(connection: Connection, conflict: Row[Any]) -> Iterator[str]:
    """While it is open nobody else writes the record, whose level it gives; the totals of its
    tablets are set right when it ends. Tablets first, then visits, then the record: the order of
    intake, which may bring the record from a tablet nobody has locked."""
    tablets = _tablets_of(connection, conflict.record_id)
    for tablet_id in sorted(tablets):
        lock_tablet(connection, tablet_id)
    keep_all_in_step(connection)
    level = connection.execute(
        select(RecordHead.kind)
        .where(RecordHead.record_id == conflict.record_id)
        .with_for_update(key_share=True)
    ).scalar_one()
    if _tablets_of(connection, conflict.record_id) - tablets:
        raise NotPossible("It was changed just now. Look at it again.", "conflict_changed")
    before = _newest_of_each(connection, conflict.record_id)
    yield level
    after = _newest_of_each(connection, conflict.record_id)
    _set_totals(connection, conflict.record_id, before, after)


def _tablets_of(connection: Connection, record_id: str) -> set[str]:
    held = select(RecordRevision.tablet_id).where(RecordRevision.record_id == record_id)
    waiting = select(Conflict.tablet_id).where(Conflict.record_id == record_id)
    return {*connection.scalars(held), *connection.scalars(waiting)}


def _newest_of_each(connection: Connection, record_id: str) -> dict[str, tuple[int, str]]:
    """The newest accepted revision each tablet sent of a record: its number and fingerprint."""
    rows = connection.execute(
        select(RecordRevision.tablet_id, RecordRevision.revision, RecordRevision.fingerprint)
        .where(RecordRevision.record_id == record_id, RecordRevision.outcome == "accepted")
        .order_by(RecordRevision.revision)
    )
    return {tablet_id: (revision, mark) for tablet_id, revision, mark in rows}


def _set_totals(
    connection: Connection,
    record_id: str,
    before: Mapping[str, tuple[int, str]],
    after: Mapping[str, tuple[int, str]],
) -> None:
    for tablet_id in sorted(before.keys() | after.keys()):
        tablet = lock_tablet(connection, tablet_id)
        totals = Totals(tablet.total_count, tablet.total_digest)
        if tablet_id in before:
            revision, mark = before[tablet_id]
            totals = totals.minus(RecordId(record_id), revision, Fingerprint(mark))
        if tablet_id in after:
            revision, mark = after[tablet_id]
            totals = totals.plus(RecordId(record_id), revision, Fingerprint(mark))
        connection.execute(
            update(EnrolledTablet)
            .where(EnrolledTablet.tablet_id == tablet_id)
            .values(total_count=totals.count, total_digest=totals.digest)
        )


def _row(connection: Connection, number: int) -> Row[Any]:
    found = connection.execute(select(Conflict.__table__).where(Conflict.number == number)).first()
    if found is None:
        raise NotPossible("There is no such conflict.", "conflict_gone")
    return found


def _open(connection: Connection, number: int) -> Row[Any]:
    conflict = _row(connection, number)
    if conflict.decided_at_s is not None:
        raise NotPossible("It was decided already. Nothing was changed.", "conflict_gone")
    return conflict


def _held_from(connection: Connection, record_id: str, revision: int) -> list[Row[Any]]:
    return list(
        connection.execute(
            select(RecordRevision.__table__)
            .where(RecordRevision.record_id == record_id, RecordRevision.revision >= revision)
            .order_by(RecordRevision.revision)
        )
    )


def _displaced_by(connection: Connection, conflict: Row[Any]) -> list[Row[Any]]:
    ours = Conflict.displaced_by == conflict.number
    return list(connection.execute(select(Conflict.__table__).where(ours)))


def _move_out(
    connection: Connection, office: Office, held: Sequence[Row[Any]], by: int, actor: str
) -> None:
    accepted = [one.number for one in held if one.outcome == "accepted"]
    taken = _decisions_that_stood(connection, held)
    rows = [
        {name: getattr(one, name) for name in _ARRIVED}
        | {
            "codes": _codes_of(connection, one, taken, is_newest=accepted[-1:] == [one.number]),
            "reason": ConflictReason.DISPLACED.value,
            "canonical": one.canonical,
            "danger": one.danger,
            "decided_at_s": office.now_s(),
            "decision": LEFT,
            "decided_by": actor,
            "displaced_by": by,
            "held_as": {name: getattr(one, name) for name in _HELD_AS}
            | {
                "ancestors": bytes(one.ancestors).hex(),
                "taken": _decision(taken.get(one.fingerprint)),
            },
        }
        for one in held
    ]
    upsert(connection, Conflict, ("record_id", "revision", "fingerprint"), rows)
    numbers = [one.number for one in held]
    connection.execute(delete(RecordRevision).where(RecordRevision.number.in_(numbers)))


def _decisions_that_stood(connection: Connection, held: Sequence[Row[Any]]) -> dict[str, Row[Any]]:
    """Of what is held, by fingerprint, what was a conflict and had been taken: its decision is to
    stand again when it does."""
    if not held:
        return {}
    taken = (Conflict.record_id == held[0].record_id, Conflict.decision == TAKEN)
    rows = connection.execute(select(Conflict.__table__).where(*taken))
    return {one.fingerprint: one for one in rows}


def _decision(taken: Row[Any] | None) -> dict[str, Any] | None:
    return None if taken is None else {name: getattr(taken, name) for name in _DECIDED}


def _codes_of(
    connection: Connection, held: Row[Any], taken: Mapping[str, Row[Any]], *, is_newest: bool
) -> list[int] | None:
    if held.fingerprint in taken:
        before: list[int] | None = taken[held.fingerprint].codes
        return before  # of what stood before it, as long as it stands
    return code_book.kept_of(connection, held.record_id) if is_newest else None


def _stood(conflict: Row[Any], displaced: Iterable[Row[Any]]) -> list[int] | None:
    """The codes of what stood before this conflict was taken. One that an earlier version of this
    program took has its own, and what it displaced those that stood."""
    first_held = [one for one in displaced if not one.held_as.get("taken")]
    codes: list[int] | None = conflict.codes
    return next((one.codes for one in first_held if one.codes is not None), codes)


def _keep_codes(connection: Connection, number: int, codes: list[int]) -> None:
    """With what was emptied, because consent was withdrawn, none are kept."""
    connection.execute(
        update(Conflict)
        .where(Conflict.number == number, Conflict.canonical.is_not(None))
        .values(codes=codes)
    )


def _move_in(connection: Connection, conflict: Row[Any], record: Record) -> None:
    connection.execute(
        insert(RecordRevision).values(
            {name: getattr(conflict, name) for name in _ARRIVED}
            | {
                "ancestors": b"".join(map(bytes.fromhex, record.ancestors)),
                "questionnaire": record.questionnaire,
                "rules_version": record.rules_version,
                "outcome": "accepted",
                "findings": [],
                "withdrawn": record.withdrawn,
                "danger": conflict.danger,
                "canonical": bytes(conflict.canonical),
            }
        )
    )


def _must_be_newest(
    connection: Connection, conflict: Row[Any], displaced: Iterable[Row[Any]]
) -> None:
    held = _held_from(connection, conflict.record_id, conflict.revision)
    if [one.fingerprint for one in held] != [conflict.fingerprint]:
        raise NotPossible(
            "A later revision came since it was decided. Nothing was changed.", "conflict_followed"
        )
    emptied = (held[0].canonical, *(one.canonical for one in displaced if _was_sound(one)))
    if held[0].withdrawn == CONSENT_WITHDRAWN or any(one in (None, EMPTY) for one in emptied):
        raise NotPossible(
            "Consent was withdrawn: the earlier answers are gone for good.", "conflict_emptied"
        )


def _was_sound(displaced: Row[Any]) -> bool:
    return bool(displaced.held_as["outcome"] == "accepted")


def _move_back(connection: Connection, conflict: Row[Any], displaced: Iterable[Row[Any]]) -> None:
    connection.execute(
        delete(RecordRevision).where(
            RecordRevision.record_id == conflict.record_id,
            RecordRevision.revision == conflict.revision,
            RecordRevision.fingerprint == conflict.fingerprint,
        )
    )
    for one in displaced:
        connection.execute(
            insert(RecordRevision).values(
                {name: getattr(one, name) for name in _ARRIVED}
                | {name: one.held_as[name] for name in _HELD_AS}
                | {
                    "ancestors": bytes.fromhex(one.held_as["ancestors"]),
                    "danger": one.danger,
                    "canonical": one.canonical,
                }
            )
        )
        if one.held_as.get("taken"):
            connection.execute(
                update(Conflict)
                .where(Conflict.number == one.number)
                .values(one.held_as["taken"] | {"displaced_by": None, "held_as": None})
            )
    connection.execute(delete(Conflict).where(Conflict.displaced_by == conflict.number))


def _decided(
    connection: Connection, office: Office, conflict: Row[Any], decision: str, actor: str
) -> None:
    done = connection.execute(
        update(Conflict)
        .where(Conflict.number == conflict.number, Conflict.decided_at_s.is_(None))
        .values(decided_at_s=office.now_s(), decision=decision, decided_by=actor)
    )
    if not done.rowcount:
        raise NotPossible("It was decided just now. Nothing was changed.", "conflict_gone")


def _tell(
    connection: Connection, office: Office, revisions: Iterable[Row[Any]], word: ConflictDecision
) -> None:
    """Says to the tablet of each what became of it; a tablet that was signed out hears nothing."""
    now_s = office.now_s()
    for one in revisions:
        revoked = select(EnrolledTablet.revoked_at_s).where(
            EnrolledTablet.tablet_id == one.tablet_id
        )
        if connection.scalar(revoked) is not None:
            continue
        notes.say(
            connection,
            office.random_bytes,
            one.tablet_id,
            ConflictDecided(
                RecordId(one.record_id), one.revision, Fingerprint(one.fingerprint), now_s, word
            ),
            subject="",
            now_s=now_s,
            term_days=NOTE_TERM_DAYS,
        )


def _audit(
    connection: Connection, office: Office, conflict: Row[Any], what: str, actor: str
) -> None:
    details = {"conflict": conflict.number, "record": conflict.record_id}
    audit.enter(connection, office.now_s(), actor, what, details)
