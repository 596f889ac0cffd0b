"""An edition comes through every interruption, and what is not ours or not whole is refused."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mobile.editions import (
    EditionDoesNotLoad,
    EditionNotNewer,
    EditionUnreadable,
    NoEdition,
    NotOurEdition,
)
from mobile.editions.fetching import FAILURES_IN_A_ROW
from mobile.tablet import Session, Tablet
from mobile.transport.http import NoConnection, ServerFault, SignedOut, TimedOut
from shared.lifecycle import CaseState
from shared.reference import load_reference
from shared.wire.bundles import bundle, digest_of
from tests.mobile.conftest import PIN, Clock, office_moves_to
from tests.mobile.http_office import serving
from tests.mobile.interviews import answer_all, finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice
from tests.mobile.published import helplines, parts_with, with_helpline

ENOUGH_ROOM = 1_000_000
LONG = random.Random(1).randbytes(12_000).hex()
"""A label nothing can squeeze: some twelve pieces of the least size."""


# -- interruptions


def test_link_cut_again_and_again_costs_one_piece_each_time(
    session: Session, office: MemoryOffice, country: Path
) -> None:
    office.publish(parts_with(country, "kiln_work", "0777", label=LONG))
    session.editions._keeping.note(piece_bytes=1024)
    times = 0
    while not session.editions.number:
        times += 1
        # One piece gets through, then the road is bad until the run gives up.
        office.before_piece = [None, None, *[NoConnection() for _ in range(FAILURES_IN_A_ROW)]]
        report = session.sending.send()
        assert report.problem == ""
        assert report.news.edition or report.news.problem == "tablet.edition_waits"
        assert times < 60
    office.before_piece.clear()

    got = [(w.digest, w.offset) for w in office.asked if w.digest]
    assert len(set(got)) > 5
    assert times > 5
    # What came through was never asked for again: every offset was answered once.
    assert len(got) <= len(set(got)) + times * (FAILURES_IN_A_ROW)
    assert helplines(session)[-1] == "0777"


def test_bad_link_halves_the_pieces_and_a_good_one_doubles_them(
    session: Session, office: MemoryOffice, country: Path
) -> None:
    office.publish(parts_with(country, "kiln_work", label=LONG))
    office.before_piece = [None, TimedOut(), ServerFault(), TimedOut(), None, TimedOut()]

    assert session.sending.send().news.edition == 1

    sizes = [wanted.most for wanted in office.asked if wanted.digest]
    assert sizes[0] > sizes[1] > sizes[2] > sizes[3]


@pytest.mark.parametrize("fault", ["garbage", "wrong"])
def test_part_that_is_not_what_was_signed_is_thrown_away_and_fetched_anew(
    fault: str, session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    office.publish(with_helpline(standard, "0777"))
    office.before_piece = [None, fault]

    assert session.sending.send().news.edition == 1
    assert helplines(session)[-1] == "0777"


def test_office_that_always_answers_wrong_changes_nothing_and_stops_nothing(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    finalised_case(session.casework)
    before = helplines(session)
    office.publish(with_helpline(standard, "0777"))
    office.before_piece = [None, *["wrong"] * 50]

    report = session.sending.send()

    assert (report.problem, report.still_waiting) == ("", 0)
    assert report.news.problem == "tablet.edition_waits"
    assert helplines(session) == before
    assert session.editions._keeping.state.coming == {}
    assert len(office.asked) < 6


def test_refusal_is_not_asked_again_in_the_same_run(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    office.publish(with_helpline(standard, "0777"))
    office.before_piece = [SignedOut()]

    assert session.sending.send().news.problem == "tablet.edition_waits"
    assert len(office.asked) == 1


def test_stopping_ends_it_after_the_piece_and_the_next_run_goes_on(
    session: Session, office: MemoryOffice, country: Path
) -> None:
    office.publish(parts_with(country, "kiln_work", "0777", label=LONG))
    session.editions._keeping.note(piece_bytes=1024)

    report = session.sending.send(cancelled=lambda: len(office.asked) >= 4)

    assert report.cancelled
    assert report.news.stopped
    had = session.editions._keeping.state.coming
    assert sum(map(sum, had.values())) > 0
    office.asked.clear()
    assert session.sending.send().news.edition == 1
    assert not {(digest, 0) for digest in had} & {(w.digest, w.offset) for w in office.asked}


def test_full_disk_leaves_everything_as_it_was_and_says_so(
    session: Session, office: MemoryOffice, country: Path
) -> None:
    case_id = finalised_case(session.casework)
    assert session.sending.send().still_waiting == 0
    office.publish(parts_with(country, "kiln_work", "0777"))
    live = session._store._live()
    live.execute("PRAGMA max_page_count = 1").fetchall()  # SQLite takes the present size instead

    report = session.sending.send()

    assert report.news.problem == "tablet.edition_no_room"
    assert "no room" in report.sentence
    assert session.editions.number == 0
    live.execute(f"PRAGMA max_page_count = {ENOUGH_ROOM}").fetchall()
    assert session.sending.send().news.edition == 1
    assert session.casework.row(case_id).state is CaseState.ACCEPTED


@pytest.mark.parametrize(
    ("milestone", "count"),
    [
        ("after_piece", 2),
        ("during_part", 1),
        ("during_edition", 1),
        ("after_edition", 1),
    ],
)
def test_killed_at_any_step_the_tablet_has_the_old_edition_whole_or_the_new_one(
    milestone: str,
    count: int,
    make_tablet: Callable[..., Tablet],
    office: MemoryOffice,
    standard: dict[str, bytes],
    tmp_path: Path,
    clock: Clock,
) -> None:
    now = clock().isoformat()
    with serving(office) as http:
        session = make_tablet().set_up(PIN)
        session.enrolment.enrol(office.ticket().text())
        office_moves_to(session, http.url)
        session.editions._keeping.note(piece_bytes=1024)
        session.lock()
        office.publish(with_helpline(standard, "0777" + random.Random(1).randbytes(2500).hex()))
        command = [sys.executable, "-m", "tests.mobile.fetcher", str(tmp_path / "tablet")]

        killed = subprocess.run(
            [*command, milestone, str(count), now], capture_output=True, text=True
        )
        came = [w for w in office.asked if w.digest]
        session = make_tablet().unlock(PIN)
        in_use, known = session.editions.number, helplines(session)
        session.lock()
        office.asked.clear()
        after = subprocess.run([*command, "none", "1", now], capture_output=True, text=True)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert came
    assert in_use == (1 if milestone == "after_edition" else 0)
    assert any(number.startswith("0777") for number in known) == bool(in_use)
    assert json.loads(after.stdout) == {"edition": 1, "problem": ""}, after.stderr
    if milestone == "after_piece":
        # Two pieces were on the disk: none of them is asked for again.
        assert min(w.offset for w in office.asked if w.digest) > max(w.offset for w in came[:2])


# -- what is refused


def test_older_foreign_and_broken_editions_are_refused_and_the_one_in_use_stays(
    session: Session, office: MemoryOffice, standard: dict[str, bytes], tmp_path: Path
) -> None:
    office.publish(with_helpline(standard, "0777"), number=5)
    session.sending.send()
    file = tmp_path / "an.edition"

    def take(data: bytes) -> int:
        file.write_bytes(data)
        return session.editions.take_file(file)

    good = office.edition_as_file()
    with pytest.raises(EditionNotNewer):
        take(good)
    office.publish(with_helpline(standard, "0000"), number=4)
    assert session.sending.send().news.number == 0  # the receipt itself says it is older
    with pytest.raises(EditionNotNewer):
        take(office.edition_as_file())
    office.publish(with_helpline(standard, "0000"), number=6, country="NPL")
    with pytest.raises(NotOurEdition):
        take(office.edition_as_file())
    foreign = MemoryOffice(office.reference, seed=9)
    foreign.publish(with_helpline(standard, "0000"), number=6)
    with pytest.raises(NotOurEdition):
        take(foreign.edition_as_file())
    office.publish(with_helpline(standard, "0000"), number=6)
    newer = office.edition_as_file()
    for data in (newer[:-1], newer + b"x", b"", b"T87F", newer[:3000] + b"\0" + newer[3001:]):
        with pytest.raises(EditionUnreadable):
            take(data)
    assert (session.editions.number, helplines(session)[-1]) == (5, "0777")
    assert take(newer) == 6


def test_manifest_of_somebody_else_on_the_road_is_refused(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    foreign = MemoryOffice(office.reference, seed=9)
    foreign.publish(with_helpline(standard, "0000"), number=3)
    office.publish(with_helpline(standard, "0777"), number=3)
    office.manifest = foreign.manifest

    report = session.sending.send()

    assert report.news.problem == "tablet.edition_not_ours"
    assert session.editions.number == 0
    assert "0000" not in helplines(session)


def test_edition_that_does_not_load_is_refused_said_and_not_asked_for_again(
    make_tablet: Callable[..., Tablet], office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    tablet = make_tablet()
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    broken = bundle({"0/isic.csv": b"no,header\n1,2\n"})
    office.publish(standard | {"codelists/isic": broken}, number=2)

    report = session.sending.send()

    assert report.news.problem == EditionDoesNotLoad.text_id
    assert "Version 2" in report.sentence
    assert (session.editions.number, session.editions.refused) == (0, 2)
    assert "23" in session.reference.codelists["isic"]
    office.asked.clear()
    session.sending.send()
    assert office.asked == []
    office.publish(with_helpline(standard, "0777"), number=3)
    assert session.sending.send().news.edition == 3
    session.lock()


def test_edition_whose_rows_were_lost_is_fetched_again_and_meanwhile_the_app_has_its_own(
    make_tablet: Callable[..., Tablet], office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    tablet = make_tablet()
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    parts = with_helpline(standard, "0777")
    office.publish(parts)
    session.sending.send()
    with session._store.transaction():
        session._store.reference.delete(f"part {digest_of(parts['profile'])}")
    session.lock()

    session = tablet.unlock(PIN)
    assert session.editions.problem
    assert "0777" not in helplines(session)
    case_id = record_case(session.casework, record_visit(session.casework))
    assert session.casework.finalise(case_id).done

    assert session.sending.send().news.edition == 1
    assert helplines(session)[-1] == "0777"
    assert session.editions.problem == ""
    session.lock()


def test_draft_keeps_the_questions_of_an_edition_of_which_another_part_was_lost(
    make_tablet: Callable[..., Tablet], office: MemoryOffice, country: Path
) -> None:
    tablet = make_tablet()
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    parts = parts_with(country, "kiln_work", "0777")
    begun_with = load_reference("PAK", [country]).questionnaire
    office.publish(parts)
    session.sending.send()
    case_id = record_case(session.casework, record_visit(session.casework), kiln_work="yes")
    with session._store.transaction():
        session._store.reference.delete(f"part {digest_of(parts['profile'])}")
    session.lock()

    session = tablet.unlock(PIN)
    assert session.editions.problem
    assert session.reference.questionnaire.digest != begun_with.digest
    session.casework.answer(case_id, "kiln_work", "no")
    office.publish(parts_with(country, "mine_work"), number=2)
    office.reference = replace(office.reference, earlier={begun_with.digest: begun_with})
    assert session.sending.send().news.edition == 2
    assert session.casework.finalise(case_id).done
    session.sending.send()

    assert office.newest(case_id).questionnaire == begun_with.digest
    assert office.newest(case_id).content["kiln_work"] == "no"
    session.lock()


# -- by file


def test_one_tablet_hands_its_edition_to_another_that_has_no_network(
    make_tablet: Callable[..., Tablet],
    office: MemoryOffice,
    country: Path,
    tmp_path: Path,
    clock: Clock,
) -> None:
    giving, taking = (make_tablet(name).set_up(PIN) for name in ("giving", "taking"))
    for session in (giving, taking):
        session.enrolment.enrol(office.ticket().text())
    with pytest.raises(NoEdition):
        giving.editions.save_file(tmp_path / "stick")
    office.publish(parts_with(country, "kiln_work", "0777"), number=3)
    giving.sending.send()

    file = giving.editions.save_file(tmp_path / "stick")

    assert file.name == "edition-3.edition"
    assert taking.editions.take_file(file) == 3
    assert taking.reference.questionnaire == giving.reference.questionnaire
    assert helplines(taking)[-1] == "0777"
    case_id = record_case(taking.casework, record_visit(taking.casework), kiln_work="yes")
    answer_all(taking.casework, case_id, {})
    assert taking.casework.finalise(case_id).done
    for session in (giving, taking):
        session.lock()
