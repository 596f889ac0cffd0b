"""Verbs `note` and `alarm`: what the office says to one tablet, and danger that was seen."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from server import notes
from server.cli.opening import the_office
from server.db.engine import reading
from server.intake import quarantine
from server.operations import alarms, saying
from shared.identifiers import RecordId
from shared.wire.note_kinds import MOST_NAME

ACTOR = "command line"
MOST_LISTED = 200


@click.group()
def note() -> None:
    """What the office says to one tablet; it comes with the tablet's next receipt."""


@note.command("send")
@click.argument("tablet")
@click.argument("words")
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=notes.MESSAGE_TERM_DAYS,
    show_default=True,
    help="After so many days it is not said any more.",
)
def send(tablet: str, words: str, days: int) -> None:
    """Say WORDS (at most 280 characters) to who holds TABLET: name nobody they could harm."""
    with the_office() as office:
        note_id = saying.send_message(office, tablet, words, ACTOR, days)
    click.echo(f"Note {note_id} goes out with the next receipt of that tablet.")


@note.command("list")
@click.argument("tablet", required=False)
def list_notes(tablet: str | None) -> None:
    """List the newest notes, of TABLET or of all, and whether they arrived. Shows no words."""
    with the_office() as office:
        now_s = office.now_s()
        with reading(office.engine) as connection:
            found = notes.notes_of(connection, tablet, MOST_LISTED)
    for one in found:
        if one.acknowledged_s is not None:
            stands = f"arrived {_moment(one.acknowledged_s)}"
        else:
            stands = "waits" if one.note.until_s > now_s else "term over, not arrived"
        made = _moment(one.note.made_s)
        click.echo(f"{made} {one.tablet_id} {one.note.content.kind:12} {stands}")


@click.group()
def alarm() -> None:
    """Immediate danger that officers recorded: who waits to be seen, and that somebody saw it."""


@alarm.command("list")
def list_alarms() -> None:
    """List the alarms nobody has seen yet, the oldest first."""
    with the_office() as office:
        found = alarms.unseen_alarms(office, MOST_LISTED)
        in_parcels = quarantine.danger_waiting(office, MOST_LISTED)
    for one in found:
        moment = _moment(one.received_s)
        click.echo(f"{moment} {one.record_id} {one.organisation} {one.officer} {one.tablet_id}")
    if in_parcels:
        click.echo(
            f"Parcels of signed-out tablets that tell of immediate danger: {len(in_parcels)}. "
            "`tally87 set-aside list` shows them."
        )
    if not found and not in_parcels:
        click.echo("Every alarm was seen.")


@alarm.command("seen")
@click.argument("record")
@click.option(
    "--by", required=True, metavar="NAME", help=f"Who saw it, at most {MOST_NAME} characters."
)
def seen(record: str, by: str) -> None:
    """Say that the alarm of RECORD was seen; the officer's tablet is told, with the name."""
    with the_office() as office:
        first = alarms.see_alarm(office, RecordId(record), by, ACTOR)
    if first:
        click.echo("The tablet is told with its next receipt.")
    else:
        click.echo("It was seen before; who saw it first stays.")


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
