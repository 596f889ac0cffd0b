"""Verbs `backup` and `restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from server.cli.opening import the_office
from server.operations import backups

_RECORDS = "record_revision"


@click.group()
def backup() -> None:
    """Backups of the database. The keys are never in one: keep them apart."""


@backup.command("make")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def make(folder: Path) -> None:
    """Copy the database into a new folder inside FOLDER; the server may go on meanwhile.

    The copy is opened and read through before it counts.
    """
    with the_office() as office:
        done, manifest = backups.back_up(office, folder)
    click.echo(f"{done}: {_what(manifest)}")
    click.echo("The keys are not in it: they are kept apart.")


@backup.command("check")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def check(folder: Path) -> None:
    """Say whether the backup FOLDER is whole, unchanged and of this programme."""
    with the_office(migrated=False) as office:
        click.echo(f"{folder}: whole; {_what(backups.check(office, folder))}")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Move the database that is there aside.")
def restore(folder: Path, replace: bool) -> None:
    """Make the backup FOLDER this office's database. Stop server and workers first.

    Tablets are told with their next receipt and offer again what may be gone.
    """
    with the_office(migrated=False) as office:
        done = backups.restore(office, folder, replacing=replace)
    click.echo(f"Restored: {_what(done.manifest)}")
    if done.kept is not None:
        click.echo(f"The database that was there is kept as {done.kept}.")
    click.echo(f"{done.tablets} tablets offer again, with their next sending, what may be gone.")
    click.echo(
        f"{done.void_tickets} unused tickets are void, {done.ended_sessions} sessions ended."
    )
    if done.carried is None:
        click.echo(
            "Whatever was ended since then lives again: sign out once more the tablets that were "
            "signed out, close the accounts that were closed, set the scope of those that were "
            "narrowed (`tally87 account scope`).",
            err=True,
        )
    else:
        click.echo(f"{done.carried} tablets and accounts that were ended since then stay ended.")
    click.echo(
        "A tablet enrolled since then says it is signed out: it joins again by a new ticket."
    )
    click.echo("The next edition needs a --number above the last one tablets saw.")


def _what(manifest: backups.Manifest) -> str:
    at = datetime.fromtimestamp(manifest.made_at_s, UTC)
    records = manifest.rows.get(_RECORDS, 0)
    return (
        f"{at:%Y-%m-%d %H:%M:%S} UTC, {manifest.dialect}, {records} revisions of records, "
        f"{manifest.bytes / 1e6:.1f} MB."
    )
