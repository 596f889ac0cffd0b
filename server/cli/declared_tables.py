"""Verbs about the declared tables: which there are, the levels to publish them at, rates."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from server.cli.opening import the_office
from server.db.engine import reading
from server.disclosure.cube import Cube
from server.disclosure.suppress import Unprotectable
from server.office import Office
from server.reference.in_force import reference_of
from server.tables import generations, labels, national, rates, read, recount
from server.tables.added_up import add_up
from server.tables.at_once import recount_at_once
from server.tables.declared_counts import NotCountedYet
from server.tables.levels import NATIONAL, propose_levels
from shared.texts import text


@click.group()
def tables() -> None:
    """The declared tables: what is counted, and at which levels it could be published."""


@tables.command("list")
def list_tables() -> None:
    """Name every declared table: its code, what it counts, by what."""
    with the_office() as office:
        declared = generations.declarations_of(office)
        for code, table in declared.tables.items():
            click.echo(f"{code}\t{labels.title_of(declared, table, 'en')}")


@tables.command("recount")
@click.option("--at-once", is_flag=True, help="Many times as fast; nothing is taken in meanwhile.")
@click.option(
    "--added-up",
    is_flag=True,
    help="Add up what each case said when it was counted last, without reading records; nothing is "
    "taken in meanwhile.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="That count, with --at-once or --added-up: as many as there are processors.",
)
def count_afresh(at_once: bool, added_up: bool, processes: int) -> None:
    """Count everybody afresh. Without --at-once or --added-up records keep coming meanwhile."""
    if at_once and added_up:
        raise click.UsageError("--at-once reads every record, --added-up none: choose one.")
    with the_office() as office:
        recount.link_what_waits(office)
        if added_up:
            _add_up(office, processes)
            return
        began = time.monotonic()
        cells = recount_at_once(office, processes) if at_once else generations.recount(office)
        recount.count_visits(office)
        took_s = time.monotonic() - began
        click.echo(f"{len(cells)} cells of the declared tables counted in {took_s:.1f} s.")


def _add_up(office: Office, processes: int) -> None:
    began = time.monotonic()
    try:
        wrong = add_up(office, processes)
    except NotCountedYet as error:
        raise click.ClickException(str(error)) from error
    told = f"{wrong} cells put right" if wrong else "every cell is their sum"
    click.echo(f"What the cases said added up in {time.monotonic() - began:.1f} s: {told}.")


@tables.command("levels")
@click.argument("codes", nargs=-1, metavar="[TABLE]...")
@click.option("--period", help="Such as 2026; the newest when left out.")
@click.option("--together", is_flag=True, help="These tables as one set, protected jointly.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def propose(codes: tuple[str, ...], period: str | None, together: bool, as_json: bool) -> None:
    """The levels at which tables can be published, with the shares shown under protection.

    Every declared table of persons and cases when none is named; with --together and none named,
    those of the national page. For the office: it works on true counts and shows none.
    """
    with the_office() as office:
        declared = generations.declarations_of(office)
        unknown = [code for code in codes if code not in declared.tables]
        if unknown:
            raise click.ClickException(
                f"No table is named {unknown[0]}. `tally87 tables list` names them."
            )
        recount.link_what_waits(office)
        generations.make_whole(office)
        known = national.periods(office)
        if not known:
            raise click.ClickException("No visit has reached this office yet.")
        chosen = codes or (NATIONAL if together else tuple(declared.tables))
        sets = [chosen] if together else [(code,) for code in chosen]
        when = period or national.usual_period(office, known) or known[0]
        found = [row for one in sets for row in _levels(office, one, when)]
    if as_json:
        click.echo(json.dumps(found))
        return
    table = Table("table", "levels (codes kept)", "cells shown", "persons shown", "seconds")
    for row in found:
        kept = ", ".join(f"{name} {number}" for name, number in row["levels"].items())  # type: ignore[attr-defined]
        table.add_row(
            str(row["table"]),
            kept,
            *(_percent(row[key]) for key in ("cells", "persons")),
            f"{row['seconds']}",
        )
    Console(width=120).print(table)


def _levels(office: Office, codes: tuple[str, ...], period: str) -> list[dict[str, object]]:
    declared, reference = generations.declarations_of(office), reference_of(office)
    threshold = office.config.threshold or reference.profile.disclosure_threshold
    cubes: dict[str, Cube] = {}
    with reading(office.engine) as connection:
        for code in codes:
            cubes |= read.cubes(connection, declared, reference, declared.tables[code], period)
    if not cubes:
        return [_row(code, {}, None, None, 0.0) for code in codes]
    began = time.process_time()
    try:
        proposal = propose_levels(declared, cubes, threshold)
    except Unprotectable:
        return [_row(name, {}, 0.0, 0.0, time.process_time() - began) for name in cubes]
    took_s = time.process_time() - began
    return [
        _row(
            name,
            {d: len(kept) for d, kept in proposal.levels.get(name, {}).items()},
            proposal.shown[name].cells,
            proposal.shown[name].persons,
            took_s,
        )
        for name in proposal.tables
    ]


def _row(
    name: str,
    levels: dict[str, int],
    cells: float | None,
    persons: float | None,
    seconds: float,
) -> dict[str, object]:
    shares = {"cells": cells, "persons": persons}
    return {"table": name, "levels": levels, **shares, "seconds": round(seconds, 1)}


def _percent(share: object) -> str:
    return f"{100 * share:.0f} %" if isinstance(share, float) else "nobody"


@tables.command("rates")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--period", help="Such as 2026; the newest when left out.")
def recorded_rates(file: Path, period: str | None) -> None:
    """Children recorded in child labour per 1,000 children of each area. Not a prevalence.

    FILE is a CSV with the columns area and children (of 5 to 17 years).
    """
    with the_office() as office:
        areas = reference_of(office).codelists["areas"]
        population = rates.population_of(file.read_text(encoding="utf-8"), areas)
        known = national.periods(office)
        if not known:
            raise click.ClickException("No visit has reached this office yet.")
        when = period or national.usual_period(office, known) or known[0]
        shown = national.national_tables(office, when)["CL-AREA"]
        found = rates.rates_of(shown, population, areas, child_labour="IN_CHILD_LABOUR")
        declared = generations.declarations_of(office).dimensions["area"]
        table = Table("area", "recorded", "children", "per 1,000")
        for one in found:
            table.add_row(
                labels.code_label(declared, one.area, reference_of(office), "en"),
                "withheld" if one.recorded is None else str(one.recorded),
                "not in the file" if one.children is None else f"{one.children}",
                "" if one.per_1000 is None else f"{one.per_1000}",
            )
    Console(width=100).print(table)
    click.echo(text("tables.note.per_1000", "en"))
