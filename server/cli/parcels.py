"""Verbs `import-parcels`, the road by stick or card, and `quarantine`, what waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from server.cli.opening import the_office
from server.intake import quarantine
from server.intake.folder import PARCEL_SUFFIX, take_in_folder
from server.tables import recount
from shared.errors import ServiceError


class NoParcels(ServiceError):
    """A folder without a parcel: most likely the wrong one."""


@click.command("import-parcels")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def import_parcels(folder: Path) -> None:
    """Take in every parcel file in FOLDER; receipts are written beside them.

    Doing it again changes nothing and writes the same outcomes.
    """
    failed = seen = 0
    with the_office() as office:
        for name, taken, problem in take_in_folder(office, folder):
            seen += 1
            if taken is None:
                failed += 1
                click.echo(f"{name}: {problem}", err=True)
            elif taken.is_quarantined:
                click.echo(f"{name}: set aside, the tablet has been signed out")
            else:
                words = ", ".join(f"{n} {word}" for word, n in sorted(taken.outcomes.items()))
                click.echo(f"{name}: {words or 'no records'}")
        recount.link_what_waits(office)
    if not seen:
        raise NoParcels(
            f"There is no parcel in {folder}: none of its {len(list(folder.iterdir()))} files ends "
            f"in {PARCEL_SUFFIX}. Nothing was taken in. Name the folder the tablet saved its "
            "parcels in."
        )
    if failed:
        raise click.exceptions.Exit(1)


@click.group("quarantine")
def quarantined() -> None:
    """Parcels that came from a tablet after it was signed out. `set-aside` is the same."""


@quarantined.command("list")
def list_waiting() -> None:
    """Show what waits for a decision: immediate danger first, then the rest, oldest first.

    Times are UTC. The time a parcel was made is the tablet's word: whoever has a stolen tablet can
    set its clock.
    """
    with the_office() as office:
        waiting = quarantine.waiting(office)
    for one in waiting:
        click.echo(
            f"{one.parcel_id}: {_contents(one)} of officer {one.officer}, tablet "
            f"{one.tablet_id}; made {_moment(one.made_at_s)}, came {_moment(one.received_at_s)}, "
            f"tablet signed out {_moment(one.revoked_at_s)}"
        )
    if not waiting:
        click.echo("Nothing waits for a decision.")


@quarantined.command()
@click.argument("parcel_id")
def accept(parcel_id: str) -> None:
    """Take a parcel in: ask its officer first whether these interviews are real."""
    with the_office() as office:
        words = quarantine.accept(office, parcel_id, "command line")
        recount.link_what_waits(office)
    click.echo(", ".join(f"{n} {word}" for word, n in sorted(words.items())))


@quarantined.command()
@click.argument("parcel_id")
@click.confirmation_option(prompt="Its records can never be counted afterwards. Discard it?")
def discard(parcel_id: str) -> None:
    """Let a parcel go for ever."""
    with the_office() as office:
        quarantine.discard(office, parcel_id, "command line")
    click.echo("Discarded. The audit log keeps that it came and that it was discarded.")


def _contents(one: quarantine.Waiting) -> str:
    if one.records is None:
        return "cannot be read any more, can only be discarded;"
    return f"{one.records} records{', immediate danger,' if one.danger else ''}"


def _moment(seconds: int | None) -> str:
    if seconds is None:
        return "at a time not known"
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        return "at a time that cannot be"  # a clock may say anything
