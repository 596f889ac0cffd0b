"""A country that came with no app: a folder from the office's own files, then a real tablet that
learns the country from the office, records, is classified by the country's own ages and is counted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from demo.officers.cheap_keys import cheap_derivation
from mobile.casework.refusals import CountryAwaited
from mobile.sentences import sentence_of
from mobile.tablet import Session, Tablet
from server.cli import main
from server.reference import publish
from shared.lifecycle import CaseState
from shared.reference import reference_that_came
from tests.journeys.test_country_folder import PIN, Served
from tests.mobile.interviews import record_case, record_visit

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AREAS = """Province;District
Harare;Chitungwiza
Harare;Harare
Masvingo;Chiredzi
"""
LAW = """parameter,value,source,as_of
minimum_age,16,"Labour Act, section 11",2024-01-01
light_age_from,none,"Labour Act, section 11",2024-01-01
hazardous_age,18,"Labour Act, section 11",2024-01-01
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of Zimbabwe, begun by the command."""
    (tmp_path / "areas.csv").write_text(AREAS, "utf-8")
    (tmp_path / "law.csv").write_text(LAW, "utf-8")
    made = CliRunner().invoke(
        main,
        [
            *("country", "new", "ZWE", "--out", str(tmp_path / "zimbabwe")),
            *("--areas", str(tmp_path / "areas.csv"), "--law", str(tmp_path / "law.csv")),
        ],
    )
    assert made.exit_code == 0, made.output
    return tmp_path / "zimbabwe"


def feature(x: float, **properties: str) -> dict[str, object]:
    """An area of an office's GeoJSON: its columns, and a square."""
    corners = [[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]
    shape = {"type": "Polygon", "coordinates": [corners]}
    return {"type": "Feature", "properties": properties, "geometry": shape}


OTHERS = {
    "BRA": (
        [
            feature(-46, CD_UF="35", NM_UF="São Paulo", SIGLA_UF="SP"),
            feature(-43, CD_UF="33", NM_UF="Rio de Janeiro", SIGLA_UF="RJ"),
        ],
        "parameter,value,source\nminimum_age,16,Constituição art. 7\n"
        "light_age_from,none,Constituição art. 7\n",
        ("BR-SP", "BR-RJ", "Rio de Janeiro", "2011-05-17", "BELOW_MIN_AGE"),
    ),
    "IND": (
        [
            feature(77, GID_1="IND.4_1", NAME_1="Bihar", GID_2="IND.4.1_1", NAME_2="Gaya"),
            feature(78, GID_1="IND.4_1", NAME_1="Bihar", GID_2="IND.4.2_1", NAME_2="Patna"),
        ],
        "parameter;value;source\nminimum_age;14;Act of 1986, s. 3\n"
        "light_age_from;none;Act of 1986, s. 3\n",
        ("IN-01-01", "IN-01-02", "Patna", "2013-05-17", "BELOW_MIN_AGE"),
    ),
}
"""Areas as their offices have them, law, and what comes of a child: where it was met and lives, the
name of that, when it was born, its class."""


@pytest.mark.parametrize("country", sorted(OTHERS))
def test_country_of_states_from_its_own_geojson_works_by_its_law(
    tmp_path: Path, country: str
) -> None:
    features, law, (met, lives, named, born, its_class) = OTHERS[country]
    shapes = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (tmp_path / "areas.geojson").write_text(shapes, "utf-8")
    (tmp_path / "law.csv").write_text(law, "utf-8")
    files = ("--areas", str(tmp_path / "areas.geojson"), "--law", str(tmp_path / "law.csv"))
    begun = CliRunner().invoke(
        main, ["country", "new", country, "--out", str(tmp_path / "own"), *files]
    )
    assert begun.exit_code == 0, begun.output
    office = Served(tmp_path / "office", [tmp_path / "own"], country)
    office.begin()
    publish.publish_first(office.office, "test")

    with office.serving(), opened(tmp_path / "tablet") as session:
        session.enrolment.enrol(office.ticket())
        work = session.casework
        case_id = record_case(
            work,
            record_visit(work, area=met),
            birth_date=born,
            hazards=("none",),
            home_area=lives,
            consent_given_by="caregiver_and_assent",
            consent_purposes=("interview", "statistics"),
        )
        review, done = work.review(case_id), work.finalise(case_id)
        report = session.sending.send()

        assert session.reference.codelists["areas"].label(lives, "en") == named
        assert done.done, done.findings
        assert (report.accepted, report.rejected) == (2, 0), report
        assert review.classification.national.legal_class == its_class


@contextmanager
def opened(folder: Path) -> Iterator[Session]:
    """The tablet of that folder, with what comes with the app and nothing else."""
    tablet = Tablet(
        folder, reference_that_came, lambda: NOW, os.urandom, derivation=cheap_derivation
    )
    session = tablet.unlock(PIN) if tablet.is_set_up else tablet.set_up(PIN)
    try:
        yield session
    finally:
        session.lock()


def test_enrols_over_the_network_and_works_by_the_law_of_the_country(
    tmp_path: Path, folder: Path
) -> None:
    office = Served(tmp_path / "office", [folder], "ZWE")
    office.begin()
    publish.publish_first(office.office, "test")

    with office.serving(), opened(tmp_path / "tablet") as session:
        session.enrolment.enrol(office.ticket())
        here = session.reference.profile
        work = session.casework
        case_id = record_case(
            work,
            record_visit(work, area="ZW-01-01"),
            birth_date="2011-05-17",
            hazards=("none",),
            home_area="ZW-02-01",
            consent_given_by="caregiver_and_assent",
            consent_purposes=("interview", "statistics"),
        )
        review, done = work.review(case_id), work.finalise(case_id)
        report = session.sending.send()

        assert (here.name("sw"), here.minimum_age) == ("Zimbabwe", 16)
        assert session.reference.codelists["areas"].label("ZW-02-01", "en") == "Chiredzi"
        assert done.done, done.findings
        assert (report.accepted, report.rejected) == (2, 0), report
        assert work.row(case_id).state is CaseState.ACCEPTED

        assert review.classification.national.legal_class == "BELOW_MIN_AGE"

    with opened(tmp_path / "tablet") as again:
        assert again.reference.profile.minimum_age == 16


def test_a_visit_waits_for_the_edition_and_an_alarm_does_not(tmp_path: Path, folder: Path) -> None:
    office = Served(tmp_path / "office", [folder], "ZWE")
    office.begin()

    with office.serving(), opened(tmp_path / "tablet") as session:
        session.enrolment.enrol(office.ticket())
        with pytest.raises(CountryAwaited) as told:
            session.casework.start_visit()
        alarm = session.casework.raise_danger(None)
        first = session.sending.send()
        publish.publish_first(office.office, "test")
        session.sending.send()

        assert "danger button works already" in sentence_of(told.value, "en")
        assert first.accepted == 2, first
        assert session.casework.row(alarm).danger
        assert session.editions.number == 1
        assert session.casework.start_visit()


def test_without_network_the_edition_comes_as_a_file(tmp_path: Path, folder: Path) -> None:
    office = Served(tmp_path / "office", [folder], "ZWE")
    office.begin()
    publish.publish_first(office.office, "test")
    edition = tmp_path / "edition-1.edition"
    edition.write_bytes(publish.whole_edition(office.office)[1])

    with opened(tmp_path / "tablet") as session:
        with office.serving():
            ticket = office.ticket()
            request = session.enrolment.save_request(ticket, tmp_path / "stick")
            reply = office.office_reply(request)
        session.enrolment.read_reply(reply)
        assert not session.reference.profile.is_here
        session.editions.take_file(edition)
        assert session.reference.profile.name() == "Zimbabwe"
        assert session.casework.start_visit()
