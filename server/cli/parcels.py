"""Verb `import-parcels`: the road by stick or card."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.opening import the_office
from server.services import persons
from server.services.parcel_files import PARCEL_SUFFIX, take_in_folder
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
            elif taken.is_set_aside:
                click.echo(f"{name}: set aside, the tablet has been signed out")
            else:
                words = ", ".join(f"{n} {word}" for word, n in sorted(taken.outcomes.items()))
                click.echo(f"{name}: {words or 'no records'}")
        persons.link_what_waits(office)
    if not seen:
        raise NoParcels(
            f"There is no parcel in {folder}: none of its {len(list(folder.iterdir()))} files ends "
            f"in {PARCEL_SUFFIX}. Nothing was taken in. Name the folder the tablet saved its "
            "parcels in."
        )
    if failed:
        raise click.exceptions.Exit(1)
