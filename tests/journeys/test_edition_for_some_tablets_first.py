"""Real tablets over HTTP: an edition is with one of them first, then with all, or is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.office import Office
from server.programme.model import EnrolledTablet
from server.reference import publish, rollouts
from server.reference.model import RolloutTablet
from server.reference.rollouts import FirstTablets
from tests.journeys.test_country_folder import Served
from tests.journeys.test_unlisted_country import opened
from tests.mobile.interviews import record_case, record_visit
from tests.server.reference.test_editions import HELPLINE, add_question


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "profile.toml").write_text(HELPLINE.format("1121"), encoding="utf-8")
    return folder


@pytest.fixture
def served(tmp_path: Path, folder: Path) -> Served:
    """An office that has published its folder as the first edition."""
    served = Served(tmp_path / "office", [folder])
    served.begin()
    publish.publish_first(served.office, "test")
    return served


def begin_for(session, office: Office, folder: Path) -> str:  # type: ignore[no-untyped-def]
    """Adds a question for this tablet alone; the tablet's id."""
    add_question(folder)
    tablet_id: str = session.enrolment.membership.tablet_id
    rollouts.begin(office, "test", FirstTablets([tablet_id]))
    return tablet_id


def record_and_send(session) -> object:  # type: ignore[no-untyped-def]
    work = session.casework
    case_id = record_case(work, record_visit(work))
    work.finalise(case_id)
    return session.sending.send()


def test_chosen_tablet_has_it_the_other_has_not_both_are_counted_and_then_all_have_it(
    tmp_path: Path, folder: Path, served: Served
) -> None:
    office = served.office
    with (
        served.serving(),
        opened(tmp_path / "first") as first,
        opened(tmp_path / "other") as other,
    ):
        for session in (first, other):
            session.enrolment.enrol(served.ticket())
            session.sending.send()
            assert session.editions.number == 1
        first_id = begin_for(first, office, folder)

        for session in (first, other):
            assert record_and_send(session).accepted == 2
        assert (first.editions.number, other.editions.number) == (2, 1)
        assert "kiln_work" in first.reference.questionnaire.questions
        assert "kiln_work" not in other.reference.questionnaire.questions
        # Made under the newer and under the older edition: both are taken in.
        for session in (first, other):
            assert record_and_send(session).accepted == 2

        query = select(RolloutTablet.tablet_id, RolloutTablet.told_edition, RolloutTablet.told_code)
        with reading(office.engine) as connection:
            assert connection.execute(query).all() == [(first_id, 2, "edition_taken")]
            counts = connection.scalars(select(EnrolledTablet.total_count)).all()
            assert list(counts) == [4, 4]

        rollouts.give_to_all(office, "test")
        other.sending.send()
        assert other.editions.number == 2
        assert "kiln_work" in other.reference.questionnaire.questions


def test_taken_back_the_chosen_tablet_returns_and_its_draft_is_sent_as_it_was_begun(
    tmp_path: Path, folder: Path, served: Served
) -> None:
    office = served.office
    with served.serving(), opened(tmp_path / "first") as first:
        first.enrolment.enrol(served.ticket())
        begin_for(first, office, folder)
        first.sending.send()
        assert first.editions.number == 2
        work = first.casework
        case_id = record_case(work, record_visit(work))

        rollouts.take_back(office, "test")
        first.sending.send()

        assert first.editions.number == 3
        assert "kiln_work" not in first.reference.questionnaire.questions
        work.finalise(case_id)
        assert first.sending.send().accepted == 2


def test_edition_that_does_not_load_on_a_tablet_is_told_to_the_office(
    tmp_path: Path, folder: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = served.office
    with served.serving(), opened(tmp_path / "first") as first:
        first.enrolment.enrol(served.ticket())
        begin_for(first, office, folder)

        def broken(*_: object, **__: object) -> None:
            raise ValueError("not of this version")

        monkeypatch.setattr("mobile.editions.edition.unpacked", broken)
        first.sending.send()
        first.sending.send()

        with reading(office.engine) as connection:
            assert connection.scalars(select(RolloutTablet.told_code)).all() == [
                "edition_not_loaded"
            ]
