"""`pack`: what a country made, handed to another to start from."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.opening import the_office
from server.packs.packing import pack_of, take_pack


@click.group()
def pack() -> None:
    """Hand form, law, words, indicators and lessons of a country to another, signed."""


@pack.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write the pack of this programme's country into FILE."""
    with the_office() as office:
        content = pack_of(office)
    file.write_bytes(content)
    click.echo(f"{file} is written and signed. Areas, helplines and who confirmed stay at home.")


@pack.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", required=True, help="The other programme's signing key, from its papers.")
@click.option("--into", "folder", required=True, type=click.Path(file_okay=False, path_type=Path))
def take(file: Path, key: str, folder: Path) -> None:
    """Check the pack in FILE and write it into a new folder; needs no office."""
    said, names = take_pack(file.read_bytes(), key, folder)
    click.echo(
        f"The pack of {said['programme']}, {said['country']}, is genuine: {len(names)} files."
    )
    click.echo(
        "Read law.csv before anything else: it is another country's law. `tally87 country new` "
        "takes what holds in yours, with --law; `tally87 report enter` takes indicators and "
        "lessons."
    )
