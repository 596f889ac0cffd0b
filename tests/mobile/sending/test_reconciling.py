"""Naming what differs between tablet and office from a count and one sum of hashes."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from mobile.casework.written import Card
from mobile.sending.reconcile import differing_records, held_records
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import CaseState
from shared.questionnaire import Level
from shared.wire.receipts import Totals, totals_of


@dataclass
class Cards:
    """As much of a repository as comparing needs."""

    kept: list[Card] = field(default_factory=list)

    def cards(self) -> list[Card]:
        return self.kept


def card(number: int, accepted: int) -> Card:
    marks = [Fingerprint(f"{number:016x}{revision:016x}") for revision in (1, 2, 3)]
    return Card(
        RecordId(f"{number:032x}"),
        RecordId(f"{number:032x}"),
        Level.VISIT,
        number,
        CaseState.ACCEPTED,
        3,
        "q",
        fingerprint=marks[2],
        ancestors=tuple(marks[:2]),
        accepted_revision=accepted,
        accepted_fingerprint=marks[accepted - 1] if accepted else Fingerprint(""),
    )


def held_by_office(cards: list[Card], revisions: list[int]) -> Totals:
    return totals_of(
        (one.record_id, revision, [*one.ancestors, one.fingerprint][revision - 1])
        for one, revision in zip(cards, revisions, strict=True)
        if revision
    )


@settings(deadline=None)
@given(data=st.data(), known=st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_one_or_two_differing_records_are_named(data: st.DataObject, known: list[int]) -> None:
    cards = Cards([card(number, accepted) for number, accepted in enumerate(known)])
    places = st.integers(0, len(known) - 1)
    changed = data.draw(st.sets(places, max_size=min(2, len(known))))
    office = list(known)
    for place in changed:
        others = [revision for revision in range(4) if revision != known[place]]
        office[place] = data.draw(st.sampled_from(others))

    found = differing_records(cards, held_by_office(cards.kept, office))  # type: ignore[arg-type]

    assert found is not None
    assert {(one.record_id, one.lacking) for one in found} == {
        (cards.kept[place].record_id, office[place] == 0) for place in changed
    }


def test_more_differences_than_two_are_left_to_a_person() -> None:
    cards = Cards([card(number, 3) for number in range(10)])

    assert differing_records(cards, held_by_office(cards.kept[:6], [3] * 6)) is None  # type: ignore[arg-type]
    assert len(held_records(cards)) == 10  # type: ignore[arg-type]
