"""Verbs about the map of the public pages: `map load` reads the office's own shapes of areas."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.opening import the_office
from server.db.engine import transaction
from server.maps import shapes, store
from server.reference.in_force import reference_of
from server.staff import audit

ACTOR = "command line"


@click.group("map")
def map_() -> None:
    """The map of the public pages."""


@map_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--code",
    "code_property",
    default="code",
    show_default=True,
    help="The property of a feature that has the area's code.",
)
def load(file: Path, code_property: str) -> None:
    """Show published tables upon the areas of FILE, a GeoJSON in degrees.

    Nothing is loaded when any feature has no code of the list of areas. An earlier map goes.
    """
    with the_office() as office:
        areas = reference_of(office).codelists["areas"]
        try:
            found = shapes.read_shapes(file.read_bytes(), areas, code_property)
        except shapes.BadShapes as wrong:
            raise click.ClickException(f"{wrong} Nothing was changed.") from None
        with transaction(office.engine) as connection:
            store.replace(connection, found, office.now_s())
            audit.enter(connection, office.now_s(), ACTOR, "map_loaded", {"areas": len(found)})
    without = [entry.code for entry in areas if entry.code not in found]
    click.echo(f"{len(found)} areas have a shape.")
    if without:
        said = ", ".join(without[:10]) + (" ..." if len(without) > 10 else "")
        click.echo(
            f"{len(without)} areas have none ({said}): a table is drawn as a map when each area "
            "it shows has a shape or contains one that has."
        )


@map_.command()
def remove() -> None:
    """Take the map away: tables are drawn as squares, one for each area."""
    with the_office() as office, transaction(office.engine) as connection:
        store.replace(connection, {}, office.now_s())
        audit.enter(connection, office.now_s(), ACTOR, "map_removed", {})
    click.echo("The map is gone. The editions are as they were.")
