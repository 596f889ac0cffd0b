"""``tally87-tablet import``: cases kept elsewhere, on the organisation's own enrolled computer.

Names never leave it: they are used for linking and stay, as those of a visit do.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from mobile.imports.importing import ImportedRow, RowOutcome
from mobile.imports.mapping import MappingRefused, read_mapping
from mobile.imports.proposing import proposed_mapping
from mobile.imports.sheets import read_sheets_of
from mobile.imports.sources import KINDS_OF_SOURCE
from mobile.tablet import Tablet
from mobile.unlocking import unlocked
from shared.formulas import no_formula

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_outcomes = click.option(
    "--outcomes",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A CSV file for what became of each row; it has no values in it.",
)


@click.group("import")
def imports() -> None:
    """Import case lists of Kobo (XLSX), ODK Central (zip), HTCDS, CTDC, or any CSV or XLSX."""


@imports.command()
@click.argument("file", type=_FILE)
@click.argument("mapping", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--source", type=click.Choice([*KINDS_OF_SOURCE]), help="Seen by its columns.")
@click.pass_obj
def propose(tablet: Tablet, file: Path, mapping: Path, source: str | None) -> None:
    """Write a MAPPING that says what the columns of FILE may mean, for a person to edit."""
    if mapping.exists():
        raise click.UsageError(f"{mapping} is there already and is not overwritten.")
    with unlocked(tablet) as session:
        text = proposed_mapping(read_sheets_of(file), session.reference, source or "")
    mapping.write_text(text, encoding="utf-8")
    click.echo(
        f"{mapping} is written; {text.count(chr(10) + 'question = ' + chr(34) * 2)} columns "
        "are open. Edit it, then `tally87-tablet import try`."
    )


@imports.command("try")
@click.argument("file", type=_FILE)
@click.argument("mapping", type=_FILE)
@_outcomes
@click.pass_obj
def practise(tablet: Tablet, file: Path, mapping: Path, outcomes: Path | None) -> None:
    """Practise: tell what would become of each row of FILE; nothing is recorded."""
    _import(tablet, file, mapping, outcomes, practice=True)


@imports.command()
@click.argument("file", type=_FILE)
@click.argument("mapping", type=_FILE)
@_outcomes
@click.pass_obj
def run(tablet: Tablet, file: Path, mapping: Path, outcomes: Path | None) -> None:
    """Import FILE by MAPPING, after a practice run. Cut off, it goes on when it is run again."""
    _import(tablet, file, mapping, outcomes, practice=False)


def _import(
    tablet: Tablet, file: Path, mapping: Path, outcomes: Path | None, *, practice: bool
) -> None:
    try:
        words = mapping.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise MappingRefused("The mapping is not UTF-8. Nothing was imported.") from None
    digest = hashlib.sha256(file.read_bytes() + b"\x00" + words.encode()).hexdigest()
    with unlocked(tablet) as session:
        sheets = read_sheets_of(file)
        read = read_mapping(words, sheets, session.reference)
        work = session.imports
        rows = (work.practise if practice else work.run)(sheets, read, digest)
        done = list(_told(rows))
    if outcomes:
        write_outcomes(outcomes, done)
    counts = {state: sum(one.outcome is state for one in done) for state in RowOutcome}
    click.echo(", ".join(f"{count} {state.value}" for state, count in counts.items() if count))
    if counts[RowOutcome.REFUSED]:
        sys.exit(1)


def _told(rows: Iterable[ImportedRow]) -> Iterable[ImportedRow]:
    for one in rows:
        if one.why or one.outcome in (RowOutcome.CHANGED, RowOutcome.LEFT_OUT):
            click.echo(f"{one.sheet} line {one.line}: {one.outcome.value}", err=True)
            for why in one.why:
                click.echo(f"     {why}", err=True)
        yield one


def write_outcomes(path: Path, rows: Iterable[ImportedRow]) -> None:
    """A line for each row. Names of sheets and columns come from the file: none is a formula."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("sheet", "line", "outcome", "number", "why"))
        for one in rows:
            why = "; ".join(one.why)
            sheet, why = no_formula(one.sheet), no_formula(why)
            writer.writerow((sheet, one.line, one.outcome.value, one.number or "", why))
