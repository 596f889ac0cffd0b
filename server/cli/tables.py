"""Verbs about counting: print a period's tables, check that the counts are right."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from server.cli.opening import the_office
from server.db.engine import reading
from server.disclosure.control import ALL
from server.programme.programme import programme_of
from server.reference.in_force import reference_of
from server.staff import audit
from server.stewardship.doctor import check
from server.tables import national, recount
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
        _print(tables, lambda code: _area(reference_of(office).codelists["areas"], code))
        if csv_file is not None:
            notes = counts_page.notes_of(tables, programme_of(office), "en")
            csv_file.write_text("\ufeff" + counts_page.as_csv(tables, notes), encoding="utf-8")
            click.echo(f"Written to {csv_file}.")


@click.command()
def doctor() -> None:
    """Work everything out afresh and compare: counts, persons, totals, the audit log."""
    with the_office() as office:
        recount.link_what_waits(office)
        remarks = check(office)
        with reading(office.engine) as connection:
            broken = audit.broken_at(connection)
    if broken is not None:
        remarks.append(f"The audit log was changed at entry {broken}.")
    for remark in remarks:
        click.echo(remark, err=True)
    if remarks:
        raise click.exceptions.Exit(1)
    click.echo("Counts, persons, tablets' totals and the audit log agree with a full recount.")


def _print(tables: national.NationalTables, area_name: object) -> None:
    console = Console()
    for title, rows, columns in (
        ("Children of 5 to 17 by class", counts_page.by_area(tables), counts_page.CLASS_COLUMNS),
        ("Forced labour by form", counts_page.forced_by_area(tables), counts_page.FORCED_COLUMNS),
    ):
        table = Table(
            title=f"{title}, {tables.period}", title_justify="left", caption_justify="left"
        )
        table.add_column("Area")
        for column in columns:
            word = "Total" if column == ALL else text(f"server.word.{column}", "en")
            table.add_column(word, justify="right")
        for row in rows:
            shown = ["withheld" if count is None else str(count) for count in row.counts]
            name = area_name(row.words[0])  # type: ignore[operator]
            table.add_row(name, *shown, style="bold" if row.is_sum else None)
        console.print(table)
    console.print(text("server.csv.withheld", "en", n=tables.threshold), highlight=False)
    console.print(text("server.counts.not_sdg", "en"), highlight=False)


def _area(areas: object, code: str) -> str:
    if code == ALL:
        return text("server.counts.country", "en")
    return areas.label(code, "en") if code in areas else "Not known"  # type: ignore[operator,attr-defined]
