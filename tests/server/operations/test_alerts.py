"""Whoever is on duty hears that danger waits, others when nobody looks; nothing of it is told."""

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from demo.link import free_port
from server import queue
from server.db.engine import reading, transaction
from server.intake import quarantine
from server.intake.model import QuarantinedParcel, RecordRevision
from server.intake.quarantine import danger_waiting
from server.intake.receive import open_for, quarantine_parcel, take_in, tells_of_danger
from server.jobs.schedule import ask_for_what_is_due
from server.jobs.worker import work_off
from server.office import Office
from server.office.config import SettingRefused, config_from_environment
from server.operations import alarms, alerts
from server.operations.alerts import AlertStep
from server.programme import enrolment
from server.queue import JobKind
from shared.texts import text
from tests.server.field import FieldTablet, words

DUTY, BOSS = "duty@office.test", "boss@office.test"


class Mailbox:
    """A real mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], Message]] = []
        self.refuses = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 Try again later"
        self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content)))
        return "250 OK"

    def told(self) -> list[str]:
        return [one for recipients, _ in self.mails for one in recipients]


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"smtp://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def office(lite: Office) -> Office:
    """One database is enough for what is said to whom; the last test but two tries both."""
    return lite


@pytest.fixture
def on_duty(office: Office, mailbox: tuple[Mailbox, str]) -> Mailbox:
    """The office tells one person, and another after fifteen minutes."""
    office.config = replace(
        office.config, alert_mail=(DUTY,), alert_escalate_mail=(BOSS,), smtp=mailbox[1]
    )
    return mailbox[0]


def danger(tablet: FieldTablet) -> str:
    visit = tablet.visit()
    case = replace(tablet.case(visit), danger=True)
    assert words(tablet.send(visit, case)) == ["accepted", "accepted"]
    return case.record_id


def pass_time(office: Office, minutes: float) -> None:
    office.clock.now += timedelta(minutes=minutes)  # type: ignore[attr-defined]
    ask_for_what_is_due(office)
    work_off(office)


def test_nothing_is_said_while_nobody_is_in_danger(
    office: Office, tablet: FieldTablet, on_duty: Mailbox
) -> None:
    tablet.send(tablet.visit())
    pass_time(office, 60)

    assert on_duty.mails == []


def test_one_on_duty_is_told_at_once_and_another_when_nobody_looks(
    office: Office, tablet: FieldTablet, on_duty: Mailbox
) -> None:
    danger(tablet)
    pass_time(office, 0)
    assert on_duty.told() == [DUTY]
    pass_time(office, 14)
    assert on_duty.told() == [DUTY]
    pass_time(office, 1)
    assert on_duty.told() == [DUTY, BOSS]
    pass_time(office, 600)
    assert on_duty.told() == [DUTY, BOSS]


def test_nobody_else_is_told_once_somebody_has_seen_it(
    office: Office, tablet: FieldTablet, on_duty: Mailbox
) -> None:
    record_id = danger(tablet)
    pass_time(office, 0)
    alarms.see_alarm(office, record_id, "Ms Khan", "test")  # type: ignore[arg-type]
    pass_time(office, 60)

    assert on_duty.told() == [DUTY]


def test_message_is_the_same_for_every_alarm_and_tells_nothing_of_it(
    office: Office, tablet: FieldTablet, on_duty: Mailbox
) -> None:
    record_id = danger(tablet)
    pass_time(office, 0)
    first = on_duty.mails[0][1]
    for _ in range(3):
        danger(tablet)
    pass_time(office, 10)
    second = on_duty.mails[1][1]

    assert first["Subject"] == second["Subject"] == "Tally87"
    assert first.get_payload() == second.get_payload()
    said = str(first.get_payload()).strip()
    assert said == "Something waits in Tally87. Please sign in."
    tablet_id = tablet.membership.tablet_id
    for hidden in (record_id, tablet_id, "OFFICER-0", "INSPECTORATE", "PK-PB"):
        assert hidden not in first.as_string()


def test_thousand_alarms_ring_five_minutes_apart(
    office: Office, tablet: FieldTablet, on_duty: Mailbox
) -> None:
    for minute in range(6):
        danger(tablet)
        pass_time(office, 1 if minute else 0)

    # At once, and five minutes later for all that came meanwhile.
    assert on_duty.told() == [DUTY, DUTY]


def test_heap_of_alarms_nobody_looked_at_does_not_silence_the_next_one(
    office: Office, tablet: FieldTablet
) -> None:
    office.config = replace(office.config, alert_mail=(DUTY,), alert_escalate_mail=(BOSS,))
    visit = tablet.visit()
    heap = [replace(tablet.case(visit), danger=True) for _ in range(210)]
    assert set(words(tablet.send(visit, *heap))) == {"accepted"}
    sent: list[AlertStep] = []
    for _ in range(3):
        alerts.tell(office, lambda _, step: sent.append(step))
        office.clock.now += timedelta(minutes=20)  # type: ignore[attr-defined]
    assert not alerts.is_wanted(office)
    sent.clear()

    danger(tablet)

    assert alerts.tell(office, lambda _, step: sent.append(step)) == [AlertStep.ON_DUTY]


def test_danger_in_a_parcel_of_a_signed_out_tablet_reaches_somebody(
    office: Office, tablet: FieldTablet, on_duty: Mailbox
) -> None:
    """It waits unread for the count, and not for help; also where it was set aside by an office
    that did not look for danger yet."""
    enrolment.revoke(office, tablet.membership.tablet_id, "test")
    visit = tablet.visit()
    assert take_in(office, tablet.seal([visit]).data).is_quarantined
    pass_time(office, 60)
    assert on_duty.told() == []

    case = replace(tablet.case(visit), danger=True)
    assert take_in(office, tablet.seal([case]).data).is_quarantined
    with transaction(office.engine) as connection:
        connection.execute(update(QuarantinedParcel).values(danger=None))
    pass_time(office, 0)
    assert on_duty.told() == [DUTY]
    pass_time(office, 15)
    assert on_duty.told() == [DUTY, BOSS]
    pass_time(office, 600)
    assert on_duty.told() == [DUTY, BOSS]
    assert [one.danger for one in quarantine.waiting(office)] == [True, False]
    assert alarms.unseen_alarms(office) == [], "nothing of it is a record of the office yet"

    with reading(office.engine) as connection:
        waits = danger_waiting(office)[0].parcel_id
        assert connection.scalar(select(func.count()).select_from(RecordRevision)) == 0
    quarantine.accept(office, waits, "test")
    assert danger_waiting(office) == []
    (alarm,) = alarms.unseen_alarms(office)
    assert alarm.record_id == case.record_id


def test_danger_finds_room_where_parcels_of_a_signed_out_tablet_fill_the_place(
    office: Office, tablet: FieldTablet
) -> None:
    enrolment.revoke(office, tablet.membership.tablet_id, "test")
    for _ in range(2):
        visit = tablet.visit()
        data = tablet.seal([visit]).data
        with transaction(office.engine) as connection:
            quarantine_parcel(connection, open_for(office, data), data, office.now_s(), most=1)
    assert len(quarantine.waiting(office)) == 1

    for waiting in (2, 2):
        case = replace(tablet.case(visit), danger=True)
        data = tablet.seal([case]).data
        with transaction(office.engine) as connection:
            parcel = open_for(office, data)
            danger = tells_of_danger(office, parcel)
            quarantine_parcel(connection, parcel, data, office.now_s(), most=1, danger=danger)
        assert len(quarantine.waiting(office)) == waiting


def test_message_that_is_not_taken_is_tried_again_and_shown_with_the_jobs(
    office: Office, tablet: FieldTablet, on_duty: Mailbox
) -> None:
    danger(tablet)
    on_duty.refuses = True
    pass_time(office, 0)
    with reading(office.engine) as connection:
        (stand,) = [
            one for one in queue.words(connection, office.now_s()) if one.kind is JobKind.ALERT
        ]
    assert stand.pauses == 1

    on_duty.refuses = False
    pass_time(office, 1)
    assert on_duty.told() == [DUTY]


def test_program_of_the_office_is_given_the_step_and_the_sentence_only(
    lite: Office, tmp_path: Path
) -> None:
    program, log = tmp_path / "ring", tmp_path / "rung"
    program.write_text(f'#!/bin/sh\necho "$# $1" >> {log}\ncat >> {log}\n', encoding="utf-8")
    program.chmod(0o700)
    lite.config = replace(lite.config, alert_command=program, alert_language="fr")
    danger(FieldTablet.enrol(lite))

    pass_time(lite, 0)
    pass_time(lite, 20)

    sentence = text("server.alert.body", "fr")
    assert log.read_text(encoding="utf-8") == f"1 on_duty\n{sentence}1 escalated\n{sentence}"


def test_program_that_fails_is_tried_again(lite: Office, tmp_path: Path) -> None:
    lite.config = replace(lite.config, alert_command=tmp_path / "is not there")
    danger(FieldTablet.enrol(lite))

    with pytest.raises(alerts.AlertFailed):
        alerts.tell(lite)

    assert alerts.is_wanted(lite)


def test_clock_that_was_set_back_silences_nobody(make: Callable[..., Office]) -> None:
    office = make()
    tablet = FieldTablet.enrol(office)
    office.config = replace(office.config, alert_mail=(DUTY,))
    sent: list[AlertStep] = []
    danger(tablet)
    alerts.tell(office, lambda _, step: sent.append(step))
    office.clock.now -= timedelta(days=3)  # type: ignore[attr-defined]
    danger(tablet)

    alerts.tell(office, lambda _, step: sent.append(step))

    assert sent == [AlertStep.ON_DUTY, AlertStep.ON_DUTY]


def test_alarm_that_came_before_the_clock_was_set_back_is_told_all_the_same(
    office: Office, tablet: FieldTablet
) -> None:
    office.config = replace(office.config, alert_mail=(DUTY,), alert_escalate_mail=(BOSS,))
    danger(tablet)
    office.clock.now -= timedelta(days=3)  # type: ignore[attr-defined]

    assert alerts.tell(office, lambda *_: None) == [AlertStep.ON_DUTY, AlertStep.ESCALATED]


def test_nobody_set_up_means_nothing_is_asked_for(office: Office, tablet: FieldTablet) -> None:
    danger(tablet)

    assert not alerts.is_wanted(office)
    assert alerts.tell(office, lambda *_: pytest.fail("nobody is to be told")) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALERT_MAIL", "nobody"),
        ("ALERT_MINUTES", "0"),
        ("SMTP", "http://mail"),
        ("SMTP", "smtps://user:secret@mail"),
    ],
)
def test_setting_that_would_tell_nobody_or_give_a_password_away_is_refused(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingRefused) as refused:
        config_from_environment({"TALLY87_FOLDER": str(tmp_path), f"TALLY87_{name}": value})

    assert f"TALLY87_{name}" in str(refused.value)
    assert "secret" not in str(refused.value)
