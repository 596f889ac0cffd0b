"""Questions of stewards about one answer of a record, put to the officer by a code.

Nothing of what was answered is said, neither here nor on the way: the officer has the record. The
tablet answers by a code with its next parcel; a steward looks and says that it is settled. It is
over, too, for as long as its record is withdrawn: the tablet asks nobody then, and shows it again
when the withdrawal is undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from server import notes
from server.db.engine import transaction
from server.db.paging import Key, Orders, read_slice
from server.intake.consent import EMPTY
from server.intake.model import RecordRevision
from server.intake.within import brought_within
from server.notes.model import TabletAnswer
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference.in_force import reference_of
from server.reference.reach import EVERYTHING, Reach
from server.staff import audit
from server.stewardship.model import AnswerQuery
from shared.errors import RecordUnreadable
from shared.identifiers import RecordId
from shared.questionnaire import Question
from shared.reference import Reference
from shared.wire.note_kinds import AnswerQueried, AssignmentWord, QueryReason
from shared.wire.records import decode_record

MOST_OF_A_TABLET = 50
"""Open at once: more is a conversation, not a list of codes."""
NOTE_TERM_DAYS = 180
OPEN = Orders({"asked": Key((AnswerQuery.number,))}, usual="asked")
SETTLED = Orders(OPEN.keys, usual="-asked")
"""What the lists can be sorted by."""


@dataclass(frozen=True)
class AskedAnswer:
    """A line of the list. questionnaire: the digest of the one that knows the question. answer,
    answered_on: what the officer answered and the day it came, None before. settled_s: None until
    a steward said that it is. withdrawn: its record is. Moments in seconds since 1970."""

    number: int
    record_id: str
    question: str
    questionnaire: str
    reason: str
    officer: str
    organisation: str
    asked_by: str
    asked_s: int
    settled_s: int | None
    answer: str | None
    answered_on: str | None
    withdrawn: bool


class AskedAnswers(NamedTuple):
    """A part of the list. following: where the next part begins; None at the end."""

    lines: tuple[AskedAnswer, ...]
    following: str | None


def questions_of(
    connection: Connection, reference: Reference, record_id: str, reach: Reach = EVERYTHING
) -> list[Question]:
    """The questions of a record that can be asked about: those with an answer the office has. None
    for a record that is unknown, rejected, taken back, unreadable or out of reach."""
    row = _newest(connection, record_id, reach)
    if row is None or row.canonical is None or bytes(row.canonical) == EMPTY or row.withdrawn:
        return []
    try:
        record = decode_record(bytes(row.canonical), reference.questionnaire_by_digest)
    except RecordUnreadable:
        return []
    questionnaire = reference.questionnaire_by_digest(record.questionnaire)
    known = questionnaire.questions if questionnaire is not None else {}
    return [known[name] for name in record.content if name in known and known[name].takes_answer]


def ask(
    office: Office,
    record_id: str,
    question: str,
    reason: str,
    actor: str,
    reach: Reach = EVERYTHING,
) -> None:
    """Asks the officer whose tablet sent the record about one answer. Raises NotPossible."""
    why = _reason(reason)
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        asked = questions_of(connection, reference_of(office), record_id, reach)
        if question not in {one.name for one in asked}:
            raise NotPossible("There is no such answer to ask about.", "query_nothing")
        newest = _newest(connection, record_id, reach)
        assert newest is not None, "its questions were read just now"
        revoked = select(EnrolledTablet.revoked_at_s).where(
            EnrolledTablet.tablet_id == newest.tablet_id
        )
        if connection.scalar(revoked) is not None:
            raise NotPossible("Its tablet is signed out.", "query_nobody")
        mine = (AnswerQuery.tablet_id == newest.tablet_id, _IS_OPEN)
        if (connection.scalar(select(func.count()).where(*mine)) or 0) >= MOST_OF_A_TABLET:
            raise NotPossible("Too many questions are open at this tablet.", "query_many")
        same = (AnswerQuery.record_id == record_id, AnswerQuery.question == question, _IS_OPEN)
        if connection.scalar(select(func.count()).where(*same)):
            raise NotPossible("That was asked already.", "query_asked")
        query_id = office.random_bytes(8).hex()
        connection.execute(
            insert(AnswerQuery).values(
                query_id=query_id,
                record_id=record_id,
                tablet_id=newest.tablet_id,
                question=question,
                questionnaire=newest.questionnaire,
                reason=why.value,
                asked_by=actor,
                asked_at_s=now_s,
            )
        )
        said = AnswerQueried(query_id, AssignmentWord.ASKED, RecordId(record_id), question, why)
        _tell(connection, office, newest.tablet_id, said)
        details = {"record": record_id, "question": question, "reason": why.value}
        audit.enter(connection, now_s, actor, "answer_queried", details)


def settle(office: Office, number: int, actor: str, reach: Reach = EVERYTHING) -> None:
    """Says that a question is settled: it leaves the tablet. Raises NotPossible."""
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        row = connection.execute(
            select(AnswerQuery.__table__).where(AnswerQuery.number == number, *_within(reach))
        ).first()
        if row is None:
            raise NotPossible("There is no such question. Nothing was changed.", "query_gone")
        done = connection.execute(
            update(AnswerQuery)
            .where(AnswerQuery.number == number, AnswerQuery.settled_at_s.is_(None))
            .values(settled_by=actor, settled_at_s=now_s)
        )
        if not done.rowcount:
            raise NotPossible("It was settled already. Nothing was changed.", "query_gone")
        said = AnswerQueried(
            *(row.query_id, AssignmentWord.OVER, RecordId(row.record_id), row.question),
            QueryReason(row.reason),
        )
        _tell(connection, office, row.tablet_id, said)
        audit.enter(connection, now_s, actor, "answer_settled", {"query": number})


def listed(
    connection: Connection,
    after: str,
    most: int,
    *,
    settled: bool = False,
    reach: Reach = EVERYTHING,
    order: str = "",
) -> AskedAnswers:
    """Questions that are open, the oldest first, or that are over, the newest first, unless order
    (of OPEN) says otherwise; reach: of whoever looks.

    Raises NoSuchPlace.
    """
    query = (
        select(
            AnswerQuery.number,
            AnswerQuery.record_id,
            AnswerQuery.question,
            AnswerQuery.questionnaire,
            AnswerQuery.reason,
            Officer.code,
            Organisation.code,
            AnswerQuery.asked_by,
            AnswerQuery.asked_at_s,
            AnswerQuery.settled_at_s,
            TabletAnswer.code,
            TabletAnswer.arrived_on,
            _IS_WITHDRAWN,
        )
        .outerjoin(TabletAnswer, _IS_ANSWERED)
        .join(EnrolledTablet, EnrolledTablet.tablet_id == AnswerQuery.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
    )
    query = query.where(~_IS_OPEN if settled else _IS_OPEN, *_within(reach))
    key = (SETTLED if settled else OPEN).key(order)
    found = read_slice(connection, query, key, after, most)
    return AskedAnswers(tuple(AskedAnswer(*row[:13]) for row in found.rows), found.following)


def answered(connection: Connection, reach: Reach = EVERYTHING) -> int:
    """How many open questions were answered and wait for a steward."""
    counted = (
        select(func.count())
        .select_from(AnswerQuery)
        .join(TabletAnswer, _IS_ANSWERED)
        .where(_IS_OPEN, *_within(reach))
    )
    return connection.scalar(counted) or 0


_Newest, _Later = aliased(RecordRevision), aliased(RecordRevision)
_IS_WITHDRAWN = exists().where(
    _Newest.record_id == AnswerQuery.record_id,
    # Not as "accepted": SQLite would go through all of those there are, by the index of outcomes.
    _Newest.outcome != "rejected",
    _Newest.withdrawn.is_not(None),
    ~exists().where(
        _Later.record_id == _Newest.record_id,
        _Later.outcome != "rejected",
        _Later.revision > _Newest.revision,
    ),
)
_IS_OPEN = and_(AnswerQuery.settled_at_s.is_(None), ~_IS_WITHDRAWN)
_IS_ANSWERED = and_(
    TabletAnswer.tablet_id == AnswerQuery.tablet_id, TabletAnswer.about == AnswerQuery.query_id
)


def _within(reach: Reach) -> list[ColumnElement[bool]]:
    return brought_within(reach, AnswerQuery.record_id, AnswerQuery.tablet_id)


def _newest(
    connection: Connection, record_id: str, reach: Reach = EVERYTHING
) -> RecordRevision | None:
    return connection.execute(
        select(RecordRevision.__table__)
        .where(RecordRevision.record_id == record_id, RecordRevision.outcome == "accepted")
        .where(*brought_within(reach, RecordRevision.record_id, RecordRevision.tablet_id))
        .order_by(RecordRevision.revision.desc())
        .limit(1)
    ).first()  # type: ignore[return-value]


def _reason(reason: str) -> QueryReason:
    try:
        return QueryReason(reason)
    except ValueError:
        raise NotPossible("Choose why you ask.", "query_nothing") from None


def _tell(connection: Connection, office: Office, tablet_id: str, said: AnswerQueried) -> None:
    revoked = select(EnrolledTablet.revoked_at_s).where(EnrolledTablet.tablet_id == tablet_id)
    if connection.scalar(revoked) is None:
        notes.say(
            connection,
            office.random_bytes,
            tablet_id,
            said,
            subject="",
            now_s=office.now_s(),
            term_days=NOTE_TERM_DAYS,
        )
