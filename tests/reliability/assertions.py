"""What must be so: nothing lost, nothing counted twice, both sides agree, the right sentence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from mobile.sending.send import SendReport
from server.db.engine import reading, transaction
from server.intake.model import CaseRecord, Conflict, RecordRevision
from server.queue import Job, try_again
from server.tables import recount
from shared.lifecycle import CaseState
from shared.texts import has_text, plural, text
from tests.reliability.holding import Holder, finalised_revision
from tests.reliability.roads import PATIENCE_S
from tests.reliability.taking_back import check_nothing_is_left_at, check_nothing_is_left_on
from tests.server.kept_counts import all_kept

if TYPE_CHECKING:
    from tests.reliability.country import Country

SAFE_OR_GO_ON = {"tablet.signed_out", "tablet.too_old"}
"""These say that interviewing may go on, instead of that everything is safe."""


def check_sentence(report: SendReport, told: list[str]) -> None:
    """The officer reads what went wrong with the last request, that all is safe, what waits.

    told: text ids of what went wrong with each request of this sending, "" where nothing did.
    """
    expected = told[-1]
    assert report.problem == expected, (report.problem, expected)
    said = report.sentence
    assert said, "the officer reads nothing"
    if report.problem:
        assert has_text(report.problem, "en"), report.problem
        sentence = text(report.problem, "en", seconds=PATIENCE_S)
        assert sentence in said, (sentence, said)
        assert "safe" in sentence or report.problem in SAFE_OR_GO_ON, sentence
    else:
        # A record that failed on its own is left for the next time, and the others go on.
        assert any(told) or not report.still_waiting or report.orders, said
    came = report.accepted + report.superseded
    assert not came or plural("tablet.sent_accepted", "en", came) in said, said
    waits = report.still_waiting
    assert not waits or plural("tablet.still_waiting", "en", waits) in said, said


def check_notes(country: Country, holder: Holder) -> None:
    """After a clean sync a tablet has every note to it, each once, and the newest generation."""
    found = [note.note_id for note in holder.session.notes.messages(0)]
    assert sorted(found) == sorted(country.said.get(holder.tablet_id, ())), "a note was lost"
    assert holder.session.notes.generation == country.generation


def check_nothing_is_lost(country: Country, holders: list[Holder] | None = None) -> None:
    """Everything finalised is still there, and waits or was answered; accepted on the tablet is
    the same at the office. holders: those to look at, all when None."""
    model, accepted = country.model, None
    for holder in country.holders if holders is None else holders:
        check_nothing_is_left_on(country, holder)
        cards = {card.record_id: card for card in holder.cards()}
        for record_id, revision in country.acknowledged.get(holder.name, {}).items():
            assert finalised_revision(cards[record_id]) >= revision, "a revision was lost"
        for card in cards.values():
            if not card.fingerprint:
                continue
            key = card.record_id, finalised_revision(card), card.fingerprint
            entry = holder.book.entry(card.record_id)
            waits = entry is not None and (entry.revision, entry.fingerprint) == key[1:]
            undone = card.state is CaseState.DRAFT and key in country.undone
            assert waits or undone or model.has_answered(key), f"lost: {card.state} {key}"
            if card.state is CaseState.ACCEPTED:
                held = model.held[card.record_id]
                # An old backup may also have been told that the office has a newer one.
                same = held.get(card.revision, ("",))[0] == card.fingerprint
                # Nor does a tablet know at once what a steward decided, and of two one may never.
                same |= key in model.ever
                assert same or max(held) > card.revision, f"not at the office: {key}"
            of_old = card.record_id, card.accepted_revision, card.accepted_fingerprint
            if card.accepted_revision and of_old in model.ever:
                assert of_old in model.aside or model.has_answered(of_old), "not at the office"
            elif card.accepted_revision:
                accepted = model.accepted() if accepted is None else accepted
                held = model.held[card.record_id]
                there = held.get(card.accepted_revision, ("", False))[:2]
                assert there == (card.accepted_fingerprint, True), f"not at the office: {key}"
                assert accepted[card.record_id][0] >= card.accepted_revision, "an older one stands"
    if holders is None:
        owed = {key for key in country.owed if not model.has_answered(key)}
        came = {key for _, keys in model.met for key in keys}
        assert owed <= came, "lost with its tablet"


def check_outcomes(country: Country) -> None:
    """After a clean sync every revision has been answered, and with the right word."""
    model = country.model
    for holder in country.holders:
        is_out = holder.tablet_id in model.signed_out
        assert is_out or not holder.book.entries(), "a record still waits"
        for card in holder.cards():
            assert is_out or card.state is not CaseState.FINALISED, "a record has no outcome"
            key = card.record_id, card.revision, card.fingerprint
            held = model.held.get(card.record_id, {}).get(card.revision, ("", None))
            if is_out or key in model.ever:
                continue  # hears nothing any more; or of two with one name the other was told
            if card.state is CaseState.REJECTED:
                assert held[:2] == (card.fingerprint, False), f"rejected for nothing: {key}"
            if card.state is CaseState.CONFLICT:
                assert key in model.aside, f"a conflict for nothing: {key}"
            if held[:2] == (card.fingerprint, True):
                assert card.state in (CaseState.ACCEPTED, CaseState.WITHDRAWN, CaseState.DRAFT)


def check_office(country: Country) -> None:
    """The database says what the model says: each revision once, each person once, with all their
    cases and nobody else's, and the national count table has everybody once in each period."""
    model = country.model
    with transaction(country.office.engine) as connection:
        # Of a case whose workers were killed the next try pauses: it is over now.
        try_again(connection, country.office.now_s())
        connection.execute(update(Job).values(due_at_s=country.office.now_s()))
    recount.link_what_waits(country.office, batch=country.seed % 4 + 1)
    with reading(country.office.engine) as connection:
        revisions = sorted(
            tuple(row)
            for row in connection.execute(
                select(
                    RecordRevision.record_id,
                    RecordRevision.revision,
                    RecordRevision.fingerprint,
                    RecordRevision.outcome,
                )
            )
            if row.record_id not in country.forged
        )
        aside = sorted(
            tuple(row)
            for row in connection.execute(
                select(Conflict.record_id, Conflict.revision, Conflict.fingerprint)
            )
        )
        groups: dict[str | None, set[str]] = {}
        for record_id, person in connection.execute(
            select(CaseRecord.record_id, CaseRecord.person_id).where(
                CaseRecord.withdrawn.is_(False)
            )
        ):
            groups.setdefault(person, set()).add(record_id)
        table: Counter[str] = Counter()
        for key, number in all_kept(connection).items():
            if key.table == "FL-STATUS":
                table[key.period] += number
    assert revisions == sorted(
        (record_id, revision, mark, "accepted" if accepted else "rejected")
        for record_id, held in model.held.items()
        for revision, (mark, accepted, *_) in held.items()
    ), "the office does not hold each revision once"
    assert aside == sorted(model.aside), "what is kept for a person is not what should be"
    assert None not in groups, "a case belongs to nobody"
    assert {frozenset(cases) for cases in groups.values()} == model.groups(), "persons are wrong"
    assert table == model.national_table(), "the national count is wrong"
    for record_id, _, _ in aside:
        # Only where nobody should have been two is anything in conflict, or where a broken program
        # said more of whoever had withdrawn consent.
        is_two = country.recorded_by[record_id] in country.cloned
        assert is_two or record_id in country.broken, "a conflict for nothing"
    check_nothing_is_left_at(country)
