"""`export`: an edition in the formats that other programs read."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.opening import the_office
from server.exports.edition import edition_of
from server.exports.formats import FORMATS
from server.releases.labels import languages
from shared.texts import ENGLISH


@click.command("export")
@click.argument("edition", type=int)
@click.option(
    "--format",
    "words",
    type=click.Choice([*FORMATS]),
    multiple=True,
    help="Every format, when left out.",
)
@click.option("--language", default=ENGLISH, show_default=True, help="Of names and notes.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder they are written into.",
)
def command(edition: int, words: tuple[str, ...], language: str, out: Path) -> None:
    """Write EDITION into a folder in other formats, made from its published files alone."""
    if language not in languages():
        raise click.UsageError(
            f"There is no language {language}. There are: {', '.join(languages())}."
        )
    with the_office() as office:
        exported = edition_of(office, edition)
    out.mkdir(parents=True, exist_ok=True)
    for word in words or FORMATS:
        for name, content in FORMATS[word].files(exported, language).items():
            (out / name).write_bytes(content)
            click.echo(out / name)
