"""Cases that may be one person: listed, looked at, and decided by people of the office.

Nobody outside the office learns of them, by answer, total or note. A list shows numbers only. A
look shows what is coarse, never an id of a record, an officer or a district, and stands in the
audit log. Keeping two apart needs one person; making them one needs two: the second confirms what
the first proposed. Either is taken back by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, select, update
from sqlalchemy.orm import aliased

from server.db.engine import reading, transaction
from server.db.paging import Key, Orders, read_slice
from server.intake import codes
from server.intake.model import CaseRecord, VisitRecord
from server.office import Office
from server.programme.model import Organisation
from server.register import decide
from server.register.decide import NoSuchPair
from server.register.model import DecidedSame, KeptApart, PossiblePair
from server.register.score import probability
from server.staff import accounts, audit

MOST_LISTED = 200


class PairState(StrEnum):
    """What people have said of a pair so far."""

    OPEN = "open"
    PROPOSED = "proposed"
    """One person says it is one person; another has to confirm it."""
    SAME = "same"
    APART = "apart"


@dataclass(frozen=True)
class ListedPair:
    """One pair as a list shows it. likely: probability in whole percent. found_s: since 1970."""

    number: int
    likely: int
    state: PairState
    proposed_by: str
    found_s: int


@dataclass(frozen=True)
class PairSide:
    """What is shown of one of the two cases. year: of the visit; area: its first part only."""

    sex: str
    age_band: str
    year: str
    area: str
    list_kind: str


@dataclass(frozen=True)
class PairLook:
    """A pair as a steward sees it. agreeing: how many kinds of code agree."""

    listed: ListedPair
    sides: tuple[PairSide, PairSide]
    agreeing: int


def listed(office: Office, most: int = MOST_LISTED, decided: bool = False) -> list[ListedPair]:
    """The likeliest first. decided: those that were decided, in place of those that wait."""
    with reading(office.engine) as connection:
        found = connection.execute(_pairs().order_by(PossiblePair.score.desc()))
        told = [_listed(row) for row in found]
    done = (PairState.SAME, PairState.APART)
    return [one for one in told if (one.state in done) is decided][:most]


class PairLines(NamedTuple):
    """A part of the list of pairs. following: where the next part begins; None at the end."""

    lines: tuple[ListedPair, ...]
    following: str | None


ORDERS = Orders(
    {
        "likely": Key((PossiblePair.score, PossiblePair.number)),
        "number": Key((PossiblePair.number,)),
    },
    usual="-likely",
)
"""What the list of pairs can be sorted by."""


def part(
    connection: Connection, after: str, most: int, state: PairState | None, order: str = ""
) -> PairLines:
    """Pairs of that state, in one of ORDERS; None for all that wait, proposed ones included.

    Raises NoSuchPlace.
    """
    is_apart, is_decided = _is_apart().exists(), DecidedSame.confirmed_by.is_not(None)
    query = _pairs()
    if state is PairState.APART:
        query = query.where(is_apart, _among_those_of(KeptApart))
    elif state is PairState.SAME:
        query = query.where(~is_apart, is_decided, _among_those_of(DecidedSame))
    elif state is PairState.PROPOSED:
        query = query.where(~is_apart, ~is_decided, _among_those_of(DecidedSame))
    else:
        query = query.where(~is_apart, ~is_decided)
    found = read_slice(connection, query, ORDERS.key(order), after, most)
    return PairLines(tuple(_listed(row) for row in found.rows), found.following)


def look(office: Office, number: int, by: str) -> PairLook:
    """What may be seen of a pair; who looked is noted. Raises NoSuchPair, NotASteward."""
    with transaction(office.engine) as connection:
        accounts.must_be_steward(connection, by)
        row = _row(connection, number)
        sides = (side_of(connection, row.first_id), side_of(connection, row.second_id))
        audit.enter(connection, office.now_s(), by, "possible_pair_seen", {"pair": number})
    agreeing = len(row.code_types.split(",")) if row.code_types else 0
    return PairLook(_listed(row), sides, agreeing)


def keep_apart(office: Office, number: int, by: str) -> None:
    """They are different persons. Raises NoSuchPair, NotASteward."""
    with reading(office.engine) as connection:
        accounts.must_be_steward(connection, by)
        row = _row(connection, number)
    if _listed(row).state is PairState.SAME:
        raise NoSuchPair(
            "They were decided to be one person: take that back first.", "pair_decided"
        )
    if _listed(row).state is PairState.APART:
        raise NoSuchPair("They are kept apart already. Nothing was changed.", "pair_decided")
    decide.keep_apart(office, row.first_id, row.second_id, by)


def same(office: Office, number: int, by: str) -> PairState:
    """They are one person: proposed, or confirmed when somebody else proposed it; which.

    Raises NoSuchPair, NotASteward.
    """
    with transaction(office.engine) as connection:
        accounts.must_be_steward(connection, by)
        row = _row(connection, number)
        state, now_s = _listed(row).state, office.now_s()
        if state in (PairState.SAME, PairState.APART):
            raise NoSuchPair("It is decided already. Nothing was changed.", "pair_decided")
        if row.proposed_by == by:
            raise NoSuchPair("You proposed it: somebody else has to confirm it.", "pair_own")
        pair = {"first_id": row.first_id, "second_id": row.second_id}
        if state is PairState.OPEN:
            said = insert(DecidedSame).values(**pair, proposed_by=by, proposed_at_s=now_s)
            connection.execute(said)
            state, what = PairState.PROPOSED, "persons_same_proposed"
        else:
            confirmed = update(DecidedSame).where(DecidedSame.number == row.decision)
            connection.execute(confirmed.values(confirmed_by=by, confirmed_at_s=now_s))
            codes.queue_cases(connection, [row.first_id, row.second_id], now_s)
            state, what = PairState.SAME, "persons_same_confirmed"
        audit.enter(connection, now_s, by, what, {"pair": number})
    return state


def take_back(office: Office, number: int, by: str) -> None:
    """What was decided or proposed about a pair holds no more. Raises NoSuchPair, NotASteward."""
    with reading(office.engine) as connection:
        accounts.must_be_steward(connection, by)
        row = _row(connection, number)
    if _listed(row).state is PairState.APART:
        decide.take_back(office, row.first_id, row.second_id, by)
        return
    with transaction(office.engine) as connection:
        ended = connection.execute(
            update(DecidedSame)
            .where(DecidedSame.number == row.decision, DecidedSame.taken_back_at_s.is_(None))
            .values(taken_back_at_s=office.now_s())
            .returning(DecidedSame.number)
        ).all()
        if not ended:
            raise NoSuchPair(
                "Nothing was decided about this pair. Nothing was changed.", "pair_undecided"
            )
        codes.queue_cases(connection, [row.first_id, row.second_id], office.now_s())
        audit.enter(connection, office.now_s(), by, "persons_same_taken_back", {"pair": number})


def _pairs() -> Any:
    """Pairs that may be one person now, and those somebody decided about, whatever they are now."""
    here = (DecidedSame.first_id, DecidedSame.second_id)
    ours = (PossiblePair.first_id, PossiblePair.second_id)
    return (
        select(
            PossiblePair.number,
            PossiblePair.first_id,
            PossiblePair.second_id,
            PossiblePair.score,
            PossiblePair.code_types,
            PossiblePair.found_at_s,
            DecidedSame.number.label("decision"),
            DecidedSame.proposed_by,
            DecidedSame.confirmed_by,
            _is_apart().exists().label("apart"),
        )
        .outerjoin(
            DecidedSame,
            and_(
                *(one == other for one, other in zip(here, ours, strict=True)),
                DecidedSame.taken_back_at_s.is_(None),
            ),
        )
        # A pair that was made one person is no possible pair any more, and can be taken back.
        .where(PossiblePair.ended_at_s.is_(None) | DecidedSame.number.is_not(None))
    )


def _is_apart() -> Select[int]:
    return select(KeptApart.number).where(
        KeptApart.first_id == PossiblePair.first_id,
        KeptApart.second_id == PossiblePair.second_id,
        KeptApart.taken_back_at_s.is_(None),
    )


def _among_those_of(decisions: type[DecidedSame | KeptApart]) -> ColumnElement[bool]:
    """Pairs that somebody decided about so: few, where all that wait would be gone through."""
    pair = aliased(PossiblePair)
    return PossiblePair.number.in_(
        select(pair.number)
        .join(
            decisions,
            and_(decisions.first_id == pair.first_id, decisions.second_id == pair.second_id),
        )
        .where(decisions.taken_back_at_s.is_(None))
    )


def _row(connection: Connection, number: int) -> Any:
    row = connection.execute(_pairs().where(PossiblePair.number == number)).first()
    if row is None:
        raise NoSuchPair(f"There is no possible pair {number}. Nothing was changed.")
    return row


def _listed(row: Any) -> ListedPair:
    if row.apart:
        state = PairState.APART
    elif row.decision is None:
        state = PairState.OPEN
    else:
        state = PairState.PROPOSED if row.confirmed_by is None else PairState.SAME
    likely = round(100 * probability(row.score))
    return ListedPair(row.number, likely, state, row.proposed_by or "", row.found_at_s)


def side_of(connection: Connection, case: str) -> PairSide:
    """What may be seen of a case by whoever judges whose it is."""
    row = connection.execute(
        select(
            CaseRecord.sex,
            CaseRecord.age_band,
            VisitRecord.month,
            VisitRecord.area,
            Organisation.source_list,
        )
        .outerjoin(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
        .join(Organisation, Organisation.number == CaseRecord.organisation_number)
        .where(CaseRecord.record_id == case)
    ).one()
    area = "-".join((row.area or "").split("-")[:_PARTS_OF_AN_AREA])
    return PairSide(row.sex, row.age_band, (row.month or "")[:4], area, row.source_list)


_PARTS_OF_AN_AREA = 2
"""Of a code as ``PK-PB-01``: country and province (ISO 3166-2)."""
