"""`check-edition`: whether a saved edition is what a programme signed; needs no office."""

from __future__ import annotations

from pathlib import Path

import click

from server.exports.signed_edition import signed_edition


@click.command("check-edition")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--key", required=True, help="The programme's signing key, known from elsewhere.")
def command(folder: Path, key: str) -> None:
    """Tell whether the edition saved in FOLDER is what a programme signed, to the last digit.

    The key is the 64 digits of programme.pub, but not those beside the files: whoever changes
    these changes that, too.
    """
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    read = signed_edition(files, key)
    click.echo(
        f"Edition {read.number}, version {read.version}, of {read.programme}, {read.country}: "
        "signed, and every file is as it was signed."
    )
