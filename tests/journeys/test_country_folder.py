"""A country's own folder, on a real tablet and a real server, with no change of code; and a draft
that was begun before the questionnaire changed."""

from __future__ import annotations

import csv
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from demo.officers.cheap_keys import cheap_derivation
from mobile.tablet import Session, Tablet
from server.cli.questionnaire import questionnaire as questionnaire_command
from server.db.migrate import migrate
from server.office import Office
from server.office.config import config_for
from server.programme import enrolment
from server.programme.keys import make_keys
from server.reference.in_force import reference_of
from server.web import create_app
from shared.lifecycle import CaseState
from shared.reference import Reference, load_reference
from shared.wire.tickets import Ticket
from tests.in_clear import all_in_clear
from tests.mobile.conftest import office_moves_to
from tests.mobile.interviews import record_case, record_visit

PIN = "482913"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AREA = "PK-PB-77"
PRIVACY = "bind::tally:privacy"
LABEL, URDU = "label::English (en)", "label::Urdu (ur)"


def write(file: Path, rows: Sequence[Mapping[str, str]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def in_case(group: str, *questions: Mapping[str, str]) -> list[Mapping[str, str]]:
    return [
        {"type": "begin_repeat", "name": "case"},
        {"type": "begin_group", "name": group},
        *questions,
        {"type": "end_group"},
        {"type": "end_repeat"},
    ]


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """Two extra questions, two extra choices, one extra language, own areas, own age of law."""
    folder = tmp_path / "my-country"
    write(
        folder / "questionnaire" / "survey.csv",
        in_case(
            "job",
            {
                "type": "select_one kiln_tasks",
                "name": "kiln_task",
                LABEL: "Task at the kiln",
                URDU: "بھٹے پر کام",
                "relevant": "${place_kind} = 'brick_kiln'",
                "required": "yes",
                PRIVACY: "keep",
            },
            {
                "type": "text",
                "name": "foreman",
                LABEL: "Name of the foreman",
                URDU: "نگران کا نام",
                "relevant": "${kiln_task} = 'loading'",
                PRIVACY: "identity",
            },
            {"type": "", "name": "work_hours", URDU: "کام کے گھنٹے"},
        ),
    )
    write(
        folder / "questionnaire" / "choices.csv",
        [
            {"list_name": "kiln_tasks", "name": "moulding", LABEL: "Moulding"},
            {"list_name": "kiln_tasks", "name": "loading", LABEL: "Loading"},
            {"list_name": "visit_reasons", "name": "kiln_census", LABEL: "Census of kilns"},
            {"list_name": "pay_forms", "name": "per_thousand", LABEL: "Per thousand bricks"},
        ],
    )
    write(
        folder / "areas.csv",
        [{"code": AREA, "parent": "PK-PB", "level": "admin2", LABEL: "Murree"}],
    )
    (folder / "profile.toml").write_text(
        '[parameters.minimum_age]\nvalue = 16\nsource = "Act of 2026"\n', "utf-8"
    )
    return folder


class Served:
    """A national office on a free port, with these country folders."""

    def __init__(self, folder: Path, folders: Sequence[Path], country: str = "PAK") -> None:
        self.config = config_for(folder, country_folders=tuple(folders))
        self.app = create_app(self.config, lambda: NOW)
        self.office: Office = self.app.extensions["tally87"]
        self.url, self.country = "", country

    def begin(self) -> None:
        migrate(self.office.engine)
        keys = make_keys(self.config.key_folder, os.urandom)
        enrolment.create_programme(
            self.office, keys, "Test", self.country, "synthetic", practice=True
        )
        known = reference_of(self.office).codelists["source_lists"]
        enrolment.add_organisation(self.office, "LI", "Inspectorate", "labour_inspectorate", known)
        enrolment.add_officer(self.office, "LI", "OFFICER-1")

    def ticket(self) -> str:
        issued = enrolment.issue_ticket(self.office, "OFFICER-1", "test")
        return Ticket(
            self.url, issued.ticket_id, issued.secret, issued.programme_fingerprint
        ).text()

    def office_reply(self, request: Path) -> Path:
        """The reply to a request file, beside it."""
        reply = request.with_name("tablet.enrolment-reply")
        reply.write_bytes(enrolment.enrol(self.office, request.read_bytes()))
        return reply

    @contextmanager
    def serving(self) -> Iterator[None]:
        server = make_server("127.0.0.1", 0, self.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            self.office.close()


@contextmanager
def opened(folder: Path, reference: Reference) -> Iterator[Session]:
    tablet = Tablet(folder, reference, lambda: NOW, os.urandom, derivation=cheap_derivation)
    session = tablet.unlock(PIN) if tablet.is_set_up else tablet.set_up(PIN)
    try:
        yield session
    finally:
        session.lock()


KILN = {"place_kind": "brick_kiln", "visit_reason": "kiln_census", "area": AREA}
CHILD = {
    "works_with_parents": "no",
    "kiln_task": "loading",
    "foreman": "Markername",
    "pay_form": "per_thousand",
    "work_hours": 20.0,
    "consent_given_by": "caregiver_and_assent",
    "consent_purposes": ("interview", "statistics"),
}


def test_a_country_adds_questions_choices_a_language_and_areas_without_code(
    tmp_path: Path, country: Path
) -> None:
    reference = load_reference("PAK", [country])
    office = Served(tmp_path / "office", [country])
    office.begin()

    with office.serving(), opened(tmp_path / "tablet", reference) as session:
        session.enrolment.enrol(office.ticket())
        session.set_language("ur")
        work = session.casework
        case_id = record_case(work, record_visit(work, **KILN), **CHILD)
        asked = work.interview(case_id).section("job")
        review = work.review(case_id)
        done = work.finalise(case_id)
        report = session.sending.send()

        assert {"kiln_task", "foreman"} <= {view.name for view in asked.questions}
        assert reference.questionnaire.label("kiln_task", "ur") == "بھٹے پر کام"
        assert reference.codelists["areas"].label(AREA, "en") == "Murree"
        assert reference.profile.minimum_age == 16
        assert review.may_finalise
        assert done.done, done.findings
        assert (report.accepted, report.rejected) == (2, 0), report
        assert work.row(case_id).state is CaseState.ACCEPTED

    assert b"Markername" not in all_in_clear(tmp_path / "office")


def test_a_draft_of_an_older_questionnaire_is_finished_and_accepted_after_the_update(
    tmp_path: Path, country: Path
) -> None:
    before = load_reference("PAK", [country])
    office = Served(tmp_path / "office", [country])
    office.begin()
    with office.serving(), opened(tmp_path / "tablet", before) as session:
        session.enrolment.enrol(office.ticket())
        visit_id = record_visit(session.casework, **KILN)
        case_id = record_case(session.casework, visit_id, **CHILD)

    kept = CliRunner().invoke(questionnaire_command, ["keep", str(country), "--country", "PAK"])
    assert kept.exit_code == 0, kept.output
    write(
        country / "questionnaire" / "survey.csv",
        in_case(
            "school",
            {
                "type": "select_one yes_no",
                "name": "school_meal",
                LABEL: "Is there a meal at school?",
                "required": "yes",
                PRIVACY: "keep",
            },
        ),
    )
    write(country / "questionnaire" / "settings.csv", [{"version": "9.0"}])
    after = load_reference("PAK", [country])
    updated = Served(tmp_path / "office", [country])

    with updated.serving(), opened(tmp_path / "tablet", after) as session:
        work = session.casework
        office_moves_to(session, updated.url)
        asked = {v.name for s in work.interview(case_id).sections for v in s.questions}
        done = work.finalise(case_id)
        newer = record_case(work, record_visit(work), school_meal="no")
        newly_asked = {v.name for s in work.interview(newer).sections for v in s.questions}
        also_done = work.finalise(newer)
        report = session.sending.send()

        assert "kiln_task" in asked
        assert "school_meal" not in asked
        assert "school_meal" in newly_asked
        assert "kiln_task" not in newly_asked
        assert done.done, done.findings
        assert also_done.done, also_done.findings
        assert (report.accepted, report.rejected) == (4, 0), report
