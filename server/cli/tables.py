"""Verbs about counting: print a period's tables, check that the counts are right."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from server.cli.opening import the_office
from server.office import Office
from server.programme.programme import programme_of
from server.reference.in_force import reference_of
from server.releases import audit_anchors
from server.stewardship.doctor import check
from server.tables import generations, labels, national, recount
from server.web.pages import counts_page
from shared.texts import text


@click.command()
@click.option(
    "--period", help="Such as 2026; the newest when left out. TALLY87_PERIOD says of which length."
)
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path))
def tabulate(period: str | None, csv_file: Path | None) -> None:
    """Work out a period's protected national tables and print them."""
    with the_office() as office:
        known = national.periods(office)
        if not known:
            raise click.ClickException("No visit has reached this office yet.")
        if period not in (None, *known):
            raise click.ClickException(f"Tables are there for: {', '.join(known)}.")
        tables = national.national_tables(office, period or known[0])
        _print(office, tables)
        if csv_file is not None:
            notes = counts_page.notes_of(tables, programme_of(office), "en")
            csv_file.write_text("\ufeff" + counts_page.as_csv(tables, notes), encoding="utf-8")
            click.echo(f"Written to {csv_file}.")


@click.command()
@click.option(
    "--edition",
    "saved",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of an edition kept elsewhere: the audit log must still be the one signed with it.",
)
@click.option(
    "--head",
    "heads",
    multiple=True,
    help="A head of the audit log that the worker wrote to the system's log (audit_head).",
)
def doctor(saved: tuple[Path, ...], heads: tuple[str, ...]) -> None:
    """Work everything out afresh and compare: counts, persons, totals, the audit log."""
    with the_office() as office:
        recount.link_what_waits(office)
        generations.make_whole(office)
        remarks = check(office)
        remarks += audit_anchors.remarks(
            office, [audit_anchors.saved_edition(one) for one in saved], heads
        )
    for remark in remarks:
        click.echo(remark, err=True)
    if remarks:
        raise click.exceptions.Exit(1)
    click.echo("Counts, persons, tablets' totals and the audit log agree with a full recount.")


def _print(office: Office, tables: national.NationalTables) -> None:
    console = Console()
    declared, reference = generations.declarations_of(office), reference_of(office)
    for shown in tables:
        title = labels.title_of(declared, declared.tables[shown.code], "en")
        table = Table(
            title=f"{title}, {tables.period}", title_justify="left", caption_justify="left"
        )

        def label(name: str, code: str) -> str:
            return labels.code_label(declared.dimensions[name], code, reference, "en")

        across = counts_page.columns(shown)
        for dimension in shown.dimensions[:-1]:
            table.add_column(labels.dimension_name(declared.dimensions[dimension.name], "en"))
        for code in across.codes:
            table.add_column(label(across.name, code), justify="right")
        for row in counts_page.rows(shown):
            words = [
                label(dimension.name, code)
                for dimension, code in zip(shown.dimensions, row.codes, strict=False)
            ]
            counts = ["withheld" if count is None else str(count) for count in row.counts]
            table.add_row(*words, *counts, style="bold" if row.is_sum else None)
        console.print(table)
    console.print(text("server.csv.withheld", "en", n=tables.threshold), highlight=False)
    console.print(text("server.counts.not_sdg", "en"), highlight=False)
