"""Reference data come down: only what changed, on through every interruption, in one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mobile.tablet import Session, Tablet
from shared.lifecycle import CaseState
from shared.parts import OfficeMessage, messages_part
from shared.reference import load_reference
from shared.texts import lay_over, text
from shared.texts.compile import compiled
from tests.mobile.conftest import PIN
from tests.mobile.interviews import record_case, record_visit
from tests.mobile.office import MemoryOffice
from tests.mobile.published import asked_parts, helplines, parts_with, with_helpline

# -- what comes down


def test_tablet_that_came_with_everything_asks_for_nothing(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    office.publish(standard)

    report = session.sending.send()

    assert report.versions["reference"] == office.edition.version  # type: ignore[union-attr]
    assert (office.asked, report.news.number, session.editions.number) == ([], 0, 0)


def test_only_the_part_that_changed_comes_down(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    office.publish(with_helpline(standard, "0777"))

    report = session.sending.send()

    assert asked_parts(office) == ["profile"]
    assert report.news.edition == session.editions.number == 1
    assert helplines(session)[-1] == "0777"
    assert report.bytes_up + report.bytes_down < 5_000
    assert "version 1" in report.sentence
    office.asked.clear()
    assert session.sending.send().news.number == 0
    assert office.asked == []


def test_new_question_helpline_and_wording_are_in_use_at_once_and_after_unlocking(
    make_tablet: Callable[..., Tablet], office: MemoryOffice, country: Path
) -> None:
    words = country / "languages" / "fr"
    words.mkdir(parents=True)
    (words / "screens.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "screens.home.title"\nmsgstr "Accueil du programme"\n',
        encoding="utf-8",
    )
    (words / "screens.mo").write_bytes(compiled(words / "screens.po"))
    office.publish(parts_with(country, "kiln_work", "0777"))
    tablet = make_tablet()
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    session.sending.send()
    for _ in range(2):
        case_id = record_case(session.casework, record_visit(session.casework))
        asked = {
            view.name: view.question.label("fr")
            for section in session.casework.interview(case_id).sections
            for view in section.questions
        }
        assert asked["kiln_work"] == "Travaille au four"
        assert helplines(session)[-1] == "0777"
        assert text("screens.home.title", "fr") == "Accueil du programme"
        session.lock()
        lay_over({})
        session = tablet.unlock(PIN)
    assert session.editions.taken_s > 0
    session.lock()


def test_nothing_of_an_edition_is_on_the_disk_in_clear(
    session: Session, office: MemoryOffice, standard: dict[str, bytes], tmp_path: Path
) -> None:
    office.publish(with_helpline(standard, "0800-XYLOPHONE"))
    session.sending.send()

    assert helplines(session)[-1] == "0800-XYLOPHONE"
    written = b"".join(
        file.read_bytes() for file in (tmp_path / "tablet").rglob("*") if file.is_file()
    )
    assert b"XYLOPHONE" not in written
    assert b"helplines" not in written


def test_message_of_the_office_is_shown_until_it_is_read(
    make_tablet: Callable[..., Tablet], office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    tablet = make_tablet()
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    told = [OfficeMessage(n, 1_790_000_000, {"en": f"Message {n}"}) for n in (1, 2)]
    office.publish(standard | messages_part(told))
    session.sending.send()
    assert [one.words("fr") for one in session.editions.messages()] == ["Message 1", "Message 2"]

    session.editions.read_message(1)
    session.lock()
    session = tablet.unlock(PIN)

    assert [one.number for one in session.editions.messages()] == [2]
    office.publish(standard, number=2)
    session.sending.send()
    assert session.editions.messages() == []
    session.lock()


# -- what was begun before


def test_case_begun_before_keeps_its_questions_and_is_accepted_after_the_switch(
    session: Session, office: MemoryOffice, country: Path
) -> None:
    first = parts_with(country, "kiln_work")
    before = load_reference("PAK", [country])
    office.publish(first)
    session.sending.send()
    visit_id = record_visit(session.casework)
    old = record_case(session.casework, visit_id, kiln_work="yes")
    office.publish(parts_with(country, "mine_work"), number=2)
    after = load_reference("PAK", [country])
    session.sending.send()
    assert session.editions.number == 2

    session.casework.answer(old, "kiln_work", "no")
    late = record_case(session.casework, visit_id, kiln_work="yes")
    assert session.casework.finalise(old).done
    assert session.casework.finalise(late).done
    new = record_case(session.casework, record_visit(session.casework), mine_work="yes")
    assert session.casework.finalise(new).done
    known = {one.digest: one for one in (before.questionnaire, after.questionnaire)}
    office.reference = replace(office.reference, earlier=known)
    report = session.sending.send()

    assert report.still_waiting == 0
    assert session.casework.row(old).state is CaseState.ACCEPTED
    assert office.newest(old).questionnaire == before.questionnaire.digest
    assert office.newest(late).content["kiln_work"] == "yes"
    assert office.newest(new).questionnaire == after.questionnaire.digest
    assert office.newest(new).content["mine_work"] == "yes"


def test_old_questionnaire_is_kept_over_many_editions_as_long_as_a_draft_needs_it(
    make_tablet: Callable[..., Tablet], office: MemoryOffice, country: Path
) -> None:
    tablet = make_tablet()
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    bundled = session.reference.questionnaire.digest
    office.publish(parts_with(country, "kiln_work"))
    session.sending.send()
    visit_id = record_visit(session.casework)
    case_id = record_case(session.casework, visit_id, kiln_work="yes")
    for number in (2, 3, 4):
        office.publish(parts_with(country, f"question_{number}"), number=number)
        session.sending.send()
        session.lock()
        session = tablet.unlock(PIN)
        names = {
            view.name
            for section in session.casework.interview(case_id).sections
            for view in section.questions
        }
        assert "kiln_work" in names
        assert f"question_{number}" not in names
    kept = session.editions._keeping.state.kept
    assert len(kept) == 2  # the draft's, and the one in use until the last switch
    assert bundled not in kept

    session.casework.delete_draft(visit_id)
    for number in (5, 6):
        office.publish(parts_with(country, f"question_{number}"), number=number)
        session.sending.send()

    state = session.editions._keeping.state
    assert len(state.kept) == 1
    needed = {part.digest for part in office.edition.parts}  # type: ignore[union-attr]
    needed |= {digest for names in state.kept.values() for digest in names.values()}
    assert set(state.parts) == needed
    session.lock()
