"""Verb `pair`: cases that may be one person, and what people of the office decide about them."""

from __future__ import annotations

from collections.abc import Callable

import click

from server.cli.opening import the_office
from server.db.engine import reading
from server.register import decide, possible
from server.register.possible import PairState
from server.staff import accounts

by_whom: Callable[..., Callable[..., None]] = click.option(
    "--by", required=True, metavar="NAME", help="Your account: a steward's or administrator's."
)


@click.group()
def pair() -> None:
    """Cases that may be one person. Nobody outside the office learns of them."""


@pair.command("list")
@click.option("--decided", is_flag=True, help="Those that were decided, in place of the others.")
def list_pairs(decided: bool) -> None:
    """List pairs by number, the likeliest first."""
    with the_office() as office:
        found = possible.listed(office, decided=decided)
    for one in found:
        said = f"{one.state}" + (f" by {one.proposed_by}" if one.proposed_by else "")
        click.echo(f"{one.number:8} {one.likely:3} % {said}")
    if not found:
        click.echo("No pair was decided yet." if decided else "No pair waits for a decision.")


@pair.command("look")
@click.argument("number", type=int)
@by_whom
def look(number: int, by: str) -> None:
    """Show what is coarse of both cases; that you looked is noted."""
    with the_office() as office:
        seen = possible.look(office, number, by)
    for one in seen.sides:
        year, area = one.year or "year unknown", one.area or "area unknown"
        click.echo(f"{one.sex:8} {one.age_band:8} {year} {area} {one.list_kind}")
    click.echo(f"{seen.listed.likely} % likely; {seen.agreeing} kinds of code agree.")


@pair.command("same")
@click.argument("number", type=int)
@by_whom
def same(number: int, by: str) -> None:
    """Say that they are one person; it holds when somebody else has said so, too."""
    with the_office() as office:
        state = possible.same(office, number, by)
    if state is PairState.SAME:
        click.echo("They are one person from now on; the counts follow.")
    else:
        click.echo("Proposed. It holds when somebody else says so, too.")


@pair.command("apart")
@click.argument("number", type=int)
@by_whom
def apart(number: int, by: str) -> None:
    """Say that they are different persons, whatever agrees."""
    with the_office() as office:
        possible.keep_apart(office, number, by)
    click.echo("They are kept apart.")


@pair.command("undo")
@click.argument("number", type=int)
@by_whom
def undo(number: int, by: str) -> None:
    """Take back what was decided or proposed about a pair."""
    with the_office() as office:
        possible.take_back(office, number, by)
    click.echo("Taken back; persons and counts follow.")


@pair.command("merges")
@click.argument("person")
def merges(person: str) -> None:
    """Show how the cases of PERSON came together: two cases and the evidence a line."""
    with the_office() as office, reading(office.engine) as connection:
        found = decide.merges_of(connection, person)
    for one, other, merge in found:
        click.echo(f"{one} {other} score {merge.score} mean {merge.mean:.2f}")
    if not found:
        click.echo("Nothing was merged into a person of that id.")


@pair.command("split")
@click.argument("one")
@click.argument("other")
@by_whom
def split(one: str, other: str, by: str) -> None:
    """Undo a merge: cases ONE and OTHER, as `merges` shows them, are different persons."""
    with the_office() as office:
        with reading(office.engine) as connection:
            accounts.must_be_steward(connection, by)
        decide.keep_apart(office, one, other, by)
    click.echo("They are kept apart; persons and counts follow.")


@pair.command("unsplit")
@click.argument("one")
@click.argument("other")
@by_whom
def unsplit(one: str, other: str, by: str) -> None:
    """Take back a `split`."""
    with the_office() as office:
        with reading(office.engine) as connection:
            accounts.must_be_steward(connection, by)
        decide.take_back(office, one, other, by)
    click.echo("They may be one person again; persons and counts follow.")
