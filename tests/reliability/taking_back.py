"""What is taken back, and why: acts of officers, and what must be so once consent is withdrawn.

The content and the codes of a person who withdrew consent are gone for good, here and at the
office, whatever comes after; and nobody else's are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from mobile.casework.written import Card
from server.db.engine import reading
from server.intake.model import CaseCodes, CaseRecord, CodeSharer, Conflict, RecordRevision
from shared.lifecycle import ALLOWED_MOVES, CONSENT_WITHDRAWN, CaseState
from tests.reliability.broken_tablet import take_up_without_consent
from tests.reliability.holding import (
    HAPPENED,
    Holder,
    cases_that_may,
    taken_back,
    visits_that_may,
)
from tests.reliability.starting import who

if TYPE_CHECKING:
    from tests.reliability.country import Country


def what_may_lose_consent(holder: Holder) -> list[Card]:
    """What was withdrawn for another reason, and is not beyond that."""
    may = holder.session.casework.withdrawals.may_lose_consent
    return [card for card in holder.cards() if may(card.record_id)]


def without_consent(holder: Holder) -> list[Card]:
    """Cards of whoever withdrew consent."""
    reason = holder.session.casework.withdrawals.reason
    return [
        card
        for card in holder.cards()
        if card.state is CaseState.WITHDRAWN and reason(card.record_id) == CONSENT_WITHDRAWN
    ]


def withdraw_sent_and_take_up_again(
    country: Country, holder: Holder, which: int, reason: str
) -> None:
    """A withdrawal that may have reached the office is undone, finished again where it is a draft,
    and sent."""
    those_that_may = visits_that_may if which % 4 == 0 else cases_that_may
    cards = those_that_may(holder, CaseState.WITHDRAWN)
    if not cards:
        return
    card = cards[which % len(cards)]
    if which % 3 == 0 and CaseState.DRAFT in ALLOWED_MOVES[card.state]:
        holder.doing(lambda: holder.session.casework.reopen(card.record_id))
    country.change(holder, card, "withdraw", reason)
    country.send(holder)
    if card.record_id not in [one.record_id for one in taken_back(holder)]:
        return
    country.change(holder, card, "undo_withdrawal")
    again = holder.book.card(card.record_id)
    if again.state is CaseState.DRAFT and again.record_id != again.visit_id:
        country.correct(holder, again, which / 2)
        HAPPENED["withdrawal undone to a draft, and finished"] += 1
    country.send(holder)
    HAPPENED["withdrawal undone after it was sent"] += 1


def broken_program_takes_up_without_consent(country: Country, holder: Holder, which: int) -> None:
    """A tablet whose program is broken records again, in full, what lost its consent."""
    if not _may_be_taken_up(holder):
        still_there = cases_that_may(holder, CaseState.WITHDRAWN)
        if still_there:
            lost = still_there[which % len(still_there)]
            country.change(holder, lost, "withdraw", CONSENT_WITHDRAWN)
    country.send(holder)
    cases = _may_be_taken_up(holder)
    if not cases:
        return
    card = cases[which % len(cases)]
    said = {**country.start.short_case, **who(country.model.persons[card.record_id])}
    country.broken.add(card.record_id)
    holder.doing(
        lambda: take_up_without_consent(holder.session.casework, holder.book, card.record_id, said)
    )
    HAPPENED["taken up without consent"] += 1


def _may_be_taken_up(holder: Holder) -> list[Card]:
    def stands(visit: Card) -> bool:
        return visit.state in (CaseState.ACCEPTED, CaseState.FINALISED) and not visit.erased

    return [
        card
        for card in without_consent(holder)
        if card.record_id != card.visit_id
        and card.ancestors
        and stands(holder.book.card(card.visit_id))
    ]


def check_nothing_is_left_on(country: Country, holder: Holder) -> None:
    """Whatever lost its consent on this tablet has no name, no answer and nothing to be sent but
    the withdrawal, ever after."""
    gone = country.gone.setdefault(holder.name, set())
    gone |= {card.record_id for card in without_consent(holder)}
    for record_id in gone - country.broken:
        card, body = holder.book.card(record_id), holder.book.body(record_id)
        assert card.erased, "the identity of whoever withdrew consent is there"
        assert (card.name, card.place, card.linkage, card.follow_ups) == ("", "", b"", "")
        assert not body.answers, "answers of whoever withdrew consent are there"
        assert not body.finalised, "a revision of whoever withdrew consent is there"


def check_nothing_is_left_at(country: Country) -> None:
    """The office keeps neither content nor codes of whoever withdrew consent, nor of what came
    after; and it has emptied nobody else's."""
    unwanted = country.model.unwanted
    with reading(country.office.engine) as connection:
        for table in (RecordRevision, Conflict):
            kept = select(table.record_id, table.fingerprint, table.canonical)
            if table is RecordRevision:
                # A withdrawal that follows another says nothing of anybody.
                kept = kept.where(
                    RecordRevision.outcome == "accepted", RecordRevision.withdrawn.is_(None)
                )
            for record_id, mark, canonical in connection.execute(kept):
                if record_id in unwanted:
                    assert not canonical, "what the person said is at the office"
                elif record_id not in country.forged and mark not in country.model.bad:
                    assert canonical, "what nobody took back was emptied"
        codes = select(Conflict.record_id).where(Conflict.codes.is_not(None))
        for with_codes in (codes, select(CaseCodes.record_id), select(CodeSharer.record_id)):
            assert not unwanted & set(connection.scalars(with_codes)), "codes are at the office"
        for row in connection.execute(
            select(
                *(CaseRecord.record_id, CaseRecord.withdrawn, CaseRecord.content),
                *(CaseRecord.classes, CaseRecord.person_id),
            )
        ):
            if row.record_id in unwanted:
                assert row[1:] == (True, None, None, None), "a case without consent stands"
    HAPPENED["emptied"] += len(unwanted)
