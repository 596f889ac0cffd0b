"""`export`: an edition in the formats that other programs read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from server.cli.opening import the_office
from server.exports.edition import edition_of
from server.exports.formats import FORMATS, GLANCE
from server.exports.glance.document import PublishedEstimate, glance_file
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
@click.option(
    "--estimate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What `tally87 estimate-register --json` printed: told on the two pages.",
)
def command(
    edition: int, words: tuple[str, ...], language: str, out: Path, estimate: Path | None
) -> None:
    """Write EDITION into a folder in other formats, made from its published files alone."""
    published = _published(estimate) if estimate else None
    if language not in languages():
        raise click.UsageError(
            f"There is no language {language}. There are: {', '.join(languages())}."
        )
    with the_office() as office:
        exported = edition_of(office, edition)
    out.mkdir(parents=True, exist_ok=True)
    for word in words or FORMATS:
        files = FORMATS[word].files(exported, language)
        if published is not None and word == GLANCE:
            files = glance_file(exported, language, published)
        for name, content in files.items():
            (out / name).write_bytes(content)
            click.echo(out / name)


def _published(file: Path) -> PublishedEstimate | None:
    """What may be published of an estimate; None when there were refusals."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))["published"]
        if said is None:
            return None
        return PublishedEstimate(*(round(said[part]) for part in ("estimate", "lower", "upper")))
    except (ValueError, KeyError, TypeError):
        raise click.ClickException(
            f"{file.name} is not what `tally87 estimate-register --json` prints. Nothing was "
            "written."
        ) from None
