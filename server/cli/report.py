"""`report`: what a country declares for its progress report, the report, whether one is genuine."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.opening import the_office
from server.db.engine import reading
from server.exports.signed_edition import signed_edition
from server.programme.keys import keys_of
from server.progress import entering, store
from server.progress.files import files_of
from server.progress.kinds import KINDS
from server.progress.report import make
from server.progress.signing import SIGNATURE_ENDING
from server.progress.verifying import verify
from server.releases.labels import languages
from shared.texts import ENGLISH

_KIND = click.Choice([*KINDS])
_by = click.option("--by", required=True, help="Who enters it: an office or organisation.")


@click.group()
def report() -> None:
    """Report progress on Target 8.7: declare, enter, report, verify."""


@report.command()
@click.argument("kind", type=_KIND)
def template(kind: str) -> None:
    """Print an empty CSV file of KIND, with what each column takes."""
    click.echo(entering.template_of(KINDS[kind]), nl=False)


@report.command()
@click.argument("kind", type=_KIND)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_by
@click.option("--organisation", help="Whose they are: its people enter them on pages from then on.")
def enter(kind: str, file: Path, by: str, organisation: str | None) -> None:
    """Take a CSV FILE of KIND in: all of it, or nothing and every fault with its line.

    A line takes the place of an earlier one with its key. Name offices and organisations, never
    a person.
    """
    with the_office() as office:
        number = entering.enter(office, kind, file.read_bytes(), by, organisation)
    click.echo(f"{number} {kind} entries are kept.")


@report.command("take-back")
@click.argument("kind", type=_KIND)
@click.argument("key", nargs=-1, required=True)
@_by
def take_back(kind: str, key: tuple[str, ...], by: str) -> None:
    """Declare the KIND with this KEY no more; that it was declared stays known."""
    with the_office() as office:
        entering.take_back(office, kind, key, by)
    click.echo(f"{kind} {' '.join(key)} is taken back.")


@report.command()
@click.argument("kind", type=_KIND)
def show(kind: str) -> None:
    """List what is declared of KIND."""
    with the_office() as office, reading(office.engine) as connection:
        for one in store.framework(connection)[kind]:
            rest = ", ".join(f"{name} {said}" for name, said in one.items() if said)
            click.echo(f"{' '.join(store.key_of(kind, one))}: {rest}")


@report.command()
@click.option("--period", required=True, help="A year, 2026-Q1 or 2026-11.")
@click.option("--action-group", default="", help="Only what belongs to it.")
@click.option("--language", default=ENGLISH, show_default=True, help="Of Word file and PDF.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder the files are written into.",
)
def progress(period: str, action_group: str, language: str, out: Path) -> None:
    """Make the progress report of a period: DOCX, PDF and open data, every figure signed."""
    if language not in languages():
        raise click.UsageError(
            f"There is no language {language}. There are: {', '.join(languages())}."
        )
    with the_office() as office:
        made = make(office, period, action_group)
        files = files_of(made.document, language, keys_of(office).programme.sign)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
        click.echo(out / name)


@report.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", required=True, help="The programme's signing key, known from elsewhere.")
@click.option(
    "--edition",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder that `tally87 release save` wrote, to compare the figures with.",
)
def verify_file(file: Path, key: str, folders: tuple[Path, ...]) -> None:
    """Tell whether FILE is what a programme signed, to the last digit; needs no office.

    The key is the 64 digits of programme.pub, from the programme's papers.
    """
    editions = [
        signed_edition(
            {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}, key
        )
        for folder in folders
    ]
    beside = file.with_name(file.name + SIGNATURE_ENDING)
    signature = beside.read_bytes() if beside.is_file() else b""
    found = verify(file.name, file.read_bytes(), signature, key, editions)
    click.echo(f"{found.said}: signed, and nothing of it was changed.")
    click.echo(
        f"{found.compared} figures are what their editions say; {found.entered} were entered."
    )
    for number, digest in found.missing:
        click.echo(
            f"Figures of edition {number} were not compared: hand its folder over with --edition "
            f"(its manifest has the SHA-256 {digest})."
        )
