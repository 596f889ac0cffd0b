"""Telling somebody outside the office's pages that immediate danger waits to be seen.

The message says only that something waits in Tally87: no person, area, organisation, number or
time of a case may stand in a mailbox or on a telephone's lock screen. Who reads it signs in. Told
first: those on duty; when nobody has looked within the minutes the office sets: others. Danger
in a parcel of a signed-out tablet is told of, too: whether it is real is for a person to find out.
"""

from __future__ import annotations

import smtplib
import ssl
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from enum import IntEnum
from urllib.parse import urlsplit

from sqlalchemy import func, select

from server.db.engine import reading, transaction
from server.db.upsert import insert_new
from server.intake.quarantine import danger_waiting
from server.office import Office
from server.office.config import Config
from server.operations.alarms import unseen_alarms
from server.operations.model import AlertSent, ParcelAlertSent
from shared.errors import ServiceError
from shared.texts import text

LEAST_APART_S = 300
"""Between two messages of one step: a tablet that raises a thousand alarms rings five minutes
apart, and what came meanwhile is on the page all the same."""
_TIMEOUT_S = 30
_LOCAL = ("localhost", "127.0.0.1", "::1")
PASSWORD_FILE = "smtp.password"  # noqa: S105 - the name of a file


class AlertFailed(ServiceError):
    """The message could not be given away; it is tried again."""


class AlertStep(IntEnum):
    """Who is told."""

    ON_DUTY = 0
    ESCALATED = 1


@dataclass(frozen=True)
class _Untold:
    """Alarms by record and revision, parcels by id."""

    alarms: Sequence[tuple[str, int]]
    parcels: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.alarms or self.parcels)


Send = Callable[[Config, AlertStep], None]
"""Gives one message away. Raises AlertFailed."""


def is_wanted(office: Office) -> bool:
    """Whether anybody is to be told, and there is something nobody was told of yet."""
    return any(_untold(office, step) for step in AlertStep if is_set_up(office.config, step))


def tell(office: Office, send: Send | None = None) -> list[AlertStep]:
    """Tells whoever is to be told now; which steps were taken.

    Noted when the message was given away: what was cut before is told again rather than not.
    Raises AlertFailed.
    """
    taken = []
    for step in AlertStep:
        if not is_set_up(office.config, step):
            continue
        untold = _untold(office, step)
        if not untold:
            continue
        (send or give_away)(office.config, step)
        with transaction(office.engine) as connection:
            sent = {"step": step.value, "sent_at_s": office.now_s()}
            alarms = [{"record_id": one, "revision": at, **sent} for one, at in untold.alarms]
            parcels = [{"parcel_id": one, **sent} for one in untold.parcels]
            insert_new(connection, AlertSent, alarms)
            insert_new(connection, ParcelAlertSent, parcels)
        taken.append(step)
    return taken


def give_away(config: Config, step: AlertStep) -> None:
    """By mail and by the office's own program (a modem that sends short messages), as set up."""
    if config.alert_command is not None:
        _run(config, step)
    recipients = _recipients(config, step)
    if recipients:
        _mail(config, recipients)


def words(config: Config) -> tuple[str, str]:
    """Subject and body, in the language the office chose; the same for every alarm."""
    language = config.alert_language
    return text("server.alert.subject", language), text("server.alert.body", language)


def is_set_up(config: Config, step: AlertStep) -> bool:
    """Whether anybody is to be told at this step."""
    return bool(_recipients(config, step)) or config.alert_command is not None


def _recipients(config: Config, step: AlertStep) -> Sequence[str]:
    return config.alert_mail if step is AlertStep.ON_DUTY else config.alert_escalate_mail


def _untold(office: Office, step: AlertStep) -> _Untold:
    now_s = office.now_s()
    waits_s = 0 if step is AlertStep.ON_DUTY else 60 * office.config.alert_minutes

    def has_waited(received_s: int) -> bool:
        # What came "later" than now came before the clock was set back: it has waited enough.
        return not 0 <= now_s - received_s < waits_s

    alarms = [
        (alarm.record_id, alarm.revision)
        for alarm in unseen_alarms(office, not_told_at=step.value)
        if has_waited(alarm.received_s)
    ]
    in_parcels = danger_waiting(office)
    with reading(office.engine) as connection:
        told = set(
            connection.scalars(
                select(ParcelAlertSent.parcel_id).where(
                    ParcelAlertSent.step == step.value,
                    ParcelAlertSent.parcel_id.in_([one.parcel_id for one in in_parcels]),
                )
            )
        )
        for model in (AlertSent, ParcelAlertSent):
            last_s = connection.scalar(
                select(func.max(model.sent_at_s)).where(model.step == step.value)
            )
            # A clock that was set back must not silence anybody until it has caught up.
            if last_s is not None and 0 <= now_s - last_s < LEAST_APART_S:
                return _Untold((), ())
    parcels = [
        one.parcel_id
        for one in in_parcels
        if one.parcel_id not in told and has_waited(one.received_s)
    ]
    return _Untold(alarms, parcels)


def _run(config: Config, step: AlertStep) -> None:
    """The step as the only argument, the body on standard input: nothing of a case is at hand."""
    try:
        subprocess.run(  # noqa: S603 - the program the office's administrator named, no shell
            [str(config.alert_command), step.name.lower()],
            input=words(config)[1].encode(),
            timeout=_TIMEOUT_S,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        raise AlertFailed("The program in TALLY87_ALERT_COMMAND failed or took too long.") from None


def _mail(config: Config, recipients: Sequence[str]) -> None:
    message = EmailMessage()
    message["Subject"], body = words(config)
    message["From"], message["To"] = config.alert_from, ", ".join(recipients)
    message.set_content(body)
    address = urlsplit(config.smtp)
    host = address.hostname or "localhost"
    safe = ssl.create_default_context()
    # Since 3.13 Python asks for every extension of RFC 5280, which authorities of ministries often
    # lack: nobody must go unheard because the office has a newer Python than before.
    safe.verify_flags &= ~ssl.VERIFY_X509_STRICT
    try:
        if address.scheme == "smtps":
            link: smtplib.SMTP = smtplib.SMTP_SSL(
                host, address.port or 465, timeout=_TIMEOUT_S, context=safe
            )
        else:
            link = smtplib.SMTP(host, address.port or 25, timeout=_TIMEOUT_S)
        with link:
            if address.scheme == "smtp" and host not in _LOCAL:
                link.starttls(context=safe)
            if address.username:
                password = (config.key_folder / PASSWORD_FILE).read_text(encoding="utf-8").strip()
                link.login(address.username, password)
            link.send_message(message)
    except (OSError, smtplib.SMTPException):
        # What the other side answered may quote addresses: the kind of fault is in the job's row.
        raise AlertFailed("The mail could not be given to the server in TALLY87_SMTP.") from None
