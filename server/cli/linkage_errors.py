"""Verbs `clerical`, `seeds`, `persons`: how often linking errs, how many persons there are."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import click

from server.cli.opening import the_office
from server.cli.pairs import by_whom
from server.db.engine import reading
from server.register import clerical as samples
from server.register import seeds as invented
from server.register.clerical import Verdict
from server.register.error_rates import FEWEST_PAIRS, Rate

ACTOR = "command line"


@click.group()
def clerical() -> None:
    """Linked cases drawn at random, judged by two people: how many links are true."""


@clerical.command("draw")
@click.option("--pairs", default=FEWEST_PAIRS, show_default=True, type=int, help="How many.")
@by_whom
def draw(pairs: int, by: str) -> None:
    """Draw a sample of pairs of cases that linking made one person."""
    with the_office() as office:
        number = samples.draw(office, by, pairs)
    click.echo(f"Sample {number} is drawn. Two people judge each pair: `tally87 clerical next`.")


@clerical.command("next")
@click.argument("sample", type=int)
@by_whom
def following(sample: int, by: str) -> None:
    """Show the next pair you have not judged; that you looked is noted."""
    with the_office() as office:
        pair = samples.next_pair(office, sample, by)
    if pair is None:
        click.echo("No pair of this sample waits for you.")
        return
    click.echo(f"Pair {pair.number}")
    for side in pair.sides:
        year, area = side.year or "year unknown", side.area or "area unknown"
        click.echo(f"{side.sex:8} {side.age_band:8} {year} {area} {side.list_kind}")
    click.echo(f"agree:  {', '.join(pair.agree) or 'nothing'}")
    click.echo(f"differ: {', '.join(pair.differ) or 'nothing'}")


@clerical.command("judge")
@click.argument("pair", type=int)
@click.argument("verdict", type=click.Choice([one.value for one in Verdict]))
@by_whom
def judge(pair: int, verdict: str, by: str) -> None:
    """Say what you think of a pair; what others said is not shown, and it stands."""
    with the_office() as office:
        samples.judge(office, pair, Verdict(verdict), by)
    click.echo("Noted.")


@clerical.command("show")
@click.argument("sample", type=int, required=False)
def show(sample: int | None) -> None:
    """Show how a sample stands, the newest one when none is named."""
    with the_office() as office, reading(office.engine) as connection:
        state = samples.state_of(connection, sample)
    click.echo(
        f"Sample {state.number}: {state.pairs} of {state.links} links; {state.decided} decided, "
        f"{state.waiting} wait, {state.unsure} that nobody is sure of."
    )
    click.echo(f"True links: {_told(state.precision)}")


@click.group()
def seeds() -> None:
    """Invented persons recorded on seeding tablets: how many true links are found."""


@seeds.command("note")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def note(file: Path) -> None:
    """Read FILE, a CSV with the columns case and person, in place of what was noted before."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if not {"case", "person"} <= set(reader.fieldnames or ()):
            raise invented.NotSeeds("The first line names no columns case and person.")
        rows = [(row["case"] or "", row["person"] or "") for row in reader]
    with the_office() as office:
        noted = invented.note(office, rows, ACTOR)
    click.echo(f"{noted} cases of invented persons are noted.")


@seeds.command("show")
def measure() -> None:
    """Show how many of their true links linking would find now; that you looked is noted, and
    nothing else is kept of it."""
    with the_office() as office:
        found = invented.look(office, ACTOR)
    click.echo(f"{found.cases} cases of {found.persons} invented persons.")
    click.echo(f"Links found: {_told(found.recall)}")
    few = found.strangers < invented.FEWEST_STRANGERS
    strangers = f"fewer than {invented.FEWEST_STRANGERS}" if few else str(found.strangers)
    click.echo(f"Cases of others that would join them: {strangers}.")


@click.command()
@click.option("--period", default="", help="A year, quarter or month; the whole register without.")
@click.option("--sample", type=int, help="The clerical sample; the newest one without.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def persons(period: str, sample: int | None, as_json: bool) -> None:
    """Show how many persons the records are of, with the errors of linking put right.

    By a clerical sample (true links) and by seeds (links found); the interval is that of both. It
    holds for persons who were recorded; who was never met is `tally87 estimate-register`.
    """
    # Numpy's draws are read when they are wanted: nobody who judges a pair waits for them.
    from server.register.register_size import size_of

    with the_office() as office:
        found = size_of(office, period, sample, ACTOR)
    size = found.persons
    if as_json:
        click.echo(
            json.dumps(
                {
                    "records": size.records,
                    "linked": size.linked,
                    "estimate": round(size.estimate, 1),
                    "lower": round(size.lower, 1),
                    "upper": round(size.upper, 1),
                    "precision": _as_dict(found.precision),
                    "recall": _as_dict(found.recall),
                    "warnings": list(found.warnings),
                }
            )
        )
        return
    click.echo(f"{size.records} records, linked to {size.linked} persons.")
    click.echo(
        f"With the errors of linking put right: {size.estimate:,.0f} persons "
        f"({size.lower:,.0f} to {size.upper:,.0f})."
    )
    click.echo(f"True links: {_told(found.precision)}")
    click.echo(f"Links found: {_told(found.recall)}")
    for warning in found.warnings:
        click.echo(f"Note: {warning}")


def _told(rate: Rate | None) -> str:
    if rate is None:
        return "nothing is judged yet."
    return (
        f"{rate.estimate:.1%} ({rate.lower:.1%} to {rate.upper:.1%}), {rate.hits} of {rate.pairs}."
    )


def _as_dict(rate: Rate) -> dict[str, float]:
    return {
        "estimate": round(rate.estimate, 4),
        "lower": round(rate.lower, 4),
        "upper": round(rate.upper, 4),
        "pairs": rate.pairs,
    }
