"""A steward asks about one answer, the officer answers by a code, the steward settles it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobile.sending.kept_notes import OfficeRequest
from server.db.engine import reading
from server.programme.enrolment import NotPossible
from server.reference.in_force import reference_of
from server.stewardship import queries
from shared.lifecycle import CaseState
from shared.wire.answers import QueryAnswer
from shared.wire.note_kinds import AnswerQueried
from tests.reliability.holding import HAPPENED, Holder

if TYPE_CHECKING:
    from tests.reliability.country import Country

DAY_S = 86_400
MOST = 1000
"""More than a run asks."""


@dataclass
class Asked:
    """One question. asked_s: seconds since 1970."""

    number: int
    record_id: str
    question: str
    tablet_id: str
    asked_s: int
    settled: bool = False


def ask(country: Country, which: int) -> None:
    """About an answer of a record the office has, of the tablet that sent it."""
    model = country.model
    accepted = model.accepted()
    records = sorted(accepted.keys() - country.broken)
    if not records:
        return
    record_id = records[which % len(records)]
    held = model.held[record_id][accepted[record_id][0]]
    with reading(country.office.engine) as connection:
        found = queries.questions_of(connection, reference_of(country.office), record_id)
    if held.withdrawn or record_id in model.unwanted:
        assert not found, "what was taken back can be asked about"
        return
    assert found, "nothing can be asked about"
    question = found[which % len(found)].name
    again = any(
        not one.settled and (one.record_id, one.question) == (record_id, question)
        for one in country.asked
    )
    may = not again and held.tablet_id not in model.signed_out
    try:
        with country.quiet():
            queries.ask(country.office, record_id, question, "unusual", "test")
    except NotPossible:
        assert not may, "a question was refused"
        return
    assert may, "a question was not refused"
    number = max(one.number for one in _listed(country))
    country.asked.append(Asked(number, record_id, question, held.tablet_id, country.office.now_s()))
    HAPPENED["asked"] += 1


def answer(country: Country, holder: Holder, which: int) -> None:
    """The officer answers one of the questions on that tablet, perhaps not for the first time."""
    now_s = country.office.now_s()
    found = _on(country, holder)
    if not found:
        return
    one = found[which % len(found)]
    code = list(QueryAnswer)[which % len(QueryAnswer)].value
    holder.doing(lambda: holder.session.notes.answer(one.note_id, code, now_s))
    HAPPENED["answered"] += 1


def settle(country: Country, which: int) -> None:
    """The steward has read enough."""
    waiting = [one for one in country.asked if not one.settled]
    if not waiting:
        return
    one = waiting[which % len(waiting)]
    with country.quiet():
        queries.settle(country.office, one.number, "test")
    one.settled = True
    HAPPENED["settled"] += 1


def check(country: Country) -> None:
    """After a clean sync: what is open at the office is what was asked, and not settled or about
    something that was taken back; each tablet shows the same, and each answer is at the office."""
    model = country.model
    accepted = model.accepted()

    def stands(record_id: str) -> bool:
        revision = accepted.get(record_id, (0, ""))[0]
        return not (revision and model.held[record_id][revision].withdrawn)

    is_open = {
        one.number: one for one in country.asked if not one.settled and stands(one.record_id)
    }
    listed = {one.number: one for one in _listed(country)}
    assert listed.keys() == is_open.keys(), "what is open is not what was asked"
    with reading(country.office.engine) as connection:
        answered = queries.answered(connection)
    assert answered == sum(one.answer is not None for one in listed.values())
    for holder in country.holders:
        if holder.tablet_id in country.cloned | model.signed_out:
            continue  # of two with one name, either may have been told
        if any(one.answer and not one.told for one in _on(country, holder)):
            country.send(holder)  # what is offered again is told again
        shown = {}
        for one in _on(country, holder):
            assert isinstance(one.content, AnswerQueried)
            if holder.book.card(one.content.record_id).state is not CaseState.DRAFT:
                shown[one.content.record_id, one.content.question] = one
        expected = {
            (one.record_id, one.question): one.number
            for one in is_open.values()
            if one.tablet_id == holder.tablet_id
            and one.asked_s + queries.NOTE_TERM_DAYS * DAY_S > _time_on(country, holder)
            and holder.book.card(one.record_id).state is not CaseState.DRAFT
        }
        assert shown.keys() - _of(country.broken, shown) == expected.keys(), "a question was lost"
        for about, number in expected.items():
            assert shown[about].told or not shown[about].answer, "an answer was not told"
            assert (listed[number].answer or "") == shown[about].answer, "an answer was lost"


def _of(records: set[str], shown: dict[tuple[str, str], OfficeRequest]) -> set[tuple[str, str]]:
    return {about for about in shown if about[0] in records}


def _on(country: Country, holder: Holder) -> list[OfficeRequest]:
    return [
        one
        for one in holder.session.notes.asked(_time_on(country, holder))
        if isinstance(one.content, AnswerQueried)
    ]


def _time_on(country: Country, holder: Holder) -> int:
    """What this tablet has reason to believe: here its uptime jumps with its clock."""
    return max(country.office.now_s(), holder.session.sending._known.now_s())


def _listed(country: Country) -> tuple[queries.AskedAnswer, ...]:
    with reading(country.office.engine) as connection:
        return queries.listed(connection, "", MOST).lines
