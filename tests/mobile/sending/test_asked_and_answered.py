"""What the office asks of an officer, and the answers in codes that go with the next parcel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mobile.sending.kept_notes import OfficeRequest
from mobile.tablet import Session, Tablet
from mobile.transport.http import NotAccepted, TimedOut
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.wire.answers import Answer, QueryAnswer
from shared.wire.note_kinds import (
    AnswerQueried,
    AssignmentWord,
    Generation,
    QueryReason,
    VisitAsked,
)
from tests.mobile.conftest import PIN
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice

ID = "00112233445566aa"


class Cut(BaseException):
    """The power is gone."""


def visit(word: str = "asked", due: str = "2026-12-31", which: str = ID) -> VisitAsked:
    asked = AssignmentWord(word), "PK-PB-05", "brick_kiln", due, "Behind the mill"
    return VisitAsked(which, *asked, takes_answer=True)


def query(record_id: RecordId, word: str = "asked") -> AnswerQueried:
    return AnswerQueried(ID, AssignmentWord(word), record_id, "work_hours", QueryReason.UNUSUAL)


def asked(session: Session, office: MemoryOffice) -> list[OfficeRequest]:
    return session.notes.asked(office.clock_s())


def test_visit_is_asked_for_until_the_office_says_it_is_over(
    session: Session, office: MemoryOffice
) -> None:
    office.say(visit(due="2026-12-01"))
    office.say(visit(due="2026-12-24"), made_s=office.clock_s() + 1)
    session.sending.send()
    (one,) = asked(session, office)
    assert isinstance(one.content, VisitAsked)
    assert one.content.due == "2026-12-24", "the same id takes the place of the earlier one"

    office.say(visit("over"), made_s=office.clock_s() + 2)
    session.sending.send()

    assert asked(session, office) == []


def test_visit_that_is_begun_has_the_place_it_was_asked_for(session: Session) -> None:
    visit_id = session.casework.start_visit("PK-PB-05", "brick_kiln")
    assert session.casework.answer_of(visit_id, "area") == "PK-PB-05"
    assert session.casework.answer_of(visit_id, "place_kind") == "brick_kiln"

    elsewhere = session.casework.start_visit("XX-NO-99", "no_such_kind")
    assert session.casework.answer_of(elsewhere, "area") is None
    assert session.casework.answer_of(elsewhere, "place_kind") is None


def test_answer_goes_with_the_next_parcel_and_once_it_is_answered_no_more(
    session: Session, office: MemoryOffice
) -> None:
    office.say(visit())
    session.sending.send()
    (one,) = asked(session, office)
    session.notes.answer(one.note_id, "not_safe")

    office.after = [TimedOut()]
    session.sending.send()
    assert not asked(session, office)[0].told, "the reply was lost"
    session.sending.send()
    assert asked(session, office)[0].told
    session.sending.send()

    said = (Answer(ID, 1, "not_safe"),)
    assert office.answered == [(), said, said, ()]


def test_answer_that_is_changed_after_it_was_told_counts_on(
    session: Session, office: MemoryOffice
) -> None:
    office.say(visit())
    session.sending.send()
    (one,) = asked(session, office)
    session.notes.answer(one.note_id, "not_found")
    session.sending.send()
    session.notes.answer(one.note_id, "done")
    session.sending.send()
    # OfficeRequest for again: what was answered before is no answer to that.
    office.say(visit(due="2027-01-15"), made_s=office.clock_s() + 5)
    session.sending.send()
    (again,) = asked(session, office)
    assert again.answer == ""
    session.notes.answer(again.note_id, "done")
    session.sending.send()

    assert [one for one in office.answered if one] == [
        (Answer(ID, 1, "not_found"),),
        (Answer(ID, 2, "done"),),
        (Answer(ID, 3, "done"),),
    ]


def test_answer_is_a_code_and_never_words(session: Session, office: MemoryOffice) -> None:
    office.say(visit())
    session.sending.send()
    (one,) = asked(session, office)

    with pytest.raises(ValueError, match="Not an answer"):
        session.notes.answer(one.note_id, "Ask for Bilal at the gate")

    assert asked(session, office)[0].answer == ""


def test_that_an_answer_was_corrected_goes_once_the_correction_is_finalised(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    session.sending.send()
    office.say(query(case_id))
    session.sending.send()
    (one,) = asked(session, office)

    session.casework.reopen(case_id)
    session.notes.answer(one.note_id, "corrected")
    session.sending.send()
    assert office.answered[-1] == (), "it is being corrected"
    session.casework.answer(case_id, "work_hours", 12.0)
    session.casework.finalise(case_id)
    session.sending.send()

    assert (Answer(ID, 1, "corrected"),) in office.answered
    assert office.newest(case_id).content["work_hours"] == 12.0


def test_records_go_without_answers_to_an_office_that_cannot_read_them(
    session: Session, office: MemoryOffice
) -> None:
    office.say(visit())
    session.sending.send()
    session.sending.send()
    session.notes.answer(asked(session, office)[0].note_id, "done")
    case_id = finalised_case(session.casework)

    office.before = [NotAccepted()]
    report = session.sending.send()

    assert (report.problem, report.still_waiting) == ("", 0)
    assert case_id in office.accepted()
    assert office.answered[-1] == ()
    assert not asked(session, office)[0].told


@pytest.mark.parametrize("milestone", ["during_note_answered", "after_note_answered"])
def test_answer_is_whole_or_not_there_after_a_power_cut(
    make_tablet: Callable[..., Tablet], session: Session, office: MemoryOffice, milestone: str
) -> None:
    office.say(visit())
    session.sending.send()
    session.lock()

    def cut(name: str) -> None:
        if name == milestone:
            raise Cut

    again = make_tablet(milestone=cut).unlock(PIN)
    with pytest.raises(Cut):
        again.notes.answer(again.notes.asked(office.clock_s())[0].note_id, "done")
    again.lock()

    after = make_tablet().unlock(PIN)
    (one,) = after.notes.asked(office.clock_s())
    assert one.answer == ("done" if milestone.startswith("after") else "")
    after.lock()


@pytest.mark.parametrize("milestone", ["during_answers_told", "after_answers_told"])
def test_answer_whose_reply_came_as_the_power_was_cut_is_not_lost(
    make_tablet: Callable[..., Tablet], session: Session, office: MemoryOffice, milestone: str
) -> None:
    office.say(visit())
    session.sending.send()
    session.notes.answer(asked(session, office)[0].note_id, "done")
    session.lock()

    def cut(name: str) -> None:
        if name == milestone:
            raise Cut

    again = make_tablet(milestone=cut).unlock(PIN)
    with pytest.raises(Cut):
        again.sending.send()
    again.lock()

    after = make_tablet().unlock(PIN)
    after.sending.send()
    assert after.notes.asked(office.clock_s())[0].told
    assert {one for one in office.answered if one} == {(Answer(ID, 1, "done"),)}
    after.lock()


def test_states_of_a_case_about_which_is_asked_do_not_change(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    session.sending.send()
    office.say(query(case_id))
    session.sending.send()

    assert session.casework.row(case_id).state is CaseState.ACCEPTED


def test_answer_is_told_again_to_an_office_that_was_restored(
    session: Session, office: MemoryOffice
) -> None:
    office.say(visit())
    session.sending.send()
    session.notes.answer(asked(session, office)[0].note_id, "done")
    session.sending.send()
    assert asked(session, office)[0].told

    office.say(Generation("5a" * 16))
    session.sending.send()
    session.sending.send()

    said = (Answer(ID, 1, "done"),)
    assert [one for one in office.answered if one] == [said, said]


def test_answer_of_a_later_day_counts_after_a_copy_of_the_tablet_was_restored(
    session: Session, office: MemoryOffice
) -> None:
    office.say(visit())
    session.sending.send()
    note_id = asked(session, office)[0].note_id
    session.notes.answer(note_id, "not_found", office.clock_s())
    session.notes.answer(note_id, "done", office.clock_s())
    before = session.notes.to_answer(office.clock_s())[0]

    # The copy knows of no answer; the day after, it gives its first one.
    session.notes._kept[note_id] = replace(session.notes._kept[note_id], answer="", number=0)
    session.notes.answer(note_id, "not_safe", office.clock_s() + 86_400)

    assert session.notes.to_answer(office.clock_s())[0].number > before.number


def test_nothing_is_asked_about_a_case_that_was_taken_back_until_it_is_taken_up_again(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    office.say(query(case_id))
    session.sending.send()
    assert len(asked(session, office)) == 1

    session.casework.withdraw(case_id, "recorded_twice")
    assert asked(session, office) == []

    session.casework.withdrawals.undo(case_id)
    assert len(asked(session, office)) == 1

    session.casework.withdraw(case_id, "consent_withdrawn")
    session.sending.send()
    assert asked(session, office) == []


@pytest.mark.parametrize("code", list(QueryAnswer))
def test_answer_given_as_a_word_of_the_wire_goes_with_the_next_parcel(
    session: Session, office: MemoryOffice, code: QueryAnswer
) -> None:
    """As the button that corrects an answer gives it: the word of the wire, not its letters."""
    case_id = finalised_case(session.casework)
    session.sending.send()
    office.say(query(case_id))
    session.sending.send()
    (one,) = asked(session, office)
    session.notes.answer(one.note_id, code)

    report = session.sending.send()

    assert report.problem == ""
    assert (Answer(ID, 1, code.value),) in office.answered
