"""After a salvage: making the repository whole again from the rows that could be saved.

What is lost is said; what can be made again is made: a lost card from the copy its body carries, a
lost outbox row from the finalised bytes (sending a record again is harmless: the office answers
each revision once and for ever).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from mobile.casework.finalising import next_revision
from mobile.casework.repository import Change, Repository
from mobile.casework.written import NONE_YET, Body, Card, entry_of
from mobile.store import SalvageReport, Store
from shared.lifecycle import CaseState
from shared.questionnaire import Level


@dataclass(frozen=True, slots=True)
class RescueReport:
    """What a rescue saved. readable: cases and visits with their answers. without_answers: only
    the line of the list was left. kept_as: the folder with the damaged files."""

    readable: int
    without_answers: int
    to_send: int
    kept_as: Path


def make_whole(store: Store, salvaged: SalvageReport) -> RescueReport:
    """Mends cards, bodies, visits and outbox so that the tablet can be worked with."""
    bodies = [Body.from_bytes(content) for content in store.bodies.contents()]
    origins = {card.record_id: card for body in bodies if (card := _origin(body)) is not None}
    repository = Repository(store)
    known = {card.record_id: card for card in repository.cards()}
    lost_bodies = [card for card in known.values() if card.record_id not in origins]
    cards = origins | known
    with repository.change("rescue") as change:
        for record_id, card in cards.items():
            if record_id not in known:
                change.put_card(card)
        for card in lost_bodies:
            change.put_card(card)
            change.put_body(card.record_id, Body())
        for card in list(cards.values()):
            if card.level is Level.CASE and card.visit_id not in cards:
                cards[card.visit_id] = _stand_in(change, card)
    with repository.change("rescue") as change:
        for card in repository.cards():
            _put_back(repository, change, card)
    return RescueReport(
        readable=len(origins),
        without_answers=len(lost_bodies),
        to_send=len(repository.entries()),
        kept_as=salvaged.kept_as,
    )


def _origin(body: Body) -> Card | None:
    return Card.from_bytes(body.origin) if body.origin else None


def _stand_in(change: Change, case: Card) -> Card:
    """A visit whose every row was lost: a draft with the day and place its case remembers."""
    visit = replace(
        case,
        record_id=case.visit_id,
        level=Level.VISIT,
        state=CaseState.DRAFT,
        revision=1,
        name="",
        danger=False,
        classes="",
        fingerprint=NONE_YET,
        ancestors=(),
        accepted_revision=0,
        accepted_fingerprint=NONE_YET,
        linkage=b"",
    )
    change.put_card(visit)
    change.put_body(visit.record_id, Body())
    return visit


def _put_back(repository: Repository, change: Change, card: Card) -> None:
    """A finalised record without outcome belongs into the outbox."""
    if card.state is not CaseState.FINALISED or repository.entry(card.record_id) is not None:
        return
    finalised = repository.body(card.record_id).finalised
    if not finalised:
        change.put_card(next_revision(card, card.changed_s))
        return
    change.put_entry(entry_of(card, card.revision, card.fingerprint, card.changed_s), finalised)
